"""What can be done where time is travelled."""

from __future__ import annotations

from tui.frame.commands import Command

_AREA = "simulate"


def _step(name: str, keys: str, title: str, said: str, days: int) -> Command:
    return Command(f"simulate.{name}", keys, title, said, _AREA, action=f"step({days})")


KEYS = (
    _step("day_back", "left,h", "Day back", "A day earlier", -1),
    _step("day_on", "right,l", "Day", "A day later", 1),
    _step("week_back", "H,shift+left", "Week back", "A week earlier", -7),
    _step("week_on", "L,shift+right", "Week", "A week later", 7),
    Command(
        "simulate.month_back",
        "ctrl+left",
        "Month back",
        "A month earlier",
        _AREA,
        action="month(-1)",
    ),
    Command("simulate.month_on", "ctrl+right", "Month", "A month later", _AREA, action="month(1)"),
    Command(
        "simulate.change_back",
        "left_square_bracket",
        "Change back",
        "To the last day before on which something happens to the selected invoice",
        _AREA,
        action="change(-1)",
    ),
    Command(
        "simulate.change_on",
        "right_square_bracket",
        "Next change",
        "To the next day on which something happens to the selected invoice",
        _AREA,
        action="change(1)",
        footer=True,
    ),
    Command(
        "simulate.run_back",
        "left_curly_bracket",
        "Run back",
        "To the last day before on which anything is sent",
        _AREA,
        action="run(-1)",
    ),
    Command(
        "simulate.run_on",
        "right_curly_bracket",
        "Next run",
        "To the next day on which anything is sent",
        _AREA,
        action="run(1)",
    ),
    Command("simulate.range_first", "home", "First day", "To the first day of the range", _AREA),
    Command("simulate.range_last", "end", "Last day", "To the last day of the range", _AREA),
    Command(
        "simulate.play",
        "p",
        "Play",
        "Let the days pass: 1, 4, then 16 a second; once more stops",
        _AREA,
        footer=True,
    ),
    Command(
        "simulate.scenario",
        "x",
        "Scenario",
        "Other days, customers, payments or policies",
        _AREA,
        footer=True,
    ),
    Command(
        "simulate.what_if",
        "w",
        "What if",
        "Suppose that the selected invoice is paid, disputed or promised on this day",
        _AREA,
    ),
    Command(
        "simulate.compare",
        "b",
        "Compare",
        "What two sets of policies come to, and the invoices that differ most",
        _AREA,
        footer=True,
    ),
    Command(
        "simulate.turn",
        "B",
        "Other side",
        "Show the days under the other policies, and back",
        _AREA,
    ),
    Command(
        "simulate.flows",
        "f",
        "Flows",
        "How many stand where, week by week, and where they go from each stage",
        _AREA,
        footer=True,
    ),
    Command(
        "simulate.only",
        "a",
        "All",
        "Show all invoices, or only those with something to see",
        _AREA,
    ),
    Command(
        "simulate.today_only",
        "d",
        "This day",
        "Show only invoices to which something happens on this day, or all",
        _AREA,
    ),
    Command("simulate.sort", "s", "Sort", "Sort by amount, customer, difference, or not", _AREA),
    Command(
        "simulate.filter", "slash", "Filter", "Show only lines with a text", _AREA, action="filter"
    ),
    Command(
        "simulate.export",
        "e",
        "Export",
        "Write everything that happens to a csv, parquet or json file",
        _AREA,
    ),
    Command(
        "simulate.copy",
        "y",
        "Copy command",
        "Copy the command line that repeats this, and write the files that it needs",
        _AREA,
    ),
    Command("simulate.stop", "ctrl+x", "Stop", "Stop playing what is not played yet", _AREA),
    Command("timeline.up", "up,k", "Up", "The line above", "timeline", action="cursor(-1)"),
    Command("timeline.down", "down,j", "Down", "The line below", "timeline", action="cursor(1)"),
    Command(
        "timeline.page_up",
        "pageup",
        "Page up",
        "A page up",
        "timeline",
        vim="pageup,ctrl+b",
        action="page(-1)",
    ),
    Command(
        "timeline.page_down",
        "pagedown",
        "Page down",
        "A page down",
        "timeline",
        vim="pagedown,ctrl+f",
        action="page(1)",
    ),
    Command("timeline.last", "G", "Last", "The last line; g g is the first", "timeline"),
    Command(
        "timeline.open",
        "enter",
        "Story",
        "Everything that happens to the selected invoice, and why",
        "timeline",
    ),
    Command(
        "flows.turn",
        "B",
        "Other side",
        "Show the other policies, and back",
        "simulate/flows",
        action="turn",
        footer=True,
    ),
)

SCREENS = {
    "simulate": ("simulate", "timeline"),
    "simulate/flows": ("simulate/flows",),
    "simulate/compare": ("table", "list"),
    "simulate/case": ("table", "list"),
}
