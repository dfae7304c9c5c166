"""What can be configured about durability."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mock_exchange.durable.journal import SyncPolicy


def folder_path(text: object) -> Path:
    """Raises ValueError where it names no folder: an empty text would be the current one, which nobody has chosen."""
    if not isinstance(text, str | Path):
        raise ValueError("a folder is named by its path")
    if not str(text).strip():
        raise ValueError("an empty path names no folder; '.' is the current one")
    if "\0" in str(text):
        raise ValueError("a path has no null characters")
    return Path(text)


class Durability(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Annotated[Path, BeforeValidator(folder_path)] | None = None
    """The folder that holds what survives; without one, nothing does."""
    sync: SyncPolicy = SyncPolicy.GROUP
    """What an acknowledgement waits for: ``group`` and ``always`` for the disk, ``none`` for the operating system."""
    snapshot_commands: int = Field(250_000, ge=1)
    """Take a snapshot after so many commands: what a recovery replays at the most, give or take a snapshot's time."""
    snapshot_bytes: int = Field(256 * 1024 * 1024, ge=1)
    """Or after so many bytes of journal, whichever comes first."""
