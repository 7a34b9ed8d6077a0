"""Which lines of a policy's text are missing from its tree.

The parser leaves broken statements out of the tree. What they would have declared is still known
to the author: a segment whose condition is mistyped must not make every use of its name a second
mistake. So the checker asks here before it complains that something is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.ast.examples import Example
from dunlang.ast.node import Node
from dunlang.ast.policy import ForBlock
from dunlang.ast.stages import Stage
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dunlang.ast.policy import Policy

_DECLARES = re.compile(r"\s*(segment|fact|stage)\s+([A-Za-z][\w.-]*)")


@dataclass(frozen=True, slots=True)
class Lost:
    """The lines that did not get into the tree."""

    lines: frozenset[int]
    """Numbers, from 1."""
    names: frozenset[tuple[str, str]]
    """What they would have declared: (`segment`, `fact` or `stage`; its name)."""
    words: frozenset[str]
    """Their first words."""

    def declares(self, what: str, name: str) -> bool:
        """Whether a broken statement would have declared this name."""
        return (what, name) in self.names

    def within(self, block: Node) -> bool:
        """Whether a block lacks at least one of its lines."""
        if not self.lines:
            return False
        return any(line in self.lines for line in _lines_under(block))


def find(policy: Policy) -> Lost:
    """Compare a policy's text with its tree."""
    text = policy.header.span.source.text.split("\n")
    covered: set[int] = set()
    for node in _statements(policy):
        covered.update(_extent(node))
    lines = frozenset(
        number
        for number, line in enumerate(text, start=1)
        if number not in covered and _says_something(line)
    )
    names: set[tuple[str, str]] = set()
    words: set[str] = set()
    for number in lines:
        line = text[number - 1]
        words.add(line.split()[0])
        if match := _DECLARES.match(line):
            names.add((match[1], match[2]))
    return Lost(lines, frozenset(names), frozenset(words))


def _says_something(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _statements(policy: Policy) -> Iterator[Node]:
    """Every statement, which is on lines of its own; of a block, the one that opens it."""
    header = policy.header
    yield from _block(header, (header.version, header.title), header.settings)
    for item in policy.items:
        match item:
            case Stage():
                yield from _stage(item)
            case ForBlock():
                yield from _block(item, (item.condition, item.first, item.until), item.items)
                for inner in item.items:
                    if isinstance(inner, Stage):
                        yield from _stage(inner)
            case Example():
                yield from _block(item, (item.title,), item.lines)
            case _:
                yield item


def _stage(stage: Stage) -> Iterator[Node]:
    return _block(stage, (stage.id, stage.title), stage.clauses)


def _block(block: Node, opening: Iterable[Node | None], inside: Iterable[Node]) -> Iterator[Node]:
    """A block as its first statement, which ends with the last of `opening`, and the others."""
    ends = [node.span.end for node in opening if node is not None]
    yield _Opening(span=Span(block.span.source, block.span.start, max(ends)))
    for node in inside:
        if not isinstance(node, Stage):
            yield node


@dataclass(frozen=True, slots=True)
class _Opening(Node):
    """The statement that opens a block."""


def _extent(node: Node) -> range:
    last = node.span.source.position(max(node.span.start, node.span.end - 1))[0]
    return range(node.span.line, last + 1)


def _lines_under(block: Node) -> Iterator[int]:
    """The lines indented under the first line of a block."""
    source, first = block.span.source, block.span.line
    own = _indent(source.line(first))
    for number in range(first + 1, source.line_count + 1):
        line = source.line(number)
        if not _says_something(line):
            continue
        if _indent(line) <= own:
            return
        yield number


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
