"""A document as one HTML file: style, charts and their JavaScript inside, nothing fetched.

Text is escaped by the template. A content security policy forbids every connection and every script but those of
this page, named by their hashes, so that nothing a scenario or a venue wrote can run even if an escape were missing.
"""

import base64
import hashlib
import json
from functools import cache
from importlib import resources

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from slo.report.charts.theme import Theme, configuration, style_variables
from slo.report.document import Document, Specification
from slo.report.markdown import SYMBOLS


def to_html(document: Document) -> str:
    """The whole page; the same document gives the same bytes."""
    scripts = (charting_library(), _page_file("page.js"))
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            document=document,
            style=Markup(_style()),  # noqa: S704 - our own files
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own files and the bundled library
            policy=_policy(scripts),
            configuration=embedded_json(configuration()),
            embedded_json=embedded_json,
            symbols=SYMBOLS,
        )
    )


def embedded_json(value: Specification) -> Markup:
    """JSON that is safe inside a script element: no character in it can end the element or open another."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True, sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


@cache
def charting_library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script (0.9 MB), from the vl-convert that is installed."""
    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundle.replace("</script", "<\\/script")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("slo.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _style() -> str:
    light, dark = (style_variables(theme) for theme in (Theme.LIGHT, Theme.DARK))
    variables = (
        f":root {{ color-scheme: light; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme='light']) {{ color-scheme: dark; {dark} }} }}\n"
        f":root[data-theme='dark'] {{ color-scheme: dark; {dark} }}\n"
        f"@media print {{ :root:root:root {{ color-scheme: light; {light} }} }}\n"
    )
    return variables + _page_file("page.css")


def _policy(scripts: tuple[str, ...]) -> str:
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:"


@cache
def _page_file(name: str) -> str:
    return resources.files("slo.report").joinpath("page", name).read_text(encoding="utf-8")
