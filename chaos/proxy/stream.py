"""The last part of a direction's way: what faults do to its bytes between a lane and the socket.

It comes after everything that is decided by request, and so shapes what really goes out: requests as they are passed
on, replies with their marks, answers of the proxy's own. While no fault shapes them, bytes go to the socket without
passing here.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Protocol

from chaos.draws import Draws
from chaos.kinds.stream import Decides, Direction
from chaos.proxy.faults import ActiveFault, Touch
from chaos.proxy.here import FaultsHere
from chaos.proxy.stage import Act, Item, Stage
from chaos.proxy.timer import Timer

_WAITING_BYTES_MAX = 65_536
"""With more than this on its way, the source is not read from."""

_NOBODY: Mapping[ActiveFault, Draws] = {}


class Socket(Protocol):
    """Where the bytes go in the end."""

    def detour(self) -> None:
        """What is written goes to the stream first."""

    def straight(self) -> None:
        """What is written goes to the socket."""

    def throttle(self, reason: object, *, hold: bool) -> None:
        """Whether the side that feeds this one is held back."""

    def send(self, data: bytes) -> None: ...

    def send_eof(self) -> None: ...

    def hang_up(self) -> None: ...


class Stream:
    """One direction of one connection. Its stages stand in the order in which their faults were applied.

    ``reset`` cuts the whole connection.
    """

    def __init__(
        self, direction: Direction, socket: Socket, faults: FaultsHere, timer: Timer, reset: Callable[[], None]
    ) -> None:
        self._direction = direction
        self._socket = socket
        self._faults = faults
        self._timer = timer
        self._reset = reset
        self._stages: dict[ActiveFault, Stage] = {}
        self._ordinals: dict[ActiveFault, int] = {}
        """Of faults that have decided on the connection itself."""
        self._of_connection: dict[ActiveFault, Draws] = {}
        self._of_message: Mapping[ActiveFault, Draws] = _NOBODY
        self._foreign = False
        self._gone = False
        self._enter_at: Callable[[Item], None] = self._leave
        self._waiting_bytes = 0

    def begin(self, touch: Touch | None) -> None:
        """What comes next belongs to a message that these faults have touched."""
        if self._foreign or self._gone:
            return
        self._of_message = _NOBODY if touch is None else touch.shaping(self._direction)
        for fault in self._of_message:
            if fault.lifted_by is None:
                self._stage(fault)

    def become_foreign(self) -> None:
        """What comes next belongs to no message that we know of: faults decide on the connection."""
        self._foreign = True
        self._of_message = _NOBODY
        for fault, shaping in self._faults.shaping(self._direction):
            if shaping.decides is not Decides.ONLY_AT_THE_END:
                self._decide(fault)

    def meet(self, fault: ActiveFault) -> None:
        """A fault has been applied, or has changed, while the connection is open."""
        shaping = fault.shaping
        if shaping is None or shaping.direction is not self._direction:
            return
        if fault in self._stages:
            self._stages[fault].renew(shaping.effect())
        if shaping.decides is Decides.ALSO_AT_ONCE or (self._foreign and shaping.decides is Decides.BY_REQUEST):
            self._decide(fault)

    def waive(self, fault: ActiveFault) -> None:
        """It has been lifted."""
        self._ordinals.pop(fault, None)
        self._of_connection.pop(fault, None)
        stage = self._stages.pop(fault, None)
        if stage is not None:
            stage.lift()
            self._connect_stages()

    def write(self, data: bytes) -> None:
        self._enter(Act.SEND, data)

    def end(self) -> None:
        """The sender has closed its direction."""
        self._decide_on_the_end()
        self._enter(Act.END)

    def close(self) -> None:
        """Close, once everything has been passed on."""
        self._decide_on_the_end()
        self._enter(Act.CLOSE)

    def drop(self) -> None:
        """The connection is gone."""
        self._gone = True
        for stage in self._stages.values():
            stage.close()
        for fault in (*self._stages, *self._ordinals):
            fault.holding.discard(self)
        self._stages.clear()
        self._ordinals.clear()
        self._connect_stages()

    def _decide_on_the_end(self) -> None:
        for fault, shaping in self._faults.shaping(self._direction):
            if shaping.decides is Decides.ONLY_AT_THE_END:
                self._decide(fault)

    def _decide(self, fault: ActiveFault) -> None:
        """Whether the fault acts on this connection: once for all, unless its share is changed."""
        if self._gone or not fault.selects_connections:
            return
        known = fault in self._ordinals
        if not known:
            self._ordinals[fault] = fault.next_ordinal()
            fault.holding.add(self)
        draws = fault.decides_on(self._ordinals[fault])
        if draws is None:
            self._of_connection.pop(fault, None)
            return
        fault.hits += not known
        self._of_connection[fault] = draws
        self._stage(fault).open()

    def _stage(self, fault: ActiveFault) -> Stage:
        """Of a fault in force: that of another would never be taken out."""
        if fault not in self._stages:
            assert fault.shaping is not None  # noqa: S101 - or it would not be here
            self._stages[fault] = Stage(fault, fault.shaping.effect(), self._timer, self._count)
            fault.holding.add(self)
            self._connect_stages()
        return self._stages[fault]

    def _connect_stages(self) -> None:
        order = [fault for fault in self._faults.active.values() if fault in self._stages]
        stages = [self._stages[fault] for fault in order]
        for stage, following in pairwise(stages):
            stage.pass_on = following.take
        if stages:
            stages[-1].pass_on = self._leave
            self._enter_at = stages[0].take
            self._socket.detour()
        else:
            self._enter_at = self._leave
            self._socket.straight()

    def _enter(self, act: Act, data: bytes = b"") -> None:
        met_by = {**self._of_message, **self._of_connection} if self._of_connection else self._of_message
        self._enter_at(Item(act, data, met_by))

    def _leave(self, item: Item) -> None:
        match item.act:
            case Act.SEND:
                self._socket.send(item.data)
            case Act.END:
                self._socket.send_eof()
            case Act.CLOSE:
                self._socket.hang_up()
            case Act.RESET:
                self._reset()

    def _count(self, more_bytes: int) -> None:
        self._waiting_bytes += more_bytes
        self._socket.throttle(self, hold=self._waiting_bytes > _WAITING_BYTES_MAX)
