"""What would be decided if something else had happened, beside what is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.playing import lines, play, press, shown, toasts, type_in
from tui.app import Admin
from tui.areas.customers.what_if import WhatIf

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.backend import Backend


def rows(app: Admin) -> dict[str, tuple[str, str]]:
    """Both answers, by name."""
    screen = app.screen
    assert isinstance(screen, WhatIf), screen
    return {each.name: (each.really, each.supposed) for each in screen.rows}


def test_a_payment_a_dispute_a_promise_and_another_due_date_are_tried(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await type_in(pilot, "00171")
        await press(pilot, "enter")
        await press(pilot, "enter")
        really = "Next: Second reminder on Tue 2026-04-07, if nothing changes"
        assert lines(pilot)[1] == f" {really}"
        await press(pilot, "x", "1", "enter")
        assert "What if R-2026-00171 is paid with 1,114.79 EUR on 2026-03-31?" in shown(pilot)
        assert rows(app)["decided"] == (really, "Settled")
        assert rows(app)["open"][1].startswith("0.00 EUR")
        assert "Nothing is saved" in shown(pilot)
        await press(pilot, "escape", "x", "2")
        assert rows(app)["decided"][1].startswith("Held: ")
        assert "≠" in shown(pilot)
        await press(pilot, "escape", "x", "3", *"+14", "enter")
        assert "2026-04-14" in rows(app)["keeps"][1]
        await press(pilot, "escape", "x", "4", *"+14", "enter")
        assert "2026-04-14, in 14 days" in rows(app)["due"][1]
        await press(pilot, "escape", "x", "1", "ctrl+u", *"much", "enter")
        assert toasts(app)[-1] == "'much' is no amount; write 1234.50"
        # Nothing of it was kept.
        await press(pilot, "r")
        assert lines(pilot)[1] == f" {really}"

    play(app, flow)
