"""``python -m chaos.catalogue``: prints ``docs/faults.md``, made from the kinds and their incidents."""

import inspect
import sys
from collections.abc import Iterator
from typing import Final

from chaos.incidents import INCIDENTS, Incident
from chaos.kinds import KINDS, Fault, Parameter, Seam, parameters_of

_HEAD: Final = """\
# Faults

Every kind of fault, made from the code by `python -m chaos.catalogue`. A scenario orders one with `kind`, its
parameters under `with`, and, where it acts on requests, whom it is meant for under `on`: `op`, `symbol`,
`client_order_id` (all that are given must fit; a client order id may end in `*`). The kinds that begin with `ws_` act
on messages, selected by `stream` (`btcusdt@depth`, `btcusdt*`, `@depth` for all symbols), `symbol` and `event`.
[ARCHITECTURE.md](../ARCHITECTURE.md) says how to add one.

```yaml
faults:
  - {at: steady + 5s, for: 3s, kind: latency, on: {op: order.place}, with: {latency_ms: 200, jitter_ms: 50}}
```

Each fault is held under a lease by whatever lets it in: the guardian for processes, the fault proxy for the wire, the
exchange for meaning. If a run dies, they lift it by themselves. What a fault touched is counted, and a reply that it
touched says so in the header `X-Brownout-Fault`. With the same seed the same requests are hit.
"""
_SEAMS: Final = {
    Seam.PROCESS: ("Process", "They act on the exchange's process or container, so all requests feel them."),
    Seam.WIRE: ("Wire", "They act in the fault proxy before the exchange, or before any other venue."),
    Seam.MEANING: ("Meaning", "They act in the mock exchange, through its admin port: what it means by its answers."),
}
_UNITS: Final = (
    ("_kb_per_s", "kB/s"),
    ("_per_s", "1/s"),
    ("bytes", "bytes"),
    ("_percent", "%"),
    ("percent_off", "%"),
    ("_us", "µs"),
    ("_ms", "ms"),
    ("_s", "s"),
    ("probability", "share, 0 to 1"),
)


def page() -> str:
    """Markdown."""
    return "\n".join(["", *_lines()]).lstrip()


def _lines() -> Iterator[str]:
    yield _HEAD
    for seam, (title, about) in _SEAMS.items():
        yield f"## {title}\n\n{about}\n"
        yield "| kind | what it does | parameters | incidents | example |\n|---|---|---|---|---|"
        yield from (_kind_row(kind) for _, kind in sorted(KINDS.items()) if kind.seam is seam)
        yield ""
    yield "## Incidents\n\nWhat exchanges are known to have suffered, and what has to be watched.\n"
    yield "| | incident | what happened | watch | kinds | told in |\n|---|---|---|---|---|---|"
    yield from (_incident_row(incident) for incident in INCIDENTS.values())
    yield ""


def _kind_row(kind: type[Fault]) -> str:
    parameters = "<br>".join(_parameter(each) for each in parameters_of(kind)) or "-"
    incidents = ", ".join(kind.incidents) or "-"
    example = ", ".join(f"{name}: {_value(value)}" for name, value in kind.example.items())
    return f"| `{kind.kind}` | {_about(kind)} | {parameters} | {incidents} | `{{{example}}}` |"


def _about(kind: type[Fault]) -> str:
    """The docstring's first paragraph on one line."""
    return (
        " ".join(inspect.cleandoc(kind.__doc__ or "").split("\n\n", 1)[0].split())
        .replace("``", "`")
        .replace("|", "\\|")
    )


def _parameter(each: Parameter) -> str:
    notes = [unit] if (unit := _unit(each.name)) else []
    notes += [" ".join(f"`{choice}`" for choice in each.choices)] if each.choices else []
    notes.append("required" if each.required else f"default {_value(each.default)}")
    return f"`{each.name}`: {each.about} ({'; '.join(notes)})".replace("|", "\\|")


def _unit(name: str) -> str:
    return next((unit for suffix, unit in _UNITS if name.endswith(suffix)), "")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _incident_row(incident: Incident) -> str:
    kinds = ", ".join(f"`{name}`" for name, kind in sorted(KINDS.items()) if incident.number in kind.incidents)
    sources = "; ".join(incident.sources)
    return f"| {incident.number} | {incident.name} | {incident.what} | {incident.watch} | {kinds} | {sources} |"


if __name__ == "__main__":
    sys.stdout.write(page())
