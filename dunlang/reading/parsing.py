"""Text to tree: `parse` reads a whole policy and reports all that is wrong with its text.

A statement that cannot be read is reported at the very word that is wrong and left out of the
tree; its neighbours do not notice. Whether the names, types and amounts make sense is for the
checker.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, cast

from dunlang.ast.examples import Example
from dunlang.ast.policy import Guarantee, Header, Policy, Shared
from dunlang.diagnostics import Diagnostic, in_order
from dunlang.reading import (
    layout,
    limits,
    lower_examples,
    lower_fees,
    lower_policy,
    lower_rules,
    lower_stages,
    statement,
)
from dunlang.reading.diagnose import body_of, diagnose, fits, lines_of_fee
from dunlang.reading.grammar import body, openings
from dunlang.reading.layout import quote
from dunlang.reading.lower_common import RejectedError, text_of
from dunlang.reading.suspects import hidden, is_suspect
from dunlang.source import Span
from dunlang.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from lark import Token

    from dunlang.ast.node import Node
    from dunlang.ast.policy import Item, SharedItem
    from dunlang.reading.grammar import Place
    from dunlang.reading.layout import Block
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source


MOST_PROBLEMS = 100
"""Problems after which reading stops: whoever has that many has one problem, only often."""

_HEADER = re.compile(r"^policy ", re.MULTILINE)


def parse(source: Source) -> tuple[Policy | None, list[Diagnostic]]:
    """The tree without the broken statements, and all problems, in order of their place.

    There is no tree only if there is no policy header that can be read.
    """
    blocks, problems = _blocks(source)
    if blocks is None:
        return None, problems
    nodes = _nodes(source, blocks, "file", problems)
    headers = [node for node in nodes if isinstance(node, Header)]
    items = [node for node in nodes if not isinstance(node, Header)]
    problems += _header_problems(source, blocks, headers)
    found = _shortened(in_order(problems))
    if not headers:
        return None, found
    where = Span(source, 0, len(source.text))
    return Policy(headers[0], tuple(cast("list[Item | Example]", items)), span=where), found


def parse_shared(source: Source) -> tuple[Shared | None, list[Diagnostic]]:
    """As `parse`, for a file without a header, which policies include.

    There is no tree only if the file cannot be read at all, or is a policy.
    """
    blocks, problems = _blocks(source)
    if blocks is None:
        return None, problems
    header = next((block for block in blocks if block.tokens[0].type == "POLICY"), None)
    if header is not None:
        return None, [_whole_policy(source, header)]
    nodes = _nodes(source, blocks, "shared", problems)
    where = Span(source, 0, len(source.text))
    items = tuple(cast("list[SharedItem]", nodes))
    return Shared(items, span=where), _shortened(in_order(problems))


def is_shared(source: Source) -> bool:
    """Whether a text is one for `parse_shared`.

    A text with a policy header is a policy, wherever the header stands and however it is spelt.
    Otherwise the first statement decides that is one at all: what may be shared makes a shared
    file, anything else a policy that has lost its header.
    """
    if _HEADER.search(source.text):  # nearly every policy, and blocks take time
        return False
    blocks, _ = _blocks(source)
    if not blocks or any(map(_looks_like_header, blocks)):
        return False
    known = [block for block in blocks if block.tokens[0].type in openings("file")]
    return bool(known) and known[0].tokens[0].type in openings("shared")


def _blocks(source: Source) -> tuple[list[Block] | None, list[Diagnostic]]:
    """The statements at the margin, None if the text is not read at all; and what is wrong."""
    unreadable = _unreadable(source)
    if unreadable is not None:
        return None, [unreadable]
    problems = list(islice(hidden(source), MOST_PROBLEMS))
    blocks = layout.blocks(source, problems)
    if problems and problems[-1].code == limits.TOO_LARGE:
        return None, problems[-1:]
    return blocks, problems


def _nodes(
    source: Source, blocks: Sequence[Block], place: Place, problems: list[Diagnostic]
) -> list[Node]:
    """The nodes of the statements that can be read."""
    nodes = [_block(source, block, place, problems) for block in blocks]
    return [node for node in nodes if node is not None]


def _block(source: Source, block: Block, place: Place, problems: list[Diagnostic]) -> Node | None:
    """The node of a statement and all that stands under it; None if the statement is broken."""
    if len(problems) > MOST_PROBLEMS:
        return None
    words = statement.with_free_names(block.tokens, place)
    tree = _tree(source, words, block, place, problems)
    under = body_of(words, block.children) if tree is None else body(words)
    inner: list[Node] = []
    if under is not None:
        inner = _nodes(source, block.children, under, problems)
    elif tree is not None and block.children:
        _report_indented(source, block, place, problems)
    if tree is None:
        return None
    try:
        return _lower(source, tree, place, inner, Span(source, block.start, block.last))
    except RejectedError as rejected:
        problems.append(rejected.problem)
        return None


def _tree(
    source: Source, words: list[Token], block: Block, place: Place, problems: list[Diagnostic]
) -> Parsed | None:
    """The parse tree of a statement without what is under it, or a problem."""
    too_much = limits.exceeded(source, words)
    if too_much is not None:
        problems.append(too_much)
        return None
    tree = statement.read(words, place)
    if not isinstance(tree, statement.Stuck):
        return tree
    fee = words[0].type == "FEE" and lines_of_fee(block.children) is not None
    if tree.at == len(words) and block.children and not fee:
        whole = [*words, *(token for child in block.children for token in child.tokens)]
        if statement.Probe(whole, place).reach(0, (), 0) > len(words) + 1:
            problems.append(_continued(source, block.children[0]))
            return None
    problems += diagnose(source, words, tree)
    return None


def _lower(source: Source, tree: Parsed, place: Place, inner: Sequence[Any], where: Span) -> Node:
    match tree.data:
        case "policy":
            return lower_policy.header(source, tree, tuple(inner), where)
        case "stage":
            return lower_policy.stage(source, tree, tuple(inner), where)
        case "for_block":
            return lower_policy.for_block(source, tree, tuple(inner), where)
        case "guarantee":
            return Guarantee(text_of(source, tree), tuple(inner), span=where)
        case "example":
            return Example(text_of(source, tree), tuple(inner), span=where)
        case "fee_by_steps" | "fee_by_bracket":
            return lower_fees.fee_with_lines(source, tree, inner, where)
        case _:
            return _lower_line(source, tree, place)


def _lower_line(source: Source, tree: Parsed, place: Place) -> Node:
    match place:
        case "file" | "shared":
            return lower_rules.item(source, tree)
        case "header":
            return lower_policy.setting(source, tree)
        case "stage":
            return lower_stages.clause(source, tree)
        case "for":
            return lower_policy.exception(source, tree)
        case "guarantee":
            return lower_rules.claim(source, tree)
        case "example":
            return lower_examples.example_line(source, tree)
        case "steps":
            return lower_fees.step(source, tree)
        case "bracket":
            return lower_fees.bracket(source, tree)


# ----------------------------------------------------------------- what no single statement shows


def _unreadable(source: Source) -> Diagnostic | None:
    """Why a text is not read at all."""
    if len(source.text) > limits.LONGEST_TEXT:
        return limits.too_large(source)
    at = source.text.find("\0")
    if at >= 0:
        return limits.not_text(source, at)
    return None


def _header_problems(
    source: Source, blocks: Sequence[Block], headers: Sequence[Header]
) -> list[Diagnostic]:
    """A policy begins with its header and has one."""
    if not blocks:
        where = Span(source, 0, 0)
        said = "this file has no policy in it" if source.text.strip() else "this file is empty"
        return [Diagnostic("D004", where, said, "begin with 'policy NAME version 1'")]
    written = [block for block in blocks if body_of(block.tokens, ()) == "header"]
    if not written:
        guessed = [block for block in blocks if _looks_like_header(block)]
        if guessed:
            return []  # it was reported as mistyped
        where = layout.span(source, blocks[0].tokens[0])
        message = "a policy begins with its header, and this file has none"
        return [Diagnostic("D030", where, message, "begin with 'policy NAME version 1'")]
    problems: list[Diagnostic] = []
    if written[0] is not blocks[0] and blocks[0].tokens[0].type in openings("file"):
        where = layout.span(source, blocks[0].tokens[0])
        first = layout.span(source, written[0].tokens[0])
        message = f"'{quote(where)}' stands before the policy header"
        problems.append(
            Diagnostic(
                "D032", where, message, "the header comes first", related=((first, "the header"),)
            )
        )
    first = headers[0].span if headers else layout.span(source, written[0].tokens[0])
    problems += [
        Diagnostic(
            "D031",
            layout.span(source, block.tokens[0]),
            "a file holds one policy, and here begins a second one",
            "put it into a file of its own",
            related=((Span(source, first.start, first.start + len("policy")), "the first one"),),
        )
        for block in written[1:]
    ]
    return problems


def _whole_policy(source: Source, header: Block) -> Diagnostic:
    """A policy where a file to be shared should be."""
    return Diagnostic(
        "D033",
        layout.span(source, header.tokens[0]),
        "this file is a policy of its own, and policies do not include each other",
        "start from it with 'extends', or move what is shared to a file without a header",
    )


def _looks_like_header(block: Block) -> bool:
    """Whether a statement was meant to be the header, by its first word or what is under it."""
    meant = closest(str(block.tokens[0]), ["policy"]) is not None
    return meant or body_of(block.tokens, block.children) == "header"


def _report_indented(
    source: Source, block: Block, place: Place, problems: list[Diagnostic]
) -> None:
    """Lines are indented under a statement that has nothing under it."""
    first = block.children[0]
    if is_suspect(first.tokens[0]):
        pass  # a blank that is no space: the indentation is not what it seems
    elif block.tokens[0].type == "FEE" and (under := lines_of_fee(block.children)) is not None:
        problems.append(_lines_of_no(source, block, under))
        _nodes(source, block.children, under, problems)
        return
    elif not fits(block.children, place):
        problems.append(_continued(source, first))
        return
    else:
        opening = quote(layout.span(source, block.tokens[0]))
        message = f"this line is indented under '{opening}', which has nothing under it"
        where = layout.span(source, first.tokens[0])
        problems.append(Diagnostic("D007", where, message, "indent it like the line above"))
    for child in block.children:
        _block(source, child, place, problems)


def _lines_of_no(source: Source, block: Block, place: Place) -> Diagnostic:
    """Lines of a fee under one that says itself what it charges."""
    what = "steps" if place == "steps" else "brackets"
    by = "by steps of" if place == "steps" else "by bracket of"
    message = f"these lines are {what}, and the fee above them does not say that it goes {by[:-3]}"
    return Diagnostic(
        "D007",
        layout.span(source, block.children[0].tokens[0]),
        message,
        f"write 'fee {by} open amount' above them",
        related=((layout.span(source, block.tokens[0], block.tokens[-1]), "the fee"),),
    )


def _continued(source: Source, line: Block) -> Diagnostic:
    """A statement goes on in the next line without parentheses."""
    return Diagnostic(
        "D029",
        layout.span(source, line.tokens[0]),
        "a statement ends with its line, unless a parenthesis is still open",
        "write it on one line, or put the condition in parentheses",
    )


def _shortened(problems: list[Diagnostic]) -> list[Diagnostic]:
    """The first problems, and a word on the rest."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    kept = problems[:MOST_PROBLEMS]
    message = f"reading stopped after {MOST_PROBLEMS} problems; solve these first"
    return [*kept, Diagnostic("D008", problems[MOST_PROBLEMS].span, message)]
