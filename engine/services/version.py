"""Which program this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def program() -> str:
    """`dunlang 1.2.3`; `dunlang` alone where it was not installed."""
    try:
        return f"dunlang {version('dunlang')}"
    except PackageNotFoundError:
        return "dunlang"
