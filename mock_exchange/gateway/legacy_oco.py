"""POST order/oco, deprecated by the venue and still sent by clients: a limit and a stop order, with names of their own.

Source: Binance Spot API documentation, new OCO (deprecated).
"""

from typing import Final

from mock_exchange.engine.commands import ListKind, OrderType, Side
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_lists import known_in_list, list_work
from mock_exchange.gateway.order_parameters import Names, order_command

_LIMIT: Final = Names(
    "limit",
    "",
    "side",
    "quantity",
    "limitClientOrderId",
    quote_quantity="",
    stop_price="",
    trailing_delta="",
    iceberg="limitIcebergQty",
    time_in_force="",
    strategy_id="limitStrategyId",
    strategy_type="limitStrategyType",
    peg=(),
)
_STOP: Final = Names(
    "stop",
    "",
    "side",
    "quantity",
    "stopClientOrderId",
    quote_quantity="",
    price="stopLimitPrice",
    iceberg="stopIcebergQty",
    time_in_force="stopLimitTimeInForce",
    strategy_id="stopStrategyId",
    strategy_type="stopStrategyType",
    peg=(),
)
KNOWN: Final = known_in_list(_LIMIT, _STOP)


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    limit = order_command(desk, call, symbol, _LIMIT, OrderType.LIMIT_MAKER)
    is_limited = _STOP.price in call.parameters
    stop = order_command(desk, call, symbol, _STOP, OrderType.STOP_LOSS_LIMIT if is_limited else OrderType.STOP_LOSS)
    above_and_below = (stop, limit) if limit.side is Side.BUY else (limit, stop)
    return list_work(desk, call, symbol, ListKind.OCO, above_and_below)
