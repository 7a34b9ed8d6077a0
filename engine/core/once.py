"""What is compiled when it is first asked for: by one thread, once, while the others wait."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Key = TypeVar("Key")
Made = TypeVar("Made")

COMPILING = threading.RLock()
"""Held while code is written and compiled.

Python's own parser may fail where two threads use it (github.com/python/cpython/issues/106905), and
the code of a plan shares the names of its constants.
"""


def once(made: dict[Key, Made], key: Key, make: Callable[[Key], Made]) -> Made:
    """What was made for a key: the same object for all who ever ask.

    Who remembers answers knows it by its identity.
    """
    with COMPILING:
        found = made.get(key)
        if found is None:
            found = made[key] = make(key)
        return found
