"""With what a statement can begin, what that means, and how one is written.

The table is for editors. Each example is a statement that the grammar reads in that place; a test
sees to it, and that no statement is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.reading.grammar import Place


@dataclass(frozen=True, slots=True)
class Opening:
    """A statement, by the word it begins with."""

    meaning: str
    """One sentence without a full stop."""
    example: str


_RULES: dict[str, Opening] = {
    "EXCLUDE": Opening(
        "takes a case out of dunning while the condition holds; the text is the reason told",
        'exclude "not worth a letter" when open amount < 10.00 EUR',
    ),
    "HOLD": Opening(
        "keeps a case where it is while the condition holds; the text is the reason told",
        'hold "disputed" while invoice.disputed',
    ),
    "FEES_AT_MOST": Opening(
        "the most that all fees of a case come to together", "fees at most 40.00 EUR"
    ),
    "AT_LEAST": Opening(
        "the distance that notices keep from one another", "at least 5 days between notices"
    ),
    "INTEREST": Opening(
        "at which rate interest on what is overdue is worked out, and from when",
        "interest 9% a year from due date",
    ),
    "NO_INTEREST_BELOW": Opening(
        "interest of less than this is not claimed", "no interest below 5.00 EUR"
    ),
}
"""Statements of a policy that an exception can restate."""

_SHARED: dict[str, Opening] = {
    "FACT": Opening(
        "declares a fact that ledgers of this company have", "fact customer.risk : text"
    ),
    "RATE": Opening(
        "gives a dated table of rates a name", 'rate base_rate from "de-basiszinssatz"'
    ),
    "SEGMENT": Opening(
        "gives a condition a name, to be used in rules and exceptions",
        "segment consumer when customer.kind is consumer",
    ),
    "GUARANTEE": Opening(
        "says what must hold for every case, whatever the policy comes to say",
        'guarantee "fees stay under the cap"',
    ),
}

_FILE: dict[str, Opening] = {
    "POLICY": Opening(
        "begins a policy: its name, the number of the version, and a title",
        'policy standard version 1 "Standard dunning"',
    ),
    **_SHARED,
    **_RULES,
    "FEES_TAXED_AT": Opening("the tax that is added to every fee", "fees taxed at 20%"),
    "CLAIM_INTEREST_WHEN_PAID": Opening(
        "interest is claimed when a case is paid, not only in stages that charge it",
        "claim interest when paid",
    ),
    "CONTACT_AT_MOST": Opening(
        "how often a customer is contacted by some channels within some days",
        "contact at most 7 times in 7 days by phone, sms",
    ),
    "CONTACT_BETWEEN": Opening(
        "at which hours customers may be reached, in the policy's time zone",
        "contact between 08:00 and 20:00",
    ),
    "INCLUDE": Opening("takes in a file of facts, rates and segments", 'include "segments.dun"'),
    "WITHOUT_STAGE": Opening(
        "leaves out a stage of the policy that this one extends", "without stage phone_call"
    ),
    "STAGE": Opening(
        "a step of the ladder; steps are taken in the order written",
        'stage reminder "Payment reminder"',
    ),
    "FOR": Opening(
        "says what is different for the cases for which a condition holds", "for key_account"
    ),
    "EXAMPLE": Opening(
        "a customer, an invoice and what should happen; 'dun test' plays it",
        'example "nobody pays"',
    ),
}

_HEADER: dict[str, Opening] = {
    "EFFECTIVE": Opening("the first day on which this version is in force", "effective 2026-01-01"),
    "EXTENDS": Opening(
        "starts from another policy and says only what is different", "extends standard version 3"
    ),
    "APPLIES_WHEN": Opening(
        "which cases the policy covers; without it, every case in its currencies",
        "applies when customer.country in (DE, AT)",
    ),
    "CURRENCY": Opening("the currencies of the cases it covers", "currency EUR, CHF"),
    "CALENDAR": Opening(
        "whose public holidays count; without it Monday to Friday are business days",
        "calendar DE-BY",
    ),
    "TIMEZONE": Opening("where a day begins and ends", "timezone Europe/Berlin"),
    "DUN_EACH_INVOICE": Opening(
        "every invoice climbs the ladder by itself; so it is without this line",
        "dun each invoice",
    ),
    "DUN_EACH_ACCOUNT": Opening(
        "all that a customer owes in a currency climbs the ladder as one case",
        "dun each account",
    ),
    "LETTERS_PER": Opening(
        "one letter for several cases of a customer instead of a letter for each",
        "letters per customer",
    ),
    "GRACE": Opening("the ladder opens this many days later", "grace 2 days"),
    "RUN_ON": Opening("on which days stages are executed", "run on business days"),
    "ROUND": Opening("how fees and interest are rounded", "round half up"),
    "LATE_RUNS_GO": Opening(
        "what happens to a case that is several stages behind",
        "late runs go one stage at a time",
    ),
    "RUNNING_CASES": Opening(
        "which version decides cases in the middle of the ladder when this one begins",
        "running cases move to this version",
    ),
    "REOPENED_CASES_CONTINUE": Opening(
        "a settled case that is reopened keeps its place instead of beginning again",
        "reopened cases continue",
    ),
    "STEP_DOWN_WHEN_LESS_IS_OWED": Opening(
        "accounts go back down the ladder when less is owed", "step down when less is owed"
    ),
    "PAYMENTS_SETTLE": Opening(
        "what a payment pays first: the invoice, or fees and interest",
        "payments settle open amount first",
    ),
    "SETTLED_WHEN": Opening("when a case ends", "settled when open amount is paid"),
}

_WAIT = "how long the stage waits, and from when; of several terms the latest wins"
_STAGE: dict[str, Opening] = {
    "AFTER": Opening(_WAIT, "after 7 days overdue"),
    "FROM": Opening(_WAIT, "from 3 days before due"),
    "WHEN": Opening(
        "the stage is taken only if the condition holds; else it is passed over",
        "when open amount >= 500 EUR",
    ),
    "REPEAT_EVERY": Opening(
        "takes the stage again after a while", "repeat every 7 days at most 2 more times"
    ),
    "BY": Opening("the channels by which the customer is notified", "by email else post"),
    "FEE": Opening("what the stage charges", "fee 5.00 EUR"),
    "NO_FEE": Opening("the stage charges no fee", "no fee"),
    "CHARGE_INTEREST": Opening(
        "the stage claims the interest that has come up by then", "charge interest"
    ),
    "PAY_WITHIN": Opening(
        "the deadline that the notice sets, counted from the day of the stage",
        "pay within 10 days",
    ),
    "TEMPLATE": Opening("which letter is written", 'template "friendly_reminder"'),
    "SEND_AUTOMATICALLY": Opening(
        "the notice is sent without anybody looking at it; so it is without this line",
        "send automatically at 09:00",
    ),
    "FINALIZE_ONLY": Opening("the notice is made final, and somebody sends it", "finalize only"),
    "DRAFT_ONLY": Opening("the notice is drafted, and somebody finishes it", "draft only"),
    "SUGGEST_ONLY": Opening("the stage is only suggested to somebody", "suggest only"),
    "NEEDS_APPROVAL_BY": Opening(
        "somebody with this role approves each such action first",
        "needs approval by credit_manager",
    ),
    "TASK": Opening("a task for a person", 'task "Call the customer" by phone'),
    "HAND_OVER_TO": Opening("the case goes to somebody else", 'hand over to "Inkasso Nord"'),
    "SUSPEND": Opening("what is suspended until the case is settled", 'suspend "deliveries"'),
    "CANCEL": Opening("what ends, and when", 'cancel "contract" at the end of the term'),
    "WRITE_OFF": Opening("the case ends unpaid", "write off"),
    "REPLACES": Opening(
        "which stage of earlier versions this one takes the place of", "replaces old_notice"
    ),
    "AT_LEAST": _RULES["AT_LEAST"],
}

_FOR: dict[str, Opening] = {
    **_RULES,
    "GRACE": _HEADER["GRACE"],
    "WAIT": Opening("every stage comes this much later or earlier", "wait 14 days longer"),
    "SKIP": Opening("these stages do not exist for these cases", "skip reminder, phone_call"),
    "NO_FEES": Opening("no stage charges these cases anything", "no fees"),
    "NO_INTEREST": Opening("these cases bear no interest", "no interest"),
    "STAGE": Opening(
        "clauses under it replace those of the stage; its others stay", "stage reminder"
    ),
}

_GUARANTEE: dict[str, Opening] = {
    "AT": Opening("what must hold whenever this stage is executed", "at final: days overdue >= 30"),
    "ALWAYS": Opening("what must hold on every day", "always: fees so far <= 40 EUR"),
}

_EXAMPLE: dict[str, Opening] = {
    "GIVEN_CUSTOMER": Opening(
        "what is known of the customer", "given customer kind consumer, country DE"
    ),
    "GIVEN_INVOICE": Opening(
        "an invoice: its amount and when it is due",
        "given invoice 250.00 EUR due 2026-03-02",
    ),
    "GIVEN_PAYMENT": Opening("the customer pays", "given payment 250.00 EUR on 2026-03-20"),
    "GIVEN_CREDIT": Opening("a credit note", "given credit 50.00 EUR on 2026-03-20"),
    "GIVEN_CHARGES_PAID": Opening(
        "fees and interest are paid", "given charges paid 5.00 EUR on 2026-03-20"
    ),
    "GIVEN_CHARGES_WAIVED": Opening(
        "fees and interest are waived", "given charges waived 5.00 EUR on 2026-03-20"
    ),
    "GIVEN_DISPUTE_FROM": Opening(
        "the invoice is disputed for some days", "given dispute from 2026-03-04 to 2026-03-13"
    ),
    "GIVEN_PROMISE": Opening(
        "the customer promises to pay by a day", "given promise 250.00 EUR by 2026-03-16"
    ),
    "GIVEN_EXCLUDED_FROM": Opening(
        "somebody takes the case out of dunning", "given excluded from 2026-03-04"
    ),
    "GIVEN_CUSTOMER_EXCLUDED_FROM": Opening(
        "somebody takes the customer out of dunning", "given customer excluded from 2026-03-04"
    ),
    "GIVEN_INVOICE_EXCLUDED_FROM": Opening(
        "somebody takes the invoice out of dunning", "given invoice excluded from 2026-03-04"
    ),
    "EXPECT": Opening(
        "on this day this stage is executed, as said", "expect 2026-03-05 reminder by email"
    ),
    "EXPECT_NOTHING_UNTIL": Opening(
        "nothing is done up to and including this day", "expect nothing until 2026-03-05"
    ),
    "EXPECT_HELD": Opening(
        "the case is held for this reason", 'expect held "disputed" on 2026-03-05'
    ),
    "EXPECT_EXCLUDED": Opening(
        "the case is out of dunning for this reason",
        'expect excluded "not worth a letter" on 2026-03-05',
    ),
    "EXPECT_SETTLED_ON": Opening("the case ends on this day", "expect settled on 2026-03-20"),
    "EXPECT_NOT": Opening("this stage is never executed", "expect not collection"),
}

OPENINGS: Mapping[Place, Mapping[str, Opening]] = MappingProxyType(
    {
        "file": _FILE,
        "shared": _SHARED,
        "header": _HEADER,
        "stage": _STAGE,
        "for": _FOR,
        "guarantee": _GUARANTEE,
        "example": _EXAMPLE,
        "steps": {},
        "bracket": {},
    }
)
"""By place and terminal. The lines under a fee begin with an amount, not with a word."""
