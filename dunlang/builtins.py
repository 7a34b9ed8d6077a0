"""One table of what the language knows by itself: facts with name, type and meaning.

It feeds the checker, the documentation and the editors. Facts that are not here must be declared
with `fact`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dunlang.types import Type

CHANNELS = ("email", "post", "registered_post", "sms", "phone", "portal", "webhook")

_TEXT = Type("text")
_CASE_MONEY = Type("case money")
_NUMBER = Type("number")
_DATE = Type("date")
_YES_NO = Type("yes/no")


@dataclass(frozen=True, slots=True)
class BuiltinFact:
    """A fact that every case has."""

    path: str
    type: Type
    meaning: str
    may_be_unknown: bool
    """Whether a ledger can leave it empty."""


FACTS: dict[str, BuiltinFact] = {
    fact.path: fact
    for fact in (
        BuiltinFact("customer.id", _TEXT, "the customer's number", False),
        BuiltinFact("customer.name", _TEXT, "the customer's name", True),
        BuiltinFact("customer.language", _TEXT, "the language of the customer's letters", True),
        BuiltinFact("customer.email", _TEXT, "the e-mail address", True),
        BuiltinFact("customer.phone", _TEXT, "the telephone number", True),
        BuiltinFact(
            "customer.payment_method",
            Type("one of", ("transfer", "direct_debit", "card", "cash")),
            "how the customer pays",
            True,
        ),
        BuiltinFact(
            "customer.kind",
            Type("one of", ("business", "consumer", "public_body")),
            "what kind of customer it is",
            True,
        ),
        BuiltinFact(
            "customer.country",
            Type("country"),
            "the country in two capital letters, such as DE",
            True,
        ),
        BuiltinFact("customer.tags", Type("set of text"), "the customer's tags", False),
        BuiltinFact("customer.excluded", _YES_NO, "taken out of dunning as a customer", False),
        BuiltinFact("invoice.excluded", _YES_NO, "this invoice is taken out of dunning", False),
        BuiltinFact(
            "customer.open_amount",
            _CASE_MONEY,
            "what the customer owes in the case's currency",
            False,
        ),
        BuiltinFact(
            "customer.overdue_amount",
            _CASE_MONEY,
            "what of it is overdue",
            False,
        ),
        BuiltinFact(
            "customer.open_invoices",
            _NUMBER,
            "how many invoices of the customer are open in the case's currency",
            False,
        ),
        BuiltinFact(
            "customer.overdue_invoices",
            _NUMBER,
            "how many of them are overdue",
            False,
        ),
        BuiltinFact("invoice.id", _TEXT, "the invoice's number", False),
        BuiltinFact("invoice.issued", _DATE, "the invoice date", False),
        BuiltinFact("invoice.due", _DATE, "the due date", False),
        BuiltinFact("invoice.amount", _CASE_MONEY, "what the invoice came to at first", False),
        BuiltinFact("invoice.disputed", _YES_NO, "disputed, itself or its customer", False),
        BuiltinFact("open amount", _CASE_MONEY, "what the case still owes", False),
        BuiltinFact("original amount", _CASE_MONEY, "what the case owed at first", False),
        BuiltinFact("days overdue", _NUMBER, "whole days since the due date, 0 before", False),
        BuiltinFact(
            "promise",
            Type("one of", ("none", "pending", "kept", "broken")),
            "the newest promise to pay",
            False,
        ),
        BuiltinFact("stage", Type("stage"), "the last executed stage, or none", False),
        BuiltinFact("fees so far", _CASE_MONEY, "fees charged in this cycle", False),
        BuiltinFact("notices so far", _NUMBER, "notices sent in this cycle", False),
    )
}
"""Source: the table "Built-in facts" of the language reference."""
