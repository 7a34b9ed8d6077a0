"""The one table of what can be done in the admin.

Bindings, footer, help, palette and documentation all come from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from tui.areas.customers.keys import KEYS as _CUSTOMERS
from tui.areas.customers.keys import SCREENS as _CUSTOMERS_SCREENS
from tui.areas.known import AREAS
from tui.areas.policies.keys import KEYS as _POLICIES
from tui.areas.policies.keys import SCREENS as _POLICIES_SCREENS
from tui.areas.reports.keys import KEYS as _REPORTS
from tui.areas.reports.keys import SCREENS as _REPORTS_SCREENS
from tui.areas.runs.keys import KEYS as _RUNS
from tui.areas.runs.keys import SCREENS as _RUNS_SCREENS
from tui.areas.simulate.keys import KEYS as _SIMULATE
from tui.areas.simulate.keys import SCREENS as _SIMULATE_SCREENS
from tui.areas.worklist.keys import KEYS as _WORKLIST
from tui.areas.worklist.keys import SCREENS as _WORKLIST_SCREENS
from tui.frame.commands import Command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.binding import BindingType

_FRAME = (
    *(
        Command(
            f"go.{area.id}",
            f"{area.number}",
            area.title,
            f"Go to {area.title.lower()}; g {area.letter} does the same",
            "everywhere",
            action=f"area('{area.id}')",
        )
        for area in AREAS
    ),
    Command(
        "frame.jump",
        "g",
        "Go to",
        "Go to an area by its letter, or to the first line with a second g",
        "everywhere",
    ),
    Command(
        "frame.date",
        "t",
        "Date",
        "Look at another day: 14.4, +30, fri, 2026-04-14, or 0 for today",
        "everywhere",
        footer=True,
    ),
    Command("frame.today", "0", "Today", "Look at today again", "everywhere"),
    Command("frame.help", "question_mark,f1", "Help", "Keys of this screen", "everywhere"),
    Command(
        "frame.palette",
        "ctrl+p,colon",
        "Commands",
        "Search everything that can be done",
        "everywhere",
        action="command_palette",
    ),
    Command("frame.back", "escape", "Back", "Go back; nothing is lost", "everywhere"),
    Command("frame.refresh", "r,f5", "Refresh", "Ask the store again", "everywhere"),
    Command(
        "frame.login",
        "",
        "Log in",
        "Go on as another person, for what takes a second pair of eyes",
        "everywhere",
    ),
    Command("frame.theme", "", "Theme", "Choose other colours", "everywhere"),
    Command("frame.preset", "", "Keys", "Use the keys of the preset default or vim", "everywhere"),
    Command("frame.quit", "ctrl+q", "Quit", "Leave the admin", "everywhere", priority=True),
)
_LIST = (
    Command("list.up", "up,k", "Up", "The line above", "list", action="cursor(-1)"),
    Command("list.down", "down,j", "Down", "The line below", "list", action="cursor(1)"),
    Command(
        "list.page_up",
        "pageup",
        "Page up",
        "A page up",
        "list",
        vim="pageup,ctrl+b",
        action="page(-1)",
    ),
    Command(
        "list.page_down",
        "pagedown",
        "Page down",
        "A page down",
        "list",
        vim="pagedown,ctrl+f",
        action="page(1)",
    ),
    Command("list.first", "home", "First", "The first line; g g does the same", "list"),
    Command("list.last", "end,G", "Last", "The last line", "list"),
    Command("list.open", "enter", "Open", "Look at the selected line", "list", footer=True),
    Command("list.mark", "space", "Mark", "Mark the line, or take the mark away", "table"),
    Command("list.mark_all", "asterisk", "Mark all", "Mark every line, or none", "table"),
    Command("list.sort", "s", "Sort", "Sort by the next column; a click on its head too", "table"),
    Command("list.turn", "S", "Turn", "Turn the order around", "table"),
    Command("list.filter", "slash", "Filter", "Show only lines with a text", "table", footer=True),
    Command("list.columns", "C", "Columns", "Choose the columns", "table"),
    Command("list.copy", "y", "Copy", "Copy the line, or the marked ones", "table"),
)
COMMANDS: tuple[Command, ...] = (
    *_FRAME,
    *_LIST,
    *_POLICIES,
    *_SIMULATE,
    *_WORKLIST,
    *_CUSTOMERS,
    *_RUNS,
    *_REPORTS,
)
"""Everything that can be done."""

SCREENS: Mapping[str, tuple[str, ...]] = {
    **_POLICIES_SCREENS,
    **_SIMULATE_SCREENS,
    **_WORKLIST_SCREENS,
    **_CUSTOMERS_SCREENS,
    **_REPORTS_SCREENS,
    **_RUNS_SCREENS,
}
"""By screen: the areas of `COMMANDS` that hold on it, its own first."""

FOOTER = 8
"""Keys that the footer shows at most."""


def bindings(area: str) -> list[BindingType]:
    """The bindings of what holds in an area, for a widget, a screen or the application."""
    return [
        Binding(
            each.keys,
            each.does,
            each.title,
            show=each.footer,
            priority=each.priority,
            id=each.id,
            tooltip=each.help,
        )
        for each in COMMANDS
        if each.area == area and each.keys
    ]


def commands_of(screen: str) -> tuple[Command, ...]:
    """Everything that can be done on a screen, its own commands first."""
    areas = (*SCREENS.get(screen, ()), "everywhere")
    return tuple(each for area in dict.fromkeys(areas) for each in COMMANDS if each.area == area)
