"""What every node of the tree has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dunlang.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a policy's text.

    Two nodes are equal when they mean the same, wherever they stand: that makes "the formatter
    changed nothing" and "these versions differ" plain comparisons.
    """

    span: Span = field(compare=False, repr=False, kw_only=True)
