"""How the slow exchange ends an auction: every price is tried."""

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Event
from tests.mock_exchange.engine.model_floor import ModelFloor


def uncross(floor: ModelFloor, symbol: str, events: list[Event]) -> None:
    price = _fairest_price(floor, symbol)
    while (bids := floor.resting(symbol, Side.BUY)) and (asks := floor.resting(symbol, Side.SELL)):
        bid, ask = bids[0], asks[0]
        if bid.placed.price < ask.placed.price:
            return
        lots = min(bid.shown, ask.shown)
        newer, older = (bid, ask) if bid.order_id > ask.order_id else (ask, bid)
        events.append(floor.fill(newer, older, price, lots))
        floor.served(bid, lots)
        floor.served(ask, lots)


def _fairest_price(floor: ModelFloor, symbol: str) -> int:
    bids, asks = floor.resting(symbol, Side.BUY), floor.resting(symbol, Side.SELL)

    def merit(price: int) -> tuple[int, int, int, int]:
        bought = sum(bid.rest for bid in bids if bid.placed.price >= price)
        sold = sum(ask.rest for ask in asks if ask.placed.price <= price)
        return min(bought, sold), -abs(bought - sold), -abs(price - floor.last_price[symbol]), -price

    return max((order.placed.price for order in bids + asks), key=merit, default=0)
