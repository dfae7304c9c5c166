"""What a run and its workers on other hosts say to one another: a kind, a JSON object, and for files their bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import JsonValue


class Kind(StrEnum):
    """Who says it is in the name of each group."""

    # The worker.
    HELLO = "hello"
    """``host``, ``version``: may I join?"""
    PONG = "pong"
    """``number`` of the ping, ``at_ns`` of the worker's monotonic clock."""
    LINE = "line"
    """What its generator said."""
    FILE = "file"
    """``name``, ``sha256``; the bytes follow."""
    FILES = "files"
    """``sha256`` by name: all that there is, sent before."""
    ENDED = "ended"
    """``why``: its generator has ended without a last word."""
    BEAT = "beat"
    # The run.
    TURNED_AWAY = "turned away"
    """``why``."""
    PLAN = "plan"
    """A generator's plan: you are in."""
    PING = "ping"
    """``number``."""
    SAY = "say"
    """To be passed on to the generator."""
    END = "end"
    """Have the generator end before its time."""
    BYE = "bye"
    """Nothing more is wanted."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said; ``content`` is the bytes of a file."""

    kind: Kind
    says: dict[str, JsonValue] = field(default_factory=dict)
    content: bytes = b""

    def frames(self) -> list[bytes]:
        return [self.kind.value.encode(), json.dumps(self.says).encode(), self.content]


def message_of(frames: Sequence[bytes]) -> Message:
    """Raises ValueError for what is no message of ours."""
    kind, says, content = frames
    told = json.loads(says)
    if not isinstance(told, dict):
        raise TypeError("says no object")
    return Message(Kind(kind.decode()), told, content)
