"""The lines of an `example`: parse tree to `ast.examples`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

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
    GivenValue,
)
from dunlang.reading.lower_common import (
    after,
    amount,
    date,
    first_token,
    money,
    name,
    names,
    only,
    part,
    parts,
    span,
    text_of,
    the,
    token,
)
from dunlang.reading.lower_expressions import literal

if TYPE_CHECKING:
    from dunlang.ast.examples import ExampleLine
    from dunlang.ast.expressions import Date, Money
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source


def example_line(source: Source, node: Parsed) -> ExampleLine:
    """One line under an example."""
    if node.data.startswith("given"):
        return _given(source, node)
    return _expected(source, node)


def _given(source: Source, node: Parsed) -> ExampleLine:
    where = span(source, node)
    match node.data:
        case "given_customer":
            first = _optional(source, node, "FROM")
            return GivenCustomer(_values(source, only(node, "given_values")), first, span=where)
        case "given_invoice":
            values = part(node, "given_values")
            return GivenInvoice(
                amount(source, only(node, "amount")),
                date(source, the(node, "DATE")),
                _optional(source, node, "ISSUED"),
                _values(source, values) if values else (),
                span=where,
            )
        case "given_payment":
            kind: Literal["payment", "credit"] = (
                "payment" if token(node, "GIVEN_PAYMENT") else "credit"
            )
            paid = amount(source, only(node, "amount"))
            return GivenPayment(kind, paid, date(source, the(node, "DATE")), span=where)
        case "given_charges":
            return GivenCharges(
                "charge_paid" if token(node, "GIVEN_CHARGES_PAID") else "charge_waived",
                amount(source, only(node, "amount")),
                date(source, the(node, "DATE")),
                span=where,
            )
        case "given_dispute":
            first_day, last_day = date(source, the(node, "DATE")), _optional(source, node, "TO")
            return GivenDispute(first_day, last_day, span=where)
        case "given_promise":
            return GivenPromise(
                amount(source, only(node, "amount")),
                date(source, the(node, "DATE")),
                _optional(source, node, "ON"),
                span=where,
            )
        case _:
            return GivenExcluded(
                "invoice" if token(node, "GIVEN_INVOICE_EXCLUDED_FROM") else "customer",
                date(source, the(node, "DATE")),
                _optional(source, node, "TO"),
                span=where,
            )


def _expected(source: Source, node: Parsed) -> ExampleLine:
    where = span(source, node)
    match node.data:
        case "expect_stage":
            return _expected_stage(source, node)
        case "expect_nothing":
            return ExpectNothing(date(source, the(node, "DATE")), span=where)
        case "expect_outcome":
            outcome: Literal["held", "excluded"] = (
                "held" if first_token(node).type == "EXPECT_HELD" else "excluded"
            )
            on = date(source, the(node, "DATE"))
            return ExpectHeld(outcome, text_of(source, node), on, span=where)
        case "expect_settled":
            settled = date(source, the(node, "DATE"))
            return ExpectSettled(settled, _interest(source, node), span=where)
        case _:
            return ExpectNot(name(source, the(node, "NAME")), span=where)


def _expected_stage(source: Source, node: Parsed) -> ExpectStage:
    channels, fee = part(node, "expect_channels"), part(node, "expect_fee")
    deadline = part(node, "expect_deadline")
    charged = part(fee, "money") if fee else None
    return ExpectStage(
        date(source, the(node, "DATE")),
        name(source, the(node, "NAME")),
        names(source, channels) if channels else (),
        money(source, charged) if charged else None,
        fee is not None and charged is None,
        _interest(source, node),
        date(source, the(deadline, "DATE")) if deadline else None,
        span=span(source, node),
    )


def _interest(source: Source, node: Parsed) -> Money | None:
    claimed = part(node, "expect_interest")
    return money(source, only(claimed, "money")) if claimed else None


def _values(source: Source, node: Parsed) -> tuple[GivenValue, ...]:
    return tuple(
        GivenValue(
            name(source, the(piece, "NAME")),
            tuple(literal(source, one) for one in parts(piece)),
            span=span(source, piece),
        )
        for piece in parts(node)
    )


def _optional(source: Source, node: Parsed, kind: str) -> Date | None:
    """The date behind a word that may be missing."""
    found = after(node, kind)
    return date(source, found) if found else None
