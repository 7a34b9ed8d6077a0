"""Small words of messages."""

from __future__ import annotations


def counted(count: int, word: str, plural: str = "") -> str:
    """`1 file`, `3 files`, `3,000 invoices`; another plural where `s` is not enough."""
    return f"{count:,} {word if count == 1 else plural or word + 's'}"


def example(*commands: str) -> str:
    """The end of a help text: commands as they are typed, lines kept as they are."""
    lines = "".join(f"\n  {command}" for command in commands)
    return f"\b\nExample:{lines}"
