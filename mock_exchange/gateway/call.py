"""One admitted call: who asks what. Typed access to its parameters, with the venue's errors for what is wrong."""

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from mock_exchange.engine.symbols import GridError, PrecisionError, Symbol, parse_amount
from mock_exchange.gateway.errors import (
    VenueError,
    bad_combination,
    empty,
    filter_failure,
    illegal,
    invalid_symbol,
    invalid_value,
    mandatory,
)

_Choice = TypeVar("_Choice")
_CLIENT_ID = "^[a-zA-Z0-9-_]{1,36}$"
_CLIENT_ID_PATTERN = re.compile(r"[a-zA-Z0-9\-_]{1,36}")
_INTEGER_MAX = 2**63 - 1
"""The venue's ids and times are signed 64-bit numbers (LONG in its documentation)."""
_INTEGER = "^[0-9]{1,20}$"
_NUMBER = "^([0-9]{1,20})(\\.[0-9]{1,20})?$"
_MICROSECONDS_MIN = 10**15
_NAMES = msgspec.json.Decoder(list[str])


class Call(msgspec.Struct, frozen=True, gc=False):
    account: int
    """0 for public calls."""
    parameters: Mapping[str, str]
    time_ms: int
    """When the gateway accepted it, since the epoch."""

    def text(self, name: str) -> str:
        """A mandatory parameter, not empty."""
        value = self.parameters.get(name)
        if not value:
            raise mandatory(name)
        return value

    def optional(self, name: str) -> str:
        """Empty where it was not sent; -1105 where it was sent empty."""
        value = self.parameters.get(name)
        if value == "":
            raise empty(name)
        return value or ""

    def symbol(self, symbols: Mapping[str, Symbol]) -> Symbol:
        name = self.parameters.get("symbol")
        symbol = symbols.get(name) if name else None
        if symbol is None:
            raise invalid_symbol() if name else mandatory("symbol")
        return symbol

    def symbols(self, symbols: Mapping[str, Symbol]) -> list[Symbol]:
        """From ``symbol``, ``symbols`` (a JSON list) or, with neither, all."""
        if "symbols" not in self.parameters:
            return [self.symbol(symbols)] if "symbol" in self.parameters else list(symbols.values())
        if "symbol" in self.parameters:
            raise bad_combination()
        try:
            return [symbols[name] for name in _NAMES.decode(self.parameters["symbols"])]
        except msgspec.DecodeError:
            raise illegal("symbols", '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$') from None
        except KeyError:
            raise invalid_symbol() from None

    def choice(self, name: str, choices: Mapping[str, _Choice], code: int, text: str) -> _Choice:
        """One of a few words; the error ``code`` and ``text`` where it is another."""
        chosen = choices.get(self.parameters.get(name, ""))
        if chosen is None:
            raise VenueError(code, text) if self.parameters.get(name) else mandatory(name)
        return chosen

    def flag(self, name: str, *, default: bool = False) -> bool:
        """In any case: binance-connector writes Python's ``True``; what the venue makes of that is not documented."""
        text = self.optional(name).lower()
        if text not in ("", "true", "false"):
            raise illegal(name, "^(true|false)$")
        return text == "true" if text else default

    def integer(self, name: str, default: int = 0) -> int:
        text = self.optional(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= _INTEGER_MAX):
            raise illegal(name, _INTEGER)
        return int(text)

    def time(self, name: str) -> int | None:
        """Milliseconds since the epoch; what has as many digits as microseconds have in this century means those."""
        if name not in self.parameters:
            return None
        time = self.integer(name)
        return time // 1000 if time >= _MICROSECONDS_MIN else time

    def limit(self, default: int, largest: int) -> int:
        """How many entries are wanted; what is above the largest means the largest, as on the venue."""
        wanted = self.integer("limit", default)
        if wanted < 1:
            raise invalid_value("limit")
        return min(wanted, largest)

    def client_id(self, name: str) -> str:
        """Empty where it was not sent."""
        text = self.optional(name)
        if text and not _CLIENT_ID_PATTERN.fullmatch(text):
            raise illegal(name, _CLIENT_ID)
        return text

    def price(self, symbol: Symbol, name: str = "price") -> int:
        """Ticks."""
        try:
            return symbol.parse_price(self.parameters[name]) or _nothing(name)
        except (KeyError, ValueError) as error:
            raise self._bad_number(name, error) from None

    def quantity(self, symbol: Symbol, name: str = "quantity") -> int:
        """Lots."""
        try:
            return symbol.parse_quantity(self.parameters[name]) or _nothing(name)
        except (KeyError, ValueError) as error:
            raise self._bad_number(name, error) from None

    def amount(self, name: str) -> int:
        """1e-8 of an asset."""
        try:
            return parse_amount(self.parameters[name]) or _nothing(name)
        except (KeyError, ValueError) as error:
            raise self._bad_number(name, error) from None

    def _bad_number(self, name: str, error: Exception) -> VenueError:
        if not self.parameters.get(name):
            return mandatory(name)
        if isinstance(error, GridError):
            return filter_failure(error.rejection.value)
        if isinstance(error, PrecisionError):
            return VenueError(-1111, f"Parameter '{name}' has too much precision.")
        return illegal(name, _NUMBER)


def _nothing(name: str) -> int:
    raise VenueError(-1013, f"Invalid {name}.")
