"""What a run and its workers on other hosts say to each other: one JSON document a frame, some with bytes behind it.

A worker numbers its frames from 0; whoever misses one knows that something is lost. Times are CLOCK_MONOTONIC of
whoever names them, in nanoseconds.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

PROTOCOL = 1


class _Word(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Welcome(_Word):
    """You are one of the run's workers; wait for the plan."""

    word: Literal["welcome"] = "welcome"
    number: int


class TurnedAway(_Word):
    """You are not; ``why`` is for whoever started you."""

    word: Literal["turned away"] = "turned away"
    why: str


class Begin(_Word):
    """The generator's plan, a ``GeneratorPlan`` as JSON. Where it stores samples is the worker's own affair."""

    word: Literal["begin"] = "begin"
    name: str
    plan: str = Field(repr=False)


class Tell(_Word):
    """For the generator's standard input."""

    word: Literal["tell"] = "tell"
    message: dict[str, JsonValue]


class AskClock(_Word):
    """What time is it with you?"""

    word: Literal["ask clock"] = "ask clock"
    asked_ns: int


class End(_Word):
    """Ask the generator to end: what is in flight gets its outcome, and all is stored."""

    word: Literal["end"] = "end"


class Leave(_Word):
    """All that you have to say has been heard, or is not wanted: end the generator and go."""

    word: Literal["leave"] = "leave"
    why: str = ""
    """What went wrong; empty where nothing did."""


ToWorker = Annotated[Welcome | TurnedAway | Begin | Tell | AskClock | End | Leave, Field(discriminator="word")]
TO_WORKER: TypeAdapter[ToWorker] = TypeAdapter(ToWorker)


class _Numbered(_Word):
    seq: int = 0
    """Set by whoever sends it."""


class Join(_Numbered):
    """I would like to be a worker."""

    word: Literal["join"] = "join"
    protocol: int = PROTOCOL
    version: str
    host: str
    loopback: str
    """See ``identity``."""
    processors: int


class Said(_Numbered):
    """A line of the generator's standard output. ``done`` comes after all that was stored."""

    word: Literal["said"] = "said"
    message: dict[str, JsonValue]


class Clock(_Numbered):
    """The answer to ``AskClock``."""

    word: Literal["clock"] = "clock"
    asked_ns: int
    got_ns: int
    answered_ns: int


class Alive(_Numbered):
    """Nothing new."""

    word: Literal["alive"] = "alive"


class Piece(_Numbered):
    """Bytes of a file of the run folder, from ``offset`` on; they follow in a part of their own."""

    word: Literal["piece"] = "piece"
    file: str
    offset: int


class Whole(_Numbered):
    """That was all of the file."""

    word: Literal["whole"] = "whole"
    file: str
    size: int
    sha256: str


class Gone(_Numbered):
    """There will be no last word, and ``why``."""

    word: Literal["gone"] = "gone"
    why: str


FromWorker = Annotated[Join | Said | Clock | Alive | Piece | Whole | Gone, Field(discriminator="word")]
FROM_WORKER: TypeAdapter[FromWorker] = TypeAdapter(FromWorker)
