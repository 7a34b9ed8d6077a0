"""Decisions that were kept as JSON are read back as they were."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

from engine.core.decision import Because, Cancel, Decision, Next
from engine.core.money import Money
from engine.services.plain import plain_decision
from engine.services.plain_runs import decision_from

DAY = datetime.date(2026, 3, 16)
WAITING = Decision(
    case="فاتورة 7",
    customer="C-1",
    on=DAY,
    policy="house",
    version=1,
    outcome="waiting",
    open_amount=Money(3000, "JPY"),
    next=Next("warning", datetime.date(2026, 3, 30)),
)
EVERYTHING = replace(
    WAITING,
    outcome="act",
    open_amount=Money(25000, "EUR"),
    reason=None,
    problems=("no e-mail address",),
    stage="warning",
    due=DAY,
    channels=("email", "post"),
    letters=("2026-03-16/C-1/EUR/email",),
    mode="draft",
    send_at=datetime.time(9, 30),
    approval="credit_manager",
    template="warning_2",
    fee=Money(500, "EUR"),
    interest=Money(0, "EUR"),
    deadline=datetime.date(2026, 3, 26),
    task="Call the customer",
    hand_over="Inkasso Nord",
    tax=Money(95, "EUR"),
    suspend="deliveries",
    cancel=Cancel("the contract", None),
    write_off=True,
    contact_hours=(datetime.time(8), datetime.time(20)),
    because=(Because("house/1.dun", 3, 1, "after 3 days", (("days overdue", "14"),), "holds"),),
)


def kept(decision: Decision) -> Decision:
    return decision_from(json.loads(json.dumps(plain_decision(decision, explained=True))))


def test_a_kept_decision_is_read_back() -> None:
    assert kept(WAITING) == WAITING
    assert kept(EVERYTHING) == EVERYTHING
    last = replace(EVERYTHING, next=None, cancel=Cancel("the contract", DAY), contact_hours=None)
    assert kept(last) == last


def test_the_title_of_a_stage_is_not_kept() -> None:
    assert kept(replace(EVERYTHING, title="Second reminder")) == EVERYTHING
