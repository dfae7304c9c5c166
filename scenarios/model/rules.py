"""Rules between the parts of a scenario, each a function from the scenario to the problems that it has. Pure."""

from collections.abc import Callable, Iterator, Sequence

from scenarios.errors import Problem
from scenarios.model.problems import suggestion
from scenarios.model.scenario import ClosedPhase, OpenPhase, Scenario, StopWhen
from scenarios.model.stretches import phase_starts_ns, run_length_ns
from scenarios.model.venue_limits import traffic_keeps_within_limits
from scenarios.quantities import format_duration


def broken_rules(scenario: Scenario) -> list[Problem]:
    return [problem for rule in RULES for problem in rule(scenario)]


def phase_names_are_unique(scenario: Scenario) -> Iterator[Problem]:
    names = [phase.name for phase in scenario.traffic.phases]
    for place, name in enumerate(names):
        if name in names[:place]:
            rule = "is the name of an earlier phase too: faults and reports tell phases apart by it"
            yield Problem(f"traffic.phases[{place}].name", name, rule)


def capacity_is_measured_before_it_is_used(scenario: Scenario) -> Iterator[Problem]:
    swept = False
    for place, phase in enumerate(scenario.traffic.phases):
        swept = swept or isinstance(phase, ClosedPhase)
        if isinstance(phase, OpenPhase) and phase.open.rate.share is not None and not swept:
            rule = "needs a closed phase before it, which measures the capacity; or write a rate such as 200/s"
            yield Problem(f"traffic.phases[{place}].open.rate", phase.open.rate.text, rule)


def arrivals_fit_their_phase(scenario: Scenario) -> Iterator[Problem]:
    for place, phase in enumerate(scenario.traffic.phases):
        if isinstance(phase, OpenPhase) and (misfit := phase.open.arrivals.misfit(phase.duration_ns)) is not None:
            yield Problem(f"traffic.phases[{place}].open.arrivals.{misfit.field}", misfit.value, misfit.rule)


def deadline_is_within_timeout(scenario: Scenario) -> Iterator[Problem]:
    traffic = scenario.traffic
    if traffic.deadline_ns > traffic.timeout_ns:
        rule = f"must not exceed the timeout, {format_duration(traffic.timeout_ns)}: no answer comes after that"
        yield Problem("traffic.deadline", format_duration(traffic.deadline_ns), rule)


def faults_lie_inside_the_run(scenario: Scenario) -> Iterator[Problem]:
    starts_ns = phase_starts_ns(scenario.traffic)
    length_ns = run_length_ns(scenario.traffic)
    for place, fault in enumerate(scenario.faults):
        moment = fault.at
        if moment.phase is not None and moment.phase not in starts_ns:
            hint = suggestion(moment.phase, list(starts_ns)) or f"; there are {', '.join(starts_ns)}"
            yield Problem(f"faults[{place}].at", moment.text, f"names a phase that there is not{hint}")
            continue
        at_ns = moment.offset_ns + (0 if moment.phase is None else starts_ns[moment.phase])
        if at_ns + fault.for_ns > length_ns:
            until, length = format_duration(at_ns + fault.for_ns), format_duration(length_ns)
            rule = f"for {format_duration(fault.for_ns)} lasts until {until}, beyond the end of the run at {length}"
            yield Problem(f"faults[{place}].at", moment.text, rule)


def faults_are_on_what_is_sent(scenario: Scenario) -> Iterator[Problem]:
    sent = [operation.value for operation in scenario.traffic.mix]
    for place, fault in enumerate(scenario.faults):
        selected = fault.on.get("op")
        if selected is not None and selected not in sent:
            rule = f"is not in traffic.mix, so the fault could touch nothing; there are {', '.join(sent)}"
            yield Problem(f"faults[{place}].on.op", selected, rule)


def a_limit_has_something_to_watch(scenario: Scenario) -> Iterator[Problem]:
    if isinstance(scenario.stop_when, StopWhen) and not scenario.objectives:
        rule = "is watched over the scenario's objectives, and it names none: name some, or write never"
        yield Problem("stop_when.burn_rate", scenario.stop_when.burn_rate, rule)


RULES: Sequence[Callable[[Scenario], Iterator[Problem]]] = (
    phase_names_are_unique,
    capacity_is_measured_before_it_is_used,
    arrivals_fit_their_phase,
    deadline_is_within_timeout,
    faults_lie_inside_the_run,
    faults_are_on_what_is_sent,
    a_limit_has_something_to_watch,
    traffic_keeps_within_limits,
)
