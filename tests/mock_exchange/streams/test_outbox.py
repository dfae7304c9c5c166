"""Messages wait for the journal, in order, and a batch waits once."""

from collections import deque
from collections.abc import Callable

from mock_exchange.streams.feed import Audience, Feed, TimeUnit
from mock_exchange.streams.outbox import Outbox

Call = Callable[[], None]


class Journal:
    """Says when things are safe: as the test tells it."""

    def __init__(self) -> None:
        self.waiting: deque[Call] = deque()

    def when_durable(self, then: Call) -> None:
        self.waiting.append(then)

    def sync(self) -> None:
        while self.waiting:
            self.waiting.popleft()()


class Scene:
    """An outbox with one audience, a journal and a loop that both wait for the test."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.soon: deque[Call] = deque()
        self.now_ns = 0
        self.outbox = Outbox(self.journal.when_durable, self.soon.append, lambda: self.now_ns)
        self.audience = Audience("btcusdt@trade")
        self.got: list[bytes] = []
        self.audience.join("me", self.got.append, combined=False)

    def end_batch(self) -> None:
        while self.soon:
            self.soon.popleft()()


def test_nothing_is_sent_before_it_is_safe() -> None:
    scene = Scene()
    scene.outbox.post(scene.audience, b"1")
    scene.outbox.post(scene.audience, b"2")
    assert (scene.got, len(scene.soon), len(scene.journal.waiting)) == ([], 1, 0)
    scene.end_batch()
    assert (scene.got, len(scene.journal.waiting)) == ([], 1)
    scene.journal.sync()
    assert scene.got == [b"1", b"2"]


def test_what_is_posted_after_a_batch_waits_for_the_next_sync() -> None:
    scene = Scene()
    scene.outbox.post(scene.audience, b"1")
    scene.end_batch()
    scene.outbox.post(scene.audience, b"2")
    scene.journal.sync()
    assert scene.got == [b"1"]
    scene.end_batch()
    assert scene.got == [b"1"]
    scene.journal.sync()
    assert scene.got == [b"1", b"2"]


def test_messages_and_their_delay_are_counted() -> None:
    scene = Scene()
    scene.audience.join("you", lambda _: None, combined=True)
    scene.outbox.post(scene.audience, b"1")
    scene.end_batch()
    scene.now_ns = 3_000_000
    scene.journal.sync()
    assert (scene.outbox.messages, scene.outbox.lag.sum_ns, sum(scene.outbox.lag.counts)) == (2, 3_000_000, 1)


def test_a_payload_is_built_once_for_each_unit_that_someone_wants() -> None:
    built: list[TimeUnit] = []
    sent: list[tuple[Audience, bytes]] = []

    def build(unit: TimeUnit) -> bytes:
        built.append(unit)
        return b"%d" % unit.of_ms(7)

    feed = Feed("btcusdt@trade", lambda audience, payload: sent.append((audience, payload)))
    got: list[bytes] = []
    for listener in range(3):
        feed.join(listener, got.append, TimeUnit.MILLISECOND, combined=listener == 2)
    feed.publish(build)
    feed.join("fine", got.append, TimeUnit.MICROSECOND, combined=False)
    feed.publish(build)
    assert built == [TimeUnit.MILLISECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND]
    for audience, payload in sent[1:]:
        audience.send(payload)
    assert got == [b"7", b"7", b'{"stream":"btcusdt@trade","data":7}', b"7000"]


def test_a_feed_is_deserted_when_the_last_one_has_left() -> None:
    feed, got = Feed("btcusdt@trade", Scene().outbox.post), list[bytes]()
    deserted = [feed.is_deserted]
    feed.join("me", got.append, TimeUnit.MICROSECOND, combined=True)
    deserted.append(feed.is_deserted)
    feed.leave("me")
    deserted.append(feed.is_deserted)
    assert deserted == [True, False, True]
