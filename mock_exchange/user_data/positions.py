"""Which balances of an account have changed since it was last told of them."""

from collections.abc import Container, Iterator, Sequence

from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Deposited, Event, Rejected, StatusChanged, Traded
from mock_exchange.engine.orders import Balance
from mock_exchange.gateway.order_replies import amount
from mock_exchange.user_data.reports import Told
from mock_exchange.user_data.shapes import AccountPosition, AssetPosition

_NEVER_HELD = Balance()


class Positions:
    """Remembers what each listened account knows of its balances."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[int, dict[str, tuple[int, int]]] = {}

    def watch(self, account: int) -> None:
        """From now on changes count: whoever starts to listen reads the balances of before by himself."""
        held = self._engine.balances(account)
        self._known[account] = {asset: (balance.free, balance.locked) for asset, balance in held.items()}

    def forget(self, account: int) -> None:
        del self._known[account]

    def changes(
        self, events: Sequence[Event], listened: Container[int], *, event_ms: int, updated_ms: int
    ) -> Iterator[Told]:
        """One position for each account of which the command changed a balance."""
        for account, assets in self._touched(events, listened).items():
            changed = [asset for asset in assets if self._learn(account, asset)]
            if changed:
                held = [self._position(account, asset) for asset in changed]
                yield Told(account, AccountPosition(event_ms, updated_ms, held))

    def _touched(self, events: Sequence[Event], listened: Container[int]) -> dict[int, dict[str, None]]:
        """Per account, the assets that may have changed, without repetition and in the order of the events."""
        touched: dict[int, dict[str, None]] = {}
        for event in events:
            for account in _accounts(event):
                if account in listened:
                    touched.setdefault(account, {}).update(dict.fromkeys(self._assets(event)))
        return touched

    def _assets(self, event: Event) -> tuple[str, ...]:
        if isinstance(event, Deposited):
            return (event.asset,)
        symbol = self._engine.symbols[event.symbol]
        return symbol.base, symbol.quote

    def _learn(self, account: int, asset: str) -> bool:
        """Whether the balance is another than the account knows; from now on it knows this one."""
        balance = self._balance(account, asset)
        now = balance.free, balance.locked
        known = self._known[account]
        if known.get(asset, (0, 0)) == now:
            return False
        known[asset] = now
        return True

    def _position(self, account: int, asset: str) -> AssetPosition:
        balance = self._balance(account, asset)
        return AssetPosition(asset, amount(balance.free), amount(balance.locked))

    def _balance(self, account: int, asset: str) -> Balance:
        return self._engine.balances(account).get(asset, _NEVER_HELD)


def _accounts(event: Event) -> tuple[int, ...]:
    if isinstance(event, Traded):
        return event.taker_account, event.maker_account
    return () if isinstance(event, Rejected | StatusChanged) else (event.account,)
