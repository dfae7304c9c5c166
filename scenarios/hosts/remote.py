"""One worker of another host, as the run sees it: what it said that was not heard yet, its files, its clock."""

from collections import deque
from collections.abc import Callable

from pydantic import BaseModel, JsonValue

from scenarios.errors import ShippingBroken
from scenarios.hosts.clocks import Exchange, Offset
from scenarios.hosts.incoming import Incoming
from scenarios.hosts.words import Alive, Clock, End, FromWorker, Gone, Join, Leave, Piece, Said, Tell, Whole
from slo.history import JoinedWorker

Say = Callable[[BaseModel], None]


class RemoteWorker:
    """``name`` is its generator's; ``say`` sends a word to it. ``now_ns`` are CLOCK_MONOTONIC of the run's host."""

    def __init__(self, name: str, number: int, join: Join, say: Say, now_ns: int) -> None:
        self.name, self.number, self.host, self.loopback = name, number, join.host, join.loopback
        self._say = say
        self._incoming: Incoming | None = None
        self._inbox: deque[dict[str, JsonValue]] = deque()
        self._next_seq = join.seq + 1
        self._gone: str | None = None
        self._left = False
        self._ended = False
        self._heard_ns = now_ns
        self._running = False
        self._silence_ns_max = 0
        self.exchanges: list[Exchange] = []
        self.offset: Offset | None = None
        self.end_offset: Offset | None = None

    def begins(self, incoming: Incoming) -> None:
        """From now on it may ship files."""
        self._incoming = incoming

    def went(self) -> None:
        """The run goes on from now: how long it is silent is counted."""
        self._running = True

    def take(self, word: FromWorker, content: bytes, now_ns: int) -> None:
        """What it sent. Nothing of one that is lost is taken."""
        if self._gone is not None or self._left:
            return
        self._note_heard(now_ns)
        try:
            self._count(word.seq)
            self._understand(word, content, now_ns)
        except ShippingBroken as broken:
            self.lose(f"what it shipped is not as it was sent: {broken}")

    def lose(self, why: str) -> None:
        """It will be heard no more. Files that are not whole go; the first reason counts."""
        if self._gone is None:
            self._gone = why
            self._running = False
        if self._incoming is not None:
            self._incoming.discard_unfinished()

    @property
    def audible(self) -> bool:
        """Whether ``hear`` has something to tell."""
        return bool(self._inbox) or self._gone is not None

    @property
    def is_lost(self) -> bool:
        return self._gone is not None or self._left

    def silent_ns(self, now_ns: int) -> int:
        return now_ns - self._heard_ns

    def tell(self, message: dict[str, JsonValue]) -> None:
        self._say(Tell(message=message))

    def hear(self, seconds_max: float) -> dict[str, JsonValue] | None:
        """Never waits: the socket is waited on for all workers at once."""
        if self._inbox:
            return self._inbox.popleft()
        if self._gone is None:
            raise TimeoutError(f"no word within {seconds_max:g} s")
        return None

    def last_words(self) -> str:
        return f"{self._gone} (on {self.host})"

    def ask_to_end(self) -> None:
        self._say(End())

    def terminate(self) -> int:
        if not self._left:
            self._left = True
            self._say(Leave(why=self._gone or ("" if self._ended else "the run ended it before its last word")))
            self.lose("the run has ended")
        return 0

    def joined(self) -> JoinedWorker | None:
        """None of one whose clock was never compared."""
        if self.offset is None:
            return None
        end = self.end_offset
        return JoinedWorker(
            worker=self.number,
            host=self.host,
            offset_ns=self.offset.offset_ns,
            uncertainty_ns=self.offset.uncertainty_ns + (end.uncertainty_ns if end else 0),
            drift_ns=end.offset_ns - self.offset.offset_ns if end else None,
            silence_ns_max=self._silence_ns_max,
        )

    def _note_heard(self, now_ns: int) -> None:
        if self._running:
            self._silence_ns_max = max(self._silence_ns_max, self.silent_ns(now_ns))
        self._heard_ns = now_ns

    def _count(self, seq: int) -> None:
        if seq != self._next_seq:
            raise ShippingBroken(f"frame {seq} came where {self._next_seq} was due")
        self._next_seq += 1

    def _understand(self, word: FromWorker, content: bytes, now_ns: int) -> None:
        match word:
            case Said():
                self._hear_out(word.message)
            case Piece() if self._incoming is not None:
                self._incoming.take(word.file, word.offset, content)
            case Whole() if self._incoming is not None:
                self._incoming.finish(word.file, word.size, word.sha256)
            case Clock():
                exchange = Exchange(word.asked_ns, word.got_ns, word.answered_ns, now_ns)
                if exchange.is_possible:
                    self.exchanges.append(exchange)
            case Gone():
                self.lose(word.why)
            case Alive():
                pass
            case _:
                raise ShippingBroken(f"{word.word!r} was not due")

    def _hear_out(self, message: dict[str, JsonValue]) -> None:
        """The last word counts only after all that was stored."""
        if message.get("event") == "done":
            if self._incoming is None or self._incoming.unfinished:
                raise ShippingBroken("the last word came before the last file")
            self._running, self._ended = False, True
        self._inbox.append(message)
