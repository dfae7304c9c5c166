"""What clients do with a request that was not answered decides whether a venue comes back from a pause."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.commands import brownout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

RECOVERY = re.compile(r"pause-1 \(pause\): .*?(not back there within|back there after)\s.*?([\d,]+)\sarrivals were not")


def recovery_told(scenario: str, folder: Path) -> tuple[str, int]:
    """What the report says of the pause: whether it was got over, and how many arrivals it cost."""
    done = brownout("run", scenario, "--out", scenario, "--report-only", cwd=folder)
    assert done.code == 0, done.err
    report = folder.joinpath(scenario, "report.md").read_text(encoding="utf-8")
    told = RECOVERY.search(report)
    assert told, report
    return told[1], int(told[2].replace(",", ""))


def test_naive_retries_keep_a_venue_down_that_budgeted_ones_let_come_back(tmp_path: Path) -> None:
    """Both watch for 32 s after a pause of 3 s, at 70 % of what the venue can do."""
    naive, lost_by_naive = recovery_told("metastable-naive", tmp_path)
    budgeted, lost_by_budgeted = recovery_told("metastable-budgeted", tmp_path)
    assert (naive, budgeted) == ("not back there within", "back there after")
    assert lost_by_budgeted < lost_by_naive / 2
