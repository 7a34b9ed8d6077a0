"""Keys in order: what is typed before a key was followed waits for it, and then goes where it led.

Textual hands each key on at once, and a key bound to a command comes back to the application only
after all widgets around the focus passed it on. So the letters of `/huber` that come in one piece,
as over a slow link, would be commands of the list, and not what is looked for.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.timer import Timer

PATIENCE = 0.5
"""Seconds after which a key is given up: its widget went away and told nobody."""
LAPS = 2
"""How often it is waited for what is told on from where the key went."""


class Followed(Message):
    """Goes the same way as a key, behind it: when it is here, the key has done what it does."""

    def __init__(self, number: int, start: DOMNode, lap: int = 1) -> None:
        """`number`: of the key; `start`: to which widget it went."""
        self.number, self.start, self.lap = number, start, lap
        super().__init__()


class TypingAhead(App[None]):
    """An application in which a key waits until the one before it was followed."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        """Nothing was typed yet. `ansi_color`: as Textual's."""
        super().__init__(ansi_color=ansi_color)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._under_way = 0
        """The number of the key that is being followed; 0: none."""
        self._followed = 0
        self._giving_up: Timer | None = None

    @property
    def is_ready(self) -> bool:
        """Whether everything that was typed was followed."""
        return not self._under_way and not self._typed

    async def on_event(self, event: events.Event) -> None:
        """Let what is typed wait for its turn."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        elif self._under_way:
            self._typed.append(event)
        else:
            await self._follow(event)

    async def _follow(self, event: events.Key | events.Paste) -> None:
        self._followed += 1
        self._under_way = self._followed
        target = self.focused or self.screen
        await super().on_event(event)
        if event.is_forwarded and target.post_message(Followed(self._under_way, target)):
            given_up = partial(self._is_over, self._under_way)
            self._giving_up = self.set_timer(PATIENCE, given_up)
        else:
            self._is_over(self._under_way)

    @on(Followed)
    def _came_back(self, message: Followed) -> None:
        message.stop()
        # What the key did may have been to tell something, which goes the same way: `Submitted`.
        again = Followed(message.number, message.start, message.lap + 1)
        if message.lap < LAPS and message.start.post_message(again):
            return
        # What got the focus then has it only after what waits here already,
        self.call_later(self._is_over, message.number)

    def _is_over(self, number: int) -> None:
        if number != self._under_way:
            return  # it was given up
        # and a screen that it opened, after what waits there.
        if not self.screen.call_later(self.call_later, self._go_on, number):
            self.call_later(self._go_on, number)

    async def _go_on(self, number: int) -> None:
        if number != self._under_way:
            return
        if self._giving_up is not None:
            self._giving_up.stop()
        self._under_way = 0
        if self._typed:
            await self._follow(self._typed.popleft())
