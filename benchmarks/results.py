"""What a benchmark found, as a table for a person and JSON for the record."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.cores import ROOT
from benchmarks.rounds import Round, Spread

FOLDER = ROOT / "benchmarks" / "results"
PACKAGES = ("gevent", "httptools", "locust", "uvicorn", "uvloop")


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure over the rounds; ``aim`` is the least (or, where ``at_most``, the most) that we want it to be."""

    name: str
    unit: str
    spread: Spread
    aim: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the median reaches the aim; None without one."""
        if self.aim is None:
            return None
        return self.spread.median <= self.aim if self.at_most else self.spread.median >= self.aim

    def line(self) -> str:
        aimed = "" if self.aim is None else f"   aim {'<=' if self.at_most else '>='} {self.aim:g}: {self._met_text}"
        return f"  {self.name:<52} {self._text():>32} {self.unit}{aimed}"

    def _text(self) -> str:
        if self.spread.low >= 1000:
            return f"{self.spread.median:,.0f} ({self.spread.low:,.0f} to {self.spread.high:,.0f})"
        return str(self.spread)

    @property
    def _met_text(self) -> str:
        return "met" if self.met else "missed"


@dataclass(frozen=True, slots=True)
class Report:
    """A benchmark's question, its findings, and every single measurement."""

    name: str
    question: str
    settings: dict[str, float | int | str]
    rounds: Sequence[Round]
    findings: Sequence[Finding]


def host() -> dict[str, str | int]:
    """What figures depend on besides the code."""
    found: dict[str, str | int] = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": processor(),
        "processors": os.cpu_count() or 0,
    }
    return found | {package: found_version for package in PACKAGES if (found_version := installed(package)) is not None}


def installed(package: str) -> str | None:
    """Not every benchmark needs every package: an hour's figures are not lost for one that is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def processor() -> str:
    """The processor's own name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def commit() -> str:
    """Of the measured tree; ``-changed`` where it holds more than that."""
    described = ["git", "describe", "--always", "--dirty=-changed", "--exclude=*"]
    return subprocess.run(described, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def show(report: Report) -> None:
    """Print the findings."""
    print(f"\n{report.question}")
    print(f"  medians of {len(report.rounds)} rounds, with the lowest and the highest round")
    for finding in report.findings:
        print(finding.line())
    sys.stdout.flush()


def write(report: Report) -> Path:
    """Store the report, with the host and the commit that it holds for."""
    content = {
        "name": report.name,
        "question": report.question,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "host": host(),
        "settings": report.settings,
        "findings": [asdict(finding) | {"met": finding.met} for finding in report.findings],
        "rounds": [dict(measured) for measured in report.rounds],
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{report.name}.json"
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path
