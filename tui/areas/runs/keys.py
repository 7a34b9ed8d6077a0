"""What can be done with runs and the audit trail."""

from __future__ import annotations

from tui.frame.commands import Command

_AREA = "runs"
_RUN = "runs/run"
_ENTRY = "runs/entry"

KEYS = (
    Command(
        "runs.dry",
        "D",
        "Dry look",
        "Say what executing the selected run would do now, and do nothing",
        _AREA,
    ),
    Command(
        "runs.resume",
        "R",
        "Resume",
        "Execute what is left of the selected run: what failed, and what became ready",
        _AREA,
        footer=True,
    ),
    Command(
        "runs.verify",
        "V",
        "Verify",
        "Check the chain of the audit trail, and make every decision once more",
        _AREA,
        footer=True,
    ),
    Command(
        "runs.export", "e", "Export", "Write the whole audit trail into a file of JSON lines", _AREA
    ),
    Command("runs.flaws", "F", "Flaws", "Show what the last check found", _AREA),
    Command("runs.stop", "X", "Stop", "Stop what goes on in the background", _AREA),
    Command(
        "runs.story",
        "c",
        "Case",
        "Show in the audit trail only what is about the case of the selected entry; once more all",
        _AREA,
        footer=True,
    ),
    Command(
        "run.part",
        "left,right",
        "Deliveries",
        "Show what left the house delivery by delivery, or the actions again",
        _RUN,
        footer=True,
    ),
    Command("run.customer", "c", "Customer", "Look at everything that the customer owes", _RUN),
    Command("entry.copy", "y", "Copy", "Copy the entry as JSON", _ENTRY, footer=True),
)
SCREENS = {
    _AREA: (_AREA, "list", "table"),
    _RUN: (_RUN, "list", "table"),
    _ENTRY: (_ENTRY,),
}
