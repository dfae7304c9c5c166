"""The models of a scenario file: its shape, its units and the rules that one field or part can break by itself.

Rules between parts are in ``rules``; reading a file and explaining what is wrong with it is in ``loading``.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PrivateAttr,
    StringConstraints,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from chaos.errors import InvalidFault
from chaos.parse import parse_fault
from scenarios.errors import broken_rule
from scenarios.model.feeds import Feeds
from scenarios.model.values import (
    MixedOperation,
    Name,
    TraderKind,
    Weight,
    WeightedSymbols,
    WholeNumber,
    WrittenMoment,
    WrittenRate,
)
from scenarios.quantities import NS_PER_SECOND, Duration
from scenarios.traders import TRADERS
from scenarios.traffic.arrivals import Arrivals, Poisson
from scenarios.venues import VenueProfile, WrittenVenue
from slo.history import Operation

SEED_MIN = 0
SHAPE = "shape"
"""The type of an error that is about a part's keys and not about its value."""
NOT_RIGHT: dict[str, int] = {}
"""Stands for traders that were given and have problems of their own."""
USERS_MAX = 10_000
IN_FLIGHT_MAX = 100_000
SWEEP_STEPS_MAX = 100


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Target(_Part):
    """What is driven. ``exchange`` is the configuration of our own exchange, which checks it itself."""

    kind: Literal["embedded", "compose", "url"] = "embedded"
    exchange: dict[str, JsonValue] = {}
    url: str | None = None
    venue: WrittenVenue = VenueProfile()
    """How an exchange at a URL wants to be asked: a profile, and what is otherwise than it says."""

    @model_validator(mode="after")
    def _url_belongs_to_kind(self) -> "Target":
        if self.kind == "url" and self.url is None:
            raise broken_rule("url", None, "must be given where the kind is url")
        if self.kind != "url" and self.url is not None:
            raise broken_rule("url", self.url, f"cannot be given where the kind is {self.kind}")
        if self.kind == "url" and self.exchange:
            raise broken_rule("exchange", self.exchange, "configures our own exchange, not one at a URL")
        if self.kind != "url" and "venue" in self.model_fields_set:
            raise broken_rule("venue", self.venue.profile, f"cannot be given where the kind is {self.kind}")
        return self


class OpenLoad(_Part):
    """Arrivals that come when they are due, whatever is still outstanding."""

    rate: WrittenRate
    """The mean over the phase, whatever the shape."""
    arrivals: Arrivals = Poisson()


class ClosedLoad(_Part):
    """So many users, each sending its next request when the last was answered; one step for each number."""

    users: Annotated[
        list[Annotated[WholeNumber, Field(ge=1, le=USERS_MAX)]], Field(min_length=1, max_length=SWEEP_STEPS_MAX)
    ]


class OpenPhase(_Part):
    name: Name
    duration_ns: Duration = Field(alias="for")
    open: OpenLoad


class ClosedPhase(_Part):
    name: Name
    step_ns: Duration = Field(alias="each")
    closed: ClosedLoad


OPEN_TAG, CLOSED_TAG = "<open phase>", "<closed phase>"
"""Marked so that they can be left out where a problem's path is shown: they are not in the file."""


def _phase_tag(phase: object) -> str:
    keys = phase if isinstance(phase, dict) else {}
    return CLOSED_TAG if "closed" in keys or "each" in keys else OPEN_TAG


def _require_one_kind(phase: object) -> object:
    """Told once and before the tag is chosen: each kind by itself would only complain of the other's keys."""
    if isinstance(phase, dict) and phase.keys() & {"open", "for"} and phase.keys() & {"closed", "each"}:
        raise PydanticCustomError(SHAPE, "must be either open with for, or closed with each")
    return phase


Phase = Annotated[
    Annotated[OpenPhase, Tag(OPEN_TAG)] | Annotated[ClosedPhase, Tag(CLOSED_TAG)],
    Discriminator(_phase_tag),
    BeforeValidator(_require_one_kind),
]


_LACKING = {"naive": {"base", "cap", "budget"}, "exponential": {"budget"}}
"""What a policy of retries has no use for."""


class Retries(_Part):
    """What is not answered well is sent again, an order under a new client order id.

    ``naive``: at once. ``exponential``: after a random part of a wait that doubles. ``budgeted``: so too, as long as
    no more than a share of all requests is sent again.
    """

    policy: Literal["naive", "exponential", "budgeted"]
    attempts: Annotated[WholeNumber, Field(ge=2, le=10)] = 3
    """In all, the first included."""
    base_ns: Duration = Field(alias="base", default=NS_PER_SECOND // 10)
    """The longest wait before the second attempt; it doubles with each."""
    cap_ns: Duration = Field(alias="cap", default=10 * NS_PER_SECOND)
    """The longest wait of all."""
    budget: Annotated[float, Field(gt=0, le=1)] = 0.1
    """How many retries each first request pays for."""

    @model_validator(mode="before")
    @classmethod
    def _policy_has_it(cls, written: object) -> object:
        if isinstance(written, dict) and (lacks := _LACKING.get(str(written.get("policy")))):
            for name in lacks & written.keys():
                raise broken_rule(name, written[name], f"cannot be given where the policy is {written['policy']}")
        return written


class Traffic(_Part):
    """What is sent, by whom and when: a mix of operations, or traders who decide, over phases."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["mix"]}, {"required": ["traders"]}]})

    traders: Annotated[dict[TraderKind, Weight], Field(min_length=1)] | None = None
    """Instead of a mix. Weights: of so many arrivals, so many are such a trader's; its state decides what it asks."""
    mix: Annotated[dict[MixedOperation, Weight], Field(min_length=1)] | None = Field(None, validate_default=True)
    """Weights: of so many arrivals, so many ask for this."""
    symbols: WeightedSymbols = {}
    """What is traded, a list, or a mapping with weights; none: the first symbol that the venue lists."""
    phases: Annotated[list[Phase], Field(min_length=1)]
    deadline_ns: Duration = Field(alias="deadline", default=NS_PER_SECOND)
    """How long a user waits for an answer to be of use."""
    timeout_ns: Duration = Field(alias="timeout", default=5 * NS_PER_SECOND)
    """When the client gives up on an answer."""
    in_flight_max: Annotated[WholeNumber, Field(ge=1, le=IN_FLIGHT_MAX)] = 4000
    """Arrivals outstanding at once; one that is due beyond it is dropped and counted."""
    connections_max: Annotated[WholeNumber, Field(ge=1, le=IN_FLIGHT_MAX)] | None = None
    """Connections open at once; an arrival that finds none free waits for one, which counts in its response time and in
    the generator's lag. None: one for each request in flight."""
    retries: Retries | None = None
    """What the client does with a request that was not answered well; none: nothing."""
    feeds: Feeds | None = None
    """What is listened to while the traffic goes; none: nothing."""
    hedge_reads_ns: Duration | None = Field(alias="hedge_reads_after", default=None)
    """A read that was not answered so soon is asked once more, and the first good answer counts; none: never."""
    ccxt: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,40}$")] | None = None
    """The id of ccxt's exchange through which the venue is driven; none: our own client, for the Binance dialect."""
    traces: Annotated[float, Field(ge=0, le=1)] = 0.0
    """The share of arrivals whose trace is kept: each tells the venue its trace in ``traceparent``. 0 sends none."""

    @field_validator("mix")
    @classmethod
    def _either_mix_or_traders(
        cls, mix: dict[Operation, int] | None, info: ValidationInfo
    ) -> dict[Operation, int] | None:
        traders = info.data.get("traders", NOT_RIGHT)
        if mix is None and traders is None:
            raise PydanticCustomError("missing", "Field required")
        if mix is not None and traders is not None:
            raise ValueError("cannot be given with traders, which decide by themselves what they ask for")
        return mix

    @property
    def operations(self) -> list[Operation]:
        """All that may be asked for."""
        if self.mix is not None:
            return list(self.mix)
        asked = {operation for kind in self.traders or () for operation in TRADERS[kind].operations}
        return [operation for operation in Operation if operation in asked]

    @model_validator(mode="after")
    def _ccxt_sends_no_traces(self) -> "Traffic":
        if self.ccxt is not None and self.traces:
            raise broken_rule("traces", self.traces, "cannot be given with ccxt, which sends no header of ours")
        return self


class Fault(_Part):
    at: WrittenMoment
    for_ns: Duration = Field(alias="for")
    kind: str
    on: dict[str, JsonValue] = {}
    parameters: dict[str, JsonValue] = Field(alias="with", default={})

    @model_validator(mode="after")
    def _kind_takes_it(self) -> "Fault":
        try:
            parse_fault(self.kind, self.parameters, self.on)
        except InvalidFault as error:
            raise broken_rule(error.field, error.value, error.rule) from error
        return self


class StopWhen(_Part):
    """End the run when an objective's error budget has burnt so fast for so long."""

    burn_rate: Annotated[float, Field(gt=0)]
    """Share of bad events, in multiples of what the target allows."""
    over_ns: Duration = Field(alias="over")


Stopping = Annotated[
    Annotated[Literal["never"], Tag("<never>")] | Annotated[StopWhen, Tag("<limit>")],
    Discriminator(lambda written: "<limit>" if isinstance(written, dict | StopWhen) else "<never>"),
]


class Scenario(_Part):
    """A scenario file."""

    name: Name
    description: str = ""
    target: Target = Target()
    seed: Annotated[WholeNumber, Field(ge=SEED_MIN)] = 1
    """What every random choice of a run follows from."""
    traffic: Traffic
    faults: list[Fault] = []
    stop_when: Stopping
    """When to end the run before its time; that nothing does has to be written too."""
    objectives: list[str] = []
    """Files beside the scenario, or in the library of objectives."""

    _objective_files: tuple[Path, ...] = PrivateAttr(default=())

    @property
    def objective_files(self) -> tuple[Path, ...]:
        """Where the objectives were found, in their order."""
        return self._objective_files

    def with_objective_files(self, files: tuple[Path, ...]) -> "Scenario":
        found = self.model_copy()
        found._objective_files = files  # noqa: SLF001  the same class
        return found
