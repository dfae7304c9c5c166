"""One client connection and the upstream connection that belongs to it, from accept to the last byte."""

import asyncio
from collections.abc import Callable, Mapping

from chaos.kinds.stream import Direction
from chaos.proxy.address import Address
from chaos.proxy.faults import ActiveFault
from chaos.proxy.here import FaultsHere
from chaos.proxy.refusal import Refusal, refused_because
from chaos.proxy.request_lane import RequestLane
from chaos.proxy.response_lane import ResponseLane
from chaos.proxy.side import Side, Traffic
from chaos.proxy.stream import Stream
from chaos.proxy.timer import Timer
from chaos.proxy.turns import Turns

_CONNECT_WITHIN_S = 10.0


class Link:
    """What happens on one side happens on the other: end of stream as end of stream, reset as reset.

    An upstream that cannot be connected has seen nothing of the client, which TCP has accepted already: a refusal tells
    it so.
    """

    def __init__(
        self,
        upstream: Address,
        faults: FaultsHere,
        timer: Timer,
        traffic: Mapping[Direction, Traffic],
        on_closed: Callable[["Link"], None],
    ) -> None:
        self._upstream_address = upstream
        self._on_closed = on_closed
        self._timer = timer
        self._connecting: asyncio.Task[None] | None = None
        self._refusal: Refusal | None = None
        self._open = 0
        turns = Turns()
        self.client = Side(self)
        self._upstream = Side(self)
        up = Stream(Direction.UPSTREAM, self._upstream, faults, timer, self.reset)
        down = Stream(Direction.DOWNSTREAM, self.client, faults, timer, self.reset)
        self._streams = up, down
        self._requests = RequestLane(
            self.client,
            self._upstream,
            turns,
            faults=faults,
            timer=timer,
            on_foreign=up.become_foreign,
            on_ended=self._settle,
        )
        self._responses = ResponseLane(
            self._upstream,
            self.client,
            turns,
            self._requests,
            faults=faults,
            timer=timer,
            on_foreign=down.become_foreign,
            on_ended=self._settle,
        )
        self.client.receiver, self.client.feeder = self._requests, self._upstream
        self._upstream.receiver, self._upstream.feeder = self._responses, self.client
        self.client.shaper, self._upstream.shaper = down, up
        self.client.incoming = self._upstream.outgoing = traffic[Direction.UPSTREAM]
        self._upstream.incoming = self.client.outgoing = traffic[Direction.DOWNSTREAM]

    def connected(self, side: Side) -> None:
        self._open += 1
        if side is self.client:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())
        else:
            self._requests.pump()

    def lost(self, side: Side, error: Exception | None) -> None:
        self._open -= 1
        other = self._upstream if side is self.client else self.client
        if error is None:
            other.close()
        else:
            other.reset()
        self._end_connecting()
        self._requests.close()
        self._responses.close()
        if self._refusal is not None:
            self._refusal.close()
        side.shaper.drop()
        if not self._open:
            other.shaper.drop()  # it may never have been connected
            self._on_closed(self)

    def meet(self, fault: ActiveFault) -> None:
        """A fault that shapes bytes has been applied, or has changed."""
        for stream in self._streams:
            stream.meet(fault)

    def reset(self) -> None:
        """Cut both connections now."""
        self._end_connecting()
        self.client.reset()
        self._upstream.reset()

    def _settle(self) -> None:
        """Once neither side has more to say, the link is done."""
        if self._requests.ended and self._responses.ended:
            self.client.close()
            self._upstream.close()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        host, port = self._upstream_address
        try:
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                await loop.create_connection(lambda: self._upstream, host, port)
        except OSError as error:
            self._refuse(refused_because(error))

    def _refuse(self, why: bytes) -> None:
        self._refusal = Refusal(self.client, self._requests, self._responses, self._timer, why)
        self._refusal.start()

    def _end_connecting(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
