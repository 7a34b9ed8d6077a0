"""Small policies, and the people who publish and approve them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dunlang.source import Source
from engine.services.actors import Actor, Refused
from engine.services.policies import load_policies, read_policies
from engine.services.publishing import Publication, approve, publish

if TYPE_CHECKING:
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
ANNA = Actor("anna", "manager")
BERTA = Actor("berta", "approver")
CARLA = Actor("carla", "clerk")

Result = TypeVar("Result")

LADDER = """\

stage reminder
  after 3 days overdue
  by email

stage warning
  after 14 days
  by post
  pay within 10 days
"""


def text(
    version: int = 1, effective: str = "2026-01-01", ladder: str = LADDER, more: str = ""
) -> str:
    """A version of the policy `house`."""
    return (
        f"policy house version {version}\n  effective {effective}\n  currency EUR\n"
        f"  timezone Europe/Berlin\n{more}{ladder}"
    )


def put(database: Database, *texts: str, actor: Actor = ANNA) -> tuple[Publication, ...] | Refused:
    """Publish texts that are no files."""
    sources = [Source(f"<{number}>", each) for number, each in enumerate(texts)]
    return publish(database, actor, load_policies(sources), NOW)


def put_files(database: Database, *paths: Path) -> tuple[Publication, ...] | Refused:
    """Publish files and folders."""
    return publish(database, ANNA, read_policies(paths), NOW)


def put_in_force(database: Database, *texts: str) -> None:
    """Publish texts and approve them."""
    for each in new(put(database, *texts)):
        new(approve(database, BERTA, each.version.policy, each.version.version, NOW))


def new(result: Result | Refused) -> Result:
    """A result that was not refused."""
    assert not isinstance(result, Refused), result
    return result


def refused(result: object) -> Refused:
    """The refusal."""
    assert isinstance(result, Refused), result
    return result
