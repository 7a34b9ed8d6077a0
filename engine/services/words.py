"""Words that people read in more than one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.core.decision import Outcome

OUTCOMES: dict[Outcome, str] = {
    "act": "to be done",
    "waiting": "waiting for the next stage",
    "not_due": "not due yet",
    "held": "held",
    "excluded": "taken out of dunning",
    "no_stage_left": "at the end of the ladder",
    "no_policy": "under no policy",
    "undecided": "cannot be decided",
    "settled": "covered",
}
"""What becomes of a case, in order."""
