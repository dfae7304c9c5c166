"""One socket of a link, client's or upstream's: event loop callbacks on one hand, flow control on the other."""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from chaos.proxy.faults import Touch

WRITE_BUFFER_BYTES_MAX = 65_536
"""Above this the other side is not read from."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends RST instead of FIN (socket(7))."""


class Receiver(Protocol):
    """What a side does with what it reads: the lane that leads away from it."""

    def receive(self, data: bytes) -> None: ...

    def end(self) -> None:
        """The peer sends no more."""


class Sink(Protocol):
    """What a lane writes to: a side, what stands in for it, or what stands before it."""

    @property
    def open(self) -> bool: ...

    def begin(self, touch: Touch | None) -> None: ...

    def write(self, data: bytes) -> None: ...

    def write_eof(self) -> None: ...


class Lossy(Protocol):
    """The link that a side belongs to."""

    def connected(self, side: "Side") -> None: ...

    def lost(self, side: "Side", error: Exception | None) -> None: ...


class Shaper(Protocol):
    """What the bytes for a side pass while faults shape them, and its end always."""

    def begin(self, touch: Touch | None) -> None: ...

    def write(self, data: bytes) -> None: ...

    def end(self) -> None: ...

    def close(self) -> None: ...

    def drop(self) -> None: ...


@dataclass(slots=True)
class Traffic:
    """Bytes of one direction since the proxy started."""

    received: int = 0
    sent: int = 0


class Side(asyncio.Protocol):
    """Reads only while nobody holds it back. ``feeder`` is the side whose bytes are written here."""

    def __init__(self, link: Lossy) -> None:
        self._link = link
        self._transport: asyncio.Transport | None = None
        self._holding_back: set[object] = set()
        self._heard_out = False
        self.receiver: Receiver
        self.feeder: Side
        self.shaper: Shaper
        self.shaped = False
        """Faults shape what is written here."""
        self.write: Callable[[bytes], None] = self.send
        self.incoming: Traffic
        self.outgoing: Traffic

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES_MAX)
        self._link.connected(self)

    def data_received(self, data: bytes) -> None:
        self.incoming.received += len(data)
        self.receiver.receive(data)

    def eof_received(self) -> bool:
        if not self._heard_out:  # an event loop may say it again after every pause
            self._heard_out = True
            self.receiver.end()
        return True  # or the transport would close the half that is still open

    def connection_lost(self, exc: Exception | None) -> None:
        self._link.lost(self, exc)

    def pause_writing(self) -> None:
        self.feeder.hold_back(self)

    def resume_writing(self) -> None:
        self.feeder.let_go(self)

    def hold_back(self, reason: object) -> None:
        """Read no more until every reason has been let go."""
        self._holding_back.add(reason)
        if self._transport is not None and self.open and self._transport.is_reading():
            self._transport.pause_reading()

    def let_go(self, reason: object) -> None:
        if reason not in self._holding_back:
            return
        self._holding_back.remove(reason)
        if self._transport is not None and self.open and not self._holding_back:
            self._transport.resume_reading()

    def throttle(self, reason: object, *, hold: bool) -> None:
        """Whether the side that feeds this one reads no more."""
        if hold:
            self.feeder.hold_back(reason)
        else:
            self.feeder.let_go(reason)

    def begin(self, touch: Touch | None) -> None:
        """What is written next belongs to a message that these faults have touched."""
        if touch is not None or self.shaped:
            self.shaper.begin(touch)

    def write_eof(self) -> None:
        self.shaper.end()

    def close(self) -> None:
        """What has been written is still sent."""
        self.shaper.close()

    def detour(self) -> None:
        """What is written goes to the shaper first."""
        self.shaped, self.write = True, self.shaper.write

    def straight(self) -> None:
        """What is written goes to the socket."""
        self.shaped, self.write = False, self.send

    def send(self, data: bytes) -> None:
        if self._transport is not None and self.open:
            self.outgoing.sent += len(data)
            self._transport.write(data)

    def send_eof(self) -> None:
        if self._transport is not None and self.open:
            self._transport.write_eof()

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        """Send RST and drop what has not been sent."""
        if self._transport is None:
            return
        if self.open:
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()
