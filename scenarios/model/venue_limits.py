"""Whether a scenario asks for more than a venue's profile allows it to. Pure."""

from collections.abc import Iterator

from scenarios.errors import Problem
from scenarios.model.scenario import ClosedPhase, Scenario, Traffic
from scenarios.venues import VenueProfile

SECONDS_PER_MINUTE = 60


def traffic_keeps_within_limits(scenario: Scenario) -> Iterator[Problem]:
    """Of profiles that ask for it: each phase by its mean rate, every request sent as often as its client may."""
    venue = scenario.target.venue
    if not venue.keep_within_limits or venue.weight_per_minute is None:
        return
    weight = weight_of_an_arrival(scenario.traffic, venue)
    for place, phase in enumerate(scenario.traffic.phases):
        if isinstance(phase, ClosedPhase):
            yield Problem(f"traffic.phases[{place}].closed.users", phase.closed.users, f"have no rate{_OTHERWISE}")
        elif phase.open.rate.per_s is None:
            yield Problem(f"traffic.phases[{place}].open.rate", phase.open.rate.text, f"has no bound{_OTHERWISE}")
        elif (asked := phase.open.rate.per_s * SECONDS_PER_MINUTE * weight) > venue.weight_per_minute:
            most = venue.weight_per_minute / SECONDS_PER_MINUTE / weight
            rule = f"weighs {asked:,.0f} a minute, and {venue.profile} allows {venue.weight_per_minute:,}"
            yield Problem(f"traffic.phases[{place}].open.rate", phase.open.rate.text, f"{rule}: at most {most:.3g}/s")


def weight_of_an_arrival(traffic: Traffic, venue: VenueProfile) -> float:
    """The mean over the mix, with all its attempts. An operation that the profile does not know weighs 1."""
    weights = sum(share * venue.weights.get(operation, 1) for operation, share in traffic.mix.items())
    attempts = traffic.retries.attempts if traffic.retries is not None else 1
    return weights / sum(traffic.mix.values()) * attempts


_OTHERWISE = ": the venue's limit cannot be kept; write a rate such as 20/s, or keep_within_limits: false"
