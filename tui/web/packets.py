"""What a page's server and the process of a person tell each other, as Textual's driver has it.

A packet is a letter (`D` what a terminal shows or what was typed, `M` a message), the length of
what follows in four bytes, and that.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

if TYPE_CHECKING:
    from asyncio import StreamReader

Message: TypeAlias = dict[str, object]

DOWNLOADS = "DUN_WEB_DOWNLOADS"
"""The environment variable with the folder from which the server hands out files."""
DATA, MESSAGE = b"D", b"M"
MOST = 16 << 20
"""Bytes of a packet that are believed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a process is told before anything else."""

    store: str
    """Its address; it may hold a password."""
    key: str
    """Of the person's session."""
    folder: str
    """Where the person's state is kept."""
    policies: str
    """Where drafts lie."""
    on: str
    """The day to look at first; empty: today."""
    width: int
    height: int

    def line(self) -> bytes:
        """As it is told."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Self:
        """As it was told."""
        return cls(**json.loads(line))


class PacketError(Exception):
    """What came is no packet."""


def packet(kind: bytes, body: bytes) -> bytes:
    """A packet."""
    return b"%s%s%s" % (kind, len(body).to_bytes(4, "big"), body)


def data(text: str) -> bytes:
    """What was typed."""
    return packet(DATA, text.encode("utf-8", "ignore"))


def message(body: Message) -> bytes:
    """A message."""
    return packet(MESSAGE, json.dumps(body).encode())


async def read_packet(stream: StreamReader) -> tuple[bytes, bytes]:
    """The next packet. Raises PacketError, and IncompleteReadError at the end."""
    head = await stream.readexactly(5)
    kind, length = head[:1], int.from_bytes(head[1:], "big")
    if kind not in (DATA, MESSAGE) or length > MOST:
        raise PacketError
    return kind, await stream.readexactly(length)


def read_message(body: bytes) -> Message:
    """What a message says; nothing where it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
