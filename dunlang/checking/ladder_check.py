"""Stages and exceptions: their clauses, their waits, and the stages that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.policy import Effective, ForBlock, Skip, WaitChange
from dunlang.ast.stages import (
    After,
    By,
    Cancel,
    Fee,
    HandOver,
    NoticeGap,
    PayWithin,
    Repeat,
    Replaces,
    Stage,
    Suspend,
    Task,
    Template,
    WriteOff,
)
from dunlang.checking.contact_check import check_channel
from dunlang.checking.durations import check_duration
from dunlang.checking.fee_check import check_fee
from dunlang.checking.structure import check_list, check_once, check_rule
from dunlang.checking.values import unknown_stage
from dunlang.checking.words import in_words, said
from dunlang.suggest import did_you_mean, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.ast.expressions import FactRef, Name
    from dunlang.ast.node import Node
    from dunlang.ast.stages import Clause, WaitTerm
    from dunlang.checking.scope import Scope
    from dunlang.source import Span

_CLAUSE_NAMES = {
    "After": "after",
    "When": "when",
    "Repeat": "repeat",
    "By": "by",
    "Fee": "fee",
    "PayWithin": "pay within",
    "Template": "template",
    "Mode": "send automatically or draft only",
    "NeedsApproval": "needs approval by",
    "Task": "task",
    "HandOver": "hand over to",
    "NoticeGap": "at least ... between notices",
    "ChargeInterest": "charge interest",
    "Suspend": "suspend",
    "Cancel": "cancel",
    "WriteOff": "write off",
    "Replaces": "replaces",
}
_EMPTY = "write under it what is different, or leave it out"
_ACTIONS = {By, Task, HandOver, Suspend, Cancel, WriteOff}
"""What a stage can do. A fee or interest by itself is nothing that anybody would notice."""
_ABOUT_A_NOTICE = (Template, NoticeGap)
"""`pay within` is not among them: a later wait may count from its deadline all the same."""


def check_stage(stage: Stage, scope: Scope) -> None:
    """A stage of the ladder, but for the condition of its `when`."""
    check_clauses(stage, scope)
    if scope.lost.within(stage):
        return
    kinds = {type(clause) for clause in stage.clauses}
    if not kinds & _ACTIONS:
        scope.report(
            "D109",
            stage.id.span,
            f"stage {stage.id.text} does nothing",
            hint='say what it does: by email, task "...", hand over to "...", suspend "...", '
            'cancel "..." or write off',
        )
        return
    if By in kinds:
        return
    for clause in stage.clauses:
        about = _name(clause) if isinstance(clause, _ABOUT_A_NOTICE) else ""
        if isinstance(clause, Fee) and clause.per_letter:
            about = "per letter"
        if about:
            scope.report(
                "W103",
                clause.span,
                f"'{about}' is about a notice, and stage {stage.id.text} sends none",
                hint=f"add 'by' or leave '{about}' out",
            )


def check_clauses(stage: Stage, scope: Scope) -> None:
    """Clauses of a stage, or of one restated in an exception: each once, each sensible."""
    seen: dict[str, Clause] = {}
    for clause in stage.clauses:
        name = _name(clause)
        first = seen.setdefault(name, clause)
        if first is not clause:
            scope.report(
                "D104",
                clause.span,
                f"stage {stage.id.text} says {_quoted(name)} twice",
                hint="leave one of the two out",
                related=((first.span, "here first"),),
            )
        _check_clause(clause, stage, scope)


def _quoted(name: str) -> str:
    return f"'{name}'".replace(" or ", "' or '")


def _name(clause: Clause) -> str:
    name = _CLAUSE_NAMES[type(clause).__name__]
    to_customer = isinstance(clause, NoticeGap) and clause.to_customer
    return f"{name} to a customer" if to_customer else name


def _check_clause(clause: Clause, stage: Stage, scope: Scope) -> None:
    match clause:
        case After(terms=terms):
            for term in terms:
                _check_term(term, stage, scope)
        case By(choices=choices):
            names = [option for choice in choices for option in choice.options]
            for name in names:
                check_channel(name, scope)
            check_list(names, scope)
        case Task(channel=channel) if channel is not None:
            check_channel(channel, scope)
        case Fee():
            check_fee(clause, scope)
        case PayWithin(duration=duration) | NoticeGap(duration=duration):
            check_duration(duration, scope)
        case Repeat():
            _check_repeat(clause, scope)
        case Cancel(at=fact) if fact is not None:
            _check_day(fact, scope)
        case _:
            pass


def _check_repeat(repeat: Repeat, scope: Scope) -> None:
    why = "a stage is repeated a day after itself at the earliest"
    check_duration(repeat.every, scope, least=1, why=why)
    if repeat.at_most is not None and repeat.at_most < 1:
        scope.report(
            "D130",
            repeat.span,
            "a stage that is repeated no more times is not repeated",
            hint="write 'at most 1 more time', or leave the line out",
        )


def _check_day(fact: FactRef, scope: Scope) -> None:
    """The fact that says on which day something is cancelled."""
    scope.used_facts.add(fact.path)
    found = scope.types.get(fact.path)
    if not fact.path.startswith("customer."):
        scope.report(
            "D133",
            fact.span,
            "the day of a cancellation is a fact of the customer",
            hint="write a fact of the customer, such as customer.term_end",
        )
    elif found is None:
        if not scope.knows_fact(fact.path):
            dates = [path for path, type_ in scope.types.items() if type_.kind == "date"]
            scope.report_name(
                "D201",
                fact.path,
                fact.span,
                f"there is no fact {fact.path} that says when",
                hint=did_you_mean(fact.path, dates) or f"add: fact {fact.path} : date",
                notes=(),
            )
    elif found.kind != "date":
        scope.report(
            "D133",
            fact.span,
            f"{fact.path} is {in_words(found)}, and a cancellation needs a date",
            hint=f"write: fact {fact.path} : date"
            if fact.path in scope.facts
            else "name a fact of your own that holds a date",
        )


def _check_term(term: WaitTerm, stage: Stage, scope: Scope) -> None:
    least, why = 0, ""
    if term.kind == "overdue":
        least, why = 1, "the first day overdue is day 1, so nothing can happen on day 0"
    elif term.kind == "before due":
        least, why = 1, "on the due date it is too late for a stage that runs before it"
    check_duration(term.duration, scope, least=least, why=why)
    if term.stage is not None:
        _check_since(term.stage, stage, scope)


def _check_since(name: Name, stage: Stage, scope: Scope) -> None:
    ladder = list(scope.stages)
    if name.text not in ladder:
        if not scope.knows_stage(name.text):
            unknown_stage(name, scope)
        return
    if stage.id.text not in ladder:
        return
    here, there = ladder.index(stage.id.text), ladder.index(name.text)
    if there < here:
        return
    where = "itself" if there == here else f"stage {name.text}, which comes after it"
    scope.report(
        "D108",
        name.span,
        f"stage {stage.id.text} cannot wait for {where}",
        hint=f"write an earlier stage: {listed(ladder[:here], 'or')}" if here else "",
    )


# ------------------------------------------------------------------- exceptions


def check_exception(block: ForBlock, scope: Scope) -> None:
    """A `for` block, but for its conditions."""
    _check_dates(block, scope)
    if not block.items and not scope.lost.within(block):
        scope.report(
            "D114",
            block.span,
            "the exception changes nothing",
            hint=_EMPTY,
        )
    check_once(block.items, scope)
    skipped = _check_skips(block.items, scope)
    seen: dict[str, Span] = {}
    for item in block.items:
        match item:
            case Stage(id=name):
                first = seen.setdefault(name.text, name.span)
                if first is not name.span:
                    scope.report(
                        "D103",
                        name.span,
                        f"the exception has stage {name.text} twice",
                        hint="write both under one 'stage' line",
                        related=((first, "the first one"),),
                    )
                _check_override(item, skipped, scope)
            case WaitChange(duration=duration):
                why = "a wait that is changed by nothing stays as it is"
                check_duration(duration, scope, least=1, why=why)
            case _:
                check_rule(item, scope)


def _check_skips(items: Iterable[Node], scope: Scope) -> dict[str, Span]:
    skipped: dict[str, Span] = {}
    for item in items:
        if not isinstance(item, Skip):
            continue
        for name in item.stages:
            if name.text in skipped:
                scope.report(
                    "D115",
                    name.span,
                    f"stage {name.text} is skipped twice",
                    hint="leave one of the two out",
                    related=((skipped[name.text], "here first"),),
                )
            elif not scope.knows_stage(name.text):
                unknown_stage(name, scope)
            skipped.setdefault(name.text, name.span)
    return skipped


def _check_override(stage: Stage, skipped: dict[str, Span], scope: Scope) -> None:
    name = stage.id
    if not scope.knows_stage(name.text):
        unknown_stage(name, scope)
    elif name.text in skipped:
        scope.report(
            "D401",
            name.span,
            f"the exception skips stage {name.text} and changes it too",
            hint="leave one of the two out",
            related=((skipped[name.text], "skipped here"),),
        )
    if stage.title is not None:
        scope.report(
            "D107",
            stage.title.span,
            "an exception changes what a stage does, not what it is called",
            hint="leave the title out",
        )
    if not stage.clauses and not scope.lost.within(stage):
        scope.report(
            "D114", name.span, f"the exception changes nothing in stage {name.text}", hint=_EMPTY
        )
    for clause in stage.clauses:
        if isinstance(clause, Replaces):
            scope.report(
                "D136",
                clause.span,
                "where the cases of a former stage stand now does not depend on the customer",
                hint=f"move the line to stage {name.text} in the ladder",
            )
    check_clauses(stage, scope)


def _check_dates(block: ForBlock, scope: Scope) -> None:
    first, until = block.first, block.until
    if until is None:
        return
    if first is not None and until.value < first.value:
        scope.report(
            "D111",
            until.span,
            f"{said(until)} lies before {said(first)}, so the exception never applies",
            hint="exchange the two dates",
            related=((first.span, "it would begin here"),),
        )
        return
    for setting in scope.policy.header.settings:
        if isinstance(setting, Effective) and until.value < setting.date.value:
            scope.report(
                "W403",
                until.span,
                "the exception has ended before the policy is in force",
                hint="leave the exception out, or write a later day",
                related=((setting.date.span, "in force from here"),),
            )
