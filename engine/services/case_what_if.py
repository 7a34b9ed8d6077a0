"""A case decided again as if something else had happened to it; nothing is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.services.actors import Refused
from engine.services.case_looks import CaseLook, stages_of
from engine.services.case_story import story_of
from engine.services.decisions import NoCase
from engine.services.simulation_asked import NO_CASE, Asked, BadEvents
from engine.services.simulation_asked import look_at as look_at_asked
from engine.services.timelines import index_of
from engine.store.ledger import families_of, owner_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.services.actors import Actor
    from engine.store.database import Database


def suppose(
    database: Database, actor: Actor, look: CaseLook, events: Sequence[Mapping[str, str]]
) -> CaseLook | Refused:
    """A case on its day with some events more, as rows of an events file. Raises StoreError.

    What was told of the case and the policies are those of `look`.
    """
    on = look.story.decision.on
    ready = look_at_asked(database, actor, Asked(on, on, case=look.case, what_if=events))
    if isinstance(ready, BadEvents):
        first = ready.problems[0]
        return Refused(ready.code, f"this cannot be supposed: {first.message}", first.hint)
    if isinstance(ready, Refused):
        return ready
    with database.reading() as connection:
        owner = owner_of(connection, look.case)
        if owner is None:
            return Refused(NO_CASE, f"there is no case '{look.case}' in the store")
        debtor = families_of(connection, [owner])[owner]
        index = index_of(connection, ready, [debtor], 0)
    policies = ready.sides[0].policies.together
    story = story_of(index, policies, look.case, on, explain=True)
    if isinstance(story, NoCase):
        return Refused(NO_CASE, story.reason, story.hint)
    return replace(look, story=story, stages=tuple(stages_of(story)))
