"""What can be done on the worklist."""

from __future__ import annotations

from tui.frame.commands import Command

_AREA = "worklist"

KEYS = (
    Command(
        "worklist.part_before",
        "left",
        "Part before",
        "The part of the run before: review, tasks, ready, held, failed, done, withdrawn",
        _AREA,
        action="part(-1)",
    ),
    Command(
        "worklist.part_after",
        "right",
        "Next part",
        "The next part of the run",
        _AREA,
        action="part(1)",
    ),
    Command(
        "worklist.approve",
        "a",
        "Approve",
        "Approve the marked actions, else the selected one, by role or duty",
        _AREA,
        footer=True,
    ),
    Command(
        "worklist.approve_all",
        "A",
        "Approve all",
        "Approve everything in the run that waits for an approval which you may give",
        _AREA,
    ),
    Command(
        "worklist.hold",
        "h",
        "Hold",
        "Keep actions back until a day, with the reason; also in later runs",
        _AREA,
        footer=True,
    ),
    Command(
        "worklist.drop",
        "x",
        "Skip",
        "Keep actions out of this run, with the reason; the next one may propose them again",
        _AREA,
    ),
    Command(
        "worklist.release",
        "l",
        "Let go",
        "Let go what is held or skipped, and drafts and suggestions",
        _AREA,
    ),
    Command("worklist.undo", "u", "Undo", "Take back what was said last about actions", _AREA),
    Command(
        "worklist.propose",
        "n",
        "Propose",
        "Work out what is to be done on the day that is looked at; nothing is sent",
        _AREA,
    ),
    Command(
        "worklist.perform",
        "E",
        "Execute",
        "Send what is ready, in the background; what is sent cannot be taken back",
        _AREA,
        footer=True,
    ),
    Command("worklist.stop", "X", "Stop", "Stop what goes on in the background", _AREA),
    Command(
        "worklist.finish",
        "f",
        "Finish",
        "Finish the selected task, and say what came of it",
        _AREA,
    ),
    Command(
        "worklist.promise",
        "P",
        "Promise",
        "Note that the customer promised to pay so much by a day",
        _AREA,
    ),
    Command("worklist.dispute", "D", "Dispute", "Note that the customer disputes it", _AREA),
    Command(
        "worklist.customer",
        "c",
        "Customer",
        "Look at everything that the customer of the selected line owes",
        _AREA,
    ),
    Command(
        "worklist.preview",
        "w",
        "Why",
        "Go to what will be sent and why, to read all of it; once more goes back",
        _AREA,
    ),
)
SCREENS = {_AREA: (_AREA, "list", "table")}
