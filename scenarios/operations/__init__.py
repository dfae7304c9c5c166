"""The table of operations. A new one is one file beside this one, a word in ``slo.history.Operation`` and a line here.

An operation makes a request of what the desk knows, and may learn from what became of it. It knows nothing of sockets,
signatures and outcomes' making.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scenarios.operations import account_read, book_read, order_cancel, order_place, order_query, ticker_read
from scenarios.operations.desk import Desk
from scenarios.operations.request import Request
from slo.history import Operation, Outcome


@dataclass(frozen=True, slots=True)
class OperationKind:
    request: Callable[[Desk, str, int], Request]
    """From the desk, a symbol and the arrival's number."""
    settled: Callable[[Desk, Request, Outcome, str], None] | None = None
    """Told the outcome and, where the venue gave one, the order's status."""


OPERATIONS: Mapping[Operation, OperationKind] = MappingProxyType(
    {
        Operation.ORDER_PLACE: OperationKind(order_place.request, order_place.settled),
        Operation.ORDER_CANCEL: OperationKind(order_cancel.request, order_cancel.settled),
        Operation.ORDER_QUERY: OperationKind(order_query.request),
        Operation.BOOK_READ: OperationKind(book_read.request),
        Operation.ACCOUNT_READ: OperationKind(account_read.request),
        Operation.TICKER_READ: OperationKind(ticker_read.request),
    }
)

__all__ = ["OPERATIONS", "Desk", "OperationKind", "Request"]
