"""Warnings about conditions that the values of facts can answer: by trying, not by proof.

Two exceptions that can overlap and disagree, neither being the narrower; a segment that nobody
can be in. Where the search gives up, nothing is said.
"""

from __future__ import annotations

import datetime
from itertools import combinations
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Or
from dunlang.ast.policy import (
    FeesAtMost,
    ForBlock,
    Grace,
    Interest,
    NoFees,
    NoInterest,
    NoInterestBelow,
    Skip,
    WaitChange,
)
from dunlang.ast.stages import Fee, NoticeGap, Stage
from dunlang.checking.portrait import portrait
from dunlang.checking.possible import FAILS, HOLDS, UNKNOWN, Goal, find
from dunlang.checking.truth import Terms
from dunlang.checking.words import said
from dunlang.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dunlang.ast.node import Node
    from dunlang.checking.checked import Checked
    from dunlang.checking.truth import World

_STEPS = 2_000
"""A warning is not worth more than some hundredths of a second."""
_MOST_PAIRS = 2_000
"""Pairs of exceptions that are looked at, for policies made by a program."""
_PLAIN = FeesAtMost | Grace | NoInterestBelow | WaitChange
_INTEREST = Interest | NoInterest

Setting = tuple[str, str]
"""What is set: the stage (empty for the policy) and the kind of the clause."""


def check_possible(checked: Checked, currencies: tuple[str, ...]) -> Iterator[Diagnostic]:
    """The warnings of a policy without errors."""
    terms = Terms.of(checked)
    yield from _empty_segments(checked, terms, currencies)
    yield from _disagreements(checked, terms, currencies)


# ------------------------------------------------------------------------ segments


def _empty_segments(
    checked: Checked, terms: Terms, currencies: tuple[str, ...]
) -> Iterator[Diagnostic]:
    own = checked.policy.header.span.source
    for name, segment in checked.segments.items():
        if segment.span.source is not own:
            continue
        goals = [Goal(segment.condition, terms)]
        found = [find(goals, currency, _STEPS) for currency in currencies]
        if all(each.world is None and each.complete for each in found):
            yield Diagnostic(
                "W405",
                segment.name.span,
                f"nobody can be in segment {name}",
                hint="its parts exclude one another",
            )


# ---------------------------------------------------------------------- exceptions


def _disagreements(
    checked: Checked, terms: Terms, currencies: tuple[str, ...]
) -> Iterator[Diagnostic]:
    blocks = [item for item in checked.policy.items if isinstance(item, ForBlock)]
    settings = [_settings(block, checked.stages) for block in blocks]
    skips = [_skipped(block) for block in blocks]
    for pair, (one, other) in enumerate(combinations(range(len(blocks)), 2)):
        if pair >= _MOST_PAIRS:
            return
        differ = [
            (mine, theirs)
            for key, mine in settings[one].items()
            if key[0] not in skips[one] | skips[other]
            and (theirs := settings[other].get(key, mine)) != mine
            and not (_is_free(mine) and _is_free(theirs))
        ]
        if not differ or not _share_days(blocks[one], blocks[other]):
            continue
        mine, theirs = differ[0]
        key = next(key for key, node in settings[one].items() if node is mine)
        decides = [blocks[n] for n in range(other + 1, len(blocks)) if key in settings[n]]
        pair_of = (blocks[one], blocks[other])
        for currency in currencies:
            world = _both(pair_of, decides, terms, currency)
            if world is None or not _neither_narrower(pair_of, terms, currency):
                continue
            yield _disagree(pair_of, (mine, theirs), portrait(world, currency))
            break


def _settings(block: ForBlock, stages: Iterable[str]) -> dict[Setting, Node]:
    """What a block sets, by name; rules and skips add up and are not among them."""
    found: dict[Setting, Node] = {}
    for item in block.items:
        if isinstance(item, Stage):
            for clause in item.clauses:
                found[item.id.text, _kind(clause)] = clause
        elif isinstance(item, NoFees):
            found.update(dict.fromkeys(((stage, Fee.__name__) for stage in stages), item))
        elif isinstance(item, _PLAIN | _INTEREST | NoticeGap):
            found["", _kind(item)] = item
    return found


def _skipped(block: ForBlock) -> frozenset[str]:
    names = (name for item in block.items if isinstance(item, Skip) for name in item.stages)
    return frozenset(name.text for name in names)


def _kind(node: Node) -> str:
    if isinstance(node, _INTEREST):
        return "interest"
    if isinstance(node, NoticeGap) and node.to_customer:
        return "gap to a customer"
    return type(node).__name__


def _is_free(node: Node) -> bool:
    """Whether a setting says that a stage charges nothing: `no fees` or `no fee`."""
    return isinstance(node, NoFees) or (isinstance(node, Fee) and node.formula is None)


def _share_days(one: ForBlock, other: ForBlock) -> bool:
    first = max(_first(one), _first(other))
    return first <= min(_until(one), _until(other))


def _first(block: ForBlock) -> datetime.date:
    return block.first.value if block.first else datetime.date.min


def _until(block: ForBlock) -> datetime.date:
    return block.until.value if block.until else datetime.date.max


def _both(
    pair: tuple[ForBlock, ForBlock], decides: list[ForBlock], terms: Terms, currency: str
) -> World | None:
    """A case in both exceptions, and in none below that says which of them is meant."""
    goals = [Goal(block.condition, terms) for block in pair]
    goals += [Goal(block.condition, terms, FAILS | UNKNOWN) for block in decides]
    return find(goals, currency, _STEPS).world


def _neither_narrower(pair: tuple[ForBlock, ForBlock], terms: Terms, currency: str) -> bool:
    """Whether each of two exceptions also covers something that the other does not."""
    return all(
        _first(wide) < _first(other)
        or _until(wide) > _until(other)
        or find(
            [Goal(wide.condition, terms, HOLDS), Goal(other.condition, terms, FAILS | UNKNOWN)],
            currency,
            _STEPS,
        ).world
        is not None
        for wide, other in (pair, pair[::-1])
    )


def _joined(pair: tuple[ForBlock, ForBlock]) -> str:
    """The first line of an exception for the cases of both."""
    either = [part.condition for part in pair]
    words = [" ".join(each.span.text.split()) for each in either]
    grouped = (
        f"({text})" if isinstance(each, Or) else text
        for each, text in zip(either, words, strict=True)
    )
    return f"for {' and '.join(grouped)}"


def _disagree(pair: tuple[ForBlock, ForBlock], differ: tuple[Node, Node], who: str) -> Diagnostic:
    mine, theirs = differ
    return Diagnostic(
        "W404",
        theirs.span,
        f"this and the exception 'for {said(pair[0].condition)}' disagree about {who}",
        hint=f"'{said(theirs)}' is what holds, because it stands below",
        notes=(f"say below what holds for those who are in both: {_joined(pair)}",),
        related=((mine.span, "the other exception says this"),),
    )
