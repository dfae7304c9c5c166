"""A part of a history is the same however long the history is, and costs what it has, not what the history has."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Traded
from mock_exchange.gateway.span import FROM_THE_LATEST, Span
from mock_exchange.gateway.trade_reads import wanted_rows

FOREVER_MS = 2**63
ME = 1


class Row(msgspec.Struct, frozen=True):
    id: int
    time_ms: int


class Watched:
    """A history that counts how many of its rows anyone has looked at."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.seen = 0

    def __iter__(self) -> Iterator[Row]:
        return self._counted(iter(self.rows))

    def __reversed__(self) -> Iterator[Row]:
        return self._counted(reversed(self.rows))

    def _counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.seen += 1
            yield row


@st.composite
def spans(draw: st.DrawFn) -> Span:
    from_id = draw(st.just(FROM_THE_LATEST) | st.integers(0, 40))
    start_ms = draw(st.just(0) | st.integers(1, 20))
    end_ms = draw(st.just(FOREVER_MS) | st.integers(0, 20))
    is_forward = from_id != FROM_THE_LATEST or start_ms > 0
    return Span(draw(st.integers(1, 6)), from_id, start_ms, end_ms, is_forward)


ids = st.lists(st.integers(0, 40), unique=True, max_size=25).map(sorted)
times = st.integers(0, 20)
accounts = st.integers(ME, 2)
orders = st.integers(1, 6)


def by_looking_at_all(wanted: Span, rows: Sequence[tuple[Row, int]]) -> list[tuple[Row, int]]:
    fitting = [
        row for row in rows if row[0].id >= wanted.from_id and wanted.start_ms <= row[0].time_ms <= wanted.end_ms
    ]
    return fitting[: wanted.limit] if wanted.is_forward else fitting[-wanted.limit :]


@given(data=st.data(), wanted=spans())
def test_a_part_is_what_looking_at_everything_would_have_found(data: st.DataObject, wanted: Span) -> None:
    rows = [Row(number, data.draw(times)) for number in data.draw(ids)]
    expected = [row for row, _ in by_looking_at_all(wanted, [(row, 0) for row in rows])]
    assert wanted.of(rows, attrgetter("id"), attrgetter("time_ms")) == expected


def test_the_latest_are_found_from_the_end() -> None:
    history = Watched([Row(number, number) for number in range(1000)])
    latest = Span(3, FROM_THE_LATEST, 0, FOREVER_MS, is_forward=False)
    assert [row.id for row in latest.of(history, attrgetter("id"), attrgetter("time_ms"))] == [997, 998, 999]
    assert history.seen == 3


def trade(number: int, time_ms: int, taker: tuple[int, int], maker: tuple[int, int]) -> Traded:
    """Of a taker and a maker, each an account and its order."""
    return Traded(number, "BTCUSDT", 1, 1, 1, Side.BUY, *taker, 0, *maker, 0, time_ms)


@given(data=st.data(), wanted=spans(), order_id=st.just(0) | orders)
def test_trades_are_those_that_looking_at_everything_would_have_found(
    data: st.DataObject, wanted: Span, order_id: int
) -> None:
    parties = st.tuples(accounts, orders)
    trades = [trade(number, data.draw(times), data.draw(parties), data.draw(parties)) for number in data.draw(ids)]
    rows = [
        (each, is_maker)
        for each in trades
        for is_maker, account, order in (
            (False, each.taker_account, each.taker_order_id),
            (True, each.maker_account, each.maker_order_id),
        )
        if account == ME and order_id in (0, order)
    ]
    mine = [each for each in trades if ME in (each.taker_account, each.maker_account)]
    expected = by_looking_at_all(
        wanted, [(Row(each.trade_id, each.time_ms), index) for index, (each, _) in enumerate(rows)]
    )
    assert wanted_rows(mine, ME, order_id, wanted) == [rows[index] for _, index in expected]
