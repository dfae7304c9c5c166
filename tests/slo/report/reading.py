"""Reads reports as a person would: the words without the marks around them."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from slo.report.document import (
    Banner,
    Block,
    Definitions,
    Document,
    Figure,
    Heading,
    KeyFigures,
    Listing,
    Paragraph,
    Table,
)

SILENT = frozenset({"script", "style", "title"})


class Reader(HTMLParser):
    """Collects visible text and the attributes of every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def words_of_html(page: str) -> str:
    reader = Reader()
    reader.feed(page)
    return one_spaced("".join(reader.words))


def words_of_markdown(text: str) -> str:
    """With escapes undone and the marks of bold and code taken away."""
    bare = re.sub(r"(?<!\\)(\*\*|</?code>)", "", text)
    return one_spaced(html.unescape(re.sub(r"\\([\\`*_\[\]<>|#~$@])", r"\1", bare)))


def one_spaced(text: str) -> str:
    return " ".join(text.split())


def facts_said(document: Document) -> Iterator[str]:
    """Every piece of text of a document but the titles of its figures."""
    for chapter in document.chapters:
        yield one_spaced(chapter.title)
        for block in chapter.blocks:
            yield from (one_spaced(text) for text in _texts(block) if text)


def _texts(block: Block) -> list[str]:  # noqa: PLR0911 - one return for each kind of block
    match block:
        case Paragraph(parts):
            return ["".join(part if isinstance(part, str) else part.text for part in parts)]
        case Heading(text) | Listing(text):
            return [text]
        case Banner(sentence=sentence):
            return [sentence]
        case KeyFigures(figures):
            return [text for figure in figures for text in (figure.label, figure.value, figure.note)]
        case Table(caption, titles, rows):
            return [caption, *(title.title for title in titles), *(cell.text for row in rows for cell in row)]
        case Figure(title=title, caption=caption):
            return [title, caption]
        case Definitions(entries):
            return [text for entry in entries for text in (entry.term, entry.meaning)]
