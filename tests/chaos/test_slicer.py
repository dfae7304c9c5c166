"""Slicer: the same bytes, in many small segments."""

import socket

import pytest

from chaos.draws import Draws
from chaos.kinds.stream import Chunk, Cut
from chaos.kinds.wire.slicer import Slicer
from tests.chaos.raw_streams import echoing
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.wire_faults import fault


def pieces(connection: socket.socket, length: int) -> list[bytes]:
    read: list[bytes] = []
    while sum(map(len, read)) < length:
        read.append(connection.recv(65_536))
        assert read[-1]
    return read


def test_bytes_come_in_slices_and_whole_again_afterwards(proxy: RunningProxy) -> None:
    sent = bytes(range(200))
    with echoing(proxy) as connection:
        with fault(proxy, "slicer", average_bytes=20, delay_us=20_000):
            connection.sendall(sent)
            sliced = pieces(connection, len(sent))
        assert b"".join(sliced) == sent
        assert len(sliced) > 5
        connection.sendall(sent)
        assert pieces(connection, len(sent)) == [sent]


def test_what_is_still_to_come_comes_at_once_when_it_is_lifted(proxy: RunningProxy) -> None:
    with echoing(proxy) as connection:
        with fault(proxy, "slicer", average_bytes=1, delay_us=60_000_000):
            connection.sendall(b"slices")
            assert connection.recv(100) == b"s"
        assert b"".join(pieces(connection, 5)) == b"lices"


def test_all_of_it_comes_in_its_order_however_many_slices_that_are(proxy: RunningProxy) -> None:
    sent = [bytes([number]) * 3_000 for number in range(40)]
    with echoing(proxy) as connection, fault(proxy, "slicer", average_bytes=30, variation_bytes=29):
        for chunk in sent:
            connection.sendall(chunk)
        assert b"".join(pieces(connection, 120_000)) == b"".join(sent)


@pytest.mark.parametrize(("average", "variation"), [(1, 0), (10, 5), (10, 100), (1_000, 10)])
def test_slices_are_as_large_as_asked_and_a_seed_says_how(average: int, variation: int) -> None:
    data = bytes(range(256)) * 4

    def sizes(seed: int) -> list[int]:
        effect = Slicer(average_bytes=average, variation_bytes=variation).shaping.effect()
        cut = effect.shaped(Chunk(data, 0, Draws(seed, "f", 0)))
        assert isinstance(cut, Cut)
        steps = list(cut.portions)
        assert b"".join(step.data for step in steps) == data
        return [len(step.data) for step in steps]

    assert sizes(1) == sizes(1)
    assert all(max(1, average - variation) <= size <= average + variation for size in sizes(1)[:-1])
    assert (sizes(1) == sizes(2)) is (variation == 0)
