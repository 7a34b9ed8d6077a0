"""The ways through a ladder: going back, repeating, taking over places, the end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from dunlang.ast.policy import ForBlock, LateRuns, Skip
from dunlang.ast.stages import After, By, NoticeGap, Repeat, Replaces, Stage, When, WriteOff
from dunlang.checking.values import unknown_stage
from dunlang.suggest import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.expressions import Name
    from dunlang.ast.node import Node
    from dunlang.checking.scope import Scope
    from dunlang.source import Span

_N = TypeVar("_N", bound="Node")

_FROM_LAST = {"since last", "past deadline"}
"""Kinds of waits that count from the last executed stage."""


def check_ladder(scope: Scope) -> None:
    """What can only be seen when all stages are known, with and without each exception."""
    rules = scope.policy.items
    for stage in scope.stages.values():
        _check_written(_Written(stage, stage.clauses, (stage.clauses, rules)), scope)
    for block in _blocks(scope):
        there = {item.id.text: item for item in block.items if isinstance(item, Stage)}
        gaps = tuple(item for item in block.items if isinstance(item, NoticeGap))
        skipped = frozenset(
            name.text for item in block.items if isinstance(item, Skip) for name in item.stages
        )
        for name, base in scope.stages.items():
            clauses = there[name].clauses if name in there else ()
            here = (*clauses, *gaps)
            if here and not scope.lost.within(block):
                order = (clauses, base.clauses, gaps, rules)
                _check_written(_Written(base, here, order, skipped), scope)
    _check_replaces(scope)
    _check_end(scope)


def _blocks(scope: Scope) -> Iterator[ForBlock]:
    return (item for item in scope.policy.items if isinstance(item, ForBlock))


@dataclass(frozen=True, slots=True)
class _Written:
    """A stage as it stands in the ladder, or as one exception changes it."""

    base: Stage
    here: tuple[Node, ...]
    """What is said of it in this place: its clauses, or what the exception says."""
    gaps: tuple[tuple[Node, ...], ...]
    """Where gaps between notices are said, the place that counts first."""
    skipped: frozenset[str] = frozenset()
    """Stages that the exception skips."""

    def own(self, kind: type[_N]) -> _N | None:
        """What is said in this very place."""
        return _first(self.here, kind)

    def clause(self, kind: type[_N]) -> _N | None:
        """The clause that holds."""
        return self.own(kind) or _first(self.base.clauses, kind)

    def notice_gaps(self) -> Iterator[NoticeGap]:
        """The gaps that hold: the case's and the customer's."""
        for to_customer in (False, True):
            for place in self.gaps:
                said = [node for node in place if isinstance(node, NoticeGap)]
                mine = [gap for gap in said if gap.to_customer is to_customer]
                if mine:
                    yield mine[0]
                    break


def _first(nodes: tuple[Node, ...], kind: type[_N]) -> _N | None:
    return next((node for node in nodes if isinstance(node, kind)), None)


def _check_written(stage: _Written, scope: Scope) -> None:
    repeat = stage.own(Repeat)
    if repeat is not None and repeat.at_most is None:
        _check_endless(stage, repeat, scope)
    if repeat is not None and stage.clause(WriteOff) is not None:
        scope.report(
            "W110",
            repeat.span,
            f"stage {stage.base.id.text} is not repeated: with 'write off' the case has ended",
            hint="leave one of the two out",
        )
    when = stage.clause(When)
    if when is None or when.otherwise is None:
        return
    if stage.own(When) is not None:
        _check_earlier(when.otherwise, stage.base.id, scope)
    changed = any(stage.own(kind) for kind in (When, After, NoticeGap, By))
    known = when.otherwise.text in scope.stages
    if known and changed and not _takes_time(stage) and not scope.lost.within(stage.base):
        _report_no_time(stage, when, when.otherwise, scope)


def _check_endless(stage: _Written, repeat: Repeat, scope: Scope) -> None:
    name, ladder = stage.base.id.text, list(scope.stages)
    after = [later for later in ladder[ladder.index(name) + 1 :] if later not in stage.skipped]
    if after and not scope.lost.lines:
        scope.report(
            "D131",
            repeat.span,
            f"stage {name} is repeated without end, so no case ever comes to stage {after[0]}",
            hint="say how often, such as: at most 2 more times",
            related=((scope.stages[after[0]].id.span, "never reached"),),
        )


# ---------------------------------------------------------------------- going back


def _check_earlier(target: Name, here: Name, scope: Scope) -> None:
    ladder = list(scope.stages)
    if target.text not in ladder:
        if not scope.knows_stage(target.text):
            unknown_stage(target, scope)
        return
    at, to = ladder.index(here.text), ladder.index(target.text)
    if to < at:
        return
    what = "to itself" if to == at else f"to stage {target.text}, which comes later"
    scope.report(
        "D132",
        target.span,
        f"stage {here.text} cannot send a case back {what}",
        hint=f"write an earlier stage: {listed(ladder[:at], 'or')}" if at else "",
    )


def _takes_time(stage: _Written) -> bool:
    """Whether at least a day passes between the last stage and this one."""
    after = stage.clause(After)
    terms = after.terms if after is not None else ()
    if any(term.kind in _FROM_LAST and term.duration.count >= 1 for term in terms):
        return True
    gaps = any(gap.duration.count >= 1 for gap in stage.notice_gaps())
    return gaps and stage.clause(By) is not None


def _report_no_time(stage: _Written, when: When, target: Name, scope: Scope) -> None:
    place = stage.own(When) or stage.own(After) or stage.own(NoticeGap) or when
    related: tuple[tuple[Span, str], ...] = ()
    if place is not when:
        related = ((target.span, "the stage that comes again"),)
    scope.report(
        "D135",
        target.span if place is when else place.span,
        f"stage {target.text} would come again on every day until the condition holds",
        hint="let the stage wait since the last one, such as: after 7 days",
        related=related,
    )


# ---------------------------------------------------------------- taking over places


def _check_replaces(scope: Scope) -> None:
    own_id = scope.policy.header.id.text
    seen: dict[tuple[str | None, str], Span] = {}
    for stage in scope.stages.values():
        for clause in stage.clauses:
            if not isinstance(clause, Replaces):
                continue
            for old in clause.stages:
                policy = None if old.policy == own_id else old.policy
                first = seen.setdefault((policy, old.stage), old.span)
                if first is not old.span:
                    scope.report(
                        "D125",
                        old.span,
                        f"stage {old.span.text} is replaced twice, and its cases can stand in "
                        "one place only",
                        related=((first, "here first"),),
                    )
                elif old.stage in scope.stages:
                    scope.report(
                        "D125",
                        old.span,
                        f"this ladder has a stage {old.stage}, so its cases keep their place there",
                        hint="only a stage that the ladder has no longer is replaced",
                        related=((scope.stages[old.stage].id.span, "they stand here"),),
                    )


# ------------------------------------------------------------------------- the end


def _check_end(scope: Scope) -> None:
    """Warn of a stage after one that writes every case off."""
    if scope.lost.lines or _straight(scope):
        return
    for stage, after in pairwise(scope.stages.values()):
        end = _first(stage.clauses, WriteOff)
        if end is None or _may_be_passed_over(stage, scope):
            continue
        scope.report(
            "W110",
            after.id.span,
            f"no case comes to stage {after.id.text}: stage {stage.id.text} writes all of them off",
            hint="write off in the last stage, or give it a condition: when ...",
            related=((end.span, "the case ends here"),),
        )
        return


def _straight(scope: Scope) -> bool:
    """Whether a late run may jump over stages."""
    return any(
        isinstance(setting, LateRuns) and setting.how == "straight to the stage reached"
        for setting in scope.policy.header.settings
    )


def _may_be_passed_over(stage: Stage, scope: Scope) -> bool:
    if _first(stage.clauses, When) is not None:
        return True
    for block in _blocks(scope):
        for item in block.items:
            match item:
                case Skip(stages=names) if stage.id.text in {name.text for name in names}:
                    return True
                case Stage() if (
                    item.id.text == stage.id.text and _first(item.clauses, When) is not None
                ):
                    return True
                case _:
                    pass
    return False
