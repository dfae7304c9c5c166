"""The benchmarks measure: every contender starts, is loaded, and refuses nothing. Their figures are not judged."""

import os
import shutil
import subprocess
import sys

import pytest

from benchmarks.__main__ import BENCHMARKS
from tests.conftest import ROOT, missing

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_finds_figures_for_all_its_contenders(name: str) -> None:
    if shutil.which("wrk") is None or shutil.which("taskset") is None:
        missing("wrk or taskset", "install wrk and util-linux")
    if len(os.sched_getaffinity(0)) < 2:
        missing("a second core", "give this host two")
    command = [sys.executable, "-m", "benchmarks", name, "--rounds", "1", "--seconds", "1", "--no-record"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "medians of 1 rounds" in ended.stdout
