"""Changes of a text that solve a problem in it, where the problem says exactly what to write.

A hint is for people; some hints leave no choice, and those can be done by a key. Which these are
is told by how they are worded, so that a hint and its fix can never say two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.diagnostics import Diagnostic
    from dunlang.source import Source


@dataclass(frozen=True, slots=True)
class Edit:
    """A text in place of a range."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to solve a problem."""

    title: str
    """An order: `write 'consumer'`."""
    edits: tuple[Edit, ...]
    """They do not overlap."""


_MEANT = re.compile(r"did you mean '(?P<text>.+)'\?")
_WRITE = re.compile(r"write '(?P<text>[^'.]+)'")
_WRITE_TEXT = re.compile(r'write (?P<text>"[^".]*")')
_WRITE_VALUE = re.compile(r"write (?P<text>[0-9][0-9._-]*(?: [A-Z]{3})?)")
_ADD_UNDER = re.compile(r"add '(?P<text>[a-z][^'A-Z]*[^']*)' under it")
_INDENT = re.compile(r"indent it with (?P<count>[0-9]+) spaces?")
_PLACEHOLDER = re.compile(r"\b(?:DATE|STAGE|NAME|TEXT|N)\b|\.\.\.")
_OUT = frozenset({"leave it out", "leave one out", "remove it"})
_STEP = "  "


def fixes(problem: Diagnostic) -> tuple[Fix, ...]:
    """What would solve a problem; nothing where a person has to choose."""
    found = _by_code(problem) or _by_hint(problem)
    return () if found is None else (found,)


def apply(source: Source, edits: Iterable[Edit]) -> str:
    """The text after some edits that do not overlap."""
    text = source.text
    for edit in sorted(edits, key=lambda each: each.span.start, reverse=True):
        text = f"{text[: edit.span.start]}{edit.text}{text[edit.span.end :]}"
    return text


def _by_code(problem: Diagnostic) -> Fix | None:
    source = problem.span.source
    match problem.code:
        case "D005":
            return Fix("indent with spaces", tuple(_untabbed(source)))
        case "W001":
            ends = (found.span() for found in re.finditer(r"\r(?=\n)", source.text))
            return Fix("write plain line ends", tuple(Edit(Span(source, *at), "") for at in ends))
        case "W002":
            return Fix("remove the byte-order mark", (Edit(problem.span, ""),))
        case _:
            return None


def _untabbed(source: Source) -> Iterable[Edit]:
    for found in re.finditer(r"^[ \t]*\t[ \t]*", source.text, re.MULTILINE):
        # Two spaces for each tab, as deep as the author meant it.
        spaces = found.group().replace("\t", _STEP)
        yield Edit(Span(source, *found.span()), spaces)


def _by_hint(problem: Diagnostic) -> Fix | None:
    hint, where = problem.hint, problem.span
    if hint in _OUT:
        return Fix(f"leave out '{_short(where.text)}'", (Edit(_with_blank(where), ""),))
    if hint == "write an ordinary space":
        return Fix(hint, (Edit(where, " "),))
    if hint == "begin it at the margin":
        return _indented(hint, where, 0)
    found = _INDENT.fullmatch(hint)
    if found is not None:
        return _indented(hint, where, int(found["count"]))
    for pattern in (_MEANT, _WRITE, _WRITE_TEXT, _WRITE_VALUE):
        found = pattern.fullmatch(hint)
        if found is not None:
            is_name = pattern is _MEANT and where.text.startswith('"')
            return _instead(where, f'"{found["text"]}"' if is_name else found["text"])
    found = _ADD_UNDER.fullmatch(hint)
    if found is not None and not _PLACEHOLDER.search(found["text"]):
        return Fix(f"add '{found['text']}'", (_under(where, found["text"]),))
    return None


def _instead(where: Span, text: str) -> Fix | None:
    if _PLACEHOLDER.search(text) or not where.text or "\n" in where.text:
        return None
    title = f"write {text}" if text.startswith('"') else f"write '{text}'"
    return Fix(title, (Edit(where, text),))


def _with_blank(where: Span) -> Span:
    """A word with the blank before it, or behind it at the beginning of a line."""
    text = where.source.text
    start, end = where.start, where.end
    if start and text[start - 1] in " \t" and text[start - where.column + 1 : start].strip():
        return Span(where.source, start - 1, end)
    while end < len(text) and text[end] in " \t":
        end += 1
    return Span(where.source, start, end)


def _indented(hint: str, where: Span, count: int) -> Fix | None:
    """So many spaces before the first word of a line, whatever blanks stand there now."""
    source, text = where.source, where.text
    begin, first = where.start - where.column + 1, where.start + len(text) - len(text.lstrip())
    edit = Edit(Span(source, begin, first), " " * count)
    return None if edit.span.text == edit.text else Fix(hint, (edit,))


def _under(where: Span, text: str) -> Edit:
    """A line below the one of a place, one step deeper."""
    source = where.source
    line = source.line(where.line)
    end = where.start - where.column + 1 + len(line)
    indent = line[: len(line) - len(line.lstrip())]
    return Edit(Span(source, end, end), f"\n{indent}{_STEP}{text}")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 30 else f"{words[:30]}..."  # noqa: PLR2004 - a line of a list
