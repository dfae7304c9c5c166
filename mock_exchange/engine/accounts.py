"""Who owns what. Every unit is free or locked in one account; nothing here creates units except a deposit."""

from collections.abc import Mapping
from types import MappingProxyType

from mock_exchange.engine.orders import Balance

_NOTHING: Mapping[str, Balance] = MappingProxyType({})


class Accounts:
    __slots__ = ("_balances",)

    def __init__(self) -> None:
        self._balances: dict[int, dict[str, Balance]] = {}

    def of(self, account: int) -> Mapping[str, Balance]:
        """Balances by asset, in the order in which the account first met them; empty for an unknown account."""
        balances = self._balances.get(account)
        return MappingProxyType(balances) if balances is not None else _NOTHING

    def balance(self, account: int, asset: str) -> Balance:
        """The balance itself, to be changed by whoever settles; it begins at zero."""
        try:
            return self._balances[account][asset]
        except KeyError:
            return self._balances.setdefault(account, {}).setdefault(asset, Balance())

    def export(self) -> dict[int, dict[str, Balance]]:
        """What a snapshot holds: the balances themselves, to be written before the next command."""
        return self._balances

    def restore(self, state: dict[int, dict[str, Balance]]) -> None:
        self._balances = state

    def all(self) -> Mapping[int, Mapping[str, Balance]]:
        return MappingProxyType(self._balances)
