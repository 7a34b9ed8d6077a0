"""People at the command line, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.cli.command import dun

if TYPE_CHECKING:
    from tests.engine.cli.command import Ended

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
OTHER = "staple of correct horses"


def with_password(*words: str, password: str = PASSWORD) -> Ended:
    """A command that is given a password."""
    return dun(*words, "--password-stdin", stdin=f"{password}\n")


def fine(ended: Ended) -> Ended:
    """A command that did what it should."""
    assert ended.code == 0, ended.err
    return ended


def who(**environment: str) -> str:
    """Name and role of who is acting."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        (row,) = fine(dun("whoami", "--format", "json")).rows
    return f"{row['name']} {row['role']}"
