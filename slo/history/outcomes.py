"""The words for what was asked of a venue and what became of it."""

from enum import StrEnum


class Operation(StrEnum):
    """What an arrival asks of the venue."""

    ORDER_PLACE = "order.place"
    ORDER_CANCEL = "order.cancel"
    ORDER_QUERY = "order.query"
    BOOK_READ = "book.read"
    ACCOUNT_READ = "account.read"
    TICKER_READ = "ticker.read"
    FEED_EVENT = "feed.event"

    __hash__ = str.__hash__  # an Enum's own is a Python function, and every arrival is looked up several times

    @property
    def writes(self) -> bool:
        """Whether a lost reply leaves it open if the venue did it. A lost read is simply a failed read."""
        return self in (Operation.ORDER_PLACE, Operation.ORDER_CANCEL)


class Outcome(StrEnum):
    """What became of an arrival; every arrival ends in exactly one."""

    OK = "ok"
    """Answered as a working venue does; a business rejection (no balance, unknown order, bad filter) is an answer."""
    THROTTLED = "throttled"
    """The caller was told to slow down: 429, 418, -1003, -1015."""
    SHED = "shed"
    """Refused for the venue's own sake and certainly not done: -1008, 503 "Service Unavailable."."""
    FAILED = "failed"
    """Certainly not done: refused connection, reset before a byte was sent, 503 "Internal error", any failed read."""
    UNKNOWN = "unknown"
    """An order or cancel that may have been done: timeout or reset after the send, in flight at the end."""
    DROPPED = "dropped"
    """The venue never saw it: the generator could not send."""

    __hash__ = str.__hash__
