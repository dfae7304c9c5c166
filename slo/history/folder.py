"""Where things lie in a run folder."""

from dataclasses import dataclass
from pathlib import Path

from slo.history.run import RunRecord


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths inside a run folder; nothing is created until something is written."""

    path: Path

    @property
    def record_file(self) -> Path:
        return self.path / "run.json"

    @property
    def samples(self) -> Path:
        return self.path / "samples"

    @property
    def feeds(self) -> Path:
        """What subscribers heard, where the scenario has any."""
        return self.path / "feeds"

    @property
    def health(self) -> Path:
        """How each generator did, second by second."""
        return self.path / "health"

    def health_of(self, worker: int) -> Path:
        """One JSON line for each second of a worker."""
        return self.health / f"worker-{worker}.jsonl"

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def ledger(self) -> Path:
        """The exchange's own account of every order it accepted, one JSON line each; only our exchange gives one."""
        return self.path / "ledger.jsonl"

    @property
    def answers(self) -> Path:
        """What the venue said when it was asked about orders in doubt, one JSON line for each that it answered."""
        return self.path / "answers.jsonl"

    @property
    def objectives(self) -> Path:
        """Copies of the objectives that the run was made for."""
        return self.path / "objectives"

    @property
    def logs(self) -> Path:
        """Standard output and error of every process that the run started."""
        return self.path / "logs"

    @property
    def verdict(self) -> Path:
        return self.path / "verdict.json"

    @property
    def report_html(self) -> Path:
        return self.path / "report.html"

    @property
    def report_markdown(self) -> Path:
        return self.path / "report.md"

    @property
    def junit(self) -> Path:
        return self.path / "junit.xml"

    def read_record(self) -> RunRecord:
        return RunRecord.model_validate_json(self.record_file.read_bytes())

    def write_record(self, record: RunRecord) -> None:
        """Replace ``run.json`` in one step: a reader sees the old one or the new one."""
        unfinished = self.record_file.with_suffix(".unfinished")
        unfinished.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
        unfinished.replace(self.record_file)
