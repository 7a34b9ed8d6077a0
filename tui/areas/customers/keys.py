"""What can be done with customers and invoices."""

from __future__ import annotations

from tui.frame.commands import Command

_LIST = "customers"
_CUSTOMER = "customers/customer"
_CASE = "customers/case"

KEYS = (
    Command(
        "customers.customer",
        "c",
        "Customer",
        "Look at everything the customer of the selected line owes",
        _LIST,
        footer=True,
    ),
    Command(
        "customers.outcome",
        "o",
        "Outcome",
        "Show only cases of one outcome: to be done, held, waiting; the next one, at last all",
        _LIST,
        footer=True,
    ),
    Command(
        "case.why_not", "w", "Why not", "Say why other stages do not come today", _CASE, footer=True
    ),
    Command(
        "case.what_if",
        "x",
        "What if",
        "Suppose a payment, a dispute, a promise or another due date; nothing is saved",
        _CASE,
    ),
    Command(
        "case.day_before",
        "left",
        "Day before",
        "Look at the day before",
        _CASE,
        vim="left,h",
        action="days(-1)",
    ),
    Command(
        "case.day_after",
        "right",
        "Day after",
        "Look at the day after",
        _CASE,
        vim="right,l",
        action="days(1)",
    ),
    Command(
        "case.week_before",
        "shift+left",
        "Week before",
        "Look a week earlier",
        _CASE,
        vim="shift+left,H",
        action="days(-7)",
    ),
    Command(
        "case.week_after",
        "shift+right",
        "Week after",
        "Look a week later",
        _CASE,
        vim="shift+right,L",
        action="days(7)",
    ),
    Command(
        "case.change_before",
        "left_square_bracket",
        "Change before",
        "Look at the last day on which something happened",
        _CASE,
        action="change(-1)",
    ),
    Command(
        "case.change_after",
        "right_square_bracket",
        "Next change",
        "Look at the next day on which something happens if nothing changes",
        _CASE,
        action="change(1)",
        footer=True,
    ),
    Command(
        "case.customer",
        "c",
        "Customer",
        "Look at everything this customer owes",
        _CASE,
        footer=True,
    ),
    Command(
        "case.all_lines",
        "a",
        "All lines",
        "Show every line of the policy that was asked, also those that did not hold",
        _CASE,
    ),
    Command("case.copy_all", "Y", "Copy all", "Copy the whole explanation", _CASE),
)

SCREENS = {
    "customers": (_LIST, "list", "table"),
    "customers/customer": (_CUSTOMER, "list", "table"),
    "customers/case": (_CASE, "list", "table"),
}
