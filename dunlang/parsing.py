"""Text to tree: `parse` reads a whole policy and reports all that is wrong with its text.

A statement that cannot be read is reported at the very word that is wrong and left out of the
tree; its neighbours do not notice. Whether the names, types and amounts make sense is for the
checker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dunlang import layout, lower_examples, lower_policy, lower_stages, statement
from dunlang.ast.examples import Example
from dunlang.ast.policy import Header, Policy
from dunlang.diagnose import diagnose, opener
from dunlang.diagnostics import Diagnostic, in_order
from dunlang.grammar import BODY_OF
from dunlang.lower_common import RejectedError, text_of
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dunlang.ast.node import Node
    from dunlang.ast.policy import Item
    from dunlang.grammar import Place
    from dunlang.layout import Block
    from dunlang.lower_common import Parsed
    from dunlang.source import Source


def parse(source: Source) -> tuple[Policy | None, list[Diagnostic]]:
    """The tree without the broken statements, and all problems, in order of their place.

    There is no tree only if there is no policy header that can be read.
    """
    blocks, problems = layout.blocks(source)
    statements = [_block(source, block, "file", problems) for block in blocks]
    headers = [node for node in statements if isinstance(node, Header)]
    items = [node for node in statements if node is not None and not isinstance(node, Header)]
    if not headers:
        return None, in_order(problems)
    where = Span(source, 0, len(source.text))
    policy = Policy(headers[0], tuple(cast("list[Item | Example]", items)), span=where)
    return policy, in_order(problems)


def _block(source: Source, block: Block, place: Place, problems: list[Diagnostic]) -> Node | None:
    """The node of a statement and all that stands under it; None if the statement is broken."""
    words = statement.with_free_names(block.tokens)
    tree = statement.read(words, place)
    broken = isinstance(tree, statement.Stuck)
    body = BODY_OF.get(opener(words, place) if broken else words[0].type)
    if isinstance(tree, statement.Stuck):
        problems += diagnose(source, words, tree)
    children = [_block(source, child, body or place, problems) for child in block.children]
    if isinstance(tree, statement.Stuck):
        return None
    inner = [child for child in children if child is not None] if body else []
    try:
        return _lower(source, tree, place, inner, Span(source, block.start, block.last))
    except RejectedError as rejected:
        problems.append(rejected.problem)
        return None


def _lower(source: Source, tree: Parsed, place: Place, inner: Sequence[Any], where: Span) -> Node:
    match tree.data:
        case "policy":
            return lower_policy.header(source, tree, tuple(inner), where)
        case "stage":
            return lower_policy.stage(source, tree, tuple(inner), where)
        case "for_block":
            return lower_policy.for_block(source, tree, tuple(inner), where)
        case "example":
            return Example(text_of(source, tree), tuple(inner), span=where)
        case _:
            return _lower_line(source, tree, place)


def _lower_line(source: Source, tree: Parsed, place: Place) -> Node:
    match place:
        case "file":
            return lower_policy.item(source, tree)
        case "header":
            return lower_policy.setting(source, tree)
        case "stage":
            return lower_stages.clause(source, tree)
        case "for":
            return lower_policy.exception(source, tree)
        case "example":
            return lower_examples.example_line(source, tree)
