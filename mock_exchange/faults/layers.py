"""How several faults may stand before the same part of the exchange, and each leave when it likes."""

from collections.abc import Callable
from functools import partial
from typing import Generic, Self, TypeVar

_Part = TypeVar("_Part")


class Layers(Generic[_Part]):
    """One part, such as the function that serves requests, and the faults that stand before it.

    ``put`` sets the reference by which the exchange finds the part. Nobody asks on each request whether there is a
    fault: without one the reference is the part itself, as it was.
    """

    def __init__(self, part: _Part, put: Callable[[_Part], None]) -> None:
        self.part = part
        """Without any of them."""
        self._put = put
        self._layers: dict[object, Callable[[_Part], _Part]] = {}

    @classmethod
    def before(cls, owner: object, name: str) -> Self:
        """Before an attribute of the owner, which then finds it on itself and no more in its class."""
        return cls(getattr(owner, name), partial(setattr, owner, name))

    def add(self, layer: Callable[[_Part], _Part]) -> Callable[[], None]:
        """Stand behind those that came before, until what is returned is called; calling that again is harmless.

        ``layer`` is given what stands behind it and returns what is to stand in its place. It is asked again whenever
        another one comes or goes, so whatever it has to remember must be kept outside of it.
        """
        key = object()
        self._layers[key] = layer
        self._rebuild()

        def leave() -> None:
            if self._layers.pop(key, None) is not None:
                self._rebuild()

        return leave

    def _rebuild(self) -> None:
        part = self.part
        for layer in reversed(self._layers.values()):
            part = layer(part)
        self._put(part)
