"""Pings and their answers, and the age of a connection: when to ping, and when one has been silent or open too long."""

from mock_exchange.websocket.limits import WebSocketLimits


class Liveness:
    """Of one connection. All times are nanoseconds of the monotonic clock."""

    __slots__ = ("_limits", "_next_ping_ns", "_notice_ns", "_opened_ns", "_unanswered")

    def __init__(self, limits: WebSocketLimits, now_ns: int) -> None:
        self._limits = limits
        self._opened_ns = now_ns
        self._next_ping_ns = now_ns + limits.ping_interval
        self._notice_ns: int | None = now_ns + max(0, limits.lifetime - limits.shutdown_notice)
        self._unanswered: dict[bytes, int] = {}
        """When each ping was sent that has no answer yet, by payload; oldest first."""

    def due_ping(self, now_ns: int, payload: bytes) -> bool:
        """Whether to send a ping now; ``payload`` is what it will hold."""
        if now_ns < self._next_ping_ns:
            return False
        self._next_ping_ns = now_ns + self._limits.ping_interval
        self._unanswered.setdefault(payload, now_ns)
        return True

    def answered(self, payload: bytes) -> None:
        """A pong came. It answers the ping that it copies and those before; an empty one, as some clients send, all.

        A pong that copies no ping of ours is allowed and proves nothing.
        """
        if payload == b"" or payload == next(reversed(self._unanswered), None):
            self._unanswered.clear()
        elif payload in self._unanswered:
            sent_ns = self._unanswered[payload]
            self._unanswered = {ping: ns for ping, ns in self._unanswered.items() if ns > sent_ns}

    def is_silent(self, now_ns: int) -> bool:
        """Whether a ping has been without an answer for too long."""
        oldest_ns = next(iter(self._unanswered.values()), now_ns)
        return now_ns - oldest_ns > self._limits.pong_deadline

    def next_look_ns(self) -> int:
        """Before then there is nothing to do, whatever comes."""
        due_ns = [self._next_ping_ns, self._opened_ns + self._limits.lifetime]
        if self._notice_ns is not None:
            due_ns.append(self._notice_ns)
        due_ns.extend(sent_ns + self._limits.pong_deadline for sent_ns in self._unanswered.values())
        return min(due_ns)

    def due_notice(self, now_ns: int) -> bool:
        """Whether to announce the end of the connection now; true once."""
        if self._notice_ns is None or now_ns < self._notice_ns:
            return False
        self._notice_ns = None
        return True

    def is_over(self, now_ns: int) -> bool:
        """Whether the connection has lived its time."""
        return now_ns - self._opened_ns >= self._limits.lifetime
