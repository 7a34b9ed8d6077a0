"""What a channel is: the way by which a message leaves the house."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A letter or another message, frozen: whoever delivers it again delivers the same."""

    key: str
    """Names the message for ever, such as `2026-03-16/C-17/EUR/email`; printable."""
    channel: str
    """`email`, `post`, ..."""
    on: datetime.date
    """The day of the run that it belongs to."""
    payload: Mapping[str, object]
    """What it says: JSON without floats."""


class Channel(Protocol):
    """Takes messages and hands each over once, however often it is given.

    Several threads may use it at the same time.
    """

    def prepare(self, *, is_known: bool) -> None:
        """Get ready for messages, before any is begun for it.

        `is_known`: some were before, so that what the channel keeps of them must be there. Raises
        OSError where messages cannot be handed over.
        """
        ...

    def deliver(self, message: Message) -> str:
        """Hand a message over, unless that was done before; says where it went.

        Raises OSError where it cannot be handed over; to be repeated, with the same message.
        """
        ...

    def was_handed_over(self, message: Message) -> bool:
        """Whether it may have been handed over; true where that cannot be ruled out."""
        ...

    def withhold(self, message: Message) -> bool:
        """Make sure that it is never handed over; false where it may have been already.

        Afterwards `deliver` refuses it with OSError, also for a worker that was on its way to
        hand it over and does not know yet. Raises OSError where this cannot be made sure.
        """
        ...
