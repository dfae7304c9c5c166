"""Commands that the documents tell a reader to type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conventions.sources import files_of_ours, relative

FENCE = re.compile(r"^```(?P<language>console|sh|shell|bash)\s*\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
PROMPT = re.compile(r"^\$ ")


@dataclass(frozen=True, slots=True)
class Command:
    """One command line of a document, as words."""

    where: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where}: {shlex.join(self.words)}"

    @property
    def options(self) -> tuple[str, ...]:
        """Long options, without their values."""
        return tuple(word.partition("=")[0] for word in self.words if word.startswith("--") and len(word) > len("--"))


def documents() -> list[Path]:
    return [path for path in files_of_ours() if path.suffix == ".md"]


def command_lines(language: str, body: str) -> Iterator[str]:
    """Lines to type: in a console block those after a prompt, in a shell block all; continued lines joined."""
    joined = body.replace("\\\n", " ")
    for line in joined.splitlines():
        if language == "console":
            if PROMPT.match(line):
                yield PROMPT.sub("", line)
        elif line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def split(line: str) -> Iterator[tuple[str, ...]]:
    """The simple commands of a line, between ``&&``, ``||``, ``|``, ``;`` or ``&``, without assignments before them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if set(word) <= set("&|;"):
            if words:
                yield tuple(words)
            words = []
        elif words or not re.match(r"^\w+=", word):
            words.append(word)


def commands_in(text: str, where: str) -> Iterator[Command]:
    """Every command of the text's shell blocks."""
    for block in FENCE.finditer(text):
        for line in command_lines(block["language"], block["body"]):
            yield from (Command(where, words) for words in split(line))


def documented_commands() -> list[Command]:
    """Every command in every document of ours."""
    return [
        command for path in documents() for command in commands_in(path.read_text(encoding="utf-8"), relative(path))
    ]
