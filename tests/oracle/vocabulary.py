"""The few names that random policies and random ledgers share, so that they meet."""

from __future__ import annotations

import datetime

CONSTRUCTS = (
    "account",
    "split",
    "step down",
    "payers",
    "letters",
    "straight",
    "continue",
    "stay",
    "else",
    "repeat",
    "steps",
    "brackets",
    "per letter",
    "converted",
    "taxed",
    "coins",
    "interest",
    "claim when paid",
    "charges first",
    "until charges paid",
    "suspend",
    "cancel",
    "write off",
    "contact",
    "customer gap",
    "replaces",
    "since start",
    "charge events",
    "guarantee",
)
"""What a set of policies may use; each uses some of them, so that any two often meet."""

CURRENCIES = ("EUR", "CHF", "JPY", "KWD")
"""Two decimals, none, three."""
COINS = {"EUR": "1", "CHF": "0.05", "JPY": "10", "KWD": "0.005"}
"""A smallest coin in each."""
RATES = {"base_rate": "base-table", "other_rate": "other-table"}
"""Tables of interest rates by the name that policies give them."""
EXCHANGE = "exchange-table"
"""The table of exchange rates."""
STEP = {"EUR": 1, "CHF": 1, "JPY": 100, "KWD": 1}
"""What one unit of a random amount is worth in each currency."""
CALENDARS = ("DE-BY", "AT", "TARGET")
STAGES = ("reminder", "notice", "warning", "call", "final", "collection")
POLICIES = ("alpha", "beta")
SPLITS = ("invoice.project", "invoice.risk")
"""Facts by which accounts are split."""
COUNTRIES = ("DE", "AT", "FR")
KINDS = ("business", "consumer", "public_body")
METHODS = ("transfer", "direct_debit", "card", "cash")
PROMISES = ("none", "pending", "kept", "broken")
LANGUAGES = ("de", "fr", "en")
TAGS = ("key-account", "vip", "slow")
RISKS = ("low", "medium", "high")

DECLARED = {
    "customer.revenue": "money",
    "customer.risk": "one of (low, medium, high)",
    "customer.no_calls": "yes/no",
    "customer.score": "number",
    "customer.rebate": "percent",
    "customer.branch": "text",
    "customer.member_from": "date",
    "customer.labels": "set of text",
    "customer.term_end": "date",
    "customer.contract_end": "date",
    "invoice.project": "text",
    "invoice.guaranteed": "money",
    "invoice.urgent": "yes/no",
    "invoice.risk": "one of (low, medium, high)",
}
"""Facts that policies declare, each always with the same type."""

DUE = datetime.date(2026, 3, 2)
"""Everything happens around this day: a Monday after a short month."""
WINDOW = (-25, 45)
"""Days around `DUE` on which things happen."""
