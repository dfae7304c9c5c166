"""What a document tells a reader to type exists: make targets, sub-commands, options, files."""

import os
import re
import subprocess
import sys
from functools import cache

import pytest

from tests.conventions.commands import Command, commands_in, documented_commands
from tests.conventions.sources import ROOT

BROWNOUT = (
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'brownout'; from brownout.cli import main; sys.exit(main())",
)
SHOWN_IN_FULL = {"COLUMNS": "300", "NO_COLOR": "1", "TERM": "dumb", "TERMINAL_WIDTH": "300"}
DOCUMENTED = documented_commands()


@cache
def make_targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def help_text(*command: str) -> str:
    """What the command says about itself; an unknown sub-command ends here with its own message."""
    asked = subprocess.run(
        [*command, "--help"], cwd=ROOT, env={**os.environ, **SHOWN_IN_FULL}, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, f"{' '.join(command[-2:])} --help: {asked.stderr or asked.stdout}"
    return asked.stdout


def program(command: Command) -> tuple[str, ...] | None:
    """How to ask the command's program for help; None for programs that are not ours."""
    match command.words:
        case ("brownout", str(sub), *_) if not sub.startswith("-"):
            return (*BROWNOUT, sub)
        case ("brownout", *_):
            return BROWNOUT
        case ("python" | "python3", "-m", str(module), *_):
            return (sys.executable, "-m", module)
        case (str(path), *words) if path.endswith("/brownout"):
            return program(Command(command.where, ("brownout", *words)))
    return None


def unknown(command: Command) -> list[str]:
    """Words of the command that name nothing."""
    if command.words[0] == "make":
        targets = [word for word in command.words[1:] if not word.startswith("-") and "=" not in word]
        return [target for target in targets if target not in make_targets()]
    if command.words[0].startswith("./"):
        return [] if (ROOT / command.words[0]).is_file() else [command.words[0]]
    asked = program(command)
    if asked is None:
        return []
    text = help_text(*asked)
    return [option for option in command.options if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text)]


@pytest.mark.parametrize("command", DOCUMENTED, ids=str)
def test_every_documented_command_exists(command: Command) -> None:
    assert unknown(command) == []


def test_prompts_continuations_and_chains_are_read_as_a_shell_would() -> None:
    text = (
        "```console\n$ make demo && brownout judge \\\n    runs/1 --objectives='a b'  # again\nmet\n```\n"
        "```sh\nCI= make test\n```\n"
    )
    assert [command.words for command in commands_in(text, "a document")] == [
        ("make", "demo"),
        ("brownout", "judge", "runs/1", "--objectives=a b"),
        ("make", "test"),
    ]


@pytest.mark.parametrize("line", ["make coffee", "python -m mock_exchange --teapot", "./brew"])
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    (command,) = commands_in(f"```sh\n{line}\n```\n", "a document")
    assert unknown(command) == [line.rsplit(maxsplit=1)[-1]]
