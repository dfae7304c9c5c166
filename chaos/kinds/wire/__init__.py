"""The fault proxy before the target: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.wire.abort import Abort
from chaos.kinds.wire.bandwidth import Bandwidth
from chaos.kinds.wire.black_hole import BlackHole
from chaos.kinds.wire.chunk_latency import ChunkLatency
from chaos.kinds.wire.chunk_loss import ChunkLoss
from chaos.kinds.wire.latency import Latency
from chaos.kinds.wire.limit_data import LimitData
from chaos.kinds.wire.quota import Quota
from chaos.kinds.wire.reset import Reset
from chaos.kinds.wire.response_latency import ResponseLatency
from chaos.kinds.wire.slicer import Slicer
from chaos.kinds.wire.slow_close import SlowClose
from chaos.kinds.wire.status import Status
from chaos.kinds.wire.timeout import Timeout
from chaos.kinds.wire.ws_delay import WebSocketDelay
from chaos.kinds.wire.ws_drop import WebSocketDrop
from chaos.kinds.wire.ws_duplicate import WebSocketDuplicate
from chaos.kinds.wire.ws_freeze import WebSocketFreeze
from chaos.kinds.wire.ws_reorder import WebSocketReorder

KINDS: tuple[type[Fault], ...] = (
    Abort,
    Bandwidth,
    BlackHole,
    ChunkLatency,
    ChunkLoss,
    Latency,
    LimitData,
    Quota,
    Reset,
    ResponseLatency,
    Slicer,
    SlowClose,
    Status,
    Timeout,
    WebSocketDelay,
    WebSocketDrop,
    WebSocketDuplicate,
    WebSocketFreeze,
    WebSocketReorder,
)
