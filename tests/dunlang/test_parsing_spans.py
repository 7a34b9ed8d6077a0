"""Every node knows its exact words, so that every message can point at them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dunlang.ast.expressions import Amount, Date, FactRef, Name, Number, Percent, Text
from dunlang.ast.node import Node
from dunlang.ast.policy import ForBlock
from dunlang.ast.stages import Duration, Stage
from dunlang.reading.parsing import is_shared, parse, parse_shared
from dunlang.source import Source
from tests.dunlang.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.policy import Policy, Shared

THE_TERM = ("customer.term_end", "at the end of the term")
"""The one fact that has a phrase of its own."""
POLICIES = sorted((Path(__file__).parents[1] / "golden" / "policies").glob("*.dun"))


def below(node: Node) -> Iterator[Node]:
    """The nodes directly under a node."""
    for field in fields(node):
        if field.name == "span":
            continue
        value = getattr(node, field.name)
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if one)


def nodes(root: Node) -> Iterator[tuple[Node, Node]]:
    """Every node under a node, each with the one it stands in."""
    for child in below(root):
        if isinstance(child, Node):
            yield root, child
            yield from nodes(child)


def words(node: Node) -> str | None:
    """How a small node is written, if there is only one way to write it."""
    match node:
        case Name(text=text):
            return text
        case FactRef(path=path):
            return path
        case Number(text=text):
            return text
        case Percent(text=text):
            return f"{text}%"
        case Amount(text=text, currency=currency):
            return f"{text} {currency}"
        case Text(value=value):
            return f'"{value}"'
        case Date(value=day):
            return day.isoformat()
        case Duration(count=count, unit=unit):
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
        case _:
            return None


def tree(path: Path) -> Policy | Shared:
    """What a file says, with a header or without."""
    source = Source(path.name, path.read_text("utf-8"))
    found, problems = parse_shared(source) if is_shared(source) else parse(source)
    assert problems == []
    assert found is not None
    return found


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_small_nodes_stand_exactly_on_their_words(path: Path) -> None:
    written = [(words(node), node.span.text) for _, node in nodes(tree(path)) if words(node)]
    assert len(written) > 10
    assert {pair for pair in written if pair[0] != pair[1]} <= {THE_TERM}


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_node_stands_inside_the_one_it_belongs_to(path: Path) -> None:
    for parent, child in nodes(tree(path)):
        assert parent.span.start <= child.span.start < child.span.end <= parent.span.end
        assert child.span.text == child.span.text.strip()


def test_a_block_reaches_from_its_first_word_to_its_last() -> None:
    text = "policy p version 1\nfor c\n  stage s\n    by post\n\n  no fees # end\n"
    (block,) = read(text).items
    assert isinstance(block, ForBlock)
    assert block.span.text == "for c\n  stage s\n    by post\n\n  no fees"
    stage = block.items[0]
    assert isinstance(stage, Stage)
    assert stage.span.text == "stage s\n    by post"


def test_parentheses_belong_to_what_stands_around_them() -> None:
    (block,) = read("policy p version 1\nfor (a or b) and not (c)\n  no fees\n").items
    assert isinstance(block, ForBlock)
    assert block.condition.span.text == "(a or b) and not (c)"
    either, negation = below(block.condition)
    assert (either.span.text, negation.span.text) == ("a or b", "not (c)")
