"""The header and the shape of a policy: what is missing, twice, or cannot be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import Money
from dunlang.ast.policy import (
    Calendar,
    ClaimWhenPaid,
    ContactHours,
    Currencies,
    Effective,
    FactDecl,
    FeesAtMost,
    FeesTaxedAt,
    Grace,
    Interest,
    NoInterestBelow,
    RateDecl,
    Round,
    Segment,
    Timezone,
)
from dunlang.ast.stages import NoticeGap, Stage
from dunlang.builtins import FACTS
from dunlang.checking.durations import check_duration
from dunlang.checking.interest_check import check_interest_rule
from dunlang.checking.money_check import check_coins, check_money, check_tax
from dunlang.checking.places import check_calendar, check_timezone
from dunlang.checking.rate_check import check_rate_name, check_table_name
from dunlang.checking.scope import declared_type
from dunlang.checking.values import fit_value
from dunlang.currencies import MINOR_DIGITS, meant_currency

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dunlang.ast.expressions import Expression, Name
    from dunlang.ast.node import Node
    from dunlang.ast.policy import Header, Item
    from dunlang.checking.scope import Scope
    from dunlang.source import Span

SETTING_NAMES = {
    "Effective": "effective",
    "AppliesWhen": "applies when",
    "Currencies": "currency",
    "Calendar": "calendar",
    "Timezone": "timezone",
    "DunEach": "dun each",
    "Letters": "letters per",
    "Grace": "grace",
    "RunOn": "run on",
    "Round": "round",
    "LateRuns": "late runs",
    "RunningCases": "running cases",
    "ReopenedContinue": "reopened cases continue",
    "StepDown": "step down when less is owed",
    "PaymentsSettle": "payments settle",
    "SettledWhen": "settled when",
    "Extends": "extends",
    "FeesAtMost": "fees at most",
    "FeesTaxedAt": "fees taxed at",
    "Interest": "interest",
    "NoInterest": "no interest",
    "NoInterestBelow": "no interest below",
    "ClaimWhenPaid": "claim interest when paid",
    "ContactHours": "contact between",
    "NoticeGap": "at least ... between notices",
    "WaitChange": "wait ... longer or shorter",
    "NoFees": "no fees",
}
"""The words that begin a setting, by the class of its node; only of what may stand once."""


def check_header(scope: Scope) -> None:
    """The `policy` line and the settings under it, but not `applies when`."""
    header = scope.policy.header
    version = header.version
    if version.value != version.value.to_integral_value() or version.value < 1:
        scope.report(
            "D110",
            version.span,
            f"a version is a whole number from 1 up, not {version.text}",
            hint="write 1 for the first version",
        )
    check_once(header.settings, scope)
    for setting in header.settings:
        match setting:
            case Currencies(codes=codes):
                _check_currencies(codes, scope)
            case Calendar(code=code):
                check_calendar(code, scope)
            case Timezone(name=name):
                check_timezone(name, scope)
            case Grace(duration=duration):
                check_duration(duration, scope)
            case Round():
                check_coins(setting, scope)
            case _:
                pass
    _check_missing(header, scope)


def _check_missing(header: Header, scope: Scope) -> None:
    there = {type(setting) for setting in header.settings}
    place = header.id.span
    if not scope.stages and not scope.lost.lines:
        scope.report(
            "W102",
            place,
            "a policy without a stage leaves its cases alone",
            hint="add a stage below, such as: stage reminder",
        )
    if scope.lost.within(header):
        return
    if Effective not in there:
        scope.report(
            "D101",
            place,
            "the policy does not say from which day it is in force",
            hint="add 'effective 2026-01-01' under it",
        )
    if Currencies not in there:
        scope.report(
            "D101",
            place,
            "the policy does not say in which currencies it duns",
            hint="add 'currency EUR' under it",
        )
    if Timezone not in there:
        scope.report(
            "W101",
            place,
            "without a timezone, days begin and end in UTC",
            hint="add 'timezone Europe/Berlin' under it",
        )


def _check_currencies(codes: tuple[Name, ...], scope: Scope) -> None:
    for code in codes:
        if code.text not in MINOR_DIGITS:
            meant = meant_currency(code.text)
            scope.report(
                "D212",
                code.span,
                f"'{code.text}' is not a currency code",
                hint=f"did you mean '{meant}'?" if meant else "",
                notes=("currencies are written in three capital letters (ISO 4217)",),
            )
    check_list(codes, scope)


def check_list(names: Sequence[Name], scope: Scope) -> None:
    """Names in a list stand there once."""
    seen: dict[str, Name] = {}
    for name in names:
        if seen.setdefault(name.text, name) is not name:
            message = f"'{name.text}' stands in the list twice"
            scope.report("D115", name.span, message, hint="leave one of the two out")


def check_once(settings: Iterable[Node], scope: Scope) -> None:
    """Of settings that may stand once, the second is reported."""
    seen: dict[str, Node] = {}
    for setting in settings:
        name = SETTING_NAMES.get(type(setting).__name__)
        if name is None:
            continue
        if isinstance(setting, NoticeGap) and setting.to_customer:
            name += " to a customer"
        first = seen.setdefault(name, setting)
        if first is not setting:
            scope.report(
                "D102",
                setting.span,
                f"'{name}' is set twice",
                hint="leave one of the two out",
                related=((first.span, "here first"),),
            )


# -------------------------------------------------------------- names declared


def check_names(scope: Scope) -> None:
    """Facts, segments, stages and rates have names of their own."""
    seen: dict[tuple[str, str], Span] = {}
    for item in scope.policy.items:
        match item:
            case FactDecl(path=path):
                _first(("fact", path.text), path.span, seen, scope)
            case Segment(name=name):
                _first(("segment", name.text), name.span, seen, scope)
            case Stage(id=name):
                _first(("stage", name.text), name.span, seen, scope)
            case RateDecl(name=name, table=table):
                _first(("rate", name.text), name.span, seen, scope)
                check_table_name(table, scope)
            case _:
                pass


def _first(
    key: tuple[str, str], span: Span, seen: dict[tuple[str, str], Span], scope: Scope
) -> None:
    first = seen.setdefault(key, span)
    if first is not span:
        scope.report(
            "D103",
            span,
            f"there are two {key[0]}s '{key[1]}'",
            hint="leave one out, or give it another name",
            related=((first, "the first one"),),
        )


def check_fact(decl: FactDecl, scope: Scope) -> Expression | None:
    """A `fact` line; returns its default, resolved, or None without or with a wrong one."""
    path = decl.path.text
    if path in FACTS:
        scope.report(
            "D105",
            decl.path.span,
            f"{path} is known without being declared",
            hint="leave the line out",
            notes=(f"{path}: {FACTS[path].meaning}",),
        )
        return None
    check_list(decl.type.choices, scope)
    if decl.default is None:
        return None
    if isinstance(decl.default, Money):
        check_money(decl.default, scope, covers=False)
    return fit_value(decl.default, declared_type(decl), path, scope, "D215")


# ------------------------------------------------------------ rules of a policy

_SINGLE = (
    FeesAtMost | FeesTaxedAt | Interest | NoInterestBelow | ClaimWhenPaid | ContactHours | NoticeGap
)
"""Rules that stand once in a policy. There may be several contact limits."""


def check_rules(scope: Scope) -> None:
    """Caps, gaps between notices, interest and contacts, at the level of the policy."""
    check_once((i for i in scope.policy.items if isinstance(i, _SINGLE)), scope)
    for item in scope.policy.items:
        check_rule(item, scope)


def check_rule(item: Item | Node, scope: Scope) -> None:
    """Amounts and durations of one rule, wherever it stands."""
    match item:
        case FeesAtMost(money=money):
            check_money(money, scope, covers=True)
        case NoticeGap(duration=duration) | Grace(duration=duration):
            check_duration(duration, scope)
        case FeesTaxedAt(percent=percent):
            check_tax(percent, scope)
        case NoInterestBelow(money=money):
            check_money(money, scope, covers=True)
        case Interest():
            check_interest_rule(item, scope)
            check_rate_name(item.rate, scope)
        case _:
            pass
