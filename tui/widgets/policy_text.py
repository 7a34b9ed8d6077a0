"""The text of a policy on the screen: colours from our own lexer, problems under the exact words.

What is private in Textual's text area is used here and nowhere else; a test says so loudly when an
upgrade changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from rich.style import Style
from rich.text import Text
from textual._text_area_theme import TextAreaTheme
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Size
from textual.widgets import TextArea

from dunlang.editing.highlight import highlight_line
from dunlang.source import Source
from tui.widgets.editor_colors import styles_of
from tui.widgets.editor_text import offset_of, range_of, smallest_change, underlined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.document._document import EditResult, Newline
    from textual.document._edit import Edit

    from dunlang.diagnostics import Diagnostic
    from tui.widgets.editor_text import Looks

T = TypeVar("T")
_ROW_IN_KEY = 2
"""Where in its key a drawn line has its number."""


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
    """The colours of the lines of a text, found out for a line when it is first shown."""

    def __init__(self, shown: PolicyText) -> None:
        super().__init__()
        self.shown = shown

    def __bool__(self) -> bool:
        """There may always be something: the widget asks no line of an empty table."""
        return True

    def __missing__(self, row: int) -> Looks:
        """Problems come last, so that they are on top."""
        found = [*looks_of(self.shown.document.get_line(row)), *self.shown.marks.get(row, ())]
        self[row] = found
        return found


class _Lines(WrappedDocument):
    """The lines as they are shown."""

    @property
    def height(self) -> int:
        """How many there are; the widget asks at every line that it draws."""
        return len(self._offset_to_line_info)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is told behind a line, and is no part of the text."""

    text: str
    look: str


class PolicyText(TextArea):
    """The text of a policy, with its problems and remarks."""

    DEFAULT_CSS = """
    PolicyText { border: none; padding: 0; background: $background; scrollbar-size: 1 1; }
    PolicyText:focus { border: none; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        self.marks: Mapping[int, Looks] = {}
        """The looks of problems, by row."""
        self.remarks: Mapping[int, Remark] = {}
        self.problems: Sequence[Diagnostic] = ()
        self.name_of_text = "<text>"
        """What the text is called in problems."""
        self._source: Source | None = None
        self._is_editing = False
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
        self._source = None
        if not self._is_editing:
            self._line_cache.clear()
            self._highlights = _Colors(self)  # type: ignore[assignment]  # it fills itself

    def _forget(self, first: int, last: int | None) -> None:
        """Forget how some lines look, to the end of the text without a last one."""
        for row in [each for each in self._highlights if _is_in(each, first, last)]:
            del self._highlights[row]
        for key in list(self._line_cache.keys()):
            if _is_in(key[_ROW_IN_KEY], first, last):
                self._line_cache.discard(key)

    def _set_document(self, text: str, language: str | None) -> None:
        """Count the lines of a text once, and not for each line that is drawn."""
        super()._set_document(text, language)
        self.wrapped_document.__class__ = _Lines

    def _refresh_size(self) -> None:
        """Leave room for remarks behind short lines."""
        width, height = self.document.get_size(self.indent_width)
        room = self.scrollable_content_region.width
        self.virtual_size = Size(max(width + self.gutter_width + 1, room), height)
        self._refresh_scrollbars()

    def _end_lines_as(self, text: str) -> None:
        newline: Newline = "\r\n" if "\r\n" in text else "\n"
        if isinstance(self.document, Document) and self.document.newline != newline:
            self.document._newline = newline  # noqa: SLF001 - see the top of this file
            self._source = None
            self.post_message(self.Changed(self))

    # -------------------------------------------------------------------------------- the text

    @property
    def source(self) -> Source:
        """The text as it is now."""
        if self._source is None or self._source.name != self.name_of_text:
            self._source = Source(self.name_of_text, self.text)
        return self._source

    @property
    def place(self) -> int:
        """The offset at which the cursor stands."""
        return offset_of(self.source, self.cursor_location)

    def take(self, text: str, name: str, *, read_only: bool = False) -> None:
        """Show another text; nothing of the one before can be brought back by undoing."""
        self.name_of_text = name
        self.marks, self.remarks, self.problems = {}, {}, ()
        self.read_only = read_only
        self.load_text(text)

    def write(self, text: str) -> None:
        """Put another text in place of this one, as one step that can be undone.

        How lines end becomes as it is in the text; that alone is not undone.
        """
        self._end_lines_as(text)
        change = smallest_change(self.document.lines, text.replace("\r\n", "\n").split("\n"))
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
        """Change the text; what is marked below moves with its lines.

        Only lines that look otherwise by it are drawn again.
        """
        first, last = edit.top[0], edit.bottom[0]
        size, self._is_editing = self.virtual_size, True
        try:
            result = super().edit(edit)
        finally:
            self._is_editing = False
        by = result.end_location[0] - last
        if by:
            self.marks = _moved(self.marks, first, last, by)
            self.remarks = _moved(self.remarks, first, last, by)
        if self.virtual_size.width != size.width:
            self._build_highlight_map()
        else:
            self._forget(first, None if by else last)
        return result

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


def _is_in(row: int, first: int, last: int | None) -> bool:
    return row >= first and (last is None or row <= last)


def _moved(rows: Mapping[int, T], first: int, last: int, by: int) -> Mapping[int, T]:
    """What belongs to rows, after lines between two of them became more or fewer."""
    kept = {row: each for row, each in rows.items() if row <= first or row > last}
    return {row + by if row > last else row: each for row, each in kept.items()}
