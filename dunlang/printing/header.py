"""The header of a policy as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.policy import (
    AppliesWhen,
    Calendar,
    Currencies,
    DunEach,
    Effective,
    Extends,
    Grace,
    LateRuns,
    Letters,
    PaymentsSettle,
    ReopenedContinue,
    Round,
    RunningCases,
    RunOn,
    SettledWhen,
    StepDown,
    Timezone,
)
from dunlang.printing.expressions import condition, date, digits, money, text
from dunlang.printing.stages import duration

if TYPE_CHECKING:
    from dunlang.ast.policy import Header, Setting
    from dunlang.printing.doc import Doc
    from dunlang.printing.remarks import Remarks


def title(node: Header) -> str:
    """`policy ID version N "Title"`."""
    version = digits(node.version.value, node.version.text)
    line = f"policy {node.id.text} version {version}"
    return f"{line} {text(node.title)}" if node.title else line


def grace(node: Grace) -> str:
    """`grace 2 days`."""
    return f"grace {duration(node.duration)}"


def setting(node: Setting, remarks: Remarks) -> Doc:
    """One line under `policy`."""
    match node:
        case Extends(id=base, version=version):
            return f"extends {base.text} version {digits(version.value, version.text)}"
        case Effective():
            return f"effective {date(node.date)}"
        case AppliesWhen():
            return ("applies when ", condition(node.condition, remarks))
        case Currencies(codes=codes):
            return f"currency {', '.join(code.text for code in codes)}"
        case Calendar(code=code):
            return f"calendar {code.text}"
        case Timezone(name=name):
            return f"timezone {name.text}"
        case DunEach(unit=unit, by=by):
            return f"dun each {unit}" + (f" by {by.path}" if by else "")
        case Letters(per=per):
            return f"letters per {per}"
        case Grace():
            return grace(node)
        case RunOn(days=days):
            return f"run on {days}"
        case Round(mode=mode, to=to):
            return f"round {mode}" + (f" to {money(to)}" if to else "")
        case _:
            return _course(node)


def _course(
    node: LateRuns | RunningCases | ReopenedContinue | StepDown | PaymentsSettle | SettledWhen,
) -> str:
    """How cases move on, and how they end."""
    match node:
        case LateRuns(how=how):
            return f"late runs go {how}"
        case RunningCases(how=what):
            return f"running cases {what}"
        case ReopenedContinue():
            return "reopened cases continue"
        case StepDown():
            return "step down when less is owed"
        case PaymentsSettle(first=first):
            return f"payments settle {first} first"
        case SettledWhen(paid=paid):
            return f"settled when {paid} {'is' if paid == 'open amount' else 'are'} paid"
