"""The generators of a run are followed at once: a loss is told of, and costs none of what the others have."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import JsonValue

from chaos.ground import Ground
from chaos.guardian import Guardian
from scenarios import generating
from scenarios.errors import GeneratorFailed, TargetUnavailable
from scenarios.generating import Generating
from scenarios.hosts.crew import HostCrew
from scenarios.model import load_scenario
from scenarios.plan import plan
from scenarios.processes import RunProcess
from scenarios.targets import LiveTarget
from scenarios.targets.target import Account
from slo.history import RunFolder, TargetRecord, read_samples
from tests.scenarios.responder import Responder

SILENCE_S = 5.0


@contextmanager
def two_generators(url: str, folder: RunFolder) -> Iterator[Generating]:
    live = LiveTarget(
        base_url=url,
        record=TargetRecord(kind="url", venue="test"),
        accounts=(Account("k", "s"),),
        ground=Ground(),
        ledger=lambda: None,
        gone=list,
    )
    folder.logs.mkdir(parents=True)
    with (
        Guardian(folder.logs / "guardian.log") as guardian,
        Generating(
            plan(load_scenario("pause"), workers=2), live, folder, "tok", HostCrew(guardian, folder.logs)
        ) as started,
    ):
        yield started


def test_workers_that_are_told_to_end_give_one_last_word_of_all(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with Responder() as responder, two_generators(responder.url, folder) as running:
        running.go()
        last_word = running.end_now()
        assert running.end_now() == last_word
    assert last_word.scheduled == sum(last_word.outcomes.values()) == read_samples(folder.samples).height


def test_one_that_hangs_is_named_while_the_other_is_still_heard_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generating, "SILENCE_SECONDS_MAX", SILENCE_S)
    folder = RunFolder(tmp_path)
    seen: list[float] = []
    with Responder() as responder, two_generators(responder.url, folder) as running:
        running.go()
        hanging = running._workers[1].generator
        assert isinstance(hanging, RunProcess)

        def progressed(progress: dict[str, JsonValue]) -> None:
            if not seen:
                os.kill(hanging.pid, signal.SIGSTOP)
            seen.append(float(str(progress["at_ns"])))

        with pytest.raises(GeneratorFailed, match=r"generator-1 has been silent for 5 s \(at .* told of") as failed:
            running.follow(progressed)
        assert failed.value.part == "generator-1"
        assert hanging.exit_code() is not None, "it must not write once the samples are put together"
        with pytest.raises(GeneratorFailed, match="generator-1"):
            running.end_now()
    assert len(seen) >= 3, "the silence of one hides no words of the other"
    samples = read_samples(folder.samples)
    first = samples.filter(worker=0)["arrival"].sort().to_list()
    assert first == list(range(0, 2 * len(first), 2))
    assert len(first) >= SILENCE_S / 2 * 100


def test_one_that_never_gets_ready_fails_the_run_before_time_zero(tmp_path: Path) -> None:
    responder = Responder()
    responder.close()
    with (
        pytest.raises(TargetUnavailable, match="generator-0 did not start"),
        two_generators(responder.url, RunFolder(tmp_path)),
    ):
        pytest.fail("started without a venue")
