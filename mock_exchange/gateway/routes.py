"""Every call that the exchange knows: by method and path, what it is and who prepares it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypedDict, Unpack

from mock_exchange.gateway import (
    account_reads,
    amend_order,
    cancel_order,
    commission,
    exchange_info,
    execution_rules,
    filter_replies,
    legacy_oco,
    listen_keys,
    market_candles,
    market_reads,
    market_statistics,
    market_trades,
    order_counts,
    order_list_reads,
    order_lists,
    order_reads,
    other_products,
    place_order,
    prevented_reads,
    replace_order,
    trade_reads,
    trial_order,
)
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.limits import weights
from mock_exchange.limits.limiter import Cost
from mock_exchange.limits.weights import Weight, weigh

SIGNING_PARAMETERS: Final = frozenset(("timestamp", "recvWindow", "signature"))


@dataclass(frozen=True, slots=True)
class Route:
    """A line of the table: what a call is, who prepares it, and what it is charged."""

    operation: str
    """What metrics call it; the names are those of the samples, where a sample can exist."""
    prepare: Callable[[Desk, Call], Work]
    """Checks the parameters, and returns what there is to do. Raises VenueError."""
    known: frozenset[str]
    """The parameters it reads, those of signing included."""
    signed: bool
    queued: bool
    """Whether it needs the engine, and so a place in the queue."""
    weight: Weight = 1
    """What it is charged where limits are on: a number, or a function of the parameters."""
    orders: int = 0
    """How many new orders it counts as."""
    is_free_when_done: bool = False
    """Its weight is given back if it succeeds."""
    counts_failures: bool = False
    """Its orders count even if the engine refuses them."""
    keyed: bool = False
    """Whether a key has to be named, although nothing is signed."""

    def cost(self, parameters: Mapping[str, str]) -> Cost:
        return Cost(weigh(self.weight, parameters), self.orders, self.is_free_when_done, self.counts_failures)


class Charges(TypedDict, total=False):
    """What a line of the table may say of limits."""

    weight: Weight
    orders: int
    is_free_when_done: bool
    counts_failures: bool


def _public(
    operation: str, prepare: Callable[[Desk, Call], Work], known: Iterable[str] = (), **charges: Unpack[Charges]
) -> Route:
    return Route(operation, prepare, frozenset(known), signed=False, queued=False, **charges)


def _market(
    operation: str, prepare: Callable[[Desk, Call], Work], known: Iterable[str], **charges: Unpack[Charges]
) -> Route:
    return Route(operation, prepare, frozenset(known), signed=False, queued=True, **charges)


def _account(
    operation: str,
    prepare: Callable[[Desk, Call], Work],
    known: Iterable[str] = (),
    *,
    queued: bool = True,
    **charges: Unpack[Charges],
) -> Route:
    return Route(operation, prepare, SIGNING_PARAMETERS | frozenset(known), signed=True, queued=queued, **charges)


def _keyed(prepare: Callable[[Desk, Call], Work], known: Iterable[str] = ()) -> Route:
    return Route("account.read", prepare, frozenset(known), signed=False, queued=False, weight=2, keyed=True)


def _order(operation: str, prepare: Callable[[Desk, Call], Work], known: Iterable[str], *, orders: int = 0) -> Route:
    """What places or cancels: it weighs nothing if it succeeds (since 2026-04-02)."""
    return _account(operation, prepare, known, orders=orders, is_free_when_done=True)


def _fixed(handlers: Mapping[bytes, Callable[[Desk, Call], Work]]) -> dict[bytes, Route]:
    """What other products answer to every account alike."""
    known = other_products.KNOWN_HISTORY
    return {line: _account("meta.read", prepare, known, queued=False) for line, prepare in handlers.items()}


_PAIRS = other_products.KNOWN_PAIRS

ROUTES: Mapping[bytes, Route] = MappingProxyType(
    {
        b"GET /api/v3/ping": _public("meta.read", market_reads.prepare_ping),
        b"GET /api/v3/time": _public("meta.read", market_reads.prepare_time),
        b"GET /api/v3/exchangeInfo": _public("meta.read", exchange_info.prepare, exchange_info.KNOWN, weight=20),
        b"GET /api/v3/depth": _market(
            "book.read", market_reads.prepare_depth, market_reads.KNOWN_DEPTH, weight=weights.depth
        ),
        b"GET /api/v3/trades": _market(
            "market.read", market_trades.prepare_trades, market_trades.KNOWN_TRADES, weight=25
        ),
        b"GET /api/v3/historicalTrades": _market(
            "market.read", market_trades.prepare_historical, market_trades.KNOWN_HISTORICAL, weight=25
        ),
        b"GET /api/v3/aggTrades": _market(
            "market.read", market_trades.prepare_aggregates, market_trades.KNOWN_AGGREGATES, weight=4
        ),
        b"GET /api/v3/klines": _market(
            "market.read", market_candles.prepare_candles, market_candles.KNOWN_CANDLES, weight=2
        ),
        b"GET /api/v3/uiKlines": _market(
            "market.read", market_candles.prepare_candles, market_candles.KNOWN_CANDLES, weight=2
        ),
        b"GET /api/v3/avgPrice": _market(
            "market.read", market_candles.prepare_average, market_candles.KNOWN_AVERAGE, weight=2
        ),
        b"GET /api/v3/ticker/24hr": _market(
            "ticker.read", market_statistics.prepare_day, market_statistics.KNOWN_DAY, weight=weights.day_ticker
        ),
        b"GET /api/v3/ticker/tradingDay": _market(
            "ticker.read",
            market_statistics.prepare_trading_day,
            market_statistics.KNOWN_TRADING_DAY,
            weight=weights.rolling_ticker,
        ),
        b"GET /api/v3/ticker": _market(
            "ticker.read",
            market_statistics.prepare_window,
            market_statistics.KNOWN_WINDOW,
            weight=weights.rolling_ticker,
        ),
        b"GET /api/v3/historicalBlockTrades": _public(
            "market.read", market_trades.prepare_blocks, market_trades.KNOWN_HISTORICAL, weight=25
        ),
        b"GET /api/v3/executionRules": _public(
            "meta.read", execution_rules.prepare_rules, execution_rules.KNOWN_RULES, weight=weights.execution_rules
        ),
        b"GET /api/v3/referencePrice": _public(
            "market.read", execution_rules.prepare_price, execution_rules.KNOWN_PRICE, weight=2
        ),
        b"GET /api/v3/referencePrice/calculation": _public(
            "market.read", execution_rules.prepare_price, execution_rules.KNOWN_PRICE, weight=2
        ),
        b"GET /api/v3/ticker/price": _market(
            "ticker.read", market_reads.prepare_price, market_reads.KNOWN_TICKER, weight=weights.price_ticker
        ),
        b"GET /api/v3/ticker/bookTicker": _market(
            "ticker.read", market_reads.prepare_book_ticker, market_reads.KNOWN_TICKER, weight=weights.price_ticker
        ),
        b"POST /api/v3/order": _order("order.place", place_order.prepare, place_order.KNOWN, orders=1),
        b"POST /api/v3/order/test": _account(
            "order.test", trial_order.prepare, trial_order.KNOWN, queued=False, weight=weights.test_order
        ),
        b"POST /api/v3/order/cancelReplace": _account(
            "order.replace",
            replace_order.prepare,
            replace_order.KNOWN,
            orders=1,
            is_free_when_done=True,
            counts_failures=True,
        ),
        b"PUT /api/v3/order/amend/keepPriority": _account(
            "order.amend", amend_order.prepare, amend_order.KNOWN, weight=4
        ),
        b"POST /api/v3/orderList/oco": _order("order.list", order_lists.prepare_oco, order_lists.KNOWN_OCO, orders=2),
        b"POST /api/v3/orderList/oto": _order("order.list", order_lists.prepare_oto, order_lists.KNOWN_OTO, orders=2),
        b"POST /api/v3/orderList/otoco": _order(
            "order.list", order_lists.prepare_otoco, order_lists.KNOWN_OTOCO, orders=3
        ),
        b"POST /api/v3/order/oco": _order("order.list", legacy_oco.prepare, legacy_oco.KNOWN, orders=2),
        b"DELETE /api/v3/order": _order("order.cancel", cancel_order.prepare, cancel_order.KNOWN),
        b"DELETE /api/v3/openOrders": _order("order.cancel", cancel_order.prepare_all, cancel_order.KNOWN_ALL),
        b"DELETE /api/v3/orderList": _order("order.cancel", cancel_order.prepare_list, cancel_order.KNOWN_LIST),
        b"GET /api/v3/order": _account("order.query", order_reads.prepare, order_reads.KNOWN, weight=4),
        b"GET /api/v3/openOrders": _account(
            "order.query", order_reads.prepare_open, order_reads.KNOWN_OPEN, weight=weights.open_orders
        ),
        b"GET /api/v3/allOrders": _account("order.query", order_reads.prepare_all, order_reads.KNOWN_ALL, weight=20),
        b"GET /api/v3/order/amendments": _account(
            "order.query", amend_order.prepare_history, amend_order.KNOWN_HISTORY, weight=4
        ),
        b"GET /api/v3/orderList": _account("order.query", order_list_reads.prepare, order_list_reads.KNOWN, weight=4),
        b"GET /api/v3/openOrderList": _account("order.query", order_list_reads.prepare_open, weight=6),
        b"GET /api/v3/allOrderList": _account(
            "order.query", order_list_reads.prepare_all, order_list_reads.KNOWN_ALL, weight=20
        ),
        b"GET /api/v3/account": _account("account.read", account_reads.prepare, account_reads.KNOWN, weight=20),
        b"GET /api/v3/myTrades": _account(
            "account.read", trade_reads.prepare, trade_reads.KNOWN, weight=weights.my_trades
        ),
        b"GET /api/v3/myPreventedMatches": _account(
            "account.read", prevented_reads.prepare, prevented_reads.KNOWN, weight=weights.prevented_matches
        ),
        b"GET /api/v3/rateLimit/order": _account("account.read", order_counts.prepare, queued=False, weight=40),
        b"POST /api/v3/userDataStream": _keyed(listen_keys.prepare_obtain),
        b"PUT /api/v3/userDataStream": _keyed(listen_keys.prepare_keep_alive, listen_keys.KNOWN),
        b"DELETE /api/v3/userDataStream": _keyed(listen_keys.prepare_revoke, listen_keys.KNOWN),
        b"GET /api/v3/account/commission": _account(
            "account.read", commission.prepare, commission.KNOWN, queued=False, weight=20
        ),
        b"GET /api/v3/myFilters": _account(
            "account.read", filter_replies.prepare, filter_replies.KNOWN, queued=False, weight=40
        ),
        b"GET /api/v3/myAllocations": _account(
            "account.read", other_products.prepare_nothing, account_reads.KNOWN_ALLOCATIONS, queued=False, weight=20
        ),
        b"GET /sapi/v1/capital/config/getall": _account("account.read", other_products.prepare_coins),
        b"GET /sapi/v1/margin/allPairs": _account("meta.read", other_products.prepare_nothing, _PAIRS, queued=False),
        b"GET /sapi/v1/margin/isolated/allPairs": _account(
            "meta.read", other_products.prepare_nothing, _PAIRS, queued=False
        ),
        b"GET /sapi/v1/asset/tradeFee": _account(
            "meta.read", other_products.prepare_fees, other_products.KNOWN_FEE, queued=False
        ),
        b"POST /sapi/v3/asset/getUserAsset": _account(
            "account.read", other_products.prepare_assets, other_products.KNOWN_ASSETS
        ),
        **_fixed(
            {
                b"POST /sapi/v1/asset/get-funding-asset": other_products.prepare_nothing,
                b"GET /sapi/v1/asset/assetDividend": other_products.prepare_no_rows,
                b"GET /sapi/v1/asset/transfer": other_products.prepare_no_rows,
                b"GET /sapi/v1/asset/dribblet": other_products.prepare_no_dust,
                b"GET /sapi/v1/capital/deposit/hisrec": other_products.prepare_nothing,
                b"GET /sapi/v1/capital/withdraw/history": other_products.prepare_nothing,
                b"GET /sapi/v1/convert/assetInfo": other_products.prepare_nothing,
                b"GET /sapi/v1/account/status": other_products.prepare_account_status,
                b"GET /sapi/v1/account/apiTradingStatus": other_products.prepare_trading_status,
                b"GET /sapi/v1/account/apiRestrictions": other_products.prepare_restrictions,
                b"GET /sapi/v1/bnbBurn": other_products.prepare_no_burn,
            }
        ),
        b"GET /sapi/v1/system/status": _public("meta.read", other_products.prepare_status),
        b"GET /fapi/v1/ping": _public("meta.read", market_reads.prepare_ping),
        b"GET /dapi/v1/ping": _public("meta.read", market_reads.prepare_ping),
        b"GET /fapi/v1/time": _public("meta.read", market_reads.prepare_time),
        b"GET /dapi/v1/time": _public("meta.read", market_reads.prepare_time),
        b"GET /fapi/v1/exchangeInfo": _public("meta.read", other_products.prepare_futures_info),
        b"GET /dapi/v1/exchangeInfo": _public("meta.read", other_products.prepare_futures_info),
    }
)

KNOWN_PATHS: Final = frozenset(line.partition(b" ")[2] for line in ROUTES)
OTHER: Final = "other"
"""The operation of a request that is none of these."""

OPERATIONS: Final = (*dict.fromkeys(route.operation for route in ROUTES.values()), OTHER)
