"""The command line says what is wrong in one line, and lists what there is."""

import json
from pathlib import Path

import pytest

from brownout import __version__
from brownout.cli import main
from chaos.kinds import KINDS, parameters_of
from scenarios.model import scenario_names


def _run(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"brownout {__version__}"


@pytest.mark.parametrize("arguments", [["run"], ["run", "smoke", "--sed", "1"], ["jugde"], ["judge", "--objectives"]])
def test_wrong_usage_is_one_line_and_exits_with_64(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(arguments) == 64
    err = capsys.readouterr().err
    assert err.startswith("brownout: ")
    assert err.count("\n") == 1


def test_the_scenarios_are_listed_with_all_that_the_library_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["scenarios", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == scenario_names()


def test_the_faults_are_listed_with_their_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["faults", "--json"]) == 0
    rows = {row["kind"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(KINDS)
    assert set(rows["latency"]["parameters"]) == {each.name for each in parameters_of(KINDS["latency"])}


def test_a_defect_of_ours_exits_with_70_and_shows_where_it_happened(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[str]:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("brownout.commands.listing.scenario_names", broken)
    assert _run(["scenarios"]) == 70
    err = capsys.readouterr().err
    assert "ZeroDivisionError: a defect" in err
    assert "please report it" in err


@pytest.mark.parametrize("command", ["scenarios", "faults"])
def test_a_list_is_readable_too(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run([command]) == 0
    assert "pause" in capsys.readouterr().out


def test_a_run_never_overwrites_a_folder_that_holds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine", encoding="utf-8")
    assert _run(["run", "smoke", "--out", str(tmp_path)]) == 64
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_folder_that_cannot_be_made_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["run", "smoke", "--out", "/dev/null/run"]) == 64
    assert "--out: /dev/null/run cannot be made" in capsys.readouterr().err


def test_a_broken_objective_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.yaml").write_text("apiVersion: openslo/v1\nkind: SLO\n", encoding="utf-8")
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(
        "name: one\n"
        "traffic: {mix: {order.place: 1}, phases: [{name: one, for: 1s, open: {rate: 1/s}}]}\n"
        "stop_when: never\n"
        "objectives: [broken.yaml]\n",
        encoding="utf-8",
    )
    assert _run(["run", str(scenario), "--out", str(tmp_path / "run")]) == 64
    assert "broken.yaml" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_every_problem_of_a_scenario_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(
        "name: bad\n"
        "target: {exchange: {queue: {length: 0}}}\n"
        "traffic:\n"
        "  mix: {order.place: 1}\n"
        "  phases: [{name: one, for: 5s, open: {rate: 60% of capacity}}]\n"
        "faults: [{at: two + 1s, for: 1s, kind: pause}]\n"
        "stop_when: never\n"
        "objectives: [nowhere.yaml]\n",
        encoding="utf-8",
    )
    assert _run(["run", str(file)]) == 64
    err = capsys.readouterr().err
    for place in ("target.exchange.queue.length", "traffic.phases[0].open.rate", "faults[0].at", "objectives[0]"):
        assert place in err


KEY = "long enough for a key"


@pytest.mark.parametrize(
    ("arguments", "key", "told"),
    [
        (["run", "smoke", "--join-within", "5"], KEY, "--join-within: 5 needs --listen"),
        (["run", "smoke", "--listen", "5557"], KEY, "--listen: '5557' must be HOST:PORT"),
        (["run", "smoke", "--listen", "::1:5557"], KEY, "--listen: '::1:5557' must be HOST:PORT"),
        (["run", "smoke", "--listen", "127.0.0.1:65536"], KEY, "--listen: '127.0.0.1:65536' must be HOST:PORT"),
        (["run", "smoke", "--listen", "127.0.0.1:0"], "", "BROWNOUT_JOIN_KEY: '' must hold the same secret"),
        (
            ["run", "smoke", "--listen", "127.0.0.1:0"],
            "too short",
            "BROWNOUT_JOIN_KEY: '...' must hold the same secret",
        ),
        (["worker", "--master", "here"], KEY, "--master: 'here' must be HOST:PORT"),
        (["worker", "--master", "127.0.0.1:0"], KEY, "--master: '127.0.0.1:0' must be HOST:PORT"),
        (["worker", "--master", "127.0.0.1:1"], "", "BROWNOUT_JOIN_KEY: '' must hold the same secret"),
        (["worker"], KEY, "Missing option '--master'"),
    ],
)
def test_workers_of_other_hosts_need_an_address_and_a_key(
    arguments: list[str], key: str, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWNOUT_JOIN_KEY", key)
    assert _run(arguments) == 64
    err = capsys.readouterr().err
    assert err.startswith("brownout: ")
    assert err.count("\n") == 1
    assert told in err
