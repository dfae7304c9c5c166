"""What the commands of a folder only mean something with: all that the engine is built from, and the seed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import msgspec

from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import Fees, MemoryLimits
from mock_exchange.engine.symbols import Symbol

FORMAT_VERSION: Final = 1
"""Grows when files of before cannot be read any more; new fields at the end of commands do not need it."""


class Foundation(msgspec.Struct, frozen=True):
    """Every file begins with it, so that a folder explains itself and no other exchange goes on with it."""

    format_version: int
    seed: int
    fees: Mapping[str, int]
    memory: Mapping[str, int]
    symbols: Mapping[str, Mapping[str, Any]]
    """By name, the fields that a Symbol is made with."""

    def new_engine(self) -> Engine:
        symbols = [Symbol(**rules) for rules in self.symbols.values()]
        return Engine(symbols, Fees(**self.fees), MemoryLimits(**self.memory))

    def difference(self, found: "Foundation") -> str:
        """The first thing that is not the same there, as a part of a sentence; empty where nothing is."""
        pairs: list[tuple[str, object, object]] = [
            ("the format", found.format_version, self.format_version),
            ("the seed", found.seed, self.seed),
            ("the list of symbols", ", ".join(found.symbols), ", ".join(self.symbols)),
            *_field_pairs("fees", found.fees, self.fees),
            *_field_pairs("memory", found.memory, self.memory),
        ]
        for name, rules in self.symbols.items():
            pairs += _field_pairs(name, found.symbols.get(name, {}), rules)
        for what, there, here in pairs:
            if there != here:
                return f"{what} is {there} there and {here} in the configuration"
        return ""


def _field_pairs(
    name: str, there: Mapping[str, object], here: Mapping[str, object]
) -> list[tuple[str, object, object]]:
    return [(f"{name} {field}", there.get(field), here.get(field)) for field in {**here, **there}]


def foundation(seed: int, symbols: Sequence[Symbol], fees: Fees, memory: MemoryLimits) -> Foundation:
    return Foundation(
        FORMAT_VERSION, seed, asdict(fees), asdict(memory), {symbol.name: _rules(symbol) for symbol in symbols}
    )


def _rules(symbol: Symbol) -> dict[str, Any]:
    return {field.name: getattr(symbol, field.name) for field in fields(symbol) if field.init}
