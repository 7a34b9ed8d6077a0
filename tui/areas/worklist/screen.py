"""The worklist: part by part what a run proposes, and what will be sent to whom."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from engine.services.run_lines import ActionLook, RunLine
from engine.services.task_lines import Reached, TaskLine
from tui.areas.customers.case_screen import CaseScreen
from tui.areas.customers.customer_screen import CustomerScreen
from tui.areas.worklist import asking
from tui.areas.worklist.acting import Acting
from tui.areas.worklist.model import (
    EMPTY,
    PARTS,
    Part,
    line_columns,
    next_part,
    run_note,
    task_columns,
)
from tui.areas.worklist.parts import Parts
from tui.areas.worklist.preview import call_sheet, preview
from tui.areas.worklist.saying import AT_ONCE, marked_note
from tui.keys import bindings
from tui.widgets.table import Table
from tui.widgets.tones import toned_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.areas.worklist.asking import Opened
    from tui.areas.worklist.preview import Line

_MOVED = 0.06
"""Seconds for which the cursor must rest before it is asked what will be sent."""
_HINT = "a name, a case, a stage, a channel"


class WorklistScreen(Acting):
    """The newest run, and open tasks."""

    NAME = "worklist"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (150, "-wide"),
    ]
    DEFAULT_CSS = """
    WorklistScreen #panes { height: 1fr; layout: vertical; }
    WorklistScreen Table { height: 3fr; }
    WorklistScreen #preview { height: 2fr; border-top: hkey $panel; padding: 0 1; }
    WorklistScreen #preview:focus { border-top: hkey $accent; }
    WorklistScreen #preview Static { width: 1fr; height: auto; }
    WorklistScreen.-wide #panes { layout: horizontal; }
    WorklistScreen.-wide Table { width: 3fr; height: 1fr; }
    WorklistScreen.-wide #preview { width: 2fr; height: 1fr; border-top: none; }
    WorklistScreen.-wide #preview { border-left: vkey $panel; }
    WorklistScreen.-wide #preview:focus { border-top: none; border-left: vkey $accent; }
    """

    words = ""
    """What was typed after `/`."""

    def body(self) -> ComposeResult:
        """The parts, the list of the one that is looked at, and what will be sent."""
        yield Parts()
        with Container(id="panes"):
            yield Table[RunLine](
                line_columns(self.backend.today()),
                key=lambda row: str(row.id),
                empty=EMPTY[self.part],
                can_mark=True,
                search=(_HINT, self.look_for),
                id="lines",
            )
            yield Table[TaskLine](
                task_columns(),
                key=lambda row: str(row.task.id),
                empty=EMPTY["tasks"],
                search=(_HINT, self.look_for),
                id="tasks",
            )
            with VerticalScroll(id="preview"):
                yield Static(id="text", markup=False)

    def on_mount(self) -> None:
        """Ask."""
        self.tasks_.display = False
        names = self.admin.state.names("worklist.columns")
        if names:
            self.lines.choose_columns(names)
        self.refresh_data()

    @property
    def tasks_(self) -> Table[TaskLine]:
        """The list of tasks."""
        return cast("Table[TaskLine]", self.query_one("#tasks", Table))

    @property
    def selected_task(self) -> TaskLine | None:
        """The task that is selected."""
        return self.tasks_.selected if self.part == "tasks" else None

    # ------------------------------------------------------------------------- what is looked at

    def as_of_changed(self, day: datetime.date) -> None:
        """The newest run stays; for what day one would be proposed is another."""
        del day
        self._tell()

    def refresh_data(self) -> None:
        """Ask how the run stands, and for the part that is looked at."""
        self.ask(partial(asking.board, self.backend), self._show, group="board")

    def _show(self, opened: Opened) -> None:
        before = self.opened
        self.opened = opened
        is_first = before is None or before.board is None
        if is_first and opened.board is not None and not opened.board.counts["review"]:
            full = (name for name, _ in PARTS if name != "tasks" and opened.board.counts[name])
            self.part = "tasks" if opened.tasks else next(full, "review")
        self._tell()
        self._follow(keep=True)

    def _tell(self) -> None:
        """The parts, the trail and the status line."""
        opened = self.opened
        if opened is None:
            return
        board = opened.board
        self.query_one(Parts).show(board, opened.tasks, self.part)
        if board is None:
            self.trail = ("no run yet",)
            self.note = f"No run was proposed yet; n proposes one for {self.as_of}"
            return
        self.trail = (f"{board.run.day} {board.run.state}",)
        count = len(self.lines.marks) if self.part != "tasks" else 0
        marked = self.lines.marked if count <= AT_ONCE else []
        self.note = marked_note(count, marked) if count else run_note(board, self.as_of)
        self.refresh_bindings()

    def _follow(self, *, keep: bool) -> None:
        """Ask for the lines of the part."""
        part = self.part
        self.lines.display, self.tasks_.display = part != "tasks", part == "tasks"
        if part == "tasks":
            self.tasks_.follow(partial(asking.tasks, self.backend, self.words), keep=keep)
            return
        self.lines.empty = EMPTY[part]
        if self.board is None:
            self.lines.empty = "No run was proposed yet. n proposes one; nothing is sent by that."
            self.lines.show([])
            return
        day = self.board.run.day
        fetch = partial(asking.lines, self.backend, day, part, self.words)
        self.lines.follow(fetch, keep=keep)

    def action_part(self, steps: int) -> None:
        """Look at another part."""
        self.look_at_part(next_part(self.part, steps))

    def look_at_part(self, part: Part) -> None:
        """Look at a part of the run."""
        self.part = part
        self.lines.clear_marks()
        self._follow(keep=False)
        self._tell()
        self.show_text([])
        (self.tasks_ if part == "tasks" else self.lines).focus()

    def look_for(self, text: str) -> None:
        """Other words were typed."""
        if text.strip() != self.words.strip():
            self.words = text
            self._follow(keep=True)

    # ------------------------------------------------------------------------------------ preview

    @on(Table.Highlighted)
    def _moved(self, event: Table.Highlighted) -> None:
        event.stop()
        if event.table.display:
            self.set_timer(_MOVED, partial(self._look, event.row))
            self.refresh_bindings()

    def _look(self, row: object) -> None:
        if row is None:
            self.show_text([])
        elif isinstance(row, RunLine) and row == self.lines.selected and self.board is not None:
            question = partial(asking.look, self.backend, self.board.run.day, row.id)
            self.ask(question, self._looked, group="look")
        elif isinstance(row, TaskLine) and row == self.selected_task:
            self.show_text(call_sheet(row, None))
            to = partial(asking.reach, self.backend, row.task.customer)
            self.ask(to, partial(self._reached, row), group="look")

    def _looked(self, look: ActionLook) -> None:
        self.show_text(preview(look))

    def _reached(self, row: TaskLine, to: Reached) -> None:
        self.show_text(call_sheet(row, to))

    def show_text(self, lines: Iterable[Line]) -> None:
        """Show something below the list."""
        self.query_one("#text", Static).update(toned_lines(lines, self.app.current_theme))
        self.query_one("#preview").scroll_home(animate=False)

    def action_preview(self) -> None:
        """Read all of it, or go back to the list."""
        preview_ = self.query_one("#preview")
        if self.focused is preview_:
            (self.tasks_ if self.part == "tasks" else self.lines).focus()
        else:
            preview_.focus()

    # ------------------------------------------------------------------------------------- events

    @on(Table.ColumnsChosen, "#lines")
    def _keep_columns(self, event: Table.ColumnsChosen) -> None:
        event.stop()
        self.admin.state.put("worklist.columns", list(self.lines.shown_columns))

    @on(Table.Marked, "#lines")
    def _marked(self, event: Table.Marked) -> None:
        event.stop()
        self._tell()

    @on(Table.Changed)
    def _changed(self, event: Table.Changed) -> None:
        event.stop()
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        row = event.row
        if isinstance(row, RunLine):
            self.app.push_screen(CaseScreen(row.case, row.name))
        elif isinstance(row, TaskLine):
            self.app.push_screen(CaseScreen(row.task.case, row.name))

    def action_customer(self) -> None:
        """Everything that the customer owes."""
        line, task = self.line, self.selected_task
        if line is not None:
            self.app.push_screen(CustomerScreen(line.customer, line.name))
        elif task is not None:
            self.app.push_screen(CustomerScreen(task.task.customer, task.name))

    @on(Parts.Chosen)
    def _chosen(self, event: Parts.Chosen) -> None:
        event.stop()
        self.look_at_part(event.part)
