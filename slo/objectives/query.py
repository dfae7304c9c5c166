"""Predicates over samples, in SQL expression syntax: what an objective counts as good, bad or an event at all.

``op = 'order.place' and outcome = 'ok' and response_ms <= 250``

A predicate looks at one row and nothing else, so that splitting a run does not change its counts: columns, literals,
``AND OR NOT IN IS NULL BETWEEN LIKE TRUE FALSE``, comparisons and arithmetic; no functions, no sub-queries, no
statements. Polars parses it (``polars.sql_expr``) and nothing executes it as SQL. A word compared with ``op`` or
``outcome`` must be one that exists: Polars itself would take ``op = 'order.plce'`` and match nothing, quietly.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from slo.history import SAMPLE_SCHEMA, Operation, Outcome, with_derived_columns

CHARACTERS_MAX = 4_000
"""Polars takes more than linear time to parse a predicate: seconds for some hundreds of clauses."""
_SCHEMA = with_derived_columns(pl.DataFrame(schema=SAMPLE_SCHEMA), ()).schema
_TEXT_COLUMNS = ("venue", "op", "symbol", "outcome", "fault", "phase")
_MEMBERS = {"op": tuple(Operation), "outcome": tuple(Outcome)}
_KEYWORDS = frozenset(["AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "LIKE", "TRUE", "FALSE"])
_EQUALITIES = ("=", "<>", "!=")
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)|"""
    r"""(?P<sign><=|>=|<>|!=|[=<>(),+*]|-(?!-)|/(?!\*)))"""  # neither kind of comment
)


class QueryError(ValueError):
    """A predicate breaks a rule; the message says which, and where."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A checked predicate. ``phases``: names of phases that it mentions, for the judge to look for in the run."""

    text: str
    phases: tuple[str, ...]

    def matches(self, samples: pl.DataFrame) -> pl.Series:
        """True, False or null for each row of samples with derived columns. Null where a value compared is null."""
        matched = _as_text(samples).select(matches=pl.sql_expr(self.text))["matches"]
        if matched.len() == samples.height:
            return matched
        # Polars 2.1 gives one row for "'a' = op" where it holds op as a single value repeated.
        return matched.new_from_index(0, samples.height)


def parse_predicate(text: str) -> Predicate:
    """Check ``text`` and keep it. Raises :class:`QueryError`."""
    if len(text) > CHARACTERS_MAX:
        raise QueryError(f"has {len(text):,} characters, and at most {CHARACTERS_MAX:,} are taken: split the objective")
    tokens = list(_tokens(text))
    if not any(token.kind == "column" for token in tokens):
        raise QueryError(f"looks at no column of a sample; the columns are {', '.join(_SCHEMA)}")
    literals = list(_literals(tokens))
    for column, literal, pattern in literals:
        _check_member(column, literal, pattern=pattern)
    _check_type(text)
    phases = sorted({literal for column, literal, pattern in literals if column == "phase" and not pattern})
    return Predicate(text=text.strip(), phases=tuple(phases))


class _Token(NamedTuple):
    kind: str
    """text, number, column, keyword or sign"""
    value: str


class _Literal(NamedTuple):
    column: str
    value: str
    pattern: bool


def _tokens(text: str) -> Iterator[_Token]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise QueryError(f"cannot be read from {text[position:].strip()[:30]!r} on")
        yield _classified(match.lastgroup, match[match.lastgroup])
        position = match.end()


def _classified(kind: str, value: str) -> _Token:
    if kind == "text":
        return _Token("text", value[1:-1].replace("''", "'"))
    if kind != "word":
        return _Token(kind, value)
    if value.upper() in _KEYWORDS:
        return _Token("keyword", value.upper())
    if value in _SCHEMA:
        return _Token("column", value)
    raise QueryError(
        f"{value!r} is no column of a sample; the columns are {', '.join(_SCHEMA)}; functions are not taken"
    )


def _literals(tokens: Sequence[_Token]) -> Iterator[_Literal]:
    """Every text literal with the column that it stands beside. A text that stands beside none is an error, and so is
    a text column in any other place: then every word compared with ``op`` is seen here, however it is written."""
    seen: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind == "column" and token.value in _TEXT_COLUMNS:
            positions, pattern = _beside(tokens, index)
            seen.update(positions)
            yield from (_Literal(token.value, tokens[position].value, pattern) for position in positions)
    for index, token in enumerate(tokens):
        if token.kind == "text" and index not in seen:
            raise QueryError(f"'{token.value}' is not compared with a column of text ({', '.join(_TEXT_COLUMNS)})")


def _beside(tokens: Sequence[_Token], index: int) -> tuple[list[int], bool]:
    """Positions of the literals that the text column at ``index`` is compared with, and whether they are patterns."""
    after = [token.value for token in tokens[index + 1 : index + 4]]
    kinds = [token.kind for token in tokens]
    offset = 2 if after[:1] == ["NOT"] else 1
    words = after[offset - 1 :]
    if words[:1] == ["IS"]:
        return [], False
    if words[:1] == ["LIKE"] and kinds[index + offset + 1 : index + offset + 2] == ["text"]:
        return [index + offset + 1], True
    if words[:2] == ["IN", "("]:
        return list(_listed(tokens, index + offset + 2)), False
    if after[:1] and after[0] in _EQUALITIES and kinds[index + 2 : index + 3] == ["text"]:
        return [index + 2], False
    if index >= 2 and tokens[index - 1].value in _EQUALITIES and kinds[index - 2] == "text":
        return [index - 2], False
    raise QueryError(
        f"{tokens[index].value!r} holds text: compare it directly with text in single quotes by = <> IN or LIKE, "
        "or ask IS NULL"
    )


def _listed(tokens: Sequence[_Token], start: int) -> Iterator[int]:
    for index in range(start, len(tokens)):
        if tokens[index] == _Token("sign", ")"):
            return
        if tokens[index].kind == "text":
            yield index
        elif tokens[index].value != ",":
            raise QueryError(f"a list of text after IN holds {tokens[index].value!r}")


def _check_member(column: str, literal: str, *, pattern: bool) -> None:
    members = _MEMBERS.get(column)
    if members is None:
        return
    known = any(_like(literal, member) for member in members) if pattern else literal in members
    if not known:
        raise QueryError(f"{column} is never '{literal}'; it is one of {', '.join(members)}")


def _like(pattern: str, value: str) -> bool:
    expression = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern)
    return re.fullmatch(expression, value) is not None


def _check_type(text: str) -> None:
    try:
        result = _as_text(pl.DataFrame(schema=_SCHEMA)).select(pl.sql_expr(text).alias("matches"))
    except pl.exceptions.PolarsError as error:
        raise QueryError(f"is no predicate over samples: {str(error).splitlines()[0]}") from error
    if result.schema["matches"] != pl.Boolean:
        raise QueryError("gives a value, not true or false: compare it with something")


def _as_text(samples: pl.DataFrame) -> pl.DataFrame:
    """Dictionary columns as text, which LIKE needs."""
    return samples.select(
        pl.col(name).cast(pl.String) if name in _TEXT_COLUMNS else pl.col(name) for name in _SCHEMA if name in samples
    )
