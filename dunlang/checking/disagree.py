"""Warnings about conditions that the values of facts can answer: by trying, not by proof.

Two exceptions that can overlap and disagree, neither being the narrower; a segment that nobody
can be in. Where the search gives up, nothing is said.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
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
    from dunlang.ast.policy import Segment
    from dunlang.checking.checked import Checked
    from dunlang.checking.possible import Found
    from dunlang.checking.truth import World

_STEPS = 2_000
"""Of one search: a warning is not worth more than some hundredths of a second."""
_WORK = 100_000
"""Of all searches for a policy, which may have hundreds of exceptions: see `Found.work`."""
_PREPARED = 10
"""The work that it takes to prepare a search, for each condition."""
_PLAIN = FeesAtMost | Grace | NoInterestBelow | WaitChange
_INTEREST = Interest | NoInterest

Setting = tuple[str, str]
"""What is set: the stage (empty for the policy) and the kind of the clause."""


def check_possible(checked: Checked, currencies: tuple[str, ...]) -> Iterator[Diagnostic]:
    """The warnings of a policy without errors."""
    search = _Search(Terms.of(checked), currencies)
    yield from _empty_segments(checked, search)
    yield from _disagreements(checked, search)


@dataclass(slots=True)
class _Search:
    """Searches for cases of one policy, in each of its currencies, until the work is used up."""

    terms: Terms
    currencies: tuple[str, ...]
    work: int = _WORK
    """What is left."""

    def goal(self, block: ForBlock | Segment, wanted: int = HOLDS) -> Goal:
        return Goal(block.condition, self.terms, wanted)

    def each(self, *goals: Goal) -> Iterator[tuple[str, Found]]:
        """What is found in each currency."""
        for currency in self.currencies:
            found = find(goals, currency, _STEPS if self.work > 0 else 0)
            self.work -= found.work + _PREPARED * len(goals)
            yield currency, found

    def first(self, *goals: Goal) -> tuple[str, World] | None:
        """The first currency in which a case is found."""
        found = ((currency, found.world) for currency, found in self.each(*goals))
        return next(((currency, world) for currency, world in found if world is not None), None)


# ------------------------------------------------------------------------ segments


def _empty_segments(checked: Checked, search: _Search) -> Iterator[Diagnostic]:
    own = checked.policy.header.span.source
    for name, segment in checked.segments.items():
        if segment.span.source is not own:
            continue
        found = [each for _, each in search.each(search.goal(segment))]
        if all(each.world is None and each.complete for each in found):
            yield Diagnostic(
                "W405",
                segment.name.span,
                f"nobody can be in segment {name}",
                hint="its parts exclude one another; write 'or' where one is enough",
            )


# ---------------------------------------------------------------------- exceptions


def _disagreements(checked: Checked, search: _Search) -> Iterator[Diagnostic]:
    blocks = [item for item in checked.policy.items if isinstance(item, ForBlock)]
    settings = [_settings(block, checked.stages) for block in blocks]
    for one, other in combinations(range(len(blocks)), 2):
        if search.work <= 0:
            return
        pair = blocks[one], blocks[other]
        key = _difference(pair, settings[one], settings[other])
        if key is None or not _share_days(*pair):
            continue
        below = (blocks[n] for n in range(other + 1, len(blocks)) if key in settings[n])
        met = search.first(
            *(search.goal(block) for block in pair),
            *(search.goal(block, FAILS | UNKNOWN) for block in below),
        )
        if met is not None and _neither_narrower(pair, search):
            currency, world = met
            differ = settings[one][key], settings[other][key]
            yield _disagree(pair, differ, portrait(world, currency))


def _difference(
    pair: tuple[ForBlock, ForBlock], one: dict[Setting, Node], other: dict[Setting, Node]
) -> Setting | None:
    """The first setting about which two exceptions disagree."""
    skipped = _skipped(pair[0]) | _skipped(pair[1])
    for key, mine in one.items():
        theirs = other.get(key, mine)
        if key[0] not in skipped and theirs != mine and not (_is_free(mine) and _is_free(theirs)):
            return key
    return None


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


def _neither_narrower(pair: tuple[ForBlock, ForBlock], search: _Search) -> bool:
    """Whether each of two exceptions also covers something that the other does not."""
    return all(
        _first(wide) < _first(other)
        or _until(wide) > _until(other)
        or search.first(search.goal(wide), search.goal(other, FAILS | UNKNOWN)) is not None
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
