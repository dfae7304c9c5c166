"""A scenario: its file, its models, its rules. Everything is checked before anything is started."""

from scenarios.model.loading import LIBRARY, ExchangeCheck, find_scenario, load_scenario, named_url, scenario_names
from scenarios.model.scenario import ClosedPhase, Fault, OpenPhase, Phase, Retries, Scenario, StopWhen, Target, Traffic
from scenarios.model.stretches import phase_length_ns, phase_starts_ns, run_length_ns
from scenarios.quantities import Moment, Rate

__all__ = [
    "LIBRARY",
    "ClosedPhase",
    "ExchangeCheck",
    "Fault",
    "Moment",
    "OpenPhase",
    "Phase",
    "Rate",
    "Retries",
    "Scenario",
    "StopWhen",
    "Target",
    "Traffic",
    "find_scenario",
    "load_scenario",
    "named_url",
    "phase_length_ns",
    "phase_starts_ns",
    "run_length_ns",
    "scenario_names",
]
