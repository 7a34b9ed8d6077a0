"""What can be asked of a scenario: another one, a comparison, files, and the command for it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.money import Money, format_minor, to_minor
from engine.services.simulation_asked import MOST_EVENTS
from tui.areas.simulate import asking
from tui.areas.simulate.case_screen import CaseScreen
from tui.areas.simulate.compare_screen import CompareScreen
from tui.areas.simulate.dialogs import ScenarioDialog
from tui.areas.simulate.flows_screen import FlowsScreen
from tui.areas.simulate.listing import Listing
from tui.areas.simulate.playing import Playing
from tui.areas.simulate.scenario import Supposed
from tui.frame.date_entry import DateEntry
from tui.frame.dialogs import Ask, Choose
from tui.widgets.gantt import Gantt

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.services.timelines import Line
    from tui.areas.simulate.scenario import Pick, Scenario

_FORTNIGHT = datetime.timedelta(days=14)
_ENDINGS = (".csv", ".parquet", ".json")
_NO_FILES = (
    "The command would read policies or events from files, and in a browser none can be written;"
    " e has what happens as a file"
)


class Acting(Listing):
    """The part of the screen that does things."""

    playing: Playing | None = None
    picks: list[Pick] | None = None
    """The sets of policies that can be played, once they are known."""

    def begin(self, scenario: Scenario) -> None:
        """Play a scenario from its beginning."""
        raise NotImplementedError

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done now."""
        name = action.partition("(")[0]
        if self.held is None:
            return "nothing is played yet"
        if name in {"what_if", "change", "open"} and self.gantt.row is None:
            return "no invoice is selected"
        if name == "turn" and self.held.sides == 1:
            return "there are no other policies; b chooses what to compare with"
        if name == "stop" and self.held.played.is_over:
            return "everything is played already"
        return None

    # ------------------------------------------------------------------------- other scenarios

    def action_scenario(self) -> None:
        """Other days, customers, payments or policies."""
        held = self.held
        if held is None:
            return

        def choose(picks: list[Pick]) -> None:
            dialog = ScenarioDialog(held.scenario, picks, self.backend.today())
            self.app.push_screen(dialog, self._begin)

        self._with_picks(choose)

    def look_for_picks(self) -> None:
        """See which policies can be played: files are read and compiled for that."""
        self.picks = None
        self._with_picks(lambda _: None)

    def _with_picks(self, then: Callable[[list[Pick]], None]) -> None:
        def found(picks: list[Pick]) -> None:
            self.picks = picks
            then(picks)

        if self.picks is not None:
            then(self.picks)
        else:
            self.ask(lambda: asking.picks(self.backend), found, group="picks")

    def _begin(self, scenario: Scenario | None) -> None:
        if scenario is not None:
            self.begin(scenario)

    def action_stop(self) -> None:
        """Leave what was played so far as it is."""
        if self.playing is not None:
            self.playing.stop()
            self.notify("stopped; x plays again")

    def action_what_if(self) -> None:
        """Suppose that something happens to the selected invoice."""
        held, row = self.held, self.gantt.row
        if held is None or row is None:
            return
        line, on = held.played.lines[row], held.span.date(self.day)
        choices = [
            ("payment", f"it is paid on {on}"),
            ("dispute", f"it is disputed from {on} on"),
            ("dispute_resolved", f"it is disputed no more from {on} on"),
            ("promise", f"payment is promised on {on}"),
        ]
        if held.scenario.supposed:
            choices.append(
                ("forget", f"nothing of what is supposed ({len(held.scenario.supposed)})")
            )

        def chosen(kind: str | None) -> None:
            match kind:
                case "payment":
                    self._ask_amount(line, on)
                case "promise":
                    entry = DateEntry(on + _FORTNIGHT, self.backend.today(), "Promised for when?")
                    self.app.push_screen(entry, lambda day: self._promised(line, on, day))
                case "forget":
                    self.begin(replace(held.scenario, supposed=()))
                case str():
                    self._suppose(Supposed(kind, line.case, on, is_account=_is_account(line)))
                case None:
                    pass

        self.app.push_screen(Choose(f"What if {line.case} …", choices), chosen)

    def _ask_amount(self, line: Line, on: datetime.date) -> None:
        def paid(text: str | None) -> None:
            if text is None:
                return
            amount = read_amount(text, line.currency)
            if isinstance(amount, str):
                self.notify(amount, severity="warning", markup=False)
                return
            self._suppose(Supposed("payment", line.case, on, amount, is_account=_is_account(line)))

        owed = format_minor(line.minor, line.currency)
        title = f"How much is paid on {line.case}, in {line.currency}?"
        self.app.push_screen(Ask(title, value=owed, hint="enter supposes it"), paid)

    def _promised(self, line: Line, on: datetime.date, until: datetime.date | None) -> None:
        if until is None:
            return
        if until < on:
            message = f"{until} is before {on}, so nobody can promise it"
            self.notify(message, severity="warning", markup=False)
            return
        amount = Money(line.minor, line.currency)
        is_account = _is_account(line)
        self._suppose(Supposed("promise", line.case, on, amount, until, is_account))

    def _suppose(self, event: Supposed) -> None:
        held = self.held
        if held is None:
            return
        if len(held.scenario.supposed) >= MOST_EVENTS:
            self.notify(f"more than {MOST_EVENTS:,} events cannot be supposed", severity="warning")
            return
        self.notify(f"supposed: {event}", markup=False)
        self.begin(replace(held.scenario, supposed=(*held.scenario.supposed, event)))

    # ------------------------------------------------------------------------------ other views

    def action_compare(self) -> None:
        """What two sets of policies come to."""
        held = self.held
        if held is None:
            return
        if held.sides > 1:
            self.app.push_screen(CompareScreen(held))
            return

        def choose(picks: list[Pick]) -> None:
            named = {each.name: each for each in picks if each.name != held.scenario.side.name}
            if not named:
                self.notify("there are no other policies to compare with", severity="warning")
                return
            choices = [
                (name, f"{name} ({each.note})" if each.note else name)
                for name, each in named.items()
            ]

            def chosen(name: str | None) -> None:
                if name is not None:
                    self.begin(replace(held.scenario, against=named[name]))
                    self.action_compare()

            self.app.push_screen(
                Choose(f"Compare {held.scenario.side.name} with …", choices), chosen
            )

        self._with_picks(choose)

    def action_turn(self) -> None:
        """Lines under the other policies."""
        if self.held is not None:
            self.side = 1 - self.side
            self.choose_lines()
            self.say_day()

    def action_flows(self) -> None:
        """How many stand where, week by week."""
        if self.held is not None:
            self.app.push_screen(FlowsScreen(self.held))

    def on_gantt_opened(self, message: Gantt.Opened) -> None:
        """The story of an invoice."""
        if self.held is not None:
            line = self.held.played.lines[message.row]
            self.app.push_screen(CaseScreen(self.held, line))

    # ------------------------------------------------------------------------------------ files

    def action_export(self) -> None:
        """Write everything that happens to a file."""
        held = self.held
        if held is None:
            return
        name = f"simulation-{held.scenario.first}-{held.scenario.last}.csv"

        def chosen(text: str | None) -> None:
            if text is None:
                return
            file = self.admin.place_of(text)
            if file.suffix.lower() not in _ENDINGS:
                message = f"{file.name}: a name ends with {', '.join(_ENDINGS[:-1])} or .json"
                self.notify(message, severity="warning", markup=False)
                return
            writing = Playing(self.backend, held.scenario.asked, file.absolute())
            self.work_on(
                f"writing {file.name}",
                lambda job: writing.follow(job, lambda _: None),
                lambda count: self.notify(
                    f"{count:,} events {self.admin.written(file)}", markup=False
                ),
                group="export",
            )

        hint = "its ending says how: .csv, .parquet or .json"
        self.app.push_screen(Ask("Write all events to which file?", value=name, hint=hint), chosen)

    def action_copy(self) -> None:
        """Copy the command that repeats this."""
        held = self.held
        if held is None:
            return
        sides = (held.scenario, held.scenario.other)
        if not any(each is not None and each.needs_files for each in sides):
            self._copy(held.scenario, Path())
            return
        if not self.admin.has_files:
            self.notify(_NO_FILES, severity="warning", timeout=10, markup=False)
            return

        def chosen(text: str | None) -> None:
            if text is not None:
                self._copy(held.scenario, Path(text).expanduser())

        title = "The command reads policies or events from files. Write them to which folder?"
        name = f"scenario-{held.scenario.first}-{held.scenario.last}"
        self.app.push_screen(Ask(title, value=name), chosen)

    def _copy(self, scenario: Scenario, folder: Path) -> None:
        def copied(lines: list[str]) -> None:
            text = "\n".join(lines)
            self.app.copy_to_clipboard(text)
            self.notify(text, title="Copied (OSC 52)", timeout=15, markup=False)

        self.ask(lambda: asking.commands(self.backend, scenario, folder), copied, group="commands")


def read_amount(text: str, currency: str) -> Money | str:
    """An amount above 0 as a person types it, or what is wrong with it."""
    plain = text.strip().replace(" ", "").removesuffix(currency)
    if plain.rfind(",") > plain.rfind("."):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        minor = to_minor(Decimal(plain.replace(",", "")), currency)
    except InvalidOperation:
        return f"'{text}' is no amount; write 1234.50"
    if minor is None or minor <= 0:
        return f"'{text}' is no amount of {currency} that can be paid"
    return Money(minor, currency)


def _is_account(line: Line) -> bool:
    return line.case.startswith(f"{line.customer}:")
