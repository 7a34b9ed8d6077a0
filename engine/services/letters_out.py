"""What goes out for actions that are performed together: letters for channels, tasks for people.

A letter says everything that whoever prints or mails it needs; it is frozen when its delivery
begins.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dunlang.suggest import listed
from engine.core.account import AccountWalk
from engine.core.calendar import date_of
from engine.core.letters import by_notice
from engine.core.money import Money
from engine.core.policies import PolicyVersion
from engine.core.walk import InvoiceWalk
from engine.services.plain import plain_money
from engine.store.deliveries import Letter
from engine.store.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dunlang.plan import Plan
    from engine.core.decision import Decision
    from engine.core.model import Value
    from engine.services.due_actions import Answers, Due

Plain = dict[str, Any]

WORKLIST = "worklist"
"""The channel of what a person has to do."""
BY_PERSON = "phone"
"""A channel that only a person can use: what goes by it is a task."""
_SUSPEND = "Suspend "
_NAMED = 3
"""Cases that are named one by one."""
_ADDRESS = ("name", "kind", "language", "email", "phone", "street", "postcode", "city", "country")


def together(due: Iterable[Due]) -> list[list[Due]]:
    """Actions by what is sent together: those that share a letter, and those without one alone."""
    groups, alone = by_notice(due, lambda each: each.decision.letters)
    return groups + [[each] for each in alone]


def letters_of(answers: Answers, group: Sequence[Due]) -> list[Letter]:
    """The letters of actions that are performed together, each with all that it says."""
    ids = dict.fromkeys(letter for due in group for letter in due.decision.letters)
    found = []
    for letter in ids:
        channel = letter.rpartition("/")[2]
        if channel == BY_PERSON:
            continue
        items = [due for due in group if letter in due.decision.letters]
        found.append(Letter(letter, channel, _letter(answers, items, letter, channel)))
    return found


def _letter(answers: Answers, items: Sequence[Due], letter: str, channel: str) -> Plain:
    """What a letter says."""
    head = max(items, key=_height)
    decision, plan = head.decision, _plan(head)
    currency = decision.open_amount.currency
    lines = [_item(due) for due in items]
    charges = sum(_charges(due) for due in items)
    owed = sum(due.decision.open_amount.minor for due in items)
    credited = 0
    if plan.letters_per != "case" and not any(isinstance(d.walk, AccountWalk) for d in items):
        credited = answers.debtor.unapplied(currency, decision.on.toordinal())
    return {
        "letter": letter,
        "channel": channel,
        "on": decision.on.isoformat(),
        "customer": _customer(answers, head),
        "stage": decision.stage,
        "title": decision.title,
        "template": decision.template,
        "mode": decision.mode,
        "items": lines,
        "unapplied_credits": plain_money(Money(credited, currency)),
        "total": plain_money(Money(owed - credited + charges, currency)),
        "deadline": decision.deadline and decision.deadline.isoformat(),
        "send_not_before": _not_before(decision, plan),
        "contact_hours": plan.contact_hours
        and [t.isoformat("minutes") for t in plan.contact_hours],
        "timezone": plan.timezone,
    }


def _height(due: Due) -> tuple[int, int, str]:
    """How far up the ladder: the letter is written at the highest stage of its items."""
    stages = [each.id for each in _plan(due).base.stages]
    stage = due.decision.stage
    number = stages.index(stage) if stage in stages else -1
    overdue = due.decision.on.toordinal() - due.walk.facts(due.decision.on.toordinal()).due
    return number, overdue, due.decision.case


def _plan(due: Due) -> Plan:
    version = due.walk.version(due.decision.on.toordinal())
    if not isinstance(version, PolicyVersion):
        message = f"{due.decision.case} is to be acted on, and no version decides it"
        raise TypeError(message)
    return version.plan


def _item(due: Due) -> Plain:
    decision, walk = due.decision, due.walk
    day = decision.on.toordinal()
    facts = walk.facts(day)
    return {
        "case": decision.case,
        "policy": decision.policy,
        "version": decision.version,
        "stage": decision.stage,
        "title": decision.title,
        "invoices": [_invoice(each, day) for each in _invoices(due)],
        "open_amount": plain_money(decision.open_amount),
        "fee": plain_money(decision.fee),
        "tax": plain_money(decision.tax),
        "interest": plain_money(decision.interest),
        "earlier_charges": plain_money(Money(facts.charges, walk.currency)),
        "deadline": decision.deadline and decision.deadline.isoformat(),
    }


def _charges(due: Due) -> int:
    decision = due.decision
    new = (decision.fee, decision.tax, decision.interest)
    before = due.walk.facts(decision.on.toordinal()).charges
    return before + sum(each.minor for each in new if each is not None)


def _invoices(due: Due) -> Sequence[InvoiceWalk]:
    if isinstance(due.walk, AccountWalk):
        return due.walk.items(due.decision.on.toordinal()).overdue
    return (due.walk,) if isinstance(due.walk, InvoiceWalk) else ()


def _invoice(walk: InvoiceWalk, day: int) -> Plain:
    facts = walk.facts(day)
    return {
        "invoice": walk.case,
        "issued": date_of(facts.issued).isoformat(),
        "due": date_of(facts.due).isoformat(),
        "days_overdue": max(0, day - facts.due),
        "amount": plain_money(Money(facts.original, walk.currency)),
        "open_amount": plain_money(Money(facts.open, walk.currency)),
    }


def _customer(answers: Answers, head: Due) -> Plain:
    facts = head.walk.facts(head.decision.on.toordinal()).customer_facts
    known = {name: _text(facts.get(name)) for name in _ADDRESS}
    return {"id": answers.name, **{name: text for name, text in known.items() if text}}


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _not_before(decision: Decision, plan: Plan) -> str | None:
    """From when on it may be sent: the stage's own time, else when contacts begin."""
    opens = plan.contact_hours[0] if plan.contact_hours else None
    time = decision.send_at or opens
    if time is None:
        return None
    moment = datetime.datetime.combine(decision.on, time, ZoneInfo(plan.timezone))
    return moment.isoformat()


def tasks_of(group: Sequence[Due]) -> list[Letter]:
    """What people are to do for actions that are performed together."""
    return [task for due in group for task in _tasks(due)]


def _tasks(due: Due) -> list[Letter]:
    decision = due.decision
    wanted: list[tuple[Any, str]] = []
    if decision.task is not None:
        wanted.append(("task", decision.task))
    if any(letter.endswith(f"/{BY_PERSON}") for letter in decision.letters):
        wanted.append(("call", f"Call the customer: {decision.title or decision.stage}"))
    if decision.hand_over is not None:
        wanted.append(("hand_over", f"Hand over to {decision.hand_over}"))
    if decision.suspend is not None:
        wanted.append(("suspend", f"{_SUSPEND}{decision.suspend}"))
    if decision.cancel is not None:
        when = f" on {decision.cancel.on}" if decision.cancel.on else ""
        wanted.append(("cancel", f"Cancel {decision.cancel.text}{when}"))
    if decision.write_off:
        wanted.append(("write_off", f"Write off {decision.open_amount}"))
    by_phone = BY_PERSON in decision.channels
    return [
        Letter(
            f"task/{due.key}/{kind}",
            WORKLIST,
            {
                "key": due.key,
                "kind": kind,
                "day": decision.on.isoformat(),
                "case": decision.case,
                "customer": decision.customer,
                "policy": decision.policy,
                "version": decision.version,
                "stage": decision.stage,
                "text": text,
                "channel": BY_PERSON if by_phone and kind in {"task", "call"} else None,
                "amount": decision.open_amount.minor,
                "currency": decision.open_amount.currency,
            },
        )
        for kind, text in wanted
    ]


def suspended_by(task: Task) -> str:
    """What a task to suspend something is about, in the words of the policy."""
    return task.text.removeprefix(_SUSPEND)


def resuming(what: str, others: Sequence[str]) -> str:
    """What a person is told when something is suspended no more.

    `others`: cases for which the same is suspended still, so that it may be better to wait.
    """
    if not others:
        return f"Resume {what}"
    if len(others) > _NAMED:
        others = [*others[:_NAMED], f"{len(others) - _NAMED:,} more"]
    verb = "suspends" if len(others) == 1 else "suspend"
    return f"Resume {what}; but {listed(others)} {verb} it still"


def task_of(letter: Letter, at: datetime.datetime) -> Task:
    """The task that was frozen so."""
    written = dict(letter.payload)
    day = datetime.date.fromisoformat(written.pop("day"))
    return Task(
        id=0,
        day=day,
        state="open",
        done_by=None,
        done_at=None,
        note=None,
        created_at=at,
        **written,
    )
