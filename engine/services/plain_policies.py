"""Versions of policies, and what is wrong with texts, as values of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dunlang.render_formats import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.diagnostics import Diagnostic
    from engine.services.plain import Plain
    from engine.services.policy_lists import Listed, Whole
    from engine.services.publishing import Publication
    from engine.store.policies import StoredVersion


def plain_version(version: StoredVersion, **more: object) -> Plain:
    """A version without its text."""
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


def plain_listed(each: Listed) -> Plain:
    """A version with the last day on which it is in force."""
    until = None if each.until is None else each.until.isoformat()
    return plain_version(each.version, until=until)


def plain_whole(found: Whole) -> Plain:
    """A version with its text, and everything that it reads."""
    return plain_version(
        found.version,
        text=found.version.text,
        parts=[
            {"kind": each.kind, "path": each.path, "sha256": each.sha256, "text": each.text}
            for each in found.parts
        ],
        calendars=dict(found.calendars),
    )


def plain_publication(publication: Publication) -> Plain:
    """What came of publishing a version, or of deciding about it."""
    return plain_version(
        publication.version,
        new=publication.is_new,
        notes=list(publication.notes),
        warnings=plain_problems(publication.warnings),
    )


def plain_problems(problems: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """What is wrong with texts, as `dun check --format json` prints it."""
    found: list[dict[str, Any]] = json.loads(as_json(problems))
    return found
