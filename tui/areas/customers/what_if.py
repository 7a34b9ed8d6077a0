"""What would be decided for a case if something else had happened, beside what is decided."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical
from textual.widgets import Label, Static

from engine.core.money import format_minor
from tui.areas.customers.model import facts, headline, timeline
from tui.areas.simulate.acting import read_amount
from tui.frame.date_entry import DateEntry
from tui.frame.dialogs import Ask, Choose, Dialog
from tui.widgets.table import Table
from tui.widgets.table_model import Column, Tone

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

    from engine.services.case_looks import CaseLook


@dataclass(frozen=True, slots=True)
class Supposed:
    """Something that did not happen."""

    row: Mapping[str, str]
    """As in an events file."""
    said: str
    """As a person reads it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known or decided really, and what it would be."""

    name: str
    really: str
    supposed: str

    @property
    def differs(self) -> bool:
        """Whether it makes a difference."""
        return self.really != self.supposed


def payment(look: CaseLook, text: str) -> Supposed | str:
    """A payment of an amount as it is typed, or what is wrong with it."""
    decision = look.story.decision
    amount = read_amount(text, decision.open_amount.currency)
    if isinstance(amount, str):
        return amount
    row = _row(look, "payment")
    row |= {"amount": format_minor(*amount), "currency": amount.currency}
    return Supposed(row, f"{look.case} is paid with {amount} on {decision.on}")


def promise(look: CaseLook, until: datetime.date) -> Supposed | str:
    """A promise to pay by a day, or why it cannot be."""
    decision = look.story.decision
    if until < decision.on:
        return f"{until} is before {decision.on}, so nobody can promise it"
    amount = decision.open_amount
    row = _row(look, "promise") | {"until": until.isoformat()}
    row |= {"amount": format_minor(*amount), "currency": amount.currency}
    return Supposed(row, f"{amount} of {look.case} is promised for {until}")


def another_due_date(look: CaseLook, due: datetime.date) -> Supposed:
    """The due date moved to another day."""
    row = _row(look, "due_changed") | {"value": due.isoformat()}
    return Supposed(row, f"{look.case} is due on {due}")


def dispute(look: CaseLook) -> Supposed:
    """A dispute from the day on, or the end of the one that there is."""
    on = look.story.decision.on
    if look.story.facts.disputed:
        return Supposed(_row(look, "dispute_resolved"), f"{look.case} is disputed no more on {on}")
    return Supposed(_row(look, "dispute"), f"{look.case} is disputed from {on} on")


def is_account(look: CaseLook) -> bool:
    """Whether what is looked at is an account and not an invoice."""
    return not look.story.facts.original


def _row(look: CaseLook, kind: str) -> dict[str, str]:
    target = "case" if is_account(look) else "invoice"
    return {"date": look.story.decision.on.isoformat(), "kind": kind, target: look.case}


def beside(really: CaseLook, supposed: CaseLook) -> Iterator[Beside]:
    """What is decided and known in both cases, then what would follow."""
    yield Beside("decided", headline(really), headline(supposed))
    one, other = dict(facts(really)), dict(facts(supposed))
    for name in ("open", "due", "stage", "suspended", "keeps", "policy"):
        if name in one or name in other:
            yield Beside(name, one.get(name, ""), other.get(name, ""))
    coming = (
        [f"{each.on} {each.what}" for each in timeline(look) if each.is_ahead]
        for look in (really, supposed)
    )
    for number, (left, right) in enumerate(zip_longest(*coming, fillvalue=""), 1):
        yield Beside(f"then {number}", left, right)


def _tone(row: Beside) -> Tone:
    return "accent" if row.differs else "dim"


COLUMNS: Sequence[Column[Beside]] = (
    Column("sign", "", lambda row: "≠" if row.differs else "=", least=1, most=1, tone=_tone),
    Column("name", "", lambda row: row.name, least=8, rigid=True),
    Column("really", "As it is", lambda row: row.really, least=16, most=60, tone=_tone),
    Column("supposed", "What if", lambda row: row.supposed, least=16, most=60, tone=_tone),
)


class WhatIf(Dialog[None]):
    """Both answers side by side."""

    AUTO_FOCUS: ClassVar[str | None] = "Table"
    DEFAULT_CSS = """
    WhatIf > Vertical { width: 96%; max-width: 150; height: auto; }
    WhatIf Table { background: $surface; margin: 1 0; }
    """

    def __init__(self, said: str, really: CaseLook, supposed: CaseLook) -> None:
        """`said`: what is supposed."""
        super().__init__()
        self.said = said
        self.rows = list(beside(really, supposed))

    def compose(self) -> ComposeResult:
        """What is supposed, and both answers."""
        with Vertical():
            yield Label(f"What if {self.said}?", classes="title", markup=False)
            yield Table[Beside](COLUMNS, key=lambda row: row.name, id="beside")
            yield Static("Nothing is saved. esc goes back", classes="hint")

    def on_mount(self) -> None:
        """Show both."""
        table = cast("Table[Beside]", self.query_one(Table))
        table.styles.height = min(18, len(self.rows) + 2)
        table.show(self.rows)


def ask_what(screen: Screen[None], look: CaseLook, then: Callable[[Supposed], None]) -> None:
    """Ask what is to be supposed of a case."""
    on, amount = look.story.decision.on, look.story.decision.open_amount
    disputed = "is disputed no more" if look.story.facts.disputed else "is disputed"
    choices = [
        ("payment", f"something is paid on {on}"),
        ("dispute", f"it {disputed} from {on} on"),
        ("promise", "payment is promised for a day"),
    ]
    if not is_account(look):
        choices.append(("due", "it is due on another day"))

    def take(supposed: Supposed | str) -> None:
        if isinstance(supposed, str):
            screen.notify(supposed, severity="warning", markup=False)
        else:
            then(supposed)

    def chosen(kind: str | None) -> None:
        match kind:
            case "payment":
                title = f"How much is paid on {look.case}, in {amount.currency}?"
                owed = format_minor(*amount)
                entry = Ask(title, value=owed, hint="enter supposes it; nothing is saved")
                screen.app.push_screen(
                    entry, lambda text: None if text is None else take(payment(look, text))
                )
            case "dispute":
                take(dispute(look))
            case "promise":
                days = DateEntry(on, on, "Promised for when?")
                screen.app.push_screen(
                    days, lambda day: None if day is None else take(promise(look, day))
                )
            case "due":
                days = DateEntry(on, on, "Due on which day?")
                screen.app.push_screen(
                    days, lambda day: None if day is None else take(another_due_date(look, day))
                )
            case _:
                pass

    screen.app.push_screen(Choose(f"What if, for {look.case} …", choices), chosen)
