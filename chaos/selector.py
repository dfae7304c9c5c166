"""Which requests a fault is meant for."""

from dataclasses import dataclass

from slo.history import Operation


@dataclass(frozen=True, slots=True)
class Request:
    """What the proxy knows of a request when it decides. ``op`` is None for a route that is no operation of ours."""

    method: str
    target: str
    op: Operation | None


@dataclass(frozen=True, slots=True)
class Selector:
    """Requests of one operation, or all of them."""

    op: Operation | None = None

    def selects(self, request: Request) -> bool:
        return self.op is None or self.op is request.op

    def as_written(self) -> dict[str, str]:
        return {} if self.op is None else {"op": self.op.value}


ALL = Selector()
