"""Paths of policies as arguments of a command, and what lies there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.exits import OutsideError, UsageError
from engine.cli.options import STDIN, STDIN_NAME, paths, read_stdin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.services.policies import Policies

DEFAULT_FOLDER = "policies"

PolicyPaths: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Policies: files, folders, or - for standard input (default: policies/).",
        show_default=False,
    ),
]


def given_policies(texts: list[str] | None, default: str) -> Policies:
    """The policies at the paths that were given; `-` alone is standard input."""
    from engine.services.policies import load_policies, read_policies
    from engine.services.sources import source_of

    if texts and STDIN in texts:
        if texts != [STDIN]:
            message = "standard input (-) cannot be combined with other paths"
            raise UsageError(message)
        source, problems = source_of(STDIN_NAME, read_stdin())
        return load_policies([source], problems)
    given = paths(texts, default)
    refuse_missing_default(texts, default)
    policies = read_policies(given)
    if not policies.sources:
        raise OutsideError(no_policy(given))
    return policies


def no_policy(given: Iterable[Path]) -> str:
    """That no policy lies in some folders."""
    return f"there is no policy (*.dun) in {', '.join(map(str, given))}"


def refuse_missing_default(texts: list[str] | None, default: str) -> None:
    """Say what to do where no path was given and the default folder is not there."""
    if not texts and not Path(default).exists():
        message = (
            f"there is no folder '{default}' here; name a file or folder, or try 'dun demo' first"
        )
        raise OutsideError(message)
