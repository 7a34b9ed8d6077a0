"""What events say about one another: reversals and cancelled stages, when all rows are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from engine.core.money import Money
from engine.io.sheets import problem_at

if TYPE_CHECKING:
    from engine.core.model import Event
    from engine.io.ledger_state import Reading


class Flaw(NamedTuple):
    """What is wrong with an event; without a code it is only an echo of another bad row."""

    code: str
    column: str = ""
    message: str = ""
    hint: str = ""


@dataclass(slots=True)
class _Executed:
    """A stage that was executed, as far as rows say what it charged."""

    stage: str
    unpaid: int
    """Of the fee and interest that its row names, in minor units."""
    paid: bool = False
    """Whether any of that was paid."""


def check_links(reading: Reading) -> list[Event]:
    """The events by `Event.order` without those that refer to a wrong one, which are reported."""
    kept, flaws = linked(reading)
    for event, flaw in flaws:
        sheet, row = reading.rows[event.row]
        sheet.problems.append(problem_at(sheet, row, *flaw))
    return kept


def linked(reading: Reading) -> tuple[list[Event], list[tuple[Event, Flaw]]]:
    """The events by `Event.order`, and those that refer to a wrong one with what is wrong."""
    left: dict[str, int] = {}
    executed: dict[str, list[_Executed]] = {}
    kept, flaws = [], []
    for event in sorted(reading.events.values(), key=lambda each: each.order):
        flaw = None
        if event.kind == "reversal":
            flaw = _reversal(reading, event, left)
        elif event.kind == "stage":
            charged = sum(each.minor for each in (event.fee, event.interest) if each is not None)
            executed.setdefault(event.target_id, []).append(_Executed(event.stage or "", charged))
        elif event.kind in ("charge_paid", "charge_waived"):
            _lower_charges(event, executed.get(event.target_id, []))
        elif event.kind == "stage_cancelled":
            flaw = _cancelled(event, executed.get(event.target_id, []))
        if flaw is None:
            kept.append(event)
        elif flaw.code:
            flaws.append((event, flaw))
    return kept, flaws


def _reversal(reading: Reading, event: Event, left: dict[str, int]) -> Flaw | None:
    """Check a reversal; `left` is what earlier ones left of each payment, and is kept up."""
    name = str(event.value)
    original = reading.by_id.get(name)
    if original is None or original.row not in reading.events:
        if reading.is_echo("id", name):
            return Flaw("")
        if name in reading.bad["id"]:
            return Flaw("L117", "value", f"the row of event '{name}' was left out")
        message = f"there is no event '{name}' to take back"
        return Flaw("L117", "value", message, "write the id of a payment or a credit")
    if original.kind not in ("payment", "credit") or original.amount is None:
        return Flaw(
            "L117",
            "value",
            f"event '{name}' is a {original.kind}; only a payment or a credit can be taken back",
        )
    if (original.target, original.target_id) != (event.target, event.target_id):
        return Flaw(
            "L117",
            event.target,
            f"event '{name}' is on {original.target} '{original.target_id}'",
            "name the same one here",
        )
    if event.date < original.date:
        return Flaw(
            "L116", "date", f"event '{name}' of {original.date} cannot be taken back before that"
        )
    currency = original.amount.currency
    rest = left.get(name, original.amount.minor)
    taken = rest if event.amount is None else event.amount.minor
    if event.amount is not None and event.amount.currency != currency:
        return Flaw("L114", "currency", f"event '{name}' is in {currency}")
    if taken > rest or rest == 0:
        return Flaw(
            "L117",
            "amount" if event.amount is not None else "value",
            f"of event '{name}' only {Money(rest, currency)} is left to take back",
        )
    left[name] = rest - taken
    return None


def _lower_charges(event: Event, executed: list[_Executed]) -> None:
    """Let what was paid or waived lower the charges of the stages so far, the oldest first."""
    left = 0 if event.amount is None else event.amount.minor
    for each in executed:
        lowered = min(left, each.unpaid)
        each.unpaid -= lowered
        left -= lowered
        each.paid = each.paid or (lowered > 0 and event.kind == "charge_paid")


def _cancelled(event: Event, executed: list[_Executed]) -> Flaw | None:
    """Check a cancellation; `executed` are the stages of the case so far, newest last."""
    newest = executed[-1] if executed else None
    if newest is None or newest.stage != event.stage:
        where = f"by {event.date} the newest executed stage of '{event.target_id}' is "
        return Flaw(
            "L118",
            "stage",
            where + (f"'{newest.stage}'" if newest is not None else "none"),
            "only the newest stage can be cancelled",
        )
    if newest.paid:
        return Flaw(
            "L118",
            "stage",
            f"the charges of stage '{newest.stage}' of '{event.target_id}' have been paid",
            "a stage can only be cancelled as long as its charges are unpaid",
        )
    executed.pop()
    return None
