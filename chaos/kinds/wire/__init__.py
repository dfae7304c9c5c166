"""The fault proxy before the target: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.wire.abort import Abort
from chaos.kinds.wire.black_hole import BlackHole
from chaos.kinds.wire.latency import Latency
from chaos.kinds.wire.quota import Quota
from chaos.kinds.wire.response_latency import ResponseLatency
from chaos.kinds.wire.status import Status
from chaos.kinds.wire.ws_delay import WebSocketDelay
from chaos.kinds.wire.ws_drop import WebSocketDrop
from chaos.kinds.wire.ws_duplicate import WebSocketDuplicate
from chaos.kinds.wire.ws_freeze import WebSocketFreeze
from chaos.kinds.wire.ws_reorder import WebSocketReorder

KINDS: tuple[type[Fault], ...] = (
    Abort,
    BlackHole,
    Latency,
    Quota,
    ResponseLatency,
    Status,
    WebSocketDelay,
    WebSocketDrop,
    WebSocketDuplicate,
    WebSocketFreeze,
    WebSocketReorder,
)
