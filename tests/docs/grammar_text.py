"""The grammar of the language as people read it, made from `grammar.lark`.

    late_runs = "late runs go" ("one stage at a time" | "straight to the stage reached")

What stands in quotes is written as it stands, `[...]` may be left out, `{...}` may stand any number
of times, `|` separates what can be chosen. A word in capitals is a value: see `VALUES`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from dunlang.reading.grammar import spelling, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "NAME": "NAME",
        "NUMBER": "NUMBER",
        "STRING": "TEXT",
        "DATE": "DATE",
        "TIME": "TIME",
        "PATH": "FACT",
        "ZONE": "ZONE",
    }
)
"""How the terminals that are values are called, by their names in the grammar."""

A_STAGE_ELSEWHERE = MappingProxyType({"replaced": {"PATH": "NAME.NAME"}})
"""Rules in which a terminal is another value: a policy and its stage is read like a fact."""

NEVER_WRITTEN = frozenset({"leftovers"})
"""Rules that no statement is made of."""

_WIDTH = 88
_RULE = re.compile(r"^\??([a-z_]+):\s*", re.MULTILINE)
_PIECE = re.compile(r"[A-Za-z_]+|[()|?*+]")


@dataclass(frozen=True, slots=True)
class Word:
    """Something that is written, or the name of a rule."""

    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    """Things after one another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """Something with a sign for how often: `?`, `*` or `+`."""

    node: Node
    sign: str


Node = Word | Row | Choice | Repeated


@cache
def rules() -> Mapping[str, str]:
    """The text of every rule a reader needs, by name, in the order of the grammar.

    A rule that is one value, such as `date: DATE`, is shown as that value wherever it is used.
    """
    return MappingProxyType(
        {
            name: _laid_out(name, _read(body, A_STAGE_ELSEWHERE.get(name, {})))
            for name, body in _bodies().items()
            if name not in NEVER_WRITTEN and name not in _aliases()
        }
    )


@cache
def _bodies() -> Mapping[str, str]:
    """What stands behind the colon of every rule, without comments and names of alternatives."""
    whole = re.sub(r"^\s*//.*$|->\s*[a-z_]+", "", text(), flags=re.MULTILINE)
    found = list(_RULE.finditer(whole))
    last = re.search(r"^_?[A-Z]", whole, re.MULTILINE)
    assert last is not None
    ends = [*(rule.start() for rule in found[1:]), last.start()]
    return MappingProxyType(
        {rule[1]: whole[rule.end() : end] for rule, end in zip(found, ends, strict=True)}
    )


@cache
def _aliases() -> Mapping[str, str]:
    """The rules that are nothing but a value, with the value."""
    found = {name: VALUES.get(body.strip(), "") for name, body in _bodies().items()}
    return MappingProxyType({name: value for name, value in found.items() if value})


def _read(body: str, values: Mapping[str, str]) -> Node:
    pieces = [values.get(piece, piece) for piece in _PIECE.findall(body)]
    node, rest = _choice(pieces)
    assert not rest, rest
    return node


def _choice(pieces: list[str]) -> tuple[Node, list[str]]:
    node, pieces = _row(pieces)
    options = [node]
    while pieces and pieces[0] == "|":
        node, pieces = _row(pieces[1:])
        options.append(node)
    return (options[0] if len(options) == 1 else Choice(tuple(options))), pieces


def _row(pieces: list[str]) -> tuple[Node, list[str]]:
    parts: list[Node] = []
    while pieces and pieces[0] not in "|)":
        node: Node
        if pieces[0] == "(":
            node, pieces = _choice(pieces[1:])
            pieces = pieces[1:]
        else:
            node, pieces = Word(_shown(pieces[0])), pieces[1:]
        if pieces and pieces[0] in "?*+":
            node, pieces = Repeated(node, pieces[0]), pieces[1:]
        parts.append(node)
    return (parts[0] if len(parts) == 1 else Row(tuple(parts))), pieces


def _shown(name: str) -> str:
    """A rule by its name, a value by its kind, a word in quotes."""
    if name in VALUES or "." in name:
        return VALUES.get(name, name)
    if name.isupper():
        return f'"{spelling()[name]}"'
    return _aliases().get(name, name)


def _written(node: Node, *, inside: bool = False) -> str:
    """A node in one line; `inside` a row, a choice needs parentheses."""
    match node:
        case Word(shown):
            return shown
        case Row(parts):
            return " ".join(_written(part, inside=True) for part in parts)
        case Choice(options):
            line = " | ".join(map(_written, options))
            return f"({line})" if inside else line
        case Repeated(what, sign):
            line = _written(what)
            if sign == "+":
                return f"{_written(what, inside=True)} {{{line}}}"
            return f"[{line}]" if sign == "?" else f"{{{line}}}"


def _laid_out(name: str, node: Node) -> str:
    """A rule; one that does not fit in a line is folded between what belongs together."""
    start = f"{name} = "
    line = start + _written(node)
    if len(line) <= _WIDTH:
        return line
    if isinstance(node, Choice) and not all(isinstance(each, Word) for each in node.options):
        lines: list[str] = []
        for number, option in enumerate(node.options):
            before = f"{'| ':>{len(start)}}" if number else start
            lines += _folded(before, _parts(option), len(start) + 2)
        return "\n".join(lines)
    indent = len(start) - 2 if isinstance(node, Choice) else len(start)
    return "\n".join(_folded(start, _parts(node), indent))


def _parts(node: Node) -> list[str]:
    """What of a node stays together in one line."""
    match node:
        case Row(parts):
            return [_written(part, inside=True) for part in parts]
        case Choice(options):
            first, *others = map(_written, options)
            return [first, *(f"| {other}" for other in others)]
        case _:
            return [_written(node)]


def _folded(start: str, parts: list[str], indent: int) -> Iterator[str]:
    """Parts after one another, in as many lines as they need."""
    line, empty = start, True
    for part in parts:
        if not empty and len(line) + len(part) > _WIDTH:
            yield line.rstrip()
            line = " " * indent
        line += f"{part} "
        empty = False
    yield line.rstrip()
