"""A draft beside the versions of a store: what publishing it would be refused for, told before."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from dunlang.checking.check import check_together
from engine.services.comparing import version_in
from engine.services.published import known_versions

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from dunlang.checking.checked import Checked
    from dunlang.diagnostics import Diagnostic
    from engine.services.policies import Policies
    from engine.services.policy_lists import Listed
    from engine.store.database import Database

Trees: TypeAlias = "Mapping[tuple[str, int, str], Checked]"
"""Versions that count, by id, number and SHA-256."""


def counting(
    database: Database, versions: Iterable[Listed], today: datetime.date, known: Trees
) -> Trees:
    """The versions of a store beside which a draft has to stand, as they are listed.

    Neither those that were rejected nor those whose time is over; those that are known are not
    read again. Raises StoreError.
    """
    found: dict[tuple[str, int, str], Checked] = {}
    with database.reading() as connection:
        for each in versions:
            version = each.version
            if version.state == "rejected" or (each.until is not None and each.until < today):
                continue
            key = version.policy, version.version, version.sha256
            tree = known.get(key)
            if tree is None:
                tree = known_versions(connection, [version])[0].compiled.checked
            if tree is not None:
                found[key] = tree
    return found


def problems_beside(draft: Policies, others: Trees) -> tuple[Diagnostic, ...]:
    """What is wrong with a draft beside the versions that count; nothing if it has errors itself.

    A version with the draft's own number is left out: that is another question.
    """
    own = version_in(draft)
    if isinstance(own, int):
        return ()
    name = own.checked.id, own.checked.version
    rest = [tree for key, tree in others.items() if key[:2] != name]
    before = set(check_together(rest))
    found = check_together([*rest, own.checked])
    return tuple(each for each in found if each not in before)
