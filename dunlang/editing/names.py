"""The names that a text gives to things, found line by line however broken the rest is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.source import Source

NameKind = Literal[
    "policy",
    "stage",
    "segment",
    "fact",
    "rate",
    "exclude",
    "hold",
    "exception",
    "guarantee",
    "example",
]

_NAME = r"[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*"
_TEXT = r'"(?P<text>[^"\r\n]*)"?'
_LINES: tuple[tuple[NameKind, str], ...] = (
    ("policy", rf"policy[ \t]+(?P<name>{_NAME})(?:[ \t]+version[ \t]+[0-9]+)?(?:[ \t]+{_TEXT})?"),
    ("stage", rf"stage[ \t]+(?P<name>{_NAME})(?:[ \t]+after[ \t]+{_NAME})?(?:[ \t]+{_TEXT})?"),
    ("segment", rf"segment[ \t]+(?P<name>{_NAME})"),
    ("fact", rf"fact[ \t]+(?P<name>(?:customer|invoice)\.{_NAME})(?:[ \t]*:[ \t]*(?P<text>.+))?"),
    ("rate", rf"rate[ \t]+(?P<name>{_NAME})(?:[ \t]+from[ \t]+{_TEXT})?"),
    ("exclude", rf"exclude[ \t]+{_TEXT}"),
    ("hold", rf"hold[ \t]+{_TEXT}"),
    ("exception", r"for[ \t]+(?P<text>[^\r\n#]+)"),
    ("guarantee", rf"guarantee[ \t]+{_TEXT}"),
    ("example", rf"example[ \t]+{_TEXT}"),
)
_BEGINS = re.compile(
    rf"^(?:{'|'.join(pattern.partition('[')[0] for _, pattern in _LINES)})\b", re.MULTILINE
)
_PATTERNS: dict[str, tuple[NameKind, re.Pattern[str]]] = {
    pattern.partition("[")[0]: (kind, re.compile(pattern)) for kind, pattern in _LINES
}
"""By the word with which the line begins."""
_CURRENCIES = re.compile(r"^[ \t]+currency[ \t]+([A-Za-z, \t]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Named:
    """Something that begins at the margin, by its name or text."""

    kind: NameKind
    name: str
    """`reminder`, or the text of a rule or example."""
    title: str
    """A stage's title, a fact's type; else empty."""
    span: Span
    """The name or text where it is given."""
    line: Span
    """The line on which it is."""


def outline(source: Source) -> Iterator[Named]:
    """What stands at the margin of a text, in its order."""
    text = source.text
    for begin in _BEGINS.finditer(text):
        start = begin.start()
        end = text.find("\n", start)
        line = Span(source, start, len(text) if end < 0 else end)
        kind, pattern = _PATTERNS[begin.group()]
        found = pattern.match(text, start, line.end)
        if found is not None:
            groups = found.groupdict()
            which = "name" if groups.get("name") is not None else "text"
            called = groups.get(which) or ""
            title = (groups.get("text") or "") if which == "name" else ""
            span = Span(source, found.start(which), found.end(which))
            yield Named(kind, called.strip(), title.strip(), span, line)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a text that other lines can use."""

    defined: tuple[Named, ...]
    currencies: tuple[str, ...]
    """Those of the header."""

    def of(self, kind: NameKind) -> list[Named]:
        """Those of a kind, each name once, in the order of the text."""
        found: dict[str, Named] = {}
        for each in self.defined:
            if each.kind == kind:
                found.setdefault(each.name, each)
        return list(found.values())

    def named(self, name: str, *kinds: NameKind) -> Named | None:
        """The first thing of some kinds with this name."""
        return next((e for e in self.defined if e.name == name and e.kind in kinds), None)


def names_in(source: Source) -> Names:
    """The names of a text."""
    header = _CURRENCIES.search(source.text)
    codes = re.findall(r"[A-Za-z]+", header[1]) if header is not None else []
    return Names(tuple(outline(source)), tuple(codes))
