"""What a report is made of, before it is HTML or Markdown: sections of paragraphs, tables and figures.

A section computes its facts once and says them in these blocks; the renderers only choose the marks around the words,
so that the two reports cannot disagree. Text is plain: whoever renders it escapes it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import JsonValue

Evidence = TypeVar("Evidence")
Specification = dict[str, JsonValue]
"""A Vega-Lite specification, colours by theme token (see ``charts.theme``)."""


class Tone(StrEnum):
    """What a word means for the reader; never said by colour alone, the word itself says it too."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    """Neither shown nor refuted."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry the sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Words that a machine would read."""

    text: str


Inline = str | Strong | Code


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or more sentences."""

    parts: tuple[Inline, ...]
    quiet: bool = False
    """A remark for who wants to know: smaller print."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Banner:
    """The answer, as large as it gets."""

    word: str
    tone: Tone
    sentence: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure to read before anything else."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of them."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: numbers stand to the right, words to the left."""

    title: str
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``swatch`` names the colour token of the thing that the row is about."""

    text: str
    tone: Tone = Tone.PLAIN
    swatch: str = ""
    bar: float | None = None
    """A share in [0, 1] to draw behind the text."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; the first cell of a row says what the row is about."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with a title and what to see in it; ``name`` is unique in a report. Markdown shows the words only."""

    name: str
    title: str
    caption: str
    chart: Specification


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms, one under another."""

    entries: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines to copy into a terminal."""

    text: str


Block = Paragraph | Heading | Banner | KeyFigures | Table | Figure | Definitions | Listing


@dataclass(frozen=True, slots=True)
class Section(Generic[Evidence]):
    """A part of the report: ``build`` says its facts in blocks, or nothing where it does not apply to the run."""

    name: str
    title: str
    build: Callable[[Evidence], Iterable[Block]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section that applied to this run, with what it said."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]


def said(*parts: Inline) -> Paragraph:
    return Paragraph(parts)


def remarked(*parts: Inline) -> Paragraph:
    return Paragraph(parts, quiet=True)


def columns(*titles: str, words: int = 1) -> tuple[Column, ...]:
    """Columns of which the first ``words`` hold words and the others numbers."""
    return tuple(Column(title, numeric=place >= words) for place, title in enumerate(titles))


def row(*cells: str | Cell) -> tuple[Cell, ...]:
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
