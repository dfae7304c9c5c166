"""Chunk loss: some of the bytes never arrive, and a seed says which."""

import socket

from chaos.draws import Draws
from chaos.kinds.stream import Chunk
from chaos.kinds.wire.chunk_loss import ChunkLoss
from tests.chaos.raw_streams import connect, led_to
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import read_all
from tests.chaos.waiting import until
from tests.chaos.wire_faults import fault

CHUNKS = 40


def taken_in(proxy: RunningProxy, listen: str) -> int:
    """Bytes that the proxy has read from the listener's clients."""
    connection = socket.create_connection(("127.0.0.1", int(proxy.api.rpartition(":")[2])), timeout=20)
    with connection:
        connection.sendall(b"GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n")
        text = read_all(connection).decode()
    for line in text.splitlines():
        if 'received_bytes_total{direction="upstream"' in line and f'listener="{listen}"' in line:
            return int(float(line.rpartition(" ")[2]))
    return 0


def arrived(proxy: RunningProxy, seed: int, loss: float) -> bytes:
    """Which of the chunks, each one byte, arrive upstream."""
    heard: list[bytes] = []
    with (
        led_to(proxy, lambda connection: heard.append(read_all(connection))) as address,
        fault(proxy, "chunk_loss", loss_probability=loss, direction="upstream", seed=seed),
        connect(address) as connection,
    ):
        for number in range(CHUNKS):
            connection.sendall(bytes([number]))
            until(lambda number=number: taken_in(proxy, address) == number + 1, "the chunk has been read")  # type: ignore[misc]
        connection.shutdown(socket.SHUT_WR)
        until(lambda: heard, "the end has come")
    return heard[0]


def test_the_same_seed_loses_the_same_chunks_and_another_others(proxy: RunningProxy) -> None:
    first, again, other = (arrived(proxy, seed, 0.5) for seed in (1, 1, 2))
    assert first == again != other
    assert 5 < len(first) < 35


def test_nothing_or_everything_is_lost_at_the_ends(proxy: RunningProxy) -> None:
    assert arrived(proxy, 1, 0.0) == bytes(range(CHUNKS))
    assert arrived(proxy, 1, 1.0) == b""


def test_losses_come_in_bursts_where_they_are_correlated() -> None:
    def lost(correlation: float) -> list[bool]:
        effect = ChunkLoss(loss_probability=0.1, correlation=correlation).shaping.effect()
        return [not list(effect.shaped(Chunk(b"x", 0, Draws(1, "f", n)))) for n in range(10_000)]

    # In the long run a share p of chunks is lost with p = 0.1 + correlation * p.
    assert abs(sum(lost(0.0)) / 10_000 - 0.1) < 0.02
    assert abs(sum(lost(0.8)) / 10_000 - 0.5) < 0.05
