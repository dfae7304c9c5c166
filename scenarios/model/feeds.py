"""What of the venue's feeds a scenario subscribes to."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from scenarios.errors import broken_rule
from scenarios.quantities import NS_PER_SECOND, Duration
from scenarios.subscriber.streams import STREAM_KINDS

SUBSCRIBERS_MAX = 10_000


def _require_known_stream(name: object) -> object:
    if name not in STREAM_KINDS:
        raise ValueError(f"is not a stream that can be subscribed to; there are {', '.join(STREAM_KINDS)}")
    return name


def _require_whole_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    return value


StreamName = Annotated[
    str, BeforeValidator(_require_known_stream), Field(json_schema_extra={"enum": list(STREAM_KINDS)})
]


class Feeds(BaseModel):
    """``subscribers`` connections, each with all ``streams`` of all symbols of the traffic; one more for user data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    streams: list[StreamName] = []
    """Market streams, without the symbol."""
    subscribers: Annotated[int, BeforeValidator(_require_whole_number), Field(ge=1, le=SUBSCRIBERS_MAX)] = 1
    user_data: bool = False
    """Whether the account's own events are subscribed to, which joins orders with their reports."""
    silence_ns: Duration = Field(alias="silence", default=2 * NS_PER_SECOND)
    """How long a channel may say nothing before it counts as silent."""

    @model_validator(mode="after")
    def _subscribes_to_something(self) -> "Feeds":
        if not self.streams and not self.user_data:
            raise broken_rule("streams", self.streams, "must name a stream where user_data is not true")
        repeated = [name for place, name in enumerate(self.streams) if name in self.streams[:place]]
        if repeated:
            raise broken_rule("streams", repeated[0], "is named twice")
        return self
