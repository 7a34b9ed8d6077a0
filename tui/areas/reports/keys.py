"""What can be done with reports."""

from __future__ import annotations

from tui.frame.commands import Command

_AREA = "reports"

KEYS = (
    Command(
        "reports.before",
        "left",
        "Report before",
        "Show the report before",
        _AREA,
        vim="left,h",
        action="report(-1)",
    ),
    Command(
        "reports.after",
        "right",
        "Report",
        "Show the next report: ageing, exposure, fees, effectiveness",
        _AREA,
        vim="right,l",
        action="report(1)",
        footer=True,
    ),
    Command(
        "reports.by",
        "v",
        "By",
        "Choose by what the report is broken down",
        _AREA,
        footer=True,
    ),
    Command(
        "reports.period",
        "p",
        "Period",
        "Choose of which days fees and executed stages are counted",
        _AREA,
    ),
    Command(
        "reports.figure_before",
        "shift+left",
        "Figure before",
        "Select the figure on the left",
        _AREA,
        vim="shift+left,H",
        action="figure(-1)",
    ),
    Command(
        "reports.figure_after",
        "shift+right",
        "Next figure",
        "Select the figure on the right",
        _AREA,
        vim="shift+right,L",
        action="figure(1)",
    ),
    Command(
        "reports.define",
        "full_stop",
        "Meaning",
        "Say what the selected figure counts, and the others",
        _AREA,
    ),
    Command(
        "reports.export",
        "e",
        "Export",
        "Write the report to a file: .csv, .json or .html",
        _AREA,
        footer=True,
    ),
    Command("reports.stop", "ctrl+x", "Stop", "Stop counting", _AREA),
)

SCREENS = {"reports": (_AREA, "list", "table")}
