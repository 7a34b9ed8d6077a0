"""Dialogs: what will happen is said in one sentence, and never confirmed by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

Outcome = TypeVar("Outcome")


class Dialog(ModalScreen[Outcome], Generic[Outcome]):
    """A box over the screen; `esc` closes it, and nothing was done."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > Vertical {
        width: 72; max-width: 96%; height: auto; max-height: 96%;
        border: round $accent; background: $surface; padding: 0 1;
    }
    Dialog Input, Dialog Input:focus {
        border: none; height: 1; padding: 0 1; background: $panel; margin: 1 0;
    }
    Dialog Label { width: 1fr; }
    Dialog .title { text-style: bold; width: 1fr; }
    Dialog .hint { color: $text-muted; width: 1fr; }
    Dialog .problem { color: $text-error; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Back")]
    AUTO_FOCUS: ClassVar[str | None] = "Input, OptionList, SelectionList, Button"

    def on_mount(self) -> None:
        """What was told before is over: it would cover what is asked now."""
        self.app.clear_notifications()

    def action_close(self) -> None:
        """Close it; nothing was done."""
        self.dismiss(None)


class Confirm(Dialog[bool]):
    """Asks whether something is to be done that others will notice.

    What can be taken back is confirmed by `y`; for what cannot, the number of things that are
    concerned is typed. Neither Enter nor the key that opened it confirms anything.
    """

    DEFAULT_CSS = """
    Confirm Button { margin: 1 2 0 0; }
    Confirm > Vertical { border: round $warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "yes", "Do it")]

    def __init__(self, sentence: str, *, does: str, count: int | None = None) -> None:
        """`does`: two words for the button; `count`: has to be typed, as it cannot be undone."""
        super().__init__()
        self.sentence = sentence
        self.does = does
        self.count = count

    def compose(self) -> ComposeResult:
        """The sentence, and the way out first."""
        with Vertical():
            yield Label(self.sentence, markup=False)
            if self.count is None:
                yield Static(f"Press y to {self.does}, esc to leave it.", classes="hint")
            else:
                yield Static(
                    f"This cannot be taken back. Type {self.count} to {self.does}.",
                    classes="hint",
                )
                yield Input(placeholder=str(self.count), id="count")
            yield Button("Cancel", id="cancel")

    def on_mount(self) -> None:
        """The way out is what Enter does."""
        if self.count is None:
            self.query_one("#cancel", Button).focus()

    def action_yes(self) -> None:
        """`y` was pressed."""
        if self.count is None:
            self.dismiss(True)  # noqa: FBT003 - the answer of the dialog

    def on_input_changed(self, event: Input.Changed) -> None:
        """The whole number was typed."""
        if event.value.strip() == str(self.count):
            self.dismiss(True)  # noqa: FBT003 - the answer of the dialog

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter confirms nothing."""
        event.stop()

    def on_button_pressed(self) -> None:
        """Cancel."""
        self.dismiss(False)  # noqa: FBT003 - the answer of the dialog


class Ask(Dialog[str]):
    """Asks for a line of text; None where it was left."""

    def __init__(
        self, title: str, *, value: str = "", hint: str = "", required: bool = True
    ) -> None:
        """`required`: an empty line is no answer."""
        super().__init__()
        self.asked = title
        self.value = value
        self.hint = hint
        self.required = required

    def compose(self) -> ComposeResult:
        """The question and the line."""
        with Vertical():
            yield Label(self.asked, classes="title", markup=False)
            yield Input(self.value, id="answer")
            yield Static(self.hint, classes="hint", id="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter was pressed."""
        event.stop()
        if event.value.strip() or not self.required:
            self.dismiss(event.value.strip())


class Choose(Dialog[str]):
    """Asks for one of some things by number, arrow keys or mouse; answers its id."""

    DEFAULT_CSS = """
    Choose OptionList { height: auto; max-height: 20; border: none; }
    """

    def __init__(self, title: str, choices: list[tuple[str, str]], *, hint: str = "") -> None:
        """`choices`: id and text."""
        super().__init__()
        self.asked = title
        self.choices = choices
        self.hint = hint

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical():
            yield Label(self.asked, classes="title", markup=False)
            yield OptionList(
                *(
                    Option(f"{number} {text}" if number <= 9 else f"  {text}", id=name)  # noqa: PLR2004 - digits
                    for number, (name, text) in enumerate(self.choices, 1)
                ),
                markup=False,
            )
            if self.hint:
                yield Static(self.hint, classes="hint", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One was chosen."""
        event.stop()
        self.dismiss(event.option_id)

    def on_key(self, event: events.Key) -> None:
        """A digit chooses at once."""
        if event.key.isdecimal() and 0 < int(event.key) <= len(self.choices):
            event.stop()
            self.dismiss(self.choices[int(event.key) - 1][0])
