"""What is dunned: settings for accounts only, and what may be asked of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import SegmentRef
from dunlang.ast.policy import Exclude, ForBlock, Guarantee, Hold, Segment, StepDown
from dunlang.ast.stages import After, Stage, When
from dunlang.builtins import FACTS
from dunlang.checking.names import unknown_fact
from dunlang.checking.segment_check import facts_behind
from dunlang.checking.words import in_words, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dunlang.ast.expressions import Expression, FactRef
    from dunlang.ast.policy import Policy
    from dunlang.checking.scope import Scope

_ASK = {
    "invoice.id": "write 'customer.id' or 'customer.open_invoices' instead",
    "invoice.issued": "write 'days overdue', which counts from the oldest overdue invoice",
    "invoice.due": "write 'days overdue', which counts from the oldest overdue invoice",
    "invoice.amount": "write 'open amount' or 'original amount', which are the account's",
    "invoice.disputed": 'take such invoices out: hold "disputed" while invoice.disputed',
    "invoice.excluded": 'take such invoices out: exclude "taken out" when invoice.excluded',
}
"""What to ask of an account instead of one of its invoices."""
_OTHERWISE = "ask a fact of the customer, or take such invoices out with 'exclude' or 'hold'"
_PARTS = {"text", "one of"}
"""Types whose values can be a part of an account's name."""


def check_unit(scope: Scope) -> None:
    """Settings that go with `dun each account`, and the fact that splits accounts."""
    header = scope.policy.header
    for setting in header.settings:
        if isinstance(setting, StepDown) and not scope.duns_accounts:
            if scope.unit is None and scope.lost.within(header):
                continue
            scope.report(
                "D117",
                setting.span,
                "only an account steps down when less is owed: an invoice is paid or it is not",
                hint="add 'dun each account', or leave the line out",
            )
    by = scope.unit.by if scope.unit is not None else None
    if by is not None:
        _check_split(by, scope)


def _check_split(by: FactRef, scope: Scope) -> None:
    scope.used_facts.add(by.path)
    found = scope.types.get(by.path)
    if found is None:
        if not scope.knows_fact(by.path):
            unknown_fact(by, scope)
        return
    if not by.path.startswith("invoice."):
        why = "an account is one customer's already"
    elif by.path in FACTS:
        why = f"{by.path} says nothing that several invoices of a customer share"
    elif found.kind not in _PARTS:
        why = f"{by.path} is {in_words(found)}, which is no part of a name"
    else:
        return
    scope.report(
        "D118",
        by.span,
        f"accounts cannot be split by {by.path}",
        hint="write a fact of your own, such as invoice.entity",
        notes=(why, "declare it as a text or with its choices: fact invoice.entity : text"),
    )


# ------------------------------------------------------------------ what is asked


def check_questions(policy: Policy, segments: Mapping[str, Expression], scope: Scope) -> None:
    """In a policy for accounts: no question about a single invoice where none can be meant.

    `policy` and `segments` (their conditions by name) are resolved, as far as they are right.
    """
    if not scope.duns_accounts:
        return
    for item in policy.items:
        match item:
            case Segment() | Exclude() | Hold():
                continue
            case Stage():
                _check_waits(item, scope)
            case ForBlock(condition=condition, items=inside):
                _check_rules(condition, inside, segments, scope)
                for inner in inside:
                    if isinstance(inner, Stage):
                        _check_waits(inner, scope)
            case _:
                pass
        for condition in _conditions(item):
            _check_condition(condition, segments, scope)


def _conditions(item: object) -> Iterator[Expression]:
    """The conditions that are asked of the account as a whole."""
    match item:
        case Stage(clauses=clauses):
            yield from (clause.condition for clause in clauses if isinstance(clause, When))
        case ForBlock(condition=condition, items=items):
            yield condition
            for inner in items:
                if isinstance(inner, Stage):
                    yield from _conditions(inner)
        case Guarantee(claims=claims):
            for claim in claims:
                if claim.who is not None:
                    yield claim.who
                yield claim.condition
        case _:
            pass


def _check_condition(
    condition: Expression, segments: Mapping[str, Expression], scope: Scope
) -> None:
    for fact, place in facts_behind(condition, segments):
        if not fact.path.startswith("invoice."):
            continue
        if isinstance(place, SegmentRef):
            message = f"an account has many invoices, and segment {place.name} asks {fact.path}"
        else:
            message = f"an account has many invoices, so there is no single {fact.path}"
        scope.report_name(
            "D221",
            f"{fact.path} {place.span.text}",
            place.span,
            message,
            hint=_ASK.get(fact.path, _OTHERWISE),
            notes=(),
        )


def _check_rules(
    condition: Expression,
    inside: tuple[object, ...],
    segments: Mapping[str, Expression],
    scope: Scope,
) -> None:
    """Rules that are asked of each invoice, in an exception for accounts as they are."""
    other = next(
        (
            (fact, place)
            for fact, place in facts_behind(condition, segments)
            if not fact.path.startswith(("customer.", "invoice."))
        ),
        None,
    )
    if other is None:
        return
    for rule in inside:
        if not isinstance(rule, Exclude | Hold):
            continue
        asked = next(
            (
                place
                for fact, place in facts_behind(rule.condition, segments)
                if fact.path.startswith("invoice.")
            ),
            None,
        )
        if asked is not None:
            scope.report(
                "D221",
                asked.span,
                f"a rule that takes single invoices out of an account cannot depend on"
                f" {other[0].path} of the account",
                hint="move the rule to the margin, and ask there what it needs",
                related=((other[1].span, f"the exception asks {said(other[1])}"),),
            )


def _check_waits(stage: Stage, scope: Scope) -> None:
    for clause in stage.clauses:
        if not isinstance(clause, After):
            continue
        for term in clause.terms:
            if term.kind == "before due":
                scope.report(
                    "D222",
                    term.span,
                    "an account has nothing to be dunned for before an invoice is overdue",
                    hint="write from when it is overdue: after 1 day overdue",
                )
