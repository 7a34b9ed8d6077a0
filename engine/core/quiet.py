"""Until when nothing can happen to a case after a run, so that a simulation need not look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.answers import ACT, HELD, NOT_DUE, WAITING
from engine.core.judge import due_of_held

if TYPE_CHECKING:
    from engine.core.debtor import Debtor
    from engine.core.joint import Ruling
    from engine.core.judge import Verdict
    from engine.core.walk import InvoiceWalk


def quiet_after(debtor: Debtor, walk: InvoiceWalk, ruling: Ruling) -> int:
    """The next day on which anything can happen to an invoice, given what the run of a day said."""
    verdict = ruling.verdict
    day, change = verdict.day, walk.next_change(verdict.version, verdict.day)
    if verdict.outcome == ACT:
        # Done today, something else may be due tomorrow; held back, it is until a change.
        stage = verdict.stage
        if ruling.held is None or stage.charge_interest or stage.fee_converted_by:
            return day + 1  # where it is held back, a rate may be missing tomorrow
        return min(change, debtor.next_money(walk.currency, day))
    due = change
    if verdict.outcome == HELD:
        if _moves_on(verdict):
            return day + 1
        if day <= verdict.facts.due:
            # A stage whose clock is stopped may come before the due date, and not after it.
            change = min(change, verdict.facts.due + 1)
        _, number, _, run = due_of_held(verdict)
        due = run if number >= 0 else change
    elif verdict.outcome in {NOT_DUE, WAITING} and verdict.number >= 0:
        due = _wakes(debtor, verdict)
    return min(change, due) if due > day else change


def _moves_on(verdict: Verdict) -> bool:
    """Whether a date that moves on from day to day may change what comes next by itself."""
    if not verdict.stops:
        return False
    # It is shifted by as many days or fewer, perhaps to one that is no longer before the due date.
    is_shifted = verdict.variant.ladder.shift is not None
    # And a hint is passed over when its date is too late.
    return is_shifted or verdict.day <= verdict.facts.due


def _wakes(debtor: Debtor, verdict: Verdict) -> int:
    """The first day on which the stage of a case that waits may be executed."""
    uses = debtor.policies.features
    if not uses.couples:
        return verdict.run_day
    # What is held back today keeps others back today, and may not tomorrow.
    late = uses.customer_gap and uses.joins_letters
    return verdict.day + 1 if late else max(verdict.own_day, verdict.day + 1)
