"""A table of any length.

Only the lines that are seen are drawn, and only pages that are needed are asked for.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from tui.frame.list_dialogs import ColumnChooser, FilterEntry
from tui.keys import bindings
from tui.widgets.lines import AHEAD, Lines
from tui.widgets.table_model import GAP, MARGIN, Column, Order, fitted, next_order, view, widths

if TYPE_CHECKING:
    from textual.binding import BindingType

    from engine.services.actors import Refused
    from tui.frame.area_screen import AreaScreen

Row = TypeVar("Row")

_SAMPLE = 300
"""Rows from which the widths of columns are taken."""
_QUICK = 2_000
"""Rows that are put in order at once, not in a thread."""
_TONES = ("dim", "good", "warning", "bad", "accent")


@dataclass(frozen=True)  # with slots, `Page[Row](...)` fails in Python 3.11
class Page(Generic[Row]):
    """Some rows, and after which place the next ones follow."""

    rows: Sequence[Row]
    after: object | None
    """What is asked for the next page; None: there are no more."""


class Table(Lines, Generic[Row]):
    """Rows in lines, with a cursor, marks, an order and a filter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--marked",
        *(f"table--{tone}" for tone in _TONES),
    }
    DEFAULT_CSS = """
    Table {
        & > .table--head { background: $panel; text-style: bold; color: $foreground; }
        & > .table--marked { background: $primary-muted; color: $foreground; }
        & > .table--dim { color: $text-muted; }
        & > .table--good { color: $text-success; }
        & > .table--warning { color: $text-warning; }
        & > .table--bad { color: $text-error; }
        & > .table--accent { color: $text-accent; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    @dataclass
    class Highlighted(Message):
        """Another line is selected; None: there is none."""

        table: Table[object]
        row: object | None

        @property
        def control(self) -> Table[object]:
            """For `@on(Table.Highlighted, "#id")`."""
            return self.table

    @dataclass
    class Opened(Message):
        """A line is to be looked at: Enter, or a click on the selected line."""

        table: Table[object]
        row: object

        @property
        def control(self) -> Table[object]:
            """For `@on(Table.Opened, "#id")`."""
            return self.table

    @dataclass
    class Marked(Message):
        """Other lines are marked."""

        table: Table[object]

        @property
        def control(self) -> Table[object]:
            """For `@on(Table.Marked, "#id")`."""
            return self.table

    @dataclass
    class Changed(Message):
        """Other lines are shown: a page came in, or another order or filter was chosen."""

        table: Table[object]

        @property
        def control(self) -> Table[object]:
            """For `@on(Table.Changed, "#id")`."""
            return self.table

    @dataclass
    class ColumnsChosen(Message):
        """Other columns are shown."""

        table: Table[object]

        @property
        def control(self) -> Table[object]:
            """For `@on(Table.ColumnsChosen, "#id")`."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        empty: str = "There is nothing here.",
        can_mark: bool = False,
        search: tuple[str, Callable[[str], None]] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """`key`: tells a row from all others; `empty`: what is said where there are none.

        `search`: where the store is to be asked for what is typed after `/`, and not the rows
        that have come in: a hint, and what to call at every letter.
        """
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.shown_columns = tuple(each.id for each in columns if each.shown)
        self.key = key
        self.empty = empty
        self.can_mark = can_mark
        self.search = search or ("Show only lines with these words", self.filter)
        self.order: Order | None = None
        self.wanted = ""
        """Words that rows which have come in must have."""
        self.typed = ""
        """What was typed after `/`, whoever looks for it."""
        self.marks: set[str] = set()
        self.is_whole = True
        """Whether all rows have come in."""
        self._rows: Sequence[Row] = ()
        self._places: Sequence[int] = ()
        self._laid: list[tuple[Column[Row], int]] = []
        self._fetch: Callable[[object | None], Page[Row] | Refused] | None = None
        self._after: object | None = None
        self._is_asking = False
        self._wants_all = False
        self._marks_all = False

    # -------------------------------------------------------------------------------------- rows

    def show(self, rows: Sequence[Row], *, keep: bool = True) -> None:
        """Show rows that are at hand. `keep`: stay at the line that is selected, if it is there."""
        self._fetch, self._after, self.is_whole = None, None, True
        self._take(rows, keep=keep)

    def follow(
        self, fetch: Callable[[object | None], Page[Row] | Refused], *, keep: bool = True
    ) -> None:
        """Show rows that come in pages: `fetch` is called in a thread, first with None.

        `keep`: what is there stays until the first page has come in.
        """
        self._fetch, self._after, self.is_whole = fetch, None, False
        self._wants_all = self.order is not None
        self._marks_all = False
        self._is_asking = False
        if not keep:
            self._take((), keep=False)
        self._ask(first=True)

    def _ask(self, *, first: bool = False) -> None:
        fetch, after = self._fetch, None if first else self._after
        if fetch is None or self._is_asking:
            return
        self._is_asking = True

        def arrived(page: Page[Row]) -> None:
            self._is_asking = False
            self._after, self.is_whole = page.after, page.after is None
            self._take(page.rows if first else [*self._rows, *page.rows], keep=True)
            gc.freeze()  # what came in stays, and is not looked through at every tidying up
            is_short = len(self._places) < self.size.height + AHEAD
            if not self.is_whole and (self._wants_all or is_short):
                self._ask()

        screen = cast("AreaScreen", self.screen)
        screen.ask(lambda: fetch(after), arrived, group=f"table {self.id}")

    def _take(self, rows: Sequence[Row], *, keep: bool) -> None:
        selected = self.selected if keep else None
        name = None if selected is None else self.key(selected)
        self._rows = rows
        self._arrange(name)

    def _arrange(self, name: str | None) -> None:
        """Filter and sort, beside the screen where it takes longer."""
        rows, columns, order, wanted = self._rows, self.columns, self.order, self.wanted
        if len(rows) <= _QUICK or (order is None and not wanted.strip()):
            self._show_places(view(rows, columns, order, wanted), name)
            return
        cast("AreaScreen", self.screen).ask(
            lambda: view(rows, columns, order, wanted),
            lambda places: self._show_places(places, name),
            group=f"order {self.id}",
            label="putting in order",
        )

    def _show_places(self, places: Sequence[int], name: str | None) -> None:
        self._places = places
        at = min(self.at, max(0, len(places) - 1))
        if name is not None and not self._is_at(at, name):
            at = next((n for n in range(len(places)) if self._is_at(n, name)), at)
        self.at = at
        if self._marks_all and self.is_whole:
            self._marks_all = False
            self._mark_shown()
        self.lay()
        self.post_message(self.Changed(cast("Table[object]", self)))
        self.moved()

    def _is_at(self, at: int, name: str) -> bool:
        return 0 <= at < len(self._places) and self.key(self._rows[self._places[at]]) == name

    def __len__(self) -> int:
        return len(self._places)

    def said_where_empty(self) -> str:
        """That there is nothing, or that the first page is on its way."""
        return self.empty if self.is_whole else "..."

    def came_near_end(self) -> None:
        """Ask for the next page before its first line is seen."""
        if not self.is_whole:
            self._ask()

    def moved(self) -> None:
        """Tell which line is selected now."""
        self.post_message(self.Highlighted(cast("Table[object]", self), self.selected))

    @property
    def loaded(self) -> int:
        """How many rows have come in, shown or not."""
        return len(self._rows)

    def row(self, at: int) -> Row:
        """The row in a line."""
        return self._rows[self._places[at]]

    @property
    def selected(self) -> Row | None:
        """The row of the cursor."""
        return self.row(self.at) if 0 <= self.at < len(self._places) else None

    @property
    def marked(self) -> list[Row]:
        """The marked rows, in the order in which they came."""
        if not self.marks:
            return []
        return [each for each in self._rows if self.key(each) in self.marks]

    @property
    def chosen(self) -> list[Row]:
        """The marked rows, else the selected one: on what a command works."""
        selected = self.selected
        return self.marked or ([] if selected is None else [selected])

    # ----------------------------------------------------------------------------------- drawing

    def lay(self) -> None:
        """Lay the columns out anew."""
        shown = [each for name in self.shown_columns for each in self.columns if each.id == name]
        sample = (self.row(n) for n in range(min(_SAMPLE, len(self._places))))
        self._laid = widths(shown, sample, self.room)
        super().lay()

    def head(self, width: int) -> Strip:
        """The titles, with the sign of the order."""
        style = self.get_component_rich_style("table--head")
        parts = []
        for column, size in self._laid:
            sign = ""
            if self.order is not None and self.order.column == column.id:
                sign = " ▼" if self.order.descending else " ▲"
            parts.append(fitted(f"{column.title}{sign}", size, column.align))
        text = " " * MARGIN + (" " * GAP).join(parts)
        return Strip([Segment(fitted(text, width), style)], width)

    def line(self, at: int, width: int, base: Style, *, is_cursor: bool) -> Strip:
        """A row."""
        row = self.row(at)
        is_marked = bool(self.marks) and self.key(row) in self.marks
        if is_marked and not is_cursor:
            base = self.get_component_rich_style("table--marked")
        sign = "✓" if is_marked else "▸" if is_cursor else " "
        segments = [Segment(f"{sign} ", base)]
        used = MARGIN
        for column, size in self._laid:
            style = base
            tone = column.tone(row) if column.tone is not None and not is_cursor else ""
            if tone:
                style = base + self.get_component_rich_style(f"table--{tone}", partial=True)
            text = fitted(column.text(row), size, column.align)
            segments.append(Segment(text + " " * GAP, style))
            used += size + GAP
        if used < width:
            segments.append(Segment(" " * (width - used), base))
        return Strip(segments, max(used, width)).crop(0, width)

    # ---------------------------------------------------------------------------------- commands

    def action_open(self) -> None:
        """Look at the selected line."""
        selected = self.selected
        if selected is not None:
            self.post_message(self.Opened(cast("Table[object]", self), selected))

    def action_mark(self) -> None:
        """Mark the selected line, or take its mark away; then the next one."""
        selected = self.selected
        if selected is not None and self.can_mark:
            self.marks ^= {self.key(selected)}
            self._marked()
            self.action_cursor(1)

    def action_mark_all(self) -> None:
        """Mark all lines that fit, also those that are still to come; none if all of them are."""
        if self.can_mark and self.is_whole:
            self._mark_shown()
        elif self.can_mark:
            self._marks_all = self._wants_all = True
            self._ask()

    def _mark_shown(self) -> None:
        if self._places:
            shown = {self.key(self.row(at)) for at in range(len(self._places))}
            self.marks = self.marks - shown if shown <= self.marks else self.marks | shown
            self._marked()

    def clear_marks(self) -> None:
        """Mark nothing."""
        self.marks = set()
        self._marked()

    def _marked(self) -> None:
        self.refresh()
        self.post_message(self.Marked(cast("Table[object]", self)))

    def action_sort(self) -> None:
        """Sort by the next column."""
        shown = [column for column, _ in self._laid]
        self.sort(next_order(shown, self.order))

    def action_turn(self) -> None:
        """Turn the order around."""
        if self.order is not None:
            self.sort(Order(self.order.column, not self.order.descending))

    def sort(self, order: Order | None) -> None:
        """Put the rows in an order; None is that in which they came. All of them are fetched."""
        self.order = order
        self._wants_all = order is not None
        self._rearrange()
        if not self.is_whole and self._wants_all:
            self._ask()

    def filter(self, wanted: str) -> None:
        """Show only rows with these words."""
        self.wanted = wanted
        self._rearrange()

    def action_filter(self) -> None:
        """Ask for the words."""
        hint, follow = self.search

        def followed(wanted: str) -> None:
            self.typed = wanted
            follow(wanted)

        self.app.push_screen(FilterEntry(self.typed, hint, followed))

    def action_columns(self) -> None:
        """Ask for the columns."""
        known = [(each.id, each.title) for each in self.columns]
        self.app.push_screen(ColumnChooser(known, self.shown_columns), self._columns_chosen)

    def _columns_chosen(self, names: list[str] | None) -> None:
        if names:
            self.choose_columns(names)
            self.post_message(self.ColumnsChosen(cast("Table[object]", self)))

    def action_copy(self) -> None:
        """Copy the lines on which commands work, with tabs between cells."""
        shown = [column for column, _ in self._laid]
        lines = ["\t".join(column.text(row) for column in shown) for row in self.chosen]
        self.app.copy_to_clipboard("\n".join(lines))
        many = "line" if len(lines) == 1 else f"{len(lines):,} lines"
        self.app.notify(f"Copied the {many}" if lines else "There is no line to copy")

    def _rearrange(self) -> None:
        selected = self.selected
        self._arrange(None if selected is None else self.key(selected))

    def choose_columns(self, names: Sequence[str]) -> None:
        """Show these columns, in this order."""
        known = {each.id for each in self.columns}
        self.shown_columns = tuple(name for name in names if name in known) or self.shown_columns
        self.lay()

    # ------------------------------------------------------------------------------------- mouse

    def clicked_on_head(self, x: int) -> None:
        """Sort by the column that was clicked; a second click turns the order around."""
        end = MARGIN
        for column, size in self._laid:
            end += size + GAP
            if x < end:
                is_same = self.order is not None and self.order.column == column.id
                descending = is_same and self.order is not None and not self.order.descending
                self.sort(Order(column.id, descending))
                return
