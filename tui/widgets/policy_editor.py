"""An editor for policies: completion, fixes, going to problems and names, layout.

It reads nothing and checks nothing itself: whoever uses it is told when somebody stopped typing,
and gives it the problems and remarks that it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from dunlang.editing.complete import complete
from dunlang.editing.fixes import apply, fixes
from dunlang.editing.hover import definition, hover
from tui.keys import bindings
from tui.widgets.completion import CompletionList
from tui.widgets.editor_text import (
    commented,
    indentation_after,
    indented,
    location_of,
    next_place,
    range_of,
)
from tui.widgets.policy_text import PolicyText

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widgets import TextArea

    from dunlang.editing.complete import Item
    from dunlang.editing.fixes import Fix
    from tui.widgets.editor_text import Location

SETTLED_AFTER = 0.15
"""Seconds without a key after which the text is looked at."""
_BEGINS_A_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._")


class PolicyEditor(PolicyText):
    """A policy that is written."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("editor")

    @dataclass
    class Settled(Message):
        """Somebody stopped typing for a moment."""

        editor: PolicyEditor

    @dataclass
    class Left(Message):
        """`esc` was pressed."""

        editor: PolicyEditor

    @dataclass
    class Told(Message):
        """What a key did, or why it did nothing."""

        editor: PolicyEditor
        text: str

    @dataclass
    class Wants(Message):
        """Something that others do: `find` or `format`."""

        editor: PolicyEditor
        what: str

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        self.popup = CompletionList(self)
        self._timer: Timer | None = None
        self._is_typing = False
        super().__init__(id=id)

    # ---------------------------------------------------------------------------------- typing

    def take(self, text: str, name: str, *, read_only: bool = False) -> None:
        """Show another text; nothing of the one before can be brought back by undoing."""
        self.popup.close()
        super().take(text, name, read_only=read_only)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The text is another: what can be typed is offered, and soon it is looked at."""
        del event
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SETTLED_AFTER, self._settled)
        if self._is_typing or self.popup.is_open:
            self._is_typing = False
            self._offer()

    def _settled(self) -> None:
        self._timer = None
        self.post_message(self.Settled(self))

    # ------------------------------------------------------------------------------------- keys

    async def _on_key(self, event: events.Key) -> None:
        """Keys that mean something else than in any text."""
        handled = await self._of_popup(event.key) if self.popup.is_open else False
        if not handled and event.key == "escape":
            handled = bool(self.post_message(self.Left(self)))
        if not handled and not self.read_only:
            handled = self._of_layout(event.key)
        if handled:
            event.stop()
            event.prevent_default()
            return
        character = event.character or ""
        self._is_typing = character in _BEGINS_A_WORD and not self.read_only

    async def _of_popup(self, key: str) -> bool:
        """Whether a key was for the list of what can be typed."""
        match key:
            case "up" | "down":
                self.popup.step(1 if key == "down" else -1)
            case "escape":
                self.popup.close()
            case "tab":
                self.take_item(self.popup.selected)
            case "enter" if self.popup.is_chosen:
                self.take_item(self.popup.selected)
            case "enter" | "left" | "right" | "home" | "end" | "pageup" | "pagedown":
                self.popup.close()
                return False
            case _:
                return False
        return True

    def _of_layout(self, key: str) -> bool:
        """Whether a key was one of those that keep the layout."""
        (row, column), (other, _) = self.selection.end, self.selection.start
        if key == "enter":
            line = self.document.get_line(min(row, other))
            written = line[:column] if row == other else line
            self._replace_via_keyboard(f"\n{indentation_after(written)}", *self.selection)
            return True
        if key == "tab" and row != other:
            self._change_lines(lambda lines: indented(lines, 1))
            return True
        if key in {"shift+tab", "backtab"}:
            self._change_lines(lambda lines: indented(lines, -1))
            return True
        return False

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's
        """Up in the text, or in the list of what can be typed."""
        if self.popup.is_open and not select:
            self.popup.step(-1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's
        """Down in the text, or in the list of what can be typed."""
        if self.popup.is_open and not select:
            self.popup.step(1)
        else:
            super().action_cursor_down(select)

    # ------------------------------------------------------------------------------- completion

    def action_complete(self) -> None:
        """Offer what can be typed here."""
        if not self.read_only:
            self._offer(asked=True)

    def _offer(self, *, asked: bool = False) -> None:
        found = complete(self.source, self.place)
        typed = [each for each in found.items if asked or each.start < self.place]
        self.popup.show_items(typed, found.expected, asked=asked or self.popup.is_asked)
        if asked and not typed:
            self._tell(found.expected or "nothing is expected here by name")

    def take_item(self, item: Item | None) -> None:
        """Type what was chosen."""
        self.popup.close()
        if item is None:
            return
        source = self.source
        start, end = location_of(source, item.start), self.cursor_location
        self.replace(item.text, start, end, maintain_selection_offset=False)

    def on_blur(self) -> None:
        """What could be typed is of no interest elsewhere."""
        self.popup.close()

    # ----------------------------------------------------------------------------------- others

    def explain(self) -> str:
        """What the problem or the word at the cursor means; empty where there is nothing."""
        said: list[str] = []
        problem = self.problem_here
        if problem is not None:
            said.append(f"{problem.code} {problem.message}")
            said += [each for each in (problem.hint, *problem.notes) if each]
        found = hover(self.source, self.place)
        if found is not None:
            said.append(f"{found.title}\n{found.meaning}")
            if found.example:
                said.append(f"for example: {found.example}")
        return "\n".join(said)

    def action_fix(self) -> None:
        """Do what the problem at the cursor says."""
        problem = self.problem_here
        if problem is None:
            self._tell("there is no problem on this line; f8 goes to the next one")
            return
        found: tuple[Fix, ...] = fixes(problem)
        if self.read_only or not found:
            self._tell(f"{problem.message}; {problem.hint}" if problem.hint else problem.message)
            return
        if problem.span.source.text != self.text:
            self._tell("the text was just changed; it is being looked at again")
            return
        self.write(apply(problem.span.source, found[0].edits))
        self._tell(f"done: {found[0].title}")

    def action_next_problem(self, step: int = 1) -> None:
        """Go to another problem, around the end."""
        places = [range_of(each.span)[0] for each in self.problems]
        found = next_place(places, self.cursor_location, step)
        if found is None:
            self._tell("there is no problem in this text")
            return
        self.go_to(found)
        problem = self.problem_here
        if problem is not None:
            self._tell(f"{problem.message}; {problem.hint}" if problem.hint else problem.message)

    def go_to(self, location: Location) -> None:
        """Put the cursor somewhere, in the middle of the screen."""
        self.move_cursor(self.clamp_visitable(location), center=True)
        self.focus()

    def action_definition(self) -> None:
        """Go to where the name at the cursor is given."""
        found = definition(self.source, self.place)
        if found is None:
            self._tell("only names of stages, segments, facts and rates lead somewhere")
        else:
            self.go_to(location_of(found.source, found.start))

    def action_comment(self) -> None:
        """Make the selected lines comments, or the other way round."""
        if not self.read_only:
            self._change_lines(commented)

    def action_find(self) -> None:
        """Look for something."""
        self.post_message(self.Wants(self, "find"))

    def action_format(self) -> None:
        """Bring the text into the one layout."""
        if not self.read_only:
            self.post_message(self.Wants(self, "format"))

    def _change_lines(self, change: Callable[[Sequence[str]], list[str]]) -> None:
        """Change the lines of the selection, and keep it."""
        first, last = sorted((self.selection.start, self.selection.end))
        last_row = last[0] - (last[1] == 0 and last[0] > first[0])
        before = self.document.lines[first[0] : last_row + 1]
        after = change(before)
        here = self.cursor_location
        grown = len(after[here[0] - first[0]]) - len(before[here[0] - first[0]]) if before else 0
        end = (last_row, len(self.document.get_line(last_row)))
        self.replace("\n".join(after), (first[0], 0), end, maintain_selection_offset=False)
        if first == last:
            self.move_cursor(self.clamp_visitable((here[0], max(0, here[1] + grown))))
        else:
            self.selection = type(self.selection)(
                (first[0], 0), (last_row, len(self.document.get_line(last_row)))
            )

    def _tell(self, text: str) -> None:
        self.post_message(self.Told(self, text))
