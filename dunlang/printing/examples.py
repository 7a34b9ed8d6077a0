"""The lines of an `example` as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.examples import (
    ExpectHeld,
    ExpectNot,
    ExpectNothing,
    ExpectSettled,
    ExpectStage,
    GivenCharges,
    GivenCustomer,
    GivenDispute,
    GivenExcluded,
    GivenInvoice,
    GivenPayment,
    GivenPromise,
)
from dunlang.printing.expressions import amount, date, money, text, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.ast.examples import ExampleLine, GivenValue
    from dunlang.ast.expressions import Date


def example_line(node: ExampleLine) -> str:
    """One `given` or `expect`."""
    match node:
        case GivenCustomer(values=values, first=first):
            return f"given customer {_values(values)}{_dated('from', first)}"
        case GivenInvoice(amount=sum_, due=due, issued=issued, values=values):
            facts = f", {_values(values)}" if values else ""
            return f"given invoice {amount(sum_)} due {date(due)}{_dated('issued', issued)}{facts}"
        case GivenPayment(kind=kind, amount=sum_, on=on):
            return f"given {kind} {amount(sum_)} on {date(on)}"
        case GivenCharges(kind=kind, amount=sum_, on=on):
            what = "paid" if kind == "charge_paid" else "waived"
            return f"given charges {what} {amount(sum_)} on {date(on)}"
        case GivenDispute(first=first, last=last):
            return f"given dispute from {date(first)}{_dated('to', last)}"
        case GivenPromise(amount=sum_, by=by, on=on):
            return f"given promise {amount(sum_)} by {date(by)}{_dated('on', on)}"
        case GivenExcluded(whom=whom, first=first, last=last):
            who = "invoice " if whom == "invoice" else ""
            return f"given {who}excluded from {date(first)}{_dated('to', last)}"
        case ExpectStage():
            return _expect_stage(node)
        case ExpectNothing(until=until):
            return f"expect nothing until {date(until)}"
        case ExpectHeld(outcome=outcome, reason=reason, on=on):
            return f"expect {outcome} {text(reason)} on {date(on)}"
        case ExpectSettled(on=on, interest=interest):
            claim = f" interest {money(interest)}" if interest else ""
            return f"expect settled on {date(on)}{claim}"
        case ExpectNot(stage=stage):
            return f"expect not {stage.text}"


def _expect_stage(node: ExpectStage) -> str:
    parts = [f"expect {date(node.on)} {node.stage.text}"]
    if node.channels:
        parts.append(f"by {' and '.join(channel.text for channel in node.channels)}")
    if node.fee:
        parts.append(f"fee {money(node.fee)}")
    if node.no_fee:
        parts.append("no fee")
    if node.interest:
        parts.append(f"interest {money(node.interest)}")
    if node.deadline:
        parts.append(f"deadline {date(node.deadline)}")
    return " ".join(parts)


def _dated(word: str, node: Date | None) -> str:
    return f" {word} {date(node)}" if node else ""


def _values(nodes: Sequence[GivenValue]) -> str:
    return ", ".join(
        " ".join((node.name.text, *(value(each) for each in node.values))) for node in nodes
    )
