"""Decisions and simulated events as objects of JSON, with the names that are promised to users."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.core.money import Money, format_minor, to_minor

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from engine.core.decision import Because, Cancel, Decision
    from engine.core.simulate import SimulationEvent

Plain = dict[str, object]

DECISION_COLUMNS = (
    *("case", "customer", "on", "policy", "version", "outcome", "stage", "due", "channels"),
    *("mode", "open_amount", "open_amount_currency", "fee", "interest", "deadline", "letters"),
    *("next_stage", "next_due", "reason", "problems", "approval", "task", "hand_over", "tax"),
    *("suspend", "cancel_text", "cancel_on", "write_off"),
)
"""Columns of a table of decisions; one currency serves all amounts of a row."""

EVENT_COLUMNS = (
    *("on", "case", "customer", "policy", "version", "event", "stage", "channels", "fee"),
    *("interest", "deadline", "letters", "open_amount", "open_amount_currency", "reason", "tax"),
)
"""Columns of a table of simulated events."""


def plain_decision(decision: Decision, *, explained: bool = False) -> Plain:
    """A decision as the command and the HTTP service give it.

    What belongs to `act` is null otherwise; what a stage does not have is absent. `explained`
    adds `because`.
    """
    acts = decision.outcome == "act"
    following = decision.next
    plain: Plain = {
        "case": decision.case,
        "customer": decision.customer,
        "on": decision.on.isoformat(),
        "policy": decision.policy,
        "version": decision.version,
        "outcome": decision.outcome,
        "stage": decision.stage,
        "due": _date(decision.due),
        "channels": list(decision.channels) if acts else None,
        "mode": decision.mode,
        "open_amount": plain_money(decision.open_amount),
        "fee": plain_money(decision.fee),
        "interest": plain_money(decision.interest),
        "deadline": _date(decision.deadline),
        "letters": list(decision.letters) if acts else None,
        "next": following and {"stage": following.stage, "due": following.due.isoformat()},
        "reason": decision.reason,
        "problems": list(decision.problems),
    }
    further: Plain = {
        "template": decision.template,
        "send_at": decision.send_at and decision.send_at.isoformat("minutes"),
        "approval": decision.approval,
        "task": decision.task,
        "hand_over": decision.hand_over,
        "tax": plain_money(decision.tax),
        "suspend": decision.suspend,
        "cancel": _cancel(decision.cancel),
        "write_off": decision.write_off or None,
        "contact_hours": _hours(decision.contact_hours),
    }
    plain.update((name, value) for name, value in further.items() if value is not None)
    if explained:
        plain["because"] = [_because(each) for each in decision.because]
    return plain


def counted(decisions: Iterable[Plain]) -> Counter[tuple[str, str | None]]:
    """How many decisions there are, by outcome and policy."""
    return Counter((str(each["outcome"]), _name(each["policy"])) for each in decisions)


def _name(policy: object) -> str | None:
    return None if policy is None else str(policy)


def plain_event(event: SimulationEvent) -> Plain:
    """A simulated event as `dun simulate --format json` prints it; null where nothing applies."""
    happened = event.event == "stage"
    plain: Plain = {
        "on": event.on.isoformat(),
        "case": event.case,
        "customer": event.customer,
        "policy": event.policy,
        "version": event.version,
        "event": event.event,
        "stage": event.stage,
        "channels": list(event.channels) if happened else None,
        "fee": plain_money(event.fee),
        "interest": plain_money(event.interest),
        "deadline": _date(event.deadline),
        "letters": list(event.letters) if happened else None,
        "open_amount": plain_money(event.open_amount),
        "reason": event.reason,
    }
    further: Plain = {
        "tax": plain_money(event.tax),
        "suspend": event.suspend,
        "cancel": _cancel(event.cancel),
    }
    plain.update((name, value) for name, value in further.items() if value is not None)
    return plain


def _cancel(cancel: Cancel | None) -> Plain | None:
    return None if cancel is None else {"text": cancel.text, "on": _date(cancel.on)}


def _hours(hours: tuple[datetime.time, datetime.time] | None) -> list[str] | None:
    return None if hours is None else [each.isoformat("minutes") for each in hours]


def _because(because: Because) -> Plain:
    return {
        "file": because.file,
        "line": because.line,
        "column": because.column,
        "text": because.text,
        "values": dict(because.values),
        "verdict": because.verdict,
    }


def plain_money(money: Money | None) -> dict[str, str] | None:
    """Money as an object of JSON."""
    if money is None:
        return None
    return {"amount": format_minor(*money), "currency": money.currency}


def money_of(plain: Mapping[str, str] | None) -> Money | None:
    """An amount as `plain_money` wrote it."""
    if plain is None:
        return None
    minor = to_minor(Decimal(plain["amount"]), plain["currency"])
    return None if minor is None else Money(minor, plain["currency"])


def _date(date: datetime.date | None) -> str | None:
    return None if date is None else date.isoformat()
