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
from dunlang.ast.policy import ForBlock, Guarantee
from dunlang.ast.stages import BoundFee, BracketFee, Fee, Stage, StepFee
from dunlang.source import Span
from dunlang.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dunlang.ast.policy import Policy
    from dunlang.ast.stages import Clause
    from dunlang.source import Source

_WORD = re.compile(r"[A-Za-z][\w.-]*")


@dataclass(frozen=True, slots=True)
class Lost:
    """The lines that did not get into the tree."""

    source: Source
    """The text that they stand in."""
    lines: frozenset[int]
    """Numbers, from 1."""
    openers: frozenset[str]
    """Their first words."""
    words: frozenset[str]
    """All their words that could be names."""

    def declares(self, what: str, name: str, known: Iterable[str]) -> bool:
        """Whether a broken line may have declared a name that nothing else declares.

        `what` is the keyword that declares such names (`segment`, `fact`, `stage`). A name that
        looks like one of the `known` is rather mistyped where it is used.
        """
        if not self.lines:
            return False
        if name in self.words:
            return True
        broken = any(closest(opener, (what,)) for opener in self.openers)
        return broken and closest(name, known) is None

    def within(self, block: Node) -> bool:
        """Whether a block lacks at least one of its lines."""
        if not self.lines or block.span.source is not self.source:
            return False
        return any(line in self.lines for line in _lines_under(block))


def find(policy: Policy) -> Lost:
    """Compare a policy's text with its tree, as it was read from this text alone."""
    source = policy.header.span.source
    # The byte-order mark before the first line is warned of, and says nothing.
    text = source.text.removeprefix("\ufeff").split("\n")
    covered: set[int] = set()
    for node in _statements(policy):
        covered.update(_extent(node))
    lines = frozenset(
        number
        for number, line in enumerate(text, start=1)
        if number not in covered and _says_something(line)
    )
    broken = [text[number - 1] for number in lines]
    return Lost(
        source,
        lines,
        openers=frozenset(line.split()[0] for line in broken),
        words=frozenset(word for line in broken for word in _WORD.findall(line)),
    )


def _says_something(line: str) -> bool:
    # A line may only close the parentheses of a condition, which ends before them.
    stripped = line.strip().lstrip(")").strip()
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
            case Guarantee():
                yield from _block(item, (item.title,), item.claims)
            case _:
                yield item


def _stage(stage: Stage) -> Iterator[Node]:
    clauses = [line for clause in stage.clauses for line in _clause(clause)]
    return _block(stage, (stage.id, stage.title), clauses)


def _clause(clause: Clause) -> Iterator[Node]:
    """A clause, or of a fee with lines under it, each line."""
    formula = clause.formula if isinstance(clause, Fee) else None
    if isinstance(formula, BoundFee):
        formula = formula.fee
    if not isinstance(formula, StepFee | BracketFee):
        yield clause
        return
    span = clause.span
    end = span.start + len(span.text.partition("\n")[0])
    yield _Opening(span=Span(span.source, span.start, end))
    yield from formula.steps if isinstance(formula, StepFee) else formula.brackets


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
