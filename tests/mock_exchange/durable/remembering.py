"""What an exchange that came back must still know: all that its clients were told, and nothing that contradicts it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from mock_exchange.engine.commands import Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import Order
from tests.mock_exchange.durable.loading import Memory
from tests.mock_exchange.served import OTHER, OWN, Json, Served
from tests.mock_exchange.streams.test_local_book import snapshot_of

OPEN = ("NEW", "PARTIALLY_FILLED")


def check_truth(truth: Sequence[Json], memories: Sequence[Memory]) -> None:
    """Everything that was acknowledged is there once and as it was told, and nothing that nobody asked for."""
    assert max(Counter(order["orderId"] for order in truth).values(), default=1) == 1
    assert max(Counter(order["clientOrderId"] for order in truth).values(), default=1) == 1
    by_client_id = {order["clientOrderId"]: order for order in truth}
    assert by_client_id.keys() <= set().union(*(memory.sent for memory in memories))
    for memory in memories:
        assert memory.refused.isdisjoint(by_client_id)
        for name, acknowledged in memory.orders.items():
            _check_order(by_client_id[name], acknowledged, memory)


def _check_order(order: Json, acknowledged: Json, memory: Memory) -> None:
    name = acknowledged["clientOrderId"]
    for field in ("orderId", "symbol", "side", "type"):
        assert order[field] == acknowledged[field], (order, acknowledged)
    assert Decimal(order["origQty"]) in memory.quantities[name], (order, memory.quantities[name])
    assert Decimal(order["executedQty"]) >= Decimal(acknowledged["executedQty"]), (order, acknowledged)
    if name in memory.canceled:
        assert order["status"] == "CANCELED", order
    elif name not in memory.ending:
        assert order["status"] != "CANCELED", order
    if acknowledged["status"] not in OPEN:
        assert order["status"] == acknowledged["status"], (order, acknowledged)


def check_book(served: Served, symbol: str, truth: Sequence[Json], memories: Sequence[Memory]) -> None:
    """The book is what the open orders have left, and these are at the prices at which they were acknowledged."""
    orders = [
        order
        for account in (OWN, OTHER)
        for order in served.signed_call("GET", "/api/v3/openOrders", account, symbol=symbol).json
    ]
    is_open = {each["clientOrderId"] for each in truth if each["symbol"] == symbol and each["status"] in OPEN}
    assert {order["clientOrderId"] for order in orders} == is_open
    acknowledged = {name: order for memory in memories for name, order in memory.orders.items()}
    levels: dict[str, dict[Decimal, Decimal]] = {"BUY": {}, "SELL": {}}
    for order in orders:
        name = order["clientOrderId"]
        assert name not in acknowledged or order["price"] == acknowledged[name]["price"]
        if order["isWorking"]:
            side, price = levels[order["side"]], Decimal(order["price"])
            side[price] = side.get(price, Decimal()) + Decimal(order["origQty"]) - Decimal(order["executedQty"])
    snapshot = snapshot_of(served, symbol)
    assert levels == {"BUY": _as_numbers(snapshot["bids"]), "SELL": _as_numbers(snapshot["asks"])}


def _as_numbers(levels: Sequence[Sequence[str]]) -> dict[Decimal, Decimal]:
    return {Decimal(price): Decimal(quantity) for price, quantity in levels}


def totals(engine: Engine) -> dict[str, int]:
    """Units of each asset in all accounts together."""
    sums: Counter[str] = Counter()
    for balances in engine.accounts().values():
        for asset, balance in balances.items():
            sums[asset] += balance.free + balance.locked
    return dict(sums)


def check_holds(engine: Engine) -> None:
    """What is locked is what open orders need, to the last unit."""
    for account, balances in engine.accounts().items():
        needed = _needed(engine, engine.open_orders(account))
        assert {asset: balance.locked for asset, balance in balances.items() if balance.locked} == needed
        assert all(balance.free >= 0 for balance in balances.values())


def _needed(engine: Engine, orders: Sequence[Order]) -> Mapping[str, int]:
    """By asset. Of two orders of a pair only one can be done, so they need what the larger of them needs."""
    by_hold: dict[tuple[str, int, int], int] = {}
    for order in orders:
        symbol = engine.symbols[order.symbol]
        if order.side is Side.BUY:
            asset, amount = symbol.quote, symbol.notional(order.price, order.remaining)
        else:
            asset, amount = symbol.base, order.remaining * symbol.lot_units
        hold = asset, order.list_id, order.order_id if order.list_id < 0 else 0
        by_hold[hold] = max(by_hold.get(hold, 0), amount)
    sums: Counter[str] = Counter()
    for (asset, _, _), amount in by_hold.items():
        sums[asset] += amount
    return dict(sums)
