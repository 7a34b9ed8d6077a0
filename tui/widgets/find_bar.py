"""Finding and replacing in an editor: a line above the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.frame.key_names import shown_key
from tui.keys import bindings
from tui.widgets.editor_text import matches, replaced, wanted

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.widgets.editor_text import Location
    from tui.widgets.policy_editor import PolicyEditor


class FindBar(Horizontal):
    """What is looked for, what takes its place, and how often it is there."""

    DEFAULT_CSS = """
    FindBar { height: 1; display: none; background: $panel; }
    FindBar Input { width: 1fr; border: none; height: 1; padding: 0 1; }
    FindBar #found { width: auto; min-width: 14; padding: 0 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("find")

    def __init__(self, editor: PolicyEditor) -> None:
        super().__init__()
        self.editor = editor
        self.places: list[tuple[Location, Location]] = []

    def compose(self) -> ComposeResult:
        """Two lines of entry and a count."""
        yield Input(placeholder="Find", id="find", compact=True)
        yield Input(placeholder="Replace with", id="replace", compact=True)
        hint = f"{shown_key('f6')} one · {shown_key('f7')} all"
        yield Static(hint, id="found", markup=False)

    def open(self) -> None:
        """Show it, beginning with what is selected."""
        self.display = True
        entry = self.query_one("#find", Input)
        chosen = self.editor.selected_text
        if chosen and "\n" not in chosen:
            entry.value = chosen
        entry.focus()
        entry.action_select_all()
        self._look()

    def close(self) -> None:
        """Hide it and go on typing."""
        self.display = False
        self.editor.focus()

    def key_escape(self) -> None:
        """Back to the text."""
        self.close()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something else is looked for."""
        event.stop()
        if event.input.id == "find":
            self._look()
            self._go(0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next place, and replaces in the second line."""
        event.stop()
        if event.input.id == "replace":
            self.action_replace()
        else:
            self._go(1)

    def key_down(self) -> None:
        """The next place."""
        self._go(1)

    def key_up(self) -> None:
        """The place before."""
        self._go(-1)

    def action_replace(self) -> None:
        """Replace the place that is selected, and go on to the next one."""
        start, end = sorted((self.editor.selection.start, self.editor.selection.end))
        if (start, end) in self.places and not self.editor.read_only:
            with_text = self.query_one("#replace", Input).value
            self.editor.replace(with_text, start, end, maintain_selection_offset=False)
            self._look()
        self._go(0)

    def action_replace_all(self) -> None:
        """Replace all places, as one step that can be undone."""
        if self.editor.read_only:
            return
        what = wanted(self.query_one("#find", Input).value)
        lines, count = replaced(
            self.editor.document.lines, what, self.query_one("#replace", Input).value
        )
        self.editor.write(self.editor.document.newline.join(lines))
        self._look()
        self._say(f"replaced {count}")

    def _look(self) -> None:
        self.places = matches(
            self.editor.document.lines, wanted(self.query_one("#find", Input).value)
        )
        self._say(f"{len(self.places)} found" if self.places else "not found")

    def _go(self, step: int) -> None:
        """Select a place: from the cursor on (0), after it, or before it."""
        if not self.places:
            return
        here = min(self.editor.selection.start, self.editor.selection.end)
        later = [at for at, (start, _) in enumerate(self.places) if start > here or not step]
        if not step:
            later = [at for at in later if self.places[at][0] >= here]
        earlier = [at for at, (start, _) in enumerate(self.places) if start < here]
        at = (earlier[-1] if earlier else -1) if step < 0 else (later[0] if later else 0)
        start, end = self.places[at]
        self.editor.move_cursor(start, center=True)
        self.editor.move_cursor(end, select=True)
        self._say(f"{at % len(self.places) + 1} of {len(self.places)}")

    def _say(self, text: str) -> None:
        self.query_one("#found", Static).update(text)
