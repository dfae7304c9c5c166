"""What is asked of a venue before the traffic starts: does it answer, does it take our key, what does it trade."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from scenarios.client.classify import Reply
from scenarios.client.failures import CallFailed
from scenarios.client.venue import VenueClient
from scenarios.errors import TargetUnavailable
from scenarios.operations import Request
from scenarios.operations.ladder import Conventions

T = TypeVar("T")


class _Filter(msgspec.Struct, rename="camel"):
    filter_type: str
    tick_size: str = "0"
    step_size: str = "0"
    min_qty: str = "0"
    min_notional: str = "0"


class _Symbol(msgspec.Struct):
    symbol: str
    status: str
    filters: list[_Filter]


class _ExchangeInfo(msgspec.Struct):
    symbols: list[_Symbol]


class _BookTicker(msgspec.Struct, rename="camel"):
    bid_price: str
    ask_price: str


@dataclass(slots=True)
class _Enquiry:
    arrival: int = -1
    sent_ns: int = -1


def learn_market(client: VenueClient, symbols: Sequence[str]) -> list[Conventions]:
    """Conventions and prices of ``symbols``, or of the first one that the venue trades where none is named.

    Raises TargetUnavailable when the venue does not answer, does not take the key or has no price.
    """
    listed = {each.symbol: each for each in _asked(client, "/api/v3/exchangeInfo", "", _ExchangeInfo).symbols}
    trading = [name for name, each in listed.items() if each.status == "TRADING"]
    wanted = list(symbols) or trading[:1]
    missing = [name for name in wanted if name not in trading]
    if missing or not wanted:
        raise TargetUnavailable(f"the venue does not trade {', '.join(missing) or 'anything'}; it has {trading[:10]}")
    _require_accepted_key(client)
    return [_conventions(listed[name], _book_ticker(client, name)) for name in wanted]


def _require_accepted_key(client: VenueClient) -> None:
    """Orders that are refused for their signature would make every figure of the run meaningless."""
    reply = _reply(client, Request("GET", "/api/v3/account", "", True, ""))
    if reply.status != 200:
        said = reply.body[:200].decode("utf-8", "replace")
        raise TargetUnavailable(f"the venue refuses the API key (HTTP {reply.status}): {said}")


def _book_ticker(client: VenueClient, symbol: str) -> _BookTicker:
    return _asked(client, "/api/v3/ticker/bookTicker", f"symbol={symbol}", _BookTicker)


def _conventions(listed: _Symbol, ticker: _BookTicker) -> Conventions:
    filters = {each.filter_type: each for each in listed.filters}
    try:
        prices, lots = filters["PRICE_FILTER"], filters["LOT_SIZE"]
        notional = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or _Filter("NOTIONAL")
        conventions = Conventions(
            symbol=listed.symbol,
            tick=Decimal(prices.tick_size),
            lot=Decimal(lots.step_size),
            quantity_min=Decimal(lots.min_qty),
            notional_min=Decimal(notional.min_notional),
            bid=Decimal(ticker.bid_price),
            ask=Decimal(ticker.ask_price),
        )
    except (KeyError, InvalidOperation) as error:
        raise TargetUnavailable(f"the venue says nothing usable of how {listed.symbol} is traded: {error!r}") from error
    if min(conventions.tick, conventions.lot, conventions.bid, conventions.ask) <= 0:
        raise TargetUnavailable(f"{listed.symbol} has no tick, no lot or no price on both sides: {conventions}")
    return conventions


def _asked(client: VenueClient, path: str, query: str, answer: type[T]) -> T:
    reply = _reply(client, Request("GET", path, query, False, ""))
    try:
        if reply.status == 200:
            return msgspec.json.decode(reply.body, type=answer)
    except msgspec.MsgspecError as error:
        raise TargetUnavailable(f"GET {path} gave what cannot be read: {error}") from error
    raise TargetUnavailable(f"GET {path} gave HTTP {reply.status}: {reply.body[:200].decode('utf-8', 'replace')}")


def _reply(client: VenueClient, request: Request) -> Reply:
    try:
        return client.call(request, _Enquiry())
    except CallFailed as failure:
        raise TargetUnavailable(f"GET {request.path} got no answer: {failure}") from failure
