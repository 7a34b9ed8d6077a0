"""What the worklist asks people for: until when and why, how much and by when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Label, Static

from engine.core.money import Money, format_minor
from tui.areas.worklist.saying import read_amount
from tui.frame.dates import NoDate, read_date
from tui.frame.dialogs import Dialog, Outcome

if TYPE_CHECKING:
    from textual.app import ComposeResult


class _TwoLines(Dialog[Outcome]):
    """Two lines of text; Enter goes on to the second, then answers if both are right."""

    def __init__(self, title: str, labels: tuple[str, str], values: tuple[str, str]) -> None:
        """`labels` say what is asked for, `values` stand there before."""
        super().__init__()
        self.asked = title
        self.labels = labels
        self.values = values

    def compose(self) -> ComposeResult:
        """The question, and the lines."""
        with Vertical():
            yield Label(self.asked, classes="title", markup=False)
            for number, (label, value) in enumerate(zip(self.labels, self.values, strict=True)):
                yield Static(label, classes="hint", markup=False)
                yield Input(value, id=f"line{number}")
            yield Static(self.hint(), classes="hint", id="said", markup=False)

    def hint(self) -> str:
        """What is said before anything is wrong."""
        return ""

    def read(self, first: str, second: str) -> Outcome | str:
        """The answer, or what is wrong with the lines."""
        raise NotImplementedError

    @property
    def typed(self) -> tuple[str, str]:
        """What stands in the lines."""
        return self.query_one("#line0", Input).value, self.query_one("#line1", Input).value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter was pressed."""
        event.stop()
        if event.input.id == "line0":
            self.query_one("#line1", Input).focus()
            return
        answer = self.read(*self.typed)
        said = self.query_one("#said", Static)
        said.set_class(isinstance(answer, str), "problem")
        if isinstance(answer, str):
            said.update(answer)
        else:
            self.dismiss(answer)


class HoldEntry(_TwoLines[tuple[datetime.date, str]]):
    """Until when something is held, and why; both are kept in the audit trail."""

    def __init__(self, what: str, today: datetime.date) -> None:
        """`what` is held."""
        labels = ("Until when? 14.4, +7, fri", "Why?")
        super().__init__(f"Hold {what}", labels, ("+7", ""))
        self.today = today

    def hint(self) -> str:
        """What holding means."""
        return (
            "It stays back, in later runs too, until somebody lets it go;"
            " the list says when the day has come."
        )

    def read(self, first: str, second: str) -> tuple[datetime.date, str] | str:
        """A day to come, and a reason."""
        day = read_date(first, self.today)
        if isinstance(day, NoDate):
            return day.reason
        if day <= self.today:
            return f"{day} is not to come"
        if not second.strip():
            return "to hold something takes a reason: the next person wants to know it"
        return day, second.strip()


class PromiseEntry(_TwoLines[tuple[Money, datetime.date]]):
    """How much somebody promised to pay, and by when."""

    def __init__(self, case: str, owed: Money, today: datetime.date) -> None:
        """`owed` stands there before."""
        labels = (f"How much, in {owed.currency}?", "By which day? 14.4, +7, fri")
        super().__init__(f"Promise to pay {case}", labels, (format_minor(*owed), "+7"))
        self.today = today
        self.currency = owed.currency

    def hint(self) -> str:
        """What a promise does."""
        return "Whether dunning waits for it is for the policy to say."

    def read(self, first: str, second: str) -> tuple[Money, datetime.date] | str:
        """An amount, and a day to come."""
        amount = read_amount(first, self.currency)
        if isinstance(amount, str):
            return amount
        day = read_date(second, self.today)
        if isinstance(day, NoDate):
            return day.reason
        if day < self.today:
            return f"{day} is over"
        return amount, day


class Notice(Dialog[None]):
    """Something to be read, such as what a run would do; any key that goes back closes it."""

    DEFAULT_CSS = """
    Notice > Vertical { width: 84; }
    Notice #text { height: auto; max-height: 24; }
    """
    AUTO_FOCUS: ClassVar[str | None] = "#text"

    def __init__(self, title: str, lines: list[str]) -> None:
        """`lines`: what it says."""
        super().__init__()
        self.asked = title
        self.lines_ = lines

    def compose(self) -> ComposeResult:
        """The text."""
        with Vertical():
            yield Label(self.asked, classes="title", markup=False)
            with VerticalScroll(id="text"):
                yield Static("\n".join(self.lines_), markup=False)
            yield Static("esc goes back", classes="hint")
