"""SIGKILL under load: no acknowledged order or cancel is lost or doubled, nobody's money changes, streams go on."""

import random
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.recovery import recover
from mock_exchange.durable.segments import founded
from tests.mock_exchange.durable.loading import MARKETS, BookKeeper, Client, Memory, clients
from tests.mock_exchange.durable.mortal import Mortal, alive, end, spawn
from tests.mock_exchange.durable.remembering import check_book, check_holds, check_truth, totals
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.served import Json
from tests.mock_exchange.streams.test_local_book import LocalBook, snapshot_of

SNAPSHOT_COMMANDS = (400, 100_000)
"""In some lives snapshots are taken all the time, so that kills hit them too; in others much is left to be replayed."""
LOAD_SECONDS_MAX = 0.7
START_SECONDS_MAX = 0.6
QUIET_SHARE = 0.3
"""Of the deaths under load, how many come when the orders have just stopped and the streams have told all of them."""


@dataclass
class Lives:
    """One exchange's lives and deaths, and what its clients remember of them."""

    folder: Path
    rng: random.Random
    memories: list[Memory] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    """Units of each asset in all accounts together, as first seen."""
    books: dict[str, LocalBook] = field(default_factory=dict)
    """By symbol, what streams had told of it before the last death."""
    all_was_told: bool = False
    """Whether the streams had told everything by then."""
    book_updates: int = 0
    recovered: list[Json] = field(default_factory=list)
    first_accepted_s: list[float] = field(default_factory=list)
    """From the start of the process to the first acknowledged order."""

    def settings(self) -> dict[str, object]:
        """The book is the clients' alone."""
        return {"market": {"levels": 0}, "durable": {"snapshot_commands": self.rng.choice(SNAPSHOT_COMMANDS)}}

    def die_under_load(self, name: str) -> None:
        began = time.monotonic()
        with alive(self.folder, self.settings()) as served:
            ready_s = time.monotonic() - began
            self.check(served)
            keepers = [BookKeeper(served, market.symbol) for market in MARKETS]
            for keeper in keepers:
                keeper.start()
            began = time.monotonic()
            loaders = clients(served, name, self.rng)
            survives(served.process, self.rng.uniform(0.02, LOAD_SECONDS_MAX))
            self.all_was_told = self.rng.random() < QUIET_SHARE
            if self.all_was_told:
                fall_silent(served, loaders, keepers)
            served.kill()
        self.remember(loaders, keepers)
        accepted_at = min(loader.memory.first_accepted_at for loader in loaders)
        if accepted_at < float("inf"):
            self.first_accepted_s.append(ready_s + accepted_at - began)
        self.check_money()

    def die_at_the_start(self) -> None:
        process = spawn(self.folder, self.settings())
        survives(process, self.rng.uniform(0, START_SECONDS_MAX))
        end(process)

    def remember(self, loaders: list[Client], keepers: list[BookKeeper]) -> None:
        for keeper in keepers:
            keeper.join()
            assert keeper.failure is None, keeper.failure
            self.books[keeper.symbol] = keeper.book
            self.book_updates += keeper.book.updates
        for loader in loaders:
            loader.join()
            assert loader.failure is None, loader.failure
            self.memories.append(loader.memory)

    def check(self, served: Mortal) -> None:
        self.recovered.append(served.recovered)
        truth = served.admin_lines("/truth")
        check_truth(truth, self.memories)
        for market in MARKETS:
            check_book(served, market.symbol, truth, self.memories)
        for symbol, told in self.books.items():
            self.check_continuity(snapshot_of(served, symbol), told)

    def check_continuity(self, snapshot: Json, told: LocalBook) -> None:
        """Nothing that a stream has told is forgotten: the book goes on from there, or from later."""
        assert snapshot["lastUpdateId"] >= told.update_id
        if self.all_was_told:
            assert snapshot["lastUpdateId"] == told.update_id
            told.check(snapshot)

    def check_money(self) -> None:
        folder = Folder(self.folder / "data")
        engine = recover(folder, founded(folder)).replay.engine
        self.totals = self.totals or totals(engine)
        assert totals(engine) == self.totals
        check_holds(engine)

    def report(self) -> str:
        commands = sum(each["commands"] for each in self.recovered)
        seconds = sum(each["seconds"] for each in self.recovered)
        longest = max(self.recovered, key=lambda each: int(each["commands"]))
        first = sorted(self.first_accepted_s)
        from_snapshots = sum(each["snapshot"] > 0 for each in self.recovered)
        return (
            f"{len(self.recovered)} recoveries, {from_snapshots} from a snapshot, replayed {commands} commands in "
            f"{seconds:.1f} s: {commands / seconds:,.0f} commands per second, the longest "
            f"{longest['commands'] / longest['seconds']:,.0f}; first order accepted {first[len(first) // 2]:.2f} s "
            f"(median), {first[-1]:.2f} s (worst) after the start of the process; acknowledged: {self.acknowledged()}; "
            f"{self.book_updates} updates of books streamed"
        )

    def acknowledged(self) -> str:
        counts = {
            "orders": sum(len(memory.orders) for memory in self.memories),
            "cancels": sum(len(memory.canceled) for memory in self.memories),
            "amendments": sum(memory.amended for memory in self.memories),
            "replacements": sum(memory.replaced for memory in self.memories),
        }
        assert all(counts.values()), counts
        return ", ".join(f"{count} {what}" for what, count in counts.items())


def survives(process: "subprocess.Popen[str]", seconds: float) -> None:
    """It must not end by itself before its time."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)


def fall_silent(served: Mortal, loaders: list[Client], keepers: list[BookKeeper]) -> None:
    """Let the clients stop, and the streams tell the last of what they did."""
    for loader in loaders:
        loader.over.set()
    for loader in loaders:
        loader.join()
    for keeper in keepers:
        last = snapshot_of(served, keeper.symbol)["lastUpdateId"]
        eventually(lambda book=keeper.book, last=last: book.update_id >= last, f"the last update of {keeper.symbol}")  # type: ignore[misc]


@pytest.mark.parametrize(
    "deaths",
    [
        pytest.param(5, id="a few times"),
        pytest.param(50, id="many times", marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
    ],
)
def test_killed_under_load_it_keeps_every_promise(
    deaths: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lives = Lives(tmp_path, random.Random(f"{deaths} deaths"))  # noqa: S311 - the moments can be had again
    for number in range(deaths):
        if lives.rng.random() < 0.2:
            lives.die_at_the_start()
        lives.die_under_load(f"k{number}")
    with alive(tmp_path, lives.settings()) as served:
        lives.check(served)
    with capsys.disabled():
        print(f"\n{lives.report()}")  # noqa: T201 - what the test is asked to report
