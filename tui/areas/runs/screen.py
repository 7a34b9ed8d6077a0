"""Runs, and the audit trail below them."""

from __future__ import annotations

import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.widgets import Static

from engine.services.actors import not_allowed
from engine.services.audit_search import EntryLine
from tui.areas.runs import asking
from tui.areas.runs.asking import RunRow
from tui.areas.runs.entry_screen import EntryScreen
from tui.areas.runs.model import (
    ENTRY_COLUMNS,
    NoSearch,
    about_case,
    flaw_lines,
    read_wanted,
    run_columns,
    verified_title,
)
from tui.areas.runs.run_screen import RunScreen
from tui.areas.worklist.dialogs import Notice
from tui.areas.worklist.performing import Performer
from tui.areas.worklist.saying import counted
from tui.frame.area_screen import AreaScreen
from tui.frame.dialogs import Ask
from tui.keys import bindings
from tui.widgets.table import Table
from tui.widgets.tones import toned

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.services.audit import Verified
    from tui.frame.jobs import Job

_HINT = "words, who:anna, what:approved, case:R-1, since:2026-03-01"


class RunsScreen(AreaScreen):
    """All runs, and everything that was done."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    DEFAULT_CSS = """
    RunsScreen #runs { height: 1fr; }
    RunsScreen #title { height: 1; padding: 0 1; background: $surface; text-style: bold; }
    RunsScreen #trail { height: 2fr; }
    """

    search = ""
    """What was typed after `/`."""
    verified: Verified | None = None
    verified_at: datetime.datetime | None = None

    def __init__(self) -> None:
        """Nothing goes on yet."""
        super().__init__()
        self.performer = Performer(self)
        self.job: Job | None = None

    def body(self) -> ComposeResult:
        """Two lists."""
        yield Table[RunRow](
            run_columns(),
            key=lambda row: str(row.run.day),
            empty="No run was proposed yet; 3 leads to the worklist, where n proposes one.",
            id="runs",
        )
        yield Static(id="title")
        yield Table[EntryLine](
            ENTRY_COLUMNS,
            key=lambda row: str(row.number),
            empty="No entry fits. / changes what is looked for.",
            search=(_HINT, self.look_for),
            id="trail",
        )

    def on_mount(self) -> None:
        """Ask."""
        self._show_title()
        self.refresh_data()

    @property
    def runs(self) -> Table[RunRow]:
        """The list of runs."""
        return cast("Table[RunRow]", self.query_one("#runs", Table))

    @property
    def entries(self) -> Table[EntryLine]:
        """The audit trail."""
        return cast("Table[EntryLine]", self.query_one("#trail", Table))

    def refresh_data(self) -> None:
        """Ask again."""
        self.runs.follow(partial(asking.runs, self.backend))
        self._follow()

    def _follow(self) -> None:
        wanted = read_wanted(self.search, self.backend.today())
        if isinstance(wanted, NoSearch):
            self.note = wanted.reason
            return
        self.note = f"only: {self.search}" if self.search.strip() else ""
        self.entries.follow(partial(asking.trail, self.backend, wanted))

    def look_for(self, text: str) -> None:
        """Other words were typed."""
        if text.strip() != self.search.strip():
            self.search = text
            self._follow()

    def why_not(self, action: str) -> str | None:
        """What a role may not do, and what there is nothing for."""
        is_busy = any(each is self.job for each in self.admin.jobs)
        is_at_work = self.performer.is_at_work
        if action == "resume":
            refused = not_allowed(self.backend.actor, "run", "perform a run")
            if refused is not None:
                return str(refused)
            if is_at_work:
                return "A run is being executed; X stops it"
        if action in {"resume", "dry"} and self.runs.selected is None:
            return "No run is selected"
        if action == "story" and self.entries.selected is None:
            return "No entry is selected"
        if action == "flaws" and self.verified is None:
            return "The audit trail was not checked yet; V checks it"
        if action == "stop" and not is_busy and not is_at_work:
            return "Nothing goes on in the background"
        if action in {"verify", "export"} and is_busy:
            return "It goes on already; X stops it"
        return None

    # ------------------------------------------------------------------------------------- runs

    def action_dry(self) -> None:
        """Say what executing the run would do."""
        row = self.runs.selected
        if row is not None:
            self.performer.look(row.run.day)

    def action_resume(self) -> None:
        """Execute what is left."""
        row = self.runs.selected
        if row is not None:
            self.performer.ask(row.run.day)

    def action_stop(self) -> None:
        """Stop what goes on."""
        self.performer.stop()
        if self.job is not None:
            self.job.cancel()

    # ------------------------------------------------------------------------------ audit trail

    def action_verify(self) -> None:
        """Check the whole trail."""
        label = "checking the audit trail"
        question = partial(asking.checked, self.backend)
        self.job = self.work_on(label, question, self._checked, group="audit")

    def _checked(self, found: Verified | None) -> None:
        if found is None:
            self.notify("Stopped; nothing is known of the rest")
            return
        self.verified, self.verified_at = found, self.backend.now()
        self._show_title()
        if found.flaws:
            self.action_flaws()
        else:
            number = counted(found.entries, "entry", "entries")
            said = f"{number}, no flaw. Keep the head elsewhere: {found.head}"
            self.notify(said, timeout=12, markup=False)

    def _show_title(self) -> None:
        title = verified_title(self.verified, self.verified_at)
        self.query_one("#title", Static).update(toned([title], self.app.current_theme))

    def action_flaws(self) -> None:
        """What the last check found."""
        if self.verified is not None:
            lines = flaw_lines(self.verified)
            self.app.push_screen(Notice("What the check of the audit trail found", lines))

    def action_export(self) -> None:
        """Ask for a file."""
        name = f"audit-{self.backend.today()}.ndjson"
        hint = "Every entry, an object of JSON a line; a file of that name is replaced."
        self.app.push_screen(Ask("Write the audit trail to", value=name, hint=hint), self._export)

    def _export(self, name: str | None) -> None:
        if name:
            file = self.admin.place_of(name)
            question = partial(asking.exported, self.backend, file)
            then = partial(self._exported, file)
            self.job = self.work_on("writing the audit trail", question, then, group="audit")

    def _exported(self, file: Path, count: int | None) -> None:
        if count is None:
            self.notify("Stopped; nothing was written")
        else:
            number = counted(count, "entry", "entries")
            self.notify(f"{number} {self.admin.written(file.absolute())}", markup=False)

    def action_story(self) -> None:
        """Only what is about the case of the selected entry, or everything again."""
        selected = self.entries.selected
        if selected is None:
            return
        found = about_case(self.search, selected.subject)
        if found is None:
            said = f"Entry {selected.number:,} is about {selected.subject}, and not about a case"
            self.notify(said, severity="warning", markup=False)
        else:
            self.entries.typed = found
            self.look_for(found)

    @on(Table.Changed)
    def _changed(self, event: Table.Changed) -> None:
        event.stop()
        self.refresh_bindings()

    @on(Table.Opened, "#runs")
    def _run(self, event: Table.Opened) -> None:
        event.stop()
        self.app.push_screen(RunScreen(cast("RunRow", event.row)))

    @on(Table.Opened, "#trail")
    def _entry(self, event: Table.Opened) -> None:
        event.stop()
        self.app.push_screen(EntryScreen(cast("EntryLine", event.row).number))
