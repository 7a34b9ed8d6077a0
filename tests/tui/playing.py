"""The admin, driven as a person drives it: keys are pressed, and the screen is read."""

from __future__ import annotations

import asyncio
import datetime
import difflib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from engine.services.actors import Actor
from tui.frame.typing_ahead import TypingAhead

if TYPE_CHECKING:
    from textual._queue import Queue
    from textual.app import App
    from textual.message import Message
    from textual.message_pump import MessagePump
    from textual.timer import Timer

    from tui.app import Admin

TODAY = datetime.date(2026, 3, 31)
NOW = datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC)
ANNA = Actor("anna", "admin")
SIZES = ((80, 24), (120, 36), (200, 60))
GOLDEN = Path(__file__).parent / "golden"
_PATIENCE = 30.0
"""Seconds in which what a test waits for must happen."""

_SOON = 0.3
"""Seconds for which the admin puts off what it would otherwise do at each key."""

_FRAME = 1 / 50
"""Seconds in which Textual draws at least once."""

Flow: TypeAlias = Callable[[Pilot[None]], Awaitable[None]]


def clock() -> datetime.datetime:
    """The time in these tests."""
    return NOW


def play(app: Admin, flow: Flow, size: tuple[int, int] = (120, 36)) -> None:
    """Open the admin, do what the flow does, and close it."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await at_rest(pilot)
            await flow(pilot)

    asyncio.run(run())


async def at_rest(pilot: Pilot[None]) -> None:
    """Wait until every question is answered, everything is told on, and everything is drawn.

    Textual's own pauses end after some time, whether or not a busy machine got anything done in it.
    """
    app, deadline = pilot.app, asyncio.get_running_loop().time() + _PATIENCE
    while True:
        with suppress(WorkerCancelled):  # a later question took its place
            await app.workers.wait_for_complete()
        await pilot.pause(_FRAME)  # what was found out is drawn with the next frame
        if app._exit or (_is_answered(app) and _is_told(app) and _is_drawn(app)):
            return
        assert asyncio.get_running_loop().time() < deadline, "it never comes to rest"


def _is_answered(app: App[None]) -> bool:
    """Whether nobody waits for an answer."""
    return all(worker.is_finished for worker in app.workers)


def _is_told(app: App[None]) -> bool:
    """Whether everything that has messages waits for the next one."""
    stacks = app._screen_stacks.values()
    nodes = [node for stack in stacks for each in stack for node in each.walk_children()]
    if isinstance(app, TypingAhead) and not app.is_ready:
        return False
    return all(map(_waits, [app, *(each for stack in stacks for each in stack), *nodes]))


def _waits(node: MessagePump) -> bool:
    """Whether nothing is to be done: no message came, none is worked on, and none is put off."""
    if any(_is_soon(timer) for timer in node._timers):
        return False
    queue: Queue[Message | None] = node._message_queue
    is_asked = any(not waiter.done() for waiter in queue.ready_event._waiters)
    return is_asked and queue.empty() and not node._next_callbacks


def _is_soon(timer: Timer) -> bool:
    """Whether something is put off until nobody types any more."""
    is_over = timer._task is None or timer._task.done()
    return timer._repeat == 0 and timer._interval <= _SOON and not is_over


def _is_drawn(app: App[None]) -> bool:
    """Whether nothing waits to be laid out or drawn."""
    screen = app.screen
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required
    return not waits and not screen._dirty_widgets and not screen._callbacks


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after another, and wait for what they do."""
    await pilot.press(*keys)
    await at_rest(pilot)


async def type_in(pilot: Pilot[None], text: str) -> None:
    """Type a text."""
    await pilot.press(*text)
    await at_rest(pilot)


async def until(pilot: Pilot[None], holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while not holds():
        told = [each.message for each in pilot.app._notifications]
        assert asyncio.get_running_loop().time() < deadline, f"not in time: {what}; told: {told}"
        await pilot.pause(0.01)


def lines(pilot: Pilot[None]) -> list[str]:
    """What is on the screen, line by line, without blanks at their ends."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    return [strip.text.rstrip() for strip in strips]


def shown(pilot: Pilot[None]) -> str:
    """What is on the screen."""
    return "\n".join(lines(pilot))


def toasts(app: Admin) -> list[str]:
    """What was told in passing."""
    return [each.message for each in app._notifications]


@dataclass(frozen=True, slots=True)
class Golden:
    """Screens as they were agreed upon, as texts."""

    is_updating: bool

    async def check_sizes(self, pilot: Pilot[None], name: str) -> None:
        """As `check`, at every size; then as it was."""
        before = pilot.app.size
        for size in (*SIZES, before):
            await pilot.resize_terminal(*size)
            await at_rest(pilot)
            if size != before or size in SIZES:
                self.check(pilot, name)

    def check(self, pilot: Pilot[None], name: str) -> None:
        """Compare the screen with the file for its size, or write it with `--update-golden`.

        What is told in passing is no part of it: it passes.
        """
        told = [each.message for each in pilot.app._notifications]
        assert told == [], f"how long this is shown depends on the machine: {told}"
        size = pilot.app.size
        file = GOLDEN / f"{name}-{size.width}x{size.height}.txt"
        text = f"{shown(pilot)}\n"
        if self.is_updating:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        assert file.exists(), f"{file.name} is missing; --update-golden writes it"
        agreed, seen = _without_thumbs(file.read_text("utf-8")), _without_thumbs(text)
        changes = difflib.unified_diff(agreed.splitlines(), seen.splitlines(), file.name, "seen")
        assert agreed == seen, "\n".join(changes)


_THUMB = re.compile(r"(?<![▁▂▃▄▅▆▇█])[▁▂▃▄▅▆▇]{1,2}(?=( [│▏].*)?$)", re.MULTILINE)


def _without_thumbs(text: str) -> str:
    """A screen without the ends of scrollbars, which may be drawn an eighth of a line off."""
    return "\n".join(line.rstrip() for line in _THUMB.sub("", text).splitlines())
