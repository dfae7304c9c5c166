"""Traders on the real exchange: the library's scenario, shortened, has every kind's operations and its hot symbol."""

import json

import polars as pl
import pytest

from slo.history import RunFolder, RunStatus, read_samples
from tests.end_to_end.commands import brownout

pytestmark = pytest.mark.slow

SHORTER = (
    "traffic.phases=[{name: users, each: 2s, closed: {users: [8]}}, {name: steady, for: 6s, open: {rate: 150/s}}]",
    "traffic.deadline=60s",
    "traffic.timeout=60s",
    "traffic.in_flight_max=10000",
)
"""With these bounds a busy host drops nothing and loses nothing; how late it is does not matter here."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    cwd = tmp_path_factory.mktemp("traders")
    changes = [word for change in SHORTER for word in ("--set", change)]
    done = brownout("run", "order-life-cycles", *changes, "--workers", "2", "--out", "run", "--report-only", cwd=cwd)
    assert done.code == 0, done.err
    return RunFolder(cwd / "run")


@pytest.fixture(scope="module")
def samples(folder: RunFolder) -> pl.DataFrame:
    return read_samples(folder.samples).with_columns(pl.col("op", "symbol", "outcome").cast(pl.String))


@pytest.fixture(scope="module")
def orders(folder: RunFolder) -> list[dict[str, str]]:
    """The run's own, as the exchange's ledger has them."""
    lines = folder.ledger.read_text(encoding="utf-8").splitlines()
    return [order for order in map(json.loads, lines) if order.get("clientOrderId", "").startswith("bo-")]


def test_every_operation_of_every_kind_is_there_in_proportion(folder: RunFolder, samples: pl.DataFrame) -> None:
    assert folder.read_record().status is RunStatus.COMPLETE
    assert set(samples["worker"]) == {0, 1}
    count = dict(samples.group_by("op").len().iter_rows())
    assert set(count) == {"order.place", "order.cancel", "order.query", "account.read", "book.read", "ticker.read"}
    # Of 110 turns: the panic closer reads the account in 2 of its 5, the reader the ticker in half of its 10, retail
    # and the panic closer query in 9 of 20 and in 2.
    whole = len(samples)
    assert count["account.read"] / whole == pytest.approx(2 / 110, abs=0.015)
    assert count["ticker.read"] / whole == pytest.approx(5 / 110, abs=0.02)
    assert count["order.query"] / whole == pytest.approx(11 / 110, abs=0.03)
    assert count["order.cancel"] > 0.08 * whole


def test_one_symbol_is_hot(samples: pl.DataFrame) -> None:
    named = samples.filter(pl.col("symbol") != "")
    count = dict(named.group_by("symbol").len().iter_rows())
    assert set(count) == {"BTCUSDT", "ETHUSDT"}
    assert count["ETHUSDT"] / len(named) == pytest.approx(0.1, abs=0.04)


def test_orders_rest_take_and_sell_at_any_price(orders: list[dict[str, str]]) -> None:
    by_type = {order["type"] for order in orders}
    assert by_type == {"LIMIT", "MARKET"}
    assert {order["side"] for order in orders if order["type"] == "MARKET"} == {"SELL"}
    assert {"CANCELED", "FILLED", "NEW"} <= {order["status"] for order in orders}


def test_nearly_every_cancel_finds_its_order(samples: pl.DataFrame) -> None:
    """All but those of orders that traded meanwhile."""
    cancels = samples.filter(pl.col("op") == "order.cancel")
    assert cancels.filter(pl.col("code") != 0).height <= 0.05 * cancels.height
