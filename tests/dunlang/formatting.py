"""What the tests of the formatter share: texts under a plain header."""

from __future__ import annotations

from textwrap import dedent

from dunlang.printing.fmt import format_source
from dunlang.source import Source

HEADER = "policy p version 1\n  effective 2026-01-01\n  currency EUR\n"


def formatted(text: str) -> str:
    result, problems = format_source(Source("a.dun", text))
    assert result is not None, problems
    return result


def body(text: str) -> str:
    """What becomes of statements under a plain header."""
    result = formatted(f"{HEADER}\n{dedent(text)}")
    assert result.startswith(f"{HEADER}\n")
    return result.removeprefix(f"{HEADER}\n")


def unchanged(text: str) -> None:
    text = dedent(text).lstrip("\n")
    assert body(text) == text
