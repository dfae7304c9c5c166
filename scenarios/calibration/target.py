"""The responder as a target of a run: alone on the exchange's processors, without a proxy before it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chaos.ground import Ground
from chaos.guardian import Guardian
from scenarios.processes import STOP_SECONDS_MAX, RunProcess, pin, processor_shares
from scenarios.targets.target import VENUE_PROCESS, Account, LiveTarget
from slo.history import TargetRecord


@dataclass(slots=True)
class ResponderTarget:
    """Up once; ``busy_share`` is known after that."""

    workers: int = 1
    busy_share: float | None = None
    """How much of a processor it took, from its first request to its last."""

    @contextmanager
    def up(self, guardian: Guardian, logs: Path, seed: int) -> Iterator[LiveTarget]:
        del seed  # it chooses nothing
        process = RunProcess(VENUE_PROCESS, "scenarios.calibration.responder", [], guardian, logs)
        try:
            base_url = str(process.wait_until_ready()["rest"])
            pin(process.pid, processor_shares(self.workers)[0])
            yield LiveTarget(
                base_url=base_url,
                record=TargetRecord(kind="url", url=base_url, venue="responder"),
                accounts=(Account("calibration", "calibration"),),
                ground=Ground(),
                ledger=lambda: None,
                gone=lambda: [VENUE_PROCESS] if process.exit_code() is not None else [],
            )
            self.busy_share = _busy_share(process)
        finally:
            process.terminate()


def _busy_share(process: RunProcess) -> float | None:
    process.ask_to_end()
    with suppress(TimeoutError):
        last_word = process.hear(STOP_SECONDS_MAX)
        if last_word is not None and int(str(last_word["open_ns"])) > 0:
            return int(str(last_word["busy_ns"])) / int(str(last_word["open_ns"]))
    return None
