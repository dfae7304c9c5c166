"""OpenSLO v1 documents (github.com/OpenSLO/OpenSLO), as strict models: an unknown field is an error.

Kinds that say nothing about a target (Service, DataSource, alerting) are accepted and not read. What v1 allows and
this judge does not do yet is refused by name rather than passed over.
"""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from slo.objectives.model import GroupColumn
from slo.objectives.query import Predicate, parse_predicate


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


def _check_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name):
        raise ValueError(
            "a name is up to 63 lower-case letters, digits and hyphens, and begins and ends with no hyphen"
        )
    return name


def _check_query(query: str) -> str:
    parse_predicate(query)
    return query


def _refuse_slices(method: object) -> object:
    if method in ("Timeslices", "RatioTimeslices"):
        raise ValueError("is not judged yet; Occurrences is")
    return method


BudgetingMethod = Annotated[Literal["Occurrences"], BeforeValidator(_refuse_slices)]
Name = Annotated[str, AfterValidator(_check_name)]
Query = Annotated[str, AfterValidator(_check_query)]


class Metadata(_Part):
    """Names and labels, which every document has."""

    name: Name
    display_name: str = ""
    labels: dict[str, str | list[str]] = {}
    annotations: dict[str, str] = {}


class QuerySpec(_Part):
    """``metricSource.spec``, whose contents OpenSLO leaves to the data source."""

    query: Query
    group_by: GroupColumn | None = None

    @property
    def predicate(self) -> Predicate:
        return parse_predicate(self.query)


class MetricSource(_Part):
    """Where a count comes from: always the samples, whatever type or data source is named."""

    metric_source_ref: str | None = None
    type: str | None = None
    spec: QuerySpec


class Metric(_Part):
    """One count of a ratio."""

    metric_source: MetricSource


class RatioMetric(_Part):
    """Good of all, or bad of all."""

    counter: bool | None = None
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric

    @model_validator(mode="before")
    @classmethod
    def _refuse_raw(cls, given: object) -> object:
        return _refuse(given, {"raw": "not judged: give good and total, or bad and total"})

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if (self.good is None) == (self.bad is None):
            raise ValueError("give either good or bad, besides total")
        part = self.good or self.bad
        if part and part.metric_source.spec.predicate == self.total.metric_source.spec.predicate:
            raise ValueError("good or bad asks the same as total, so that every event would be alike")
        if part and part.metric_source.spec.group_by not in (None, self.total.metric_source.spec.group_by):
            raise ValueError("groupBy is total's to say; good and bad repeat it or leave it out")
        return self


class IndicatorSpec(_Part):
    """What an SLI measures."""

    description: str = ""
    ratio_metric: RatioMetric

    @model_validator(mode="before")
    @classmethod
    def _refuse_threshold(cls, given: object) -> object:
        return _refuse(given, {"thresholdMetric": "not judged: write the threshold into a ratioMetric's good query"})


class InlineIndicator(_Part):
    """An SLI written into its SLO."""

    metadata: Metadata | None = None
    spec: IndicatorSpec


class Calendar(_Part):
    """Since when calendar windows are counted, and where."""

    start_time: str
    time_zone: str


class TimeWindow(_Part):
    """When the target holds in production. A run is judged on its own samples, whatever the window."""

    duration: Annotated[str, Field(pattern=r"^[1-9][0-9]*[mhdwMQY]$")]
    is_rolling: bool = False
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.is_rolling == (self.calendar is not None):
            raise ValueError("a window is rolling (isRolling: true) or has a calendar, one of the two")
        return self


class TargetSpec(_Part):
    """One objective of an SLO: its target, as a share or in percent."""

    display_name: str = ""
    target: Annotated[Decimal, Field(gt=0, lt=1, max_digits=20)] | None = None
    target_percent: Annotated[Decimal, Field(gt=0, lt=100, max_digits=20)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _refuse_others(cls, given: object) -> object:
        unjudged = "not judged yet"
        threshold = "belongs to thresholdMetric, which is not judged: write it into the query"
        return _refuse(
            given,
            {"op": threshold, "value": threshold, "timeSliceTarget": unjudged, "timeSliceWindow": unjudged}
            | dict.fromkeys(("compositeWeight", "indicator", "indicatorRef"), unjudged + ": composite SLOs"),
        )

    @model_validator(mode="after")
    def _check_one_target(self) -> Self:
        if (self.target is None) == (self.target_percent is None):
            raise ValueError(
                "give either target (a share above 0 and below 1) or targetPercent (above 0 and below 100)"
            )
        return self

    @property
    def share(self) -> Decimal:
        if self.target is not None:
            return self.target
        return (self.target_percent or Decimal(0)) / 100


class SLOSpec(_Part):
    """What is promised of which service, measured how."""

    description: str = ""
    service: str
    indicator: InlineIndicator | None = None
    indicator_ref: str | None = None
    time_window: Annotated[list[TimeWindow], Field(min_length=1, max_length=1)]
    budgeting_method: BudgetingMethod
    objectives: Annotated[list[TargetSpec], Field(min_length=1)]
    alert_policies: list[object] = []

    @model_validator(mode="after")
    def _check_one_indicator(self) -> Self:
        if (self.indicator is None) == (self.indicator_ref is None):
            raise ValueError("give either indicator or indicatorRef")
        return self


class _Document(_Part):
    api_version: Literal["openslo/v1"]
    metadata: Metadata


class SLODocument(_Document):
    """A document of kind SLO."""

    kind: Literal["SLO"]
    spec: SLOSpec


class SLIDocument(_Document):
    """A document of kind SLI, for SLOs of the same file to refer to."""

    kind: Literal["SLI"]
    spec: IndicatorSpec


class UnreadDocument(_Document):
    """A document that states no target."""

    kind: Literal["Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"]
    spec: dict[str, object] = {}


Document = SLODocument | SLIDocument | UnreadDocument


def _refuse(given: object, fields: dict[str, str]) -> object:
    if isinstance(given, dict):
        for field, why in fields.items():
            if field in given:
                raise ValueError(f"{field}: {why}")
    return given
