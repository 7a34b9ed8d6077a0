"""The policies that a simulation is played with: those in force, stored versions, drafts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dunlang.checking.check import check_together
from dunlang.diagnostics import has_errors
from engine.services.actors import Refused
from engine.services.given_text import draft
from engine.services.published import known_versions, together
from engine.services.publishing import Faulty, faulty, unknown_version
from engine.services.stored_company import InForce, in_force_now
from engine.services.version_parts import compiled, text_name
from engine.store import policies as store
from engine.store.policies import StoredPart, digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.plain import Plain
    from engine.services.publishing import NewText
    from engine.services.version_parts import Compiled
    from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class AskedVersion:
    """A version to play with: a draft by its text, or one of the store by id and number."""

    text: str | None = None
    policy: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """Versions to play with, as they are kept with a simulation."""

    given: tuple[Plain, ...]
    """From these they are compiled again."""
    policies: InForce

    @property
    def plain(self) -> list[Plain]:
        """Which versions they are."""
        return plain_versions(self.policies.versions)


def plain_versions(versions: Sequence[tuple[str, int, str]]) -> list[Plain]:
    """Id, number and SHA-256 of versions as objects of JSON."""
    return [
        {"policy": policy, "version": version, "sha256": sha256}
        for policy, version, sha256 in versions
    ]


def choose(
    database: Database,
    asked: Sequence[AskedVersion] | None,
    counting: InForce | Refused | None = None,
) -> Chosen | Refused:
    """Some versions, checked side by side; None: those in force. Raises StoreError.

    `counting` are those in force, for who has them compiled already.
    """
    if asked is None:
        now = counting or in_force_now(database)
        if isinstance(now, Refused):
            return now
        return Chosen(tuple(plain_versions(now.versions)), now)
    drafts: dict[int, NewText] = {}
    for place, each in enumerate(asked):
        if each.text is not None:
            found = draft(database, each.text)
            if isinstance(found, Refused):
                return _not_to_play(found)
            drafts[place] = found
    with database.reading() as connection:
        versions: list[Compiled] = []
        given: list[Plain] = []
        for place, each in enumerate(asked):
            new = drafts.get(place)
            if new is not None:
                versions.append(new.compiled)
                given.append(_kept(new))
                continue
            stored = store.version(connection, each.policy, each.version)
            if stored is None:
                return unknown_version(connection, each.policy, each.version)
            versions.append(known_versions(connection, [stored])[0].compiled)
            given += plain_versions([(stored.policy, stored.version, stored.sha256)])
    problems = check_together([each.checked for each in versions if each.checked is not None])
    if has_errors(problems):
        return _not_to_play(faulty(problems))
    return Chosen(tuple(given), _side_by_side(versions, given))


def _not_to_play(why: Refused) -> Refused:
    if isinstance(why, Faulty):
        return replace(
            why, message="a policy with errors cannot be played", hint="correct it and ask again"
        )
    return why


def _kept(new: NewText) -> Plain:
    text = new.plan.source.text
    return {
        "policy": new.plan.id,
        "version": new.plan.version,
        "sha256": digest(text),
        "text": text,
        "parts": [[each.kind, each.beside, each.path, each.text] for each in new.parts],
        "calendars": dict(new.calendars),
    }


def chosen_again(connection: Connection, given: Sequence[Mapping[str, Any]]) -> InForce | Refused:
    """The versions that were chosen, from what was kept. Raises StoreError."""
    versions: list[Compiled] = []
    for each in given:
        policy, number = each["policy"], each["version"]
        if "text" in each:
            parts = [StoredPart(*part) for part in each["parts"]]
            name = text_name(policy, number)
            versions.append(compiled(name, each["text"], parts, each["calendars"]))
            continue
        stored = store.version(connection, policy, number)
        if stored is None or stored.sha256 != each["sha256"]:
            return unknown_version(connection, policy, number)
        versions.append(known_versions(connection, [stored])[0].compiled)
    return _side_by_side(versions, given)


def _side_by_side(versions: Sequence[Compiled], given: Sequence[Mapping[str, Any]]) -> InForce:
    policies = together(versions)
    names = tuple((each["policy"], each["version"], each["sha256"]) for each in given)
    return InForce(policies, policies.together(), policies.declared, names)
