"""``brownout scenarios`` and ``brownout faults``: what there is."""

import json
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.table import Table

from brownout.console import standard_output
from chaos.kinds import KINDS, parameters_of
from scenarios.model import Scenario, load_scenario, run_length_ns, scenario_names

NS_PER_S = 1_000_000_000
Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


def scenarios(as_json: Json = False) -> int:
    """List the scenarios of the library."""
    loaded = [load_scenario(name) for name in scenario_names()]
    if as_json:
        typer.echo(json.dumps([_scenario_row(scenario) for scenario in loaded], indent=2))
        return 0
    table = Table("Scenario", "Length", "Faults", "What it shows", pad_edge=False)
    for scenario in loaded:
        faults = ", ".join(fault.kind for fault in scenario.faults) or "-"
        table.add_row(scenario.name, f"{_length_s(scenario):.0f} s", faults, scenario.description)
    standard_output().print(table)
    return 0


def faults(as_json: Json = False) -> int:
    """List the kinds of fault with their parameters."""
    if as_json:
        typer.echo(json.dumps([_fault_row(name) for name in sorted(KINDS)], indent=2))
        return 0
    table = Table("Fault", "Acts on", "Parameters", "What it does", pad_edge=False)
    for name in sorted(KINDS):
        kind = KINDS[name]
        table.add_row(name, kind.seam, "\n".join(_parameter_lines(name)) or "-", _first_line(kind.__doc__))
    standard_output().print(table)
    return 0


def _length_s(scenario: Scenario) -> float:
    return run_length_ns(scenario.traffic) / NS_PER_S


def _scenario_row(scenario: Scenario) -> dict[str, JsonValue]:
    return {
        "name": scenario.name,
        "seconds": _length_s(scenario),
        "faults": [fault.kind for fault in scenario.faults],
        "description": scenario.description,
    }


def _fault_row(name: str) -> dict[str, JsonValue]:
    kind = KINDS[name]
    return {
        "kind": name,
        "seam": kind.seam.value,
        "parameters": {each.name: each.about for each in parameters_of(kind)},
        "description": _first_line(kind.__doc__),
    }


def _parameter_lines(name: str) -> list[str]:
    return [
        f"{each.name}: {each.about}" + (" (required)" if each.required else "") for each in parameters_of(KINDS[name])
    ]


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().split("\n", 1)[0].replace("``", "")
