"""SIGKILL under load: no acknowledged order or cancel is lost or doubled, nobody's money changes, streams go on."""

import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.recovery import recover
from mock_exchange.durable.segments import founded
from mock_exchange.engine.commands import Side
from mock_exchange.engine.engine import Engine
from tests.mock_exchange.durable.mortal import BookKeeper, Client, Memory, Mortal, alive, clients, end, spawn
from tests.mock_exchange.served import Json

SETTINGS = {"durable": {"snapshot_commands": 400}}
"""Snapshots are taken all the time, so that kills hit them too."""
LOAD_SECONDS_MAX = 0.7
START_SECONDS_MAX = 0.6


@dataclass
class Lives:
    """One exchange's lives and deaths, and what its clients remember of them."""

    folder: Path
    rng: random.Random
    memories: list[Memory] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    """Units of each asset in all accounts together, as first seen."""
    update_id: int = 0
    """The last one that a stream told of the book."""
    book_updates: int = 0
    recovered: list[Json] = field(default_factory=list)
    first_accepted_s: list[float] = field(default_factory=list)
    """From the start of the process to the first acknowledged order."""

    def die_under_load(self, name: str) -> None:
        began = time.monotonic()
        with alive(self.folder, SETTINGS) as served:
            ready_s = time.monotonic() - began
            self.recovered.append(served.recovered)
            self.check_truth(served)
            self.check_book(served)
            keeper = BookKeeper(served)
            keeper.start()
            began = time.monotonic()
            loaders = clients(served, name, self.rng)
            survives(served.process, self.rng.uniform(0.02, LOAD_SECONDS_MAX))
            served.kill()
        self.remember(loaders, keeper)
        accepted_at = min(loader.memory.first_accepted_at for loader in loaders)
        if accepted_at < float("inf"):
            self.first_accepted_s.append(ready_s + accepted_at - began)
        self.check_money()

    def die_at_the_start(self) -> None:
        process = spawn(self.folder, SETTINGS)
        survives(process, self.rng.uniform(0, START_SECONDS_MAX))
        end(process)

    def remember(self, loaders: list[Client], keeper: BookKeeper) -> None:
        keeper.join()
        assert keeper.failure is None, keeper.failure
        self.update_id = keeper.book.update_id
        self.book_updates += keeper.book.updates
        for loader in loaders:
            loader.join()
            assert loader.failure is None, loader.failure
            self.memories.append(loader.memory)

    def check_truth(self, served: Mortal) -> None:
        """Everything that was acknowledged is there once, and nothing that nobody asked for."""
        truth = [order for order in served.admin_lines("/truth") if not order["clientOrderId"].startswith("seed-")]
        assert max(Counter(order["orderId"] for order in truth).values(), default=1) == 1
        assert max(Counter(order["clientOrderId"] for order in truth).values(), default=1) == 1
        assert {order["clientOrderId"] for order in truth} <= set().union(*(memory.sent for memory in self.memories))
        by_client_id = {order["clientOrderId"]: order for order in truth}
        for memory in self.memories:
            for client_order_id, acknowledged in memory.orders.items():
                order = by_client_id[client_order_id]
                assert order["orderId"] == acknowledged["orderId"]
                assert float(order["executedQty"]) >= float(acknowledged["executedQty"])
            for client_order_id in memory.canceled:
                assert by_client_id[client_order_id]["status"] == "CANCELED"

    def check_book(self, served: Mortal) -> None:
        """Nothing that a stream has told is forgotten: the book goes on from there, or from later."""
        assert served.get("/api/v3/depth", symbol="BTCUSDT").json["lastUpdateId"] >= self.update_id

    def check_money(self) -> None:
        folder = Folder(self.folder / "data")
        engine = recover(folder, founded(folder)).replay.engine
        self.totals = self.totals or totals(engine)
        assert totals(engine) == self.totals
        check_holds(engine)

    def report(self) -> str:
        commands = sum(each["commands"] for each in self.recovered)
        seconds = sum(each["seconds"] for each in self.recovered)
        first = sorted(self.first_accepted_s)
        from_snapshots = sum(each["snapshot"] > 0 for each in self.recovered)
        return (
            f"{len(self.recovered)} recoveries, {from_snapshots} from a snapshot, "
            f"of {commands} commands behind it in {seconds:.1f} s; "
            f"{sum(len(memory.orders) for memory in self.memories)} orders and "
            f"{sum(len(memory.canceled) for memory in self.memories)} cancels acknowledged, "
            f"{self.book_updates} updates of the book streamed; first order accepted after "
            f"{first[len(first) // 2]:.2f} s (median), {first[-1]:.2f} s (worst) from the start of the process"
        )


def survives(process: "subprocess.Popen[str]", seconds: float) -> None:
    """It must not end by itself before its time."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)


def totals(engine: Engine) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for balances in engine.accounts().values():
        for asset, balance in balances.items():
            sums[asset] += balance.free + balance.locked
    return dict(sums)


def check_holds(engine: Engine) -> None:
    """What is locked is what open orders need, to the last unit."""
    for account, balances in engine.accounts().items():
        needed: Counter[str] = Counter()
        for order in engine.open_orders(account):
            symbol = engine.symbols[order.symbol]
            if order.side is Side.BUY:
                needed[symbol.quote] += symbol.notional(order.price, order.remaining)
            else:
                needed[symbol.base] += order.remaining * symbol.lot_units
        assert {asset: balance.locked for asset, balance in balances.items() if balance.locked} == dict(needed)
        assert all(balance.free >= 0 for balance in balances.values())


@pytest.mark.parametrize(
    "deaths", [pytest.param(5, id="a few times"), pytest.param(50, id="many times", marks=pytest.mark.slow)]
)
def test_killed_under_load_it_keeps_every_promise(
    deaths: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lives = Lives(tmp_path, random.Random(f"{deaths} deaths"))  # noqa: S311 - the moments can be had again
    for number in range(deaths):
        if lives.rng.random() < 0.2:
            lives.die_at_the_start()
        lives.die_under_load(f"k{number}")
    with alive(tmp_path, SETTINGS) as served:
        lives.recovered.append(served.recovered)
        lives.check_truth(served)
    with capsys.disabled():
        print(f"\n{lives.report()}")  # noqa: T201 - what the test is asked to report
