"""Walks Vega-Lite specifications."""

from collections.abc import Iterator
from typing import cast

from slo.report.document import Document, Figure, Specification

DRAWN = ("x", "y")


def figures(document: Document) -> list[Figure]:
    return [block for chapter in document.chapters for block in chapter.blocks if isinstance(block, Figure)]


def layers(chart: Specification) -> list[Specification]:
    return cast("list[Specification]", chart["layer"])


def layer_rows(chart: Specification, layer: Specification) -> list[Specification]:
    """The data of a layer: its own, by name from the chart's, or the chart's."""
    data = cast("Specification", layer.get("data") or chart["data"])
    if "name" in data and "values" not in data:
        return cast("dict[str, list[Specification]]", chart["datasets"])[str(data["name"])]
    return cast("list[Specification]", data["values"])


def axis_titles(chart: Specification, channel: str) -> set[str]:
    """The titles of one axis over all layers that draw along it by a field."""
    return {title for layer in layers(chart) for title in _titles(layer, channel)}


def _titles(layer: Specification, channel: str) -> Iterator[str]:
    encoding = cast("dict[str, Specification]", layer.get("encoding", {})).get(channel, {})
    axis = cast("Specification", encoding.get("axis") or {})
    title = encoding.get("title") or axis.get("title")
    if title:
        yield str(title)
