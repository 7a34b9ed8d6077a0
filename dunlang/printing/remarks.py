"""Comments inside a statement: which part of a condition or list each of them belongs to.

Only parentheses carry a statement over the end of a line, so these are the comments that stand
inside parentheses. Those between statements are laid out by `fmt`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from dunlang.ast.expressions import And, Or
from dunlang.printing.doc import NEWLINE, Doc, Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dunlang.ast.node import Node
    from dunlang.printing.comments import Comment


@dataclass(slots=True)
class Remarks:
    """The comments inside statements, handed out once each in the order of the text.

    The one place of the formatter that changes while it works: a printer takes the comments
    before the node it is about to print, so that none can be printed twice or stay behind.
    """

    comments: Sequence[Comment] = ()
    brackets: Sequence[tuple[int, int]] = ()
    """Start and end of each pair of parentheses in statements with comments, by their end."""
    _next: int = field(default=0, init=False)

    def take(self, end: int) -> list[Comment]:
        """All comments before an offset that were not taken yet."""
        first = self._next
        while self._next < len(self.comments) and self.comments[self._next].start < end:
            self._next += 1
        return list(self.comments[first : self._next])

    def inside(self, nodes: Sequence[Node]) -> int | None:
        """Where the innermost parentheses around these nodes end, if there are any."""
        ends = self._ends(nodes[0].span.start, nodes[-1].span.end)
        return ends[0] if ends else None

    def to_the_end(self, node: Node) -> int:
        """Where the outermost parentheses around a node end, or the node itself."""
        ends = self._ends(node.span.start, node.span.end)
        return ends[-1] if ends else node.span.end

    def _ends(self, first: int, last: int) -> list[int]:
        return [end for start, end in self.brackets if start < first and last <= end]


@dataclass(slots=True)
class Piece:
    """A part with the comments that stay with it."""

    doc: Doc
    before: list[str]
    after: str = ""

    @property
    def remarked(self) -> bool:
        """Whether it has a comment, and so needs a line of its own."""
        return bool(self.before or self.after)


N = TypeVar("N", bound="Node")


def gather(
    nodes: Sequence[N], print_one: Callable[[N], Doc], remarks: Remarks, end: int | None
) -> tuple[list[Piece], list[str]]:
    """The parts with their comments, and the comments below the last part.

    Comments up to `end` belong to these parts; without it, those after the last part are left to
    whatever stands around.
    """
    pieces: list[Piece] = []
    for node in nodes:
        before = _beside_last(pieces, remarks.take(_start(node)))
        pieces.append(Piece(print_one(node), before))
    below_last = [] if end is None else _beside_last(pieces, remarks.take(end))
    return pieces, below_last


def _start(node: Node) -> int:
    """Where the first test of a part begins, behind parentheses that may well vanish."""
    while isinstance(node, And | Or):
        node = node.parts[0]
    return node.span.start


def _beside_last(pieces: Sequence[Piece], comments: Sequence[Comment]) -> list[str]:
    """Put the first comment at the end of a line beside the last part; return the others."""
    if comments and comments[0].beside and pieces:
        pieces[-1].after = comments[0].text
        comments = comments[1:]
    return [comment.text for comment in comments]


def above(piece: Piece) -> Doc:
    """The comments on the lines above a part."""
    return tuple((text, NEWLINE) for text in piece.before)


def beside(piece: Piece) -> Doc:
    """The comment at the end of a part's line."""
    return Remark(piece.after) if piece.after else ""


def below(texts: Sequence[str]) -> Doc:
    """Comments on lines below the last part."""
    return tuple((NEWLINE, text) for text in texts)
