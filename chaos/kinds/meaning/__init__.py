"""The exchange's admin port: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.meaning.broken_sequence import BrokenSequence
from chaos.kinds.meaning.duplicate_confirmations import DuplicateConfirmations
from chaos.kinds.meaning.engine_pause import EnginePause
from chaos.kinds.meaning.forced_disconnect import ForcedDisconnect
from chaos.kinds.meaning.late_confirmations import LateConfirmations
from chaos.kinds.meaning.lost_confirmations import LostConfirmations
from chaos.kinds.meaning.silent_stream import SilentStream
from chaos.kinds.meaning.stale_book import StaleBook
from chaos.kinds.meaning.unseen_fills import UnseenFills
from chaos.kinds.meaning.wrong_book import WrongBook

KINDS: tuple[type[Fault], ...] = (
    BrokenSequence,
    DuplicateConfirmations,
    EnginePause,
    ForcedDisconnect,
    LateConfirmations,
    LostConfirmations,
    SilentStream,
    StaleBook,
    UnseenFills,
    WrongBook,
)
