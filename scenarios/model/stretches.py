"""How long phases last and where they begin: known before the start, because every duration is fixed. Pure."""

from itertools import accumulate

from scenarios.model.scenario import OpenPhase, Phase, Traffic


def phase_length_ns(phase: Phase) -> int:
    return phase.duration_ns if isinstance(phase, OpenPhase) else phase.step_ns * len(phase.closed.users)


def phase_starts_ns(traffic: Traffic) -> dict[str, int]:
    """Where each phase begins, in their order."""
    lengths_ns = [phase_length_ns(phase) for phase in traffic.phases]
    starts_ns = accumulate(lengths_ns[:-1], initial=0)
    return {phase.name: start_ns for phase, start_ns in zip(traffic.phases, starts_ns, strict=True)}


def run_length_ns(traffic: Traffic) -> int:
    return sum(phase_length_ns(phase) for phase in traffic.phases)
