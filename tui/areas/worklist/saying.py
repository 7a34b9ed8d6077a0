"""What people say about actions, and what will come of it, in sentences."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from engine.core.money import Money, to_minor
from engine.services.actors import may_approve_as, not_approving
from engine.services.run_lines import RunLine, Totals

if TYPE_CHECKING:
    from engine.services.actors import Actor
    from engine.services.reviewing import Verb


AT_ONCE = 2_000
"""Lines that are added up while somebody waits."""


def marked_note(count: int, lines: Sequence[RunLine]) -> str:
    """How many are marked, and what is open on them; of too many there are no `lines`."""
    if not lines:
        return f"{count:,} lines marked"
    totals = added(lines)
    return f"{counted(len(lines), 'line')} marked: {amounts(totals.open_amounts)}"


def counted(count: int, word: str, plural: str = "") -> str:
    """`1 letter`, `3 letters`."""
    return f"{count:,} {word if count == 1 else plural or word + 's'}"


def amounts(every: Sequence[Money]) -> str:
    """Amounts of several currencies, never added across them."""
    return " + ".join(map(str, every)) or "nothing"


def added(lines: Sequence[RunLine]) -> Totals:
    """Lines added up."""
    totals = Totals()
    for line in lines:
        totals.add(line)
    return totals


def approvable(lines: Sequence[RunLine], actor: Actor) -> list[RunLine]:
    """Those of some lines that a person may approve now."""
    return [line for line in lines if why_not_approved(line, actor) is None]


def why_not_approved(line: RunLine, actor: Actor) -> str | None:
    """Why somebody cannot approve an action; None: they can."""
    what = f"{line.stage} of {line.case}"
    if line.approved_by is not None:
        return f"{what} was approved by {line.approved_by}"
    if line.approval is None:
        return f"{what} needs no approval"
    if line.waits != "approval":
        return f"{what} is {line.state}"
    if may_approve_as(actor, line.approval):
        return None
    return f"{not_approving(actor, line.approval)}; or ':' and 'log in' lets another person go on"


def approving(totals: Totals, left: int = 0) -> str:
    """What approving will do, in a sentence with counts and amounts."""
    said = f"Approve {described(totals)}. Nothing is sent before somebody executes the run."
    if left:
        said += f" {counted(left, 'marked line')} not for you to approve, left as before."
    return said


def described(totals: Totals) -> str:
    """Actions in words: how many, for how many, which way, how much."""
    if not totals.actions:
        return "nothing"
    ways = ", ".join(f"{count:,} by {way}" for way, count in sorted(totals.by.items()))
    fees = f", fees {amounts(totals.fees)}" if totals.fees else ""
    return (
        f"{counted(totals.actions, 'action')} for {counted(len(totals.customers), 'customer')}"
        f"{f' ({ways})' if ways else ''}: open {amounts(totals.open_amounts)}{fees}"
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said about actions of a run, so that it can be taken back."""

    verb: Verb
    day: datetime.date
    lines: tuple[RunLine, ...]
    """As they were before."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What takes something back: said about some cases, with a reason."""

    verb: Verb
    reason: str
    cases: tuple[str, ...]


def taken_back(said: Said) -> list[TakenBack] | str:
    """What takes it back, or why nothing does."""
    if said.verb == "approve":
        return "an approval cannot be taken back; h holds what was approved"
    groups: dict[tuple[Verb, str], list[str]] = {}
    for line in said.lines:
        kept: Mapping[str, Verb] = {"held": "hold", "dropped": "drop"}
        verb = kept.get(line.state, "release")
        if verb == "release" and said.verb == "release":
            return "what was let go cannot be taken back; h holds it"
        groups.setdefault((verb, line.reason or "" if verb != "release" else ""), []).append(
            line.case
        )
    return [TakenBack(*place, tuple(cases)) for place, cases in groups.items()]


def told(verb: Verb, count: int, others: int) -> str:
    """What was done, in a line."""
    word = {"hold": "held", "drop": "skipped", "release": "let go", "approve": "approved"}[verb]
    more = f"; {counted(others, 'other action')} changed with it" if others else ""
    return f"{counted(count, 'action')} {word}{more}"


def read_amount(text: str, currency: str) -> Money | str:
    """An amount as people write it: `500`, `1,234.50`, `1.234,50`; or what is wrong with it."""
    plain = text.strip().replace(" ", "").replace("'", "").removesuffix(currency)
    comma, point = plain.rfind(","), plain.rfind(".")
    grouping, decimal = (".", ",") if comma > point else (",", ".")
    plain = plain.replace(grouping, "").replace(decimal, ".")
    try:
        minor = to_minor(Decimal(plain), currency)
    except InvalidOperation:
        return f"'{text.strip()}' is no amount; write it as 1234.50"
    if minor is None or minor <= 0:
        return f"'{text.strip()}' is no amount of {currency} above zero"
    return Money(minor, currency)


OUTCOMES: tuple[tuple[str, str], ...] = (
    ("reached", "Reached; they see to it"),
    ("promise", "Promised to pay: how much, by when"),
    ("dispute", "Disputes it"),
    ("nobody", "Nobody answered, and it is not tried again"),
    ("wrong", "Wrong number or address"),
    ("other", "Done otherwise: say how"),
)
NOTES: Mapping[str, str] = {
    "reached": "reached; they see to it",
    "dispute": "disputes it",
    "nobody": "nobody answered",
    "wrong": "wrong number or address",
}
"""What is noted of an outcome that says everything."""
