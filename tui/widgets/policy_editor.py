"""An editor for policies: colours from our own lexer, problems under the exact words.

It reads nothing and checks nothing itself: whoever uses it is told when somebody stopped typing,
and gives it the problems and remarks that it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, TypeVar

from rich.style import Style
from rich.text import Text
from textual._text_area_theme import TextAreaTheme
from textual.geometry import Size
from textual.message import Message
from textual.widgets import TextArea

from dunlang.editing.complete import complete
from dunlang.editing.fixes import apply, fixes
from dunlang.editing.highlight import highlight_line
from dunlang.editing.hover import definition, hover
from dunlang.source import Source
from tui.keys import bindings
from tui.widgets.completion import CompletionList
from tui.widgets.editor_colors import styles_of
from tui.widgets.editor_text import (
    commented,
    indentation_after,
    indented,
    location_of,
    next_place,
    offset_of,
    range_of,
    smallest_change,
    underlined,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.document._document import EditResult
    from textual.document._edit import Edit
    from textual.timer import Timer

    from dunlang.diagnostics import Diagnostic
    from dunlang.editing.complete import Item
    from dunlang.editing.fixes import Fix
    from tui.widgets.editor_text import Location, Looks

T = TypeVar("T")

SETTLED_AFTER = 0.15
"""Seconds without a key after which the text is looked at."""
_BEGINS_A_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._")


@lru_cache(maxsize=10_000)
def looks_of(line: str) -> tuple[tuple[int, int, str], ...]:
    """The colours of a line, by bytes."""
    if line.isascii():
        return tuple((start, end, look) for start, end, look in highlight_line(line))
    return tuple(
        (
            len(line[:start].encode("utf-8", "replace")),
            len(line[:end].encode("utf-8", "replace")),
            look,
        )
        for start, end, look in highlight_line(line)
    )


class _Colors(dict[int, "Looks"]):
    """The colours of the lines of an editor, found out for a line when it is first shown."""

    def __init__(self, editor: PolicyEditor) -> None:
        super().__init__()
        self.editor = editor

    def __bool__(self) -> bool:
        """There may always be something: the widget asks no line of an empty table."""
        return True

    def __missing__(self, row: int) -> Looks:
        """Problems come last, so that they are on top."""
        found = [*looks_of(self.editor.document.get_line(row)), *self.editor.marks.get(row, ())]
        self[row] = found
        return found


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is told behind a line, and is no part of the text."""

    text: str
    look: str


class PolicyEditor(TextArea):
    """The text of a policy."""

    DEFAULT_CSS = """
    PolicyEditor { border: none; padding: 0; background: $background; scrollbar-size: 1 1; }
    PolicyEditor:focus { border: none; }
    """
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
        self.marks: Mapping[int, Looks] = {}
        """The looks of problems, by row."""
        self.remarks: Mapping[int, Remark] = {}
        self.problems: Sequence[Diagnostic] = ()
        self.popup = CompletionList(self)
        self.name_of_text = "<text>"
        """What the text is called in problems."""
        self._timer: Timer | None = None
        self._is_typing = False
        super().__init__(
            id=id, soft_wrap=False, tab_behavior="indent", show_line_numbers=True, compact=True
        )
        self.indent_width = 2

    def on_mount(self) -> None:
        """Take the colours of the application, now and when others are chosen."""
        self.watch(self.app, "theme", self._take_colors)

    def _take_colors(self) -> None:
        self.register_theme(TextAreaTheme("dun", syntax_styles=styles_of(self.app.current_theme)))
        self.theme = "dun"

    # ------------------------------------------------------------- what is private in `TextArea`

    def _build_highlight_map(self) -> None:
        """Forget the colours; each line's are found out again when it is shown."""
        self._line_cache.clear()
        self._highlights = _Colors(self)  # type: ignore[assignment]  # a table that fills itself

    def _refresh_size(self) -> None:
        """Leave room for remarks behind short lines."""
        super()._refresh_size()
        if not self.soft_wrap:
            width, height = self.virtual_size
            self.virtual_size = Size(max(width, self.scrollable_content_region.width), height)

    # -------------------------------------------------------------------------------- the text

    @property
    def source(self) -> Source:
        """The text as it is now."""
        return Source(self.name_of_text, self.text)

    @property
    def place(self) -> int:
        """The offset at which the cursor stands."""
        return offset_of(self.source, self.cursor_location)

    def take(self, text: str, name: str, *, read_only: bool = False) -> None:
        """Show another text; nothing of the one before can be brought back by undoing."""
        self.name_of_text = name
        self.marks, self.remarks, self.problems = {}, {}, ()
        self.popup.close()
        self.read_only = read_only
        self.load_text(text)

    def write(self, text: str) -> None:
        """Put another text in place of this one, as one step that can be undone."""
        change = smallest_change(self.document.lines, Source("", text).text.split("\n"))
        if change is None:
            return
        here, count = self.cursor_location, self.document.line_count
        start, end = (change.first, 0), (change.last, 0)
        new = "".join(f"{line}\n" for line in change.lines)
        if change.last >= count:  # up to the end, where no line follows
            new = new.removesuffix("\n")
            end = self.document.end
            if change.first >= count:
                start, new = end, f"\n{new}"
            elif not change.lines and change.first:
                start = (change.first - 1, len(self.document.get_line(change.first - 1)))
        self.history.checkpoint()
        self.replace(new, start, end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(self.clamp_visitable(here))

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; what is marked below moves with its lines."""
        result = super().edit(edit)
        by = result.end_location[0] - edit.bottom[0]
        self.marks = _moved(self.marks, edit.top[0], edit.bottom[0], by)
        self.remarks = _moved(self.remarks, edit.top[0], edit.bottom[0], by)
        self._build_highlight_map()
        return result

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

    # ------------------------------------------------------------------ problems and remarks

    def show_problems(self, problems: Sequence[Diagnostic], source: Source) -> None:
        """Underline what is wrong, unless the text is another by now."""
        if source.text != self.text:
            return
        self.problems = [each for each in problems if each.span.source.name == source.name]
        self.marks = underlined(self.problems, source, self.document.lines)
        self._redraw()

    def show_remarks(self, remarks: Mapping[int, Remark]) -> None:
        """Tell something behind lines, by row."""
        self.remarks = remarks
        self._redraw()

    def _redraw(self) -> None:
        self._build_highlight_map()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """A line with what is told behind it."""
        line = super().get_line(line_index)
        remark = self.remarks.get(line_index)
        if remark is not None:
            look = self._theme.syntax_styles.get(remark.look, Style())
            line.append(f"   {remark.text}", look)
        return line

    @property
    def problem_here(self) -> Diagnostic | None:
        """The problem under the cursor, else one on its line."""
        here = self.cursor_location
        on_line: Diagnostic | None = None
        for problem in self.problems:
            start, end = range_of(problem.span)
            if start <= here <= end:
                return problem
            if start[0] <= here[0] <= end[0] and on_line is None:
                on_line = problem
        return on_line

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


def _moved(rows: Mapping[int, T], first: int, last: int, by: int) -> Mapping[int, T]:
    """What belongs to rows, after lines between two of them became more or fewer."""
    if not by:
        return rows
    kept = {row: each for row, each in rows.items() if row <= first or row > last}
    return {row + by if row > last else row: each for row, each in kept.items()}
