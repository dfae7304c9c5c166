"""While the disk is full, what changes anything is refused and certainly not done; service resumes by itself."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chaos.errors import CannotApply
from chaos.ground import FaultOrder
from tests.mock_exchange.durable.mortal import Mortal, alive
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import control_of, fault
from tests.mock_exchange.faults.told import marks
from tests.mock_exchange.served import Reply, serving

SHED = 503
FULL = "the journal's disk is full: commands are refused until there is room"
ROOM = "the journal's disk has room again: commands are taken"


def until_refused(served: Mortal) -> tuple[list[str], Reply]:
    """The client order ids that were acknowledged, and the first refusal."""
    acknowledged: list[str] = []
    while True:
        reply = served.place(newClientOrderId=f"order-{len(acknowledged)}")
        if reply.status != 200:
            return acknowledged, reply
        acknowledged.append(f"order-{len(acknowledged)}")


def known(served: Mortal) -> set[str]:
    return {order["clientOrderId"] for order in served.admin_lines("/truth")}


@pytest.mark.parametrize("sync", ["group", "always", "none"])
def test_commands_are_refused_and_reads_go_on_until_it_is_healed(sync: str, tmp_path: Path) -> None:
    with alive(tmp_path, {}, "--sync", sync) as served:
        with fault(served, "full_disk") as evidence:
            acknowledged, refused = until_refused(served)
            assert (refused.status, marks(refused)) == (SHED, ["full_disk"])
            assert served.signed_call("DELETE", "/api/v3/openOrders", symbol="BTCUSDT").status == SHED
            assert served.get("/api/v3/depth", symbol="BTCUSDT").status == 200
            assert served.signed_call("GET", "/api/v3/account").status == 200
            assert f"order-{len(acknowledged)}" not in known(served), "refused is not done"
        eventually(lambda: served.place(newClientOrderId="after").status == 200, "orders are taken again")
        assert {*acknowledged, "after"} <= known(served)
        served.kill()
    assert evidence.hits == len(acknowledged) + 2
    assert acknowledged, "the one that found the disk full was done, with the reserve"
    assert (tmp_path / "errors.txt").read_text(encoding="utf-8").splitlines() == [FULL, ROOM]
    with alive(tmp_path) as served:
        assert {*acknowledged, "after"} <= known(served)


def test_killed_while_it_is_full_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        control_of(served, lease_ms=60_000).apply(FaultOrder("full", "full_disk", {}, {}, 0))
        acknowledged, _ = until_refused(served)
        served.kill()
    with alive(tmp_path) as served:
        assert set(acknowledged) <= known(served)
        assert served.place().status == 200


@contextmanager
def small_disk(path: Path) -> Iterator[Path]:
    """A file system of its own, of 4 MiB."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "brownout-test", str(path)], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.parametrize("sync", ["group", "none"])
def test_a_disk_that_is_really_full_is_met_in_the_same_way(sync: str, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, alive(disk, {}, "--sync", sync) as served:
        assert served.place(newClientOrderId="before").status == 200
        filler = disk / "filler"
        _fill(filler)
        acknowledged, refused = until_refused(served)
        assert refused.status == SHED
        assert served.get("/api/v3/depth", symbol="BTCUSDT").status == 200
        filler.unlink()
        eventually(lambda: served.place(newClientOrderId="after").status == 200, "orders are taken again")
        assert {"before", *acknowledged, "after"} <= known(served)
        served.kill()
        with alive(disk, {}, "--sync", sync) as again:
            assert {"before", *acknowledged, "after"} <= known(again)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def test_it_is_refused_where_nothing_is_written() -> None:
    with serving() as served, pytest.raises(CannotApply, match="nothing is written"), fault(served, "full_disk"):
        pytest.fail("it began")
