"""What would be decided if something else had happened, beside what is decided."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from engine.services.stores import open_store
from tests.engine.services.running import company, performed, proposed
from tests.tui.dunned import backend_of
from tests.tui.playing import lines, play, press, shown, toasts, type_in
from tui.app import Admin
from tui.areas.customers.what_if import WhatIf

if TYPE_CHECKING:
    from pathlib import Path

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


SUSPENDING = """\

stage reminder
  after 3 days overdue
  by email
  suspend "deliveries"
"""


def test_what_is_suspended_is_told_and_is_resumed_by_a_payment(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = shutil.copyfile(sqlite_template, tmp_path / "dun.db")
    store = open_store(str(file))
    company(store, tmp_path, ladder=SUSPENDING)
    proposed(store)
    performed(store, tmp_path)
    app = Admin(backend_of(store, tmp_path))

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "g", "c", "slash", *"r-1", "enter", "enter")
        assert "suspended  deliveries, since 2026-03-16" in shown(pilot)
        await press(pilot, "x", "1", "enter")
        assert rows(app)["suspended"] == ("deliveries, since 2026-03-16", "")

    play(app, flow)
    store.close()
