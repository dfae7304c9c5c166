"""How charts look: one palette by meaning, one configuration, colours as tokens that each theme fills in.

In the page a token is a CSS variable, so that a chart follows light, dark and print without being drawn again. For a
picture file :func:`coloured` puts the theme's own colours in their place.

The outcome colours are the same in both themes. They keep at least 1.75 : 1 against white and 2.7 : 1 against the dark
page, and differ from each other by a CIE76 distance of 16 or more for normal sight and under simulated protanopia,
deuteranopia and tritanopia (Machado, Oliveira and Fernandes 2009, severity 1.0).
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from slo.history import Outcome
from slo.report.document import Specification

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Token:
    """A colour by what it is for."""

    name: str
    light: str
    dark: str

    @property
    def reference(self) -> str:
        """How a specification or a style sheet names it."""
        return f"var(--{self.name})"

    def in_theme(self, theme: Theme) -> str:
        return self.light if theme is Theme.LIGHT else self.dark


LATE = "late"
"""Answered, but after the deadline: drawn apart from ``ok``, though its outcome is ok."""

OUTCOME_TOKENS: dict[str, Token] = {
    name: Token(f"outcome-{name}", colour, colour)
    for name, colour in {
        Outcome.OK.value: "#1F77E0",
        LATE: "#A9C8DC",
        Outcome.THROTTLED.value: "#F08A0C",
        Outcome.SHED.value: "#D16FB9",
        Outcome.FAILED.value: "#C62A08",
        Outcome.UNKNOWN.value: "#7446A8",
        Outcome.DROPPED.value: "#66756F",
    }.items()
}

PAGE = Token("page", "#FFFFFF", "#14171B")
INK = Token("ink", "#1A1E24", "#E7EAEE")
QUIET = Token("quiet", "#5B6470", "#9AA4B1")
LINE = Token("line", "#E2E6EB", "#2B3138")
PANEL = Token("panel", "#F6F8FA", "#1B2026")
FAULT = Token("fault", "#B4540A", "#F2A65A")
FIRST = Token("first", "#1F77E0", "#5AA5FF")
SECOND = Token("second", "#C2410C", "#FF9E64")
GOOD = Token("good", "#0B6B4F", "#4CC9A0")
BAD = Token("bad", "#B3240A", "#FF8A70")
OPEN = Token("open", "#7A5200", "#F0BE4F")

TOKENS = (PAGE, INK, QUIET, LINE, PANEL, FAULT, FIRST, SECOND, GOOD, BAD, OPEN, *OUTCOME_TOKENS.values())


def configuration() -> Specification:
    """The Vega-Lite configuration that every chart shares, colours by token."""
    ink, quiet, line = INK.reference, QUIET.reference, LINE.reference
    return {
        "background": "transparent",
        "font": FONT,
        "padding": {"left": 4, "right": 12, "top": 4, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "gridColor": line,
            "gridWidth": 1,
            "labelColor": quiet,
            "labelFontSize": 11,
            "labelPadding": 6,
            "labelOverlap": True,
            "tickColor": line,
            "tickSize": 4,
            "titleColor": quiet,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "titlePadding": 8,
        },
        "axisX": {"grid": False, "domain": True, "domainColor": quiet},
        "axisY": {"ticks": False, "titleAlign": "left", "titleAngle": 0, "titleAnchor": "end", "titleX": 0},
        "legend": {
            "orient": "bottom",
            "direction": "horizontal",
            "labelColor": ink,
            "labelFontSize": 11,
            "symbolSize": 90,
            "symbolStrokeWidth": 2.5,
            "title": None,
            "columnPadding": 14,
            "offset": 10,
        },
        "text": {"color": ink, "fontSize": 11, "font": FONT},
        "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
        "point": {"size": 45, "filled": True},
        "rule": {"color": quiet},
        "title": {"color": ink, "fontSize": 13, "anchor": "start", "subtitleColor": quiet},
    }


def coloured(chart: Specification, theme: Theme) -> Specification:
    """The chart with its configuration and the theme's colours in place of tokens: for a picture, or another page."""
    text = json.dumps({**chart, "config": configuration()})
    for token in TOKENS:
        text = text.replace(token.reference, token.in_theme(theme))
    return cast("Specification", json.loads(text))


def style_variables(theme: Theme) -> str:
    """The theme's colours as CSS declarations."""
    return " ".join(f"--{token.name}: {token.in_theme(theme)};" for token in TOKENS)
