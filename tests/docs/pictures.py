"""The pictures in README.md and docs/, taken of the real screens: `make pictures` takes them anew.

Always of the same demo company on the same day, so that a picture changes only if its screen does.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine.services.demo_store import make_demo_store
from tests.tui.playing import ANNA, TODAY, Flow, at_rest, clock, play, press, type_in, until
from tests.tui.policies.test_screen import looked_at, open_version, put
from tests.tui.simulate.test_simulate import played, told
from tui.app import Admin
from tui.backend import Backend

if TYPE_CHECKING:
    from textual.pilot import Pilot

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SIZE = (120, 38)
_FONTS = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)
"""What would be fetched from elsewhere; every browser has a font of its own."""

CASE = "R-2025-01847"
"""Of which the pages of `make demo` speak, too."""


async def an_invoice(pilot: Pilot[None]) -> None:
    """Why it is where it is."""
    await press(pilot, "4", "slash")
    await type_in(pilot, CASE)
    await press(pilot, "enter", "enter")


async def a_draft(pilot: Pilot[None]) -> None:
    """What it would change in the next run."""
    await press(pilot, "1")
    screen = await open_version(pilot, "demo-company/policies/de_standard/3.dun")
    await press(pilot, "n")
    put(screen, "after 3 days overdue", "after 9 days overdue")
    await looked_at(pilot)
    await until(pilot, lambda: screen.looking.effect is not None, "its impact is known")
    await press(pilot, "ctrl+s", "f3")
    line = screen.editor.text.partition("after 9 days")[0].count("\n")
    screen.editor.move_cursor((line, 0), center=True)
    pilot.app.clear_notifications()


async def a_quarter(pilot: Pilot[None]) -> None:
    """What happens to every invoice, and why, on a day."""
    await press(pilot, "2")
    await played(pilot)
    await press(pilot, *("down",) * 14, *("right_square_bracket",) * 2)
    await told(pilot)
    pilot.app.clear_notifications()


async def proposals(pilot: Pilot[None]) -> None:
    """What the newest run proposes."""
    await press(pilot, "3", "down", "down")


PICTURES: dict[str, Flow] = {
    "invoice": an_invoice,
    "policies": a_draft,
    "simulate": a_quarter,
    "worklist": proposals,
}
"""By name, how one comes to the screen."""


def take(backend: Backend, name: str) -> str:
    """A picture, as SVG that asks for nothing from elsewhere."""
    taken = []

    async def flow(pilot: Pilot[None]) -> None:
        await PICTURES[name](pilot)
        await at_rest(pilot)
        taken.append(pilot.app.export_screenshot(title=f"dun admin: {name}"))

    play(Admin(backend), flow, SIZE)
    return _FONTS.sub("", taken[0])


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        made = make_demo_store(Path("demo-company"), TODAY, clock)
        for name in PICTURES:
            backend = Backend(made.database, ANNA, clock, Path("demo-company/policies"))
            (FOLDER / f"{name}.svg").write_text(take(backend, name), "utf-8")
        made.database.close()


if __name__ == "__main__":
    main()
