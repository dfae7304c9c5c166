"""Frames are found wherever a stream is cut, and pass byte for byte while nothing is in force."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage, Ping, TextMessage

from chaos.proxy.frames import FrameScanner, unmasked
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.websockets import websocket

PAYLOADS = st.one_of(st.binary(max_size=200), st.integers(120, 130).map(bytes), st.integers(65_530, 65_540).map(bytes))
MESSAGES = st.lists(st.tuples(st.sampled_from(["text", "bytes", "part", "ping"]), PAYLOADS), min_size=1, max_size=8)


def frames_of(messages: list[tuple[str, bytes]], side: ConnectionType) -> list[bytes]:
    """As wsproto writes them: parts are frames of a message that the next whole one of bytes ends."""
    protocol, frames, in_parts = Connection(side), [], False
    for kind, payload in messages:
        if kind == "ping":
            frames.append(protocol.send(Ping(payload=payload[:125])))
        elif kind == "text" and not in_parts:
            frames.append(protocol.send(TextMessage(data=payload.hex())))
        else:
            in_parts = kind == "part"
            frames.append(protocol.send(BytesMessage(data=payload, message_finished=not in_parts)))
    return frames


@given(MESSAGES, st.lists(st.integers(0, 400_000), max_size=12), st.sampled_from(ConnectionType))
def test_each_frame_ends_where_it_was_written_to_end(
    messages: list[tuple[str, bytes]], cuts: list[int], side: ConnectionType
) -> None:
    frames = frames_of(messages, side)
    stream = b"".join(frames)
    bounds = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    scanner, found, current = FrameScanner(), [], b""
    for begin, end in pairwise(bounds):
        for part in scanner.feed(stream[begin:end]):
            current += part.data
            if part.head is not None:
                found.append(current)
                current = b""
    assert found == frames
    assert current == b""


@given(MESSAGES, st.integers(0, 400_000))
def test_what_was_skipped_is_counted_the_same(messages: list[tuple[str, bytes]], cut: int) -> None:
    stream = b"".join(frames_of(messages, ConnectionType.CLIENT))
    fed, skipped = FrameScanner(), FrameScanner()
    list(fed.feed(stream[:cut]))
    skipped.skip(stream[:cut])
    assert fed.between_messages == skipped.between_messages
    assert list(fed.feed(stream[cut:])) == list(skipped.feed(stream[cut:]))


@given(st.binary(max_size=100), st.binary(min_size=4, max_size=4))
def test_unmasking_twice_changes_nothing(payload: bytes, mask: bytes) -> None:
    assert unmasked(unmasked(payload, mask), mask) == payload
    assert unmasked(payload, mask) == bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def test_every_byte_passes_while_nothing_is_in_force(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        for text in ("", "x" * 125, "y" * 70_000, "z"):
            venue.say(text)
            client.say(text)
        assert client.hear(4) == venue.hear(4) == ["", "x" * 125, "y" * 70_000, "z"]
