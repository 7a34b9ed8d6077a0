"""Stored versions of policies in arguments and in results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.exits import UsageError

if TYPE_CHECKING:
    from engine.store.policies import StoredVersion

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


def as_json(version: StoredVersion, **more: object) -> dict[str, object]:
    """A version as a value of JSON, without its text."""
    approved, rejected = version.approved_at, version.rejected_at
    return {
        "policy": version.policy,
        "version": version.version,
        "title": version.title,
        "state": version.state,
        "effective": version.effective.isoformat(),
        "sha256": version.sha256,
        "author": version.author,
        "published_at": version.published_at.isoformat(),
        "approver": version.approver,
        "approved_at": None if approved is None else approved.isoformat(),
        "rejected_by": version.rejected_by,
        "rejected_at": None if rejected is None else rejected.isoformat(),
        "rejection": version.rejection,
        **more,
    }
