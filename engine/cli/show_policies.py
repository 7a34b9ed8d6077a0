"""Stored versions of policies in arguments."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

import typer

from engine.cli.exits import UsageError

PolicyId: TypeAlias = Annotated[
    str, typer.Argument(metavar="POLICY", help="The id of the policy, such as de_standard.")
]
VersionNumber: TypeAlias = Annotated[
    str, typer.Option("--version", metavar="N", help="The number of the version.")
]


def a_version(text: str) -> int:
    """The number in `--version`."""
    # No version has ten digits, and a database keeps no more.
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < 1:
        message = f"--version takes the number of a version such as 3, not '{text}'"
        raise UsageError(message)
    return int(text)
