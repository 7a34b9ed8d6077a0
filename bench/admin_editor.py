"""The editor of policies: how long a key may have to wait while a long policy is written.

A policy of 2,000 lines is opened and typed into, with everything that goes on beside: it is
checked, its examples are played, and what it would change in the next run is worked out.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.admin import TODAY, at_rest, clock, pressed, told, watching
from engine.services.actors import Actor
from engine.services.demo_store import make_demo_store
from tui.app import Admin
from tui.areas.policies.model import as_draft
from tui.areas.policies.screen import PoliciesScreen
from tui.backend import Backend
from tui.state import State

if TYPE_CHECKING:
    from textual.pilot import Pilot

LINES = 2_000
_EXAMPLE = """
example "nobody pays {number}"
  given customer country DE
  given invoice 400.00 EUR due 2026-03-02
  expect 2026-03-05 reminder by email
"""


def long_policy(text: str) -> str:
    """The text with as many more examples as it takes."""
    for number in itertools.count():
        if text.count("\n") >= LINES:
            return text
        text += _EXAMPLE.format(number=number)
    raise AssertionError


async def typed(pilot: Pilot[None]) -> None:
    """Type as fast as a machine does, without waiting for what goes on beside."""
    keys = [*"whatissaidissaidonceandnomore", *["backspace"] * 29]
    async with watching() as late:
        before, worked = time.perf_counter(), time.thread_time()
        for key in keys:
            pilot.app.simulate_key(key)
            await pilot.pause(0.02)
        spent = (time.perf_counter() - before) / len(keys) - 0.02
        worked = (time.thread_time() - worked) / len(keys)
    print(f"{'a letter typed, each':<52} {spent * 1000:8.0f} ms {late}")
    print(f"{'... of which the event loop works':<52} {worked * 1000:8.0f} ms")


async def editor(backend: Backend, draft: Path) -> None:
    state = State(None)
    state.put("area", "policies")
    app = Admin(backend, state=state)
    async with app.run_test(size=(160, 48)) as pilot:
        await at_rest(pilot)
        screen = app.screen
        assert isinstance(screen, PoliciesScreen)
        entries = [each for group in screen.groups for each in group.entries]
        entry = next(each for each in entries if each.path == draft)
        screen.paper.open(next(each for each in entries if each.path != draft))
        await at_rest(pilot)
        await told(
            f"{LINES:,} lines opened, checked, its examples played",
            pilot,
            lambda: screen.paper.open(entry),
        )
        text = screen.editor
        text.focus()
        text.move_cursor((LINES // 2, 0))
        await pilot.press("enter", "up")
        await at_rest(pilot)
        await typed(pilot)
        await at_rest(pilot)
        await pressed("a page down, each", pilot, ["pagedown"] * 20)
        await told("formatted", pilot, text.action_format)
        await told("every 'reminder' replaced", pilot, lambda: replace_all(screen))
        await told("undone", pilot, text.action_undo)
        await looked_at(pilot, screen)
        await told("what it would change in the next run", pilot, screen.looking.look_at_impact)
        effect = screen.looking.effect
        print(f"    of {effect.cases if effect else 0} open cases")


async def looked_at(pilot: Pilot[None], screen: PoliciesScreen) -> None:
    """Wait until the text as it is now was looked at."""
    while True:
        checked = screen.looking.checked
        if checked is not None and checked.source.text == screen.editor.text:
            return
        await pilot.pause(0.05)


def replace_all(screen: PoliciesScreen) -> None:
    screen.editor.write(screen.editor.text.replace("reminder", "first_letter"))


def main() -> None:
    """Print the table: how long it takes, how long a key waits, how long the loop works."""
    with tempfile.TemporaryDirectory() as folder:
        made = make_demo_store(Path(folder) / "demo", TODAY, clock)
        policies = Path(folder) / "demo" / "policies"
        draft = policies / "de_standard" / "4.dun"
        text = as_draft((policies / "de_standard" / "3.dun").read_text("utf-8"), 4, TODAY)
        draft.write_text(long_policy(text), "utf-8")
        backend = Backend(made.database, Actor("anna", "admin"), clock, policies)
        asyncio.run(editor(backend, draft))
        made.database.close()


if __name__ == "__main__":
    main()
