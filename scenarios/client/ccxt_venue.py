"""A venue through ccxt: slower than our own client by far, and as many dialects as ccxt has.

What ccxt answers or raises is told in the dialect that the rest of the package understands, so that outcomes are made
in one place. Every address of the exchange's class is replaced by the one that was checked: nothing leaves for the
venue that the class is made for. Needs gevent's monkey patching, since ccxt waits in ``requests``.
"""

import importlib
import json
import re
import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from scenarios.client.classify import SHED_TEXT, Reply
from scenarios.client.connection import Sending
from scenarios.client.counts import CallCounts
from scenarios.client.failures import CallFailed
from scenarios.errors import InvalidTarget, TargetUnavailable
from scenarios.operations import Request
from scenarios.operations.ladder import Conventions

KNOWN_ORDERS_MAX = 20_000
DECIMAL_PLACES = 2
"""ccxt's precisionMode for venues that count digits; the others give steps."""
STATUSES = {"open": "NEW", "closed": "FILLED", "canceled": "CANCELED", "expired": "EXPIRED", "rejected": "REJECTED"}

REFUSALS: Sequence[tuple[str, int, int, str]] = (
    ("RateLimitExceeded", 429, -1003, ""),
    ("DDoSProtection", 429, -1003, ""),
    ("OnMaintenance", 503, 0, SHED_TEXT),
    ("ExchangeNotAvailable", 503, 0, "not available"),
    ("InsufficientFunds", 400, -2010, ""),
    ("OrderNotFound", 400, -2013, ""),
    ("InvalidOrder", 400, -2010, ""),
    ("CancelPending", 400, -2011, ""),
    ("MarketClosed", 400, -2010, ""),
    ("BadResponse", 500, 0, "unreadable"),
    ("ExchangeError", 400, 0, ""),
)
"""ccxt's exception -> status, code and text of what means the same in our dialect; the first that fits.

Source: ccxt 4.5, base/errors.py (``error_hierarchy``): an ExchangeError is the venue's refusal of this request, an
OperationFailed may have been done. Any other of these, RequestTimeout among them, is no answer.
"""


UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What ccxt raises where an answer has not the shape that it looks for: an answer that may have been a success."""


def open_ccxt(name: str, base_url: str, account: tuple[str, str], timeout_ms: int, connections_max: int) -> "CcxtVenue":
    """ccxt's exchange of this name, pointed at ``base_url``. Raises InvalidTarget without ccxt or such an exchange."""
    require_known(name)
    key, secret = account
    settings = {"apiKey": key, "secret": secret, "timeout": timeout_ms, "enableRateLimit": False}
    exchange = getattr(ccxt_module(), name)(settings)
    exchange.urls["api"] = _at(base_url, exchange.urls["api"])
    adapters = importlib.import_module("requests.adapters")
    exchange.session.mount("http://", adapters.HTTPAdapter(pool_connections=1, pool_maxsize=connections_max))
    exchange.session.max_redirects = 0
    return CcxtVenue(exchange)


def require_known(name: str) -> None:
    """Raises InvalidTarget where ccxt is not installed, or has no exchange of this name."""
    if name not in ccxt_module().exchanges:
        raise InvalidTarget("traffic.ccxt", name, "is no exchange of ccxt's: write its id, such as binance or kraken")


def ccxt_module() -> Any:
    """Raises InvalidTarget, naming the extra, where it is not installed."""
    try:
        return importlib.import_module("ccxt")
    except ImportError as error:
        raise InvalidTarget("traffic.ccxt", "ccxt", "is not installed: pip install 'brownout[ccxt]'") from error


class CcxtVenue:
    """An exchange of ccxt's and the markets that it has."""

    def __init__(self, exchange: Any) -> None:
        self.exchange = exchange
        self.markets: dict[str, Any] = {}
        """Name as scenarios write it, base and quote together, to ccxt's market: BTCUSDT is BTC/USDT."""

    def load(self) -> None:
        """Learn the spot markets. Raises TargetUnavailable."""
        try:
            spot = [each for each in self.exchange.load_markets().values() if each.get("spot") and each.get("active")]
        except ccxt_module().BaseError as error:
            raise _unavailable(error) from error
        self.markets = {f"{each['base']}{each['quote']}": each for each in spot}

    def market(self, symbols: Sequence[str]) -> list[Conventions]:
        """Conventions and prices of ``symbols``, or of the first spot market. Raises TargetUnavailable."""
        self.load()
        wanted = list(symbols) or list(self.markets)[:1]
        missing = [name for name in wanted if name not in self.markets]
        if missing or not wanted:
            raise TargetUnavailable(f"the venue does not trade {', '.join(missing) or 'anything'}")
        try:
            self.exchange.fetch_balance()  # orders that are refused for their key would make every figure meaningless
            return [self._conventions(name, self.markets[name]) for name in wanted]
        except ccxt_module().BaseError as error:
            raise _unavailable(error) from error

    def _conventions(self, name: str, market: Any) -> Conventions:
        book = self.exchange.fetch_order_book(market["symbol"], 5)
        if not book["bids"] or not book["asks"]:
            raise TargetUnavailable(f"{name} has no price on both sides")
        limits = market["limits"]
        return Conventions(
            symbol=name,
            tick=self._step(market["precision"]["price"]),
            lot=self._step(market["precision"]["amount"]),
            quantity_min=Decimal(str(limits["amount"]["min"] or 0)),
            notional_min=Decimal(str(limits["cost"]["min"] or 0)),
            bid=Decimal(str(book["bids"][0][0])),
            ask=Decimal(str(book["asks"][0][0])),
        )

    def _step(self, precision: float) -> Decimal:
        if self.exchange.precisionMode == DECIMAL_PLACES:
            return Decimal(1).scaleb(-int(precision))
        return Decimal(str(precision))


class CcxtClient:
    """Calls one venue with one account. As the fast client, it is shared by all users of a generator."""

    def __init__(self, venue: CcxtVenue, clock: Callable[[], int], counts: CallCounts | None = None) -> None:
        self._venue = venue
        self._exchange = venue.exchange
        self._clock = clock
        self._counts = counts or CallCounts()
        self._errors = ccxt_module()
        self._ids: dict[str, str] = {}
        self._heard = threading.local()  # a greenlet's own, once gevent has patched it
        venue.exchange.session.hooks["response"].append(self._note_fault)

    def call(self, request: Request, sending: Sending) -> Reply:
        """Raises CallFailed. Status and code of the reply are those of our dialect, whatever the venue's own were."""
        self._counts.calls += 1
        self._heard.fault = ""
        sending.sent_ns = self._clock()
        try:
            said = self._act(request)
        except self._errors.BaseError as error:
            refused = None if broken_off(error) else self._refusal(error)
            if refused is not None:
                return refused
            if not_sent(error):
                sending.sent_ns = -1
            raise CallFailed(f"{type(error).__name__}: {error}", sent=sending.sent_ns >= 0) from error
        except UNREADABLE as error:
            return Reply(500, repr(error).encode(), self._heard.fault)
        return Reply(200, json.dumps(said).encode(), self._heard.fault)

    def close(self) -> None:
        self._exchange.session.close()

    def _act(self, request: Request) -> object:
        """What an operation asks, said to ccxt, and its answer as far as anybody looks at it."""
        exchange, query = self._exchange, dict(parse_qsl(request.query))
        symbol = self._venue.markets[request.symbol]["symbol"] if request.symbol else ""
        match request.method, request.path:
            case "POST", "/api/v3/order":
                return self._noted(request, exchange.create_order(symbol, *_said(query, request.client_order_id)))
            case "DELETE", "/api/v3/order":
                return _order(exchange.cancel_order(*self._named(request, symbol)))
            case "GET", "/api/v3/order":
                return _order(exchange.fetch_order(*self._named(request, symbol)))
            case "GET", "/api/v3/depth":
                return _read(exchange.fetch_order_book(symbol, int(query["limit"])))
            case "GET", "/api/v3/ticker/bookTicker":
                return _read(exchange.fetch_ticker(symbol))
            case "GET", "/api/v3/account":
                return _read(exchange.fetch_balance())
        raise NotImplementedError(f"{request.method} {request.path} has no call of ccxt's")

    def _named(self, request: Request, symbol: str) -> tuple[str | None, str, dict[str, str]]:
        """By the venue's id, which every venue takes; by ours where the venue never told one."""
        known = self._ids.get(request.client_order_id)
        return known, symbol, {} if known is not None else {"clientOrderId": request.client_order_id}

    def _noted(self, request: Request, order: Any) -> object:
        if len(self._ids) >= KNOWN_ORDERS_MAX:
            del self._ids[next(iter(self._ids))]
        self._ids[request.client_order_id] = str(order["id"])
        return _order(order)

    def _refusal(self, error: Exception) -> Reply | None:
        """None where it is no answer."""
        for name, status, code, text in REFUSALS:
            if isinstance(error, getattr(self._errors, name)):
                return Reply(status, json.dumps({"code": code, "msg": text}).encode(), self._heard.fault)
        return None

    def _note_fault(self, response: Any, *_: object, **__: object) -> None:
        self._heard.fault = response.headers.get("x-brownout-fault", "")


def _unavailable(error: Exception) -> TargetUnavailable:
    return TargetUnavailable(f"the venue does not answer ccxt: {type(error).__name__}: {error}")


def broken_off(error: BaseException) -> bool:
    """Whether the connection failed and there is no answer; ccxt calls some of these a refusal."""
    cause = error.__cause__
    return isinstance(cause, OSError) and type(cause).__name__ not in {"HTTPError", "TooManyRedirects"}


def not_sent(error: BaseException) -> bool:
    """Whether no byte can have left: the connection itself was refused or timed out."""
    seen: BaseException | None = error
    while seen is not None:
        if type(seen).__name__ in {"ConnectTimeout", "NewConnectionError", "ConnectTimeoutError"}:
            return True
        reasons = [getattr(each, "reason", None) for each in seen.args if isinstance(each, Exception)]
        if any(type(reason).__name__ in {"NewConnectionError", "ConnectTimeoutError"} for reason in reasons):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _said(query: dict[str, str], client_order_id: str) -> tuple[str, str, float, float | None, dict[str, str]]:
    """An order's kind, side, amount, price and parameters in ccxt's words; GTC, which is usual, goes unsaid."""
    good = query.get("timeInForce", "GTC")
    own = {"clientOrderId": client_order_id} | ({} if good == "GTC" else {"timeInForce": good})
    price = float(query["price"]) if "price" in query else None
    return query["type"].lower(), query["side"].lower(), float(query["quantity"]), price, own


def _order(order: Any) -> object:
    return {"orderId": 1, "status": STATUSES.get(order.get("status") or "open", "NEW")}


def _read(said: Any) -> object:
    return {} if said is not None else None


def _at(base_url: str, urls: Any) -> Any:
    """All addresses in ccxt's nested table with their scheme and host replaced."""
    if isinstance(urls, str):
        return re.sub(r"^(https?|wss?)://[^/]+", base_url, urls)
    return {name: _at(base_url, each) for name, each in urls.items()} if isinstance(urls, dict) else urls
