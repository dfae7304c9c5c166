"""A document as GitHub-flavoured Markdown, good in a job summary. Figures are left to the HTML: their facts stand in
the tables beside them."""

import re

from slo.report.document import (
    Banner,
    Block,
    Cell,
    Chapter,
    Code,
    Definitions,
    Document,
    Figure,
    Heading,
    Inline,
    KeyFigures,
    Listing,
    Paragraph,
    Strong,
    Table,
    Tone,
)

SYMBOLS = {Tone.GOOD: "\N{HEAVY CHECK MARK}", Tone.BAD: "\N{HEAVY BALLOT X}", Tone.OPEN: "?", Tone.PLAIN: ""}

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~$@])")


def to_markdown(document: Document) -> str:
    """The whole report; the same document gives the same text."""
    head = [f"# {escaped(document.title)}", escaped(document.subtitle)]
    return "\n\n".join([*head, *(_chapter(chapter) for chapter in document.chapters)]) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown will show as it is: nothing in it is a mark, a tag, a mention or a new line."""
    one_line = " ".join(text.split("\n")).replace("&", "&amp;")
    return _SPECIAL.sub(r"\\\1", one_line)


def _chapter(chapter: Chapter) -> str:
    return "\n\n".join([f"## {escaped(chapter.title)}", *(_block(block) for block in chapter.blocks)])


def _block(block: Block) -> str:  # noqa: PLR0911 - one return for each kind of block
    match block:
        case Paragraph(parts):
            return _inline(parts)
        case Heading(text):
            return f"### {escaped(text)}"
        case Banner(word, tone, sentence):
            return f"**{SYMBOLS[tone]} {escaped(word.upper())}** \N{EN DASH} {escaped(sentence)}"
        case KeyFigures(figures):
            return "\n".join(
                f"- {escaped(f.label)}: **{escaped(f.value)}** {escaped(f.note)}".rstrip() for f in figures
            )
        case Table():
            return _table(block)
        case Figure(title=title, caption=caption):
            return f"*{escaped(title)}: {escaped(caption)} (drawn in report.html)*"
        case Definitions(entries):
            return "\n".join(f"- **{escaped(entry.term)}**: {escaped(entry.meaning)}" for entry in entries)
        case Listing(text):
            return f"{_fence(text)}\n{text}\n{_fence(text)}"


def _inline(parts: tuple[Inline, ...]) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: Inline) -> str:
    match part:
        case Strong(text):
            return f"**{escaped(text)}**"
        case Code(text):
            return f"<code>{_entities(text)}</code>"
        case str():
            return escaped(part)


def _table(table: Table) -> str:
    titles = "|".join(f" {escaped(column.title)} " for column in table.columns)
    marks = "|".join(" ---: " if column.numeric else " --- " for column in table.columns)
    lines = [f"|{titles}|", f"|{marks}|", *(_row(cells) for cells in table.rows)]
    return "\n".join([f"**{escaped(table.caption)}**", "", *lines])


def _row(cells: tuple[Cell, ...]) -> str:
    return "|" + "|".join(f" {_cell(cell)} " for cell in cells) + "|"


def _cell(cell: Cell) -> str:
    return f"{SYMBOLS[cell.tone]} {escaped(cell.text)}".strip()


def _entities(text: str) -> str:
    """Code may hold anything, backticks too: entities are safe in every place, tables included."""
    return "".join(char if char.isalnum() or char in " .,:;=/-()'\"%+" else f"&#{ord(char)};" for char in text)


def _fence(text: str) -> str:
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)
