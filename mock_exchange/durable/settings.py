"""What can be configured about durability."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from mock_exchange.durable.journal import SyncPolicy


class Durability(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path | None = None
    """The folder that holds what survives; without one, nothing does."""
    sync: SyncPolicy = SyncPolicy.GROUP
    """What an acknowledgement waits for: ``group`` and ``always`` for the disk, ``none`` for the operating system."""
    snapshot_commands: int = Field(250_000, ge=1)
    """Take a snapshot after so many commands: what a recovery replays at the most, give or take a snapshot's time."""
    snapshot_bytes: int = Field(256 * 1024 * 1024, ge=1)
    """Or after so many bytes of journal, whichever comes first."""
