"""All that a person wants to see of a case: where it stands, why, and why it is nowhere else."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.services.actors import Refused, not_allowed
from engine.services.case_record import Told, case_record
from engine.services.case_story import CaseStory, story_of
from engine.services.decisions import NoCase
from engine.services.stored_company import company
from engine.store.ledger import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dunlang.plan import StagePlan
    from engine.core.decision import Because
    from engine.services.actors import Actor
    from engine.services.stored_company import InForce
    from engine.store.database import Database

Standing: TypeAlias = Literal["done", "now", "next", "later", "left out", "never"]
"""Executed; to be executed today; the next one; one after it; skipped; not in sight."""


@dataclass(frozen=True, slots=True)
class StageLook:
    """A stage of the ladder, seen from a case on a day."""

    stage: str
    title: str
    standing: Standing
    on: datetime.date | None
    """Executed then; or executed then if nothing changes. None: nobody can say."""
    why: str
    """What keeps it from being executed today, the first of it, as a sentence without full stop."""
    file: str
    line: int
    """Where the policy says so."""


@dataclass(frozen=True, slots=True)
class CaseLook:
    """A case on a day."""

    case: str
    """As it was asked for; `story.decision.case` is the account that answers for an invoice."""
    story: CaseStory
    told: tuple[Told, ...]
    """What happened, in the order in which it became known."""
    stages: tuple[StageLook, ...]
    texts: Mapping[str, str]
    """The files of policies that are cited."""


def look_at_case(
    database: Database,
    actor: Actor,
    now: InForce,
    case: str,
    on: datetime.date,
    at: datetime.datetime,
) -> CaseLook | NoCase | Refused:
    """How a case stands on a day, with everything that led there. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at a case")
    if refused is not None:
        return refused
    with database.reading() as connection:
        owner = owner_of(connection, case) if case.isprintable() else None
        if owner is None:
            return NoCase(f"there is no case '{case}' in the store")
        seen = company(connection, now, debtors=[owner])
    story = story_of(seen.index, now.together, case, on, explain=True)
    if isinstance(story, NoCase):
        return story
    record = case_record(database, actor, case, at, now)
    if isinstance(record, Refused):
        return record
    cited = {each.file for each in story.decision.because}
    texts = {each.name: each.text for each in now.policies.sources if each.name in cited}
    return CaseLook(case, story, record.told, tuple(stages_of(story)), texts)


def stages_of(story: CaseStory) -> Iterator[StageLook]:
    """Every stage of the ladder: when it was or would be executed, and what it waits for first."""
    decision = story.decision
    done = {each.stage: each.day for each in story.done}
    ahead = {each.stage: each.on for each in reversed(story.ahead) if each.event == "stage"}
    before: StagePlan | None = None
    for stage in story.ladder:
        why, line, on = "", stage.span.line, None
        standing: Standing = "never"
        if stage.skipped is not None:
            standing, line = "left out", stage.skipped.line
            why = stage.skipped.source.line(line).strip()
        elif stage.id in done:
            standing, on = "done", datetime.date.fromordinal(done[stage.id])
        elif decision.outcome == "act" and decision.stage == stage.id:
            standing, on = "now", decision.on
        elif decision.next is not None and decision.next.stage == stage.id:
            standing, on = "next", decision.next.due
            why, line = _waits_for(story, stage)
            if decision.outcome == "held":
                why = f"the case is held: {decision.reason}"
        elif stage.id in ahead:
            standing, on = "later", ahead[stage.id]
            why = f"'{before.title}' comes first" if before is not None else ""
            if before is not None and before.id in done:
                why, line = _waits_for(story, stage)
        else:
            why = _why_never(story, stage, before)
        if stage.skipped is None:
            before = stage
        yield StageLook(stage.id, stage.title, standing, on, why, stage.span.source.name, line)


def _waits_for(story: CaseStory, stage: StagePlan) -> tuple[str, int]:
    """What a stage waits for: the last line that moved it, or the first that does not hold."""
    mine = [each for each in story.decision.because if each.file == stage.span.source.name]
    own = [each for each in mine if _is_in(story, stage, each.line)]
    false = next((each for each in own if not _holds(each)), None)
    if false is not None:
        return f"{false.text}: {false.verdict}", false.line
    day = next((each for each in reversed(own) if _says_day(each)), None)
    if day is not None:
        return f"{day.text}: {day.verdict}", day.line
    return "", stage.span.line


def _is_in(story: CaseStory, stage: StagePlan, line: int) -> bool:
    """Whether a line stands below the heading of a stage."""
    starts = sorted(
        each.span.line for each in story.ladder if each.span.source == stage.span.source
    )
    return max((start for start in starts if start <= line), default=0) == stage.span.line


def _holds(because: Because) -> bool:
    return not because.verdict.startswith(("does not hold", "does not apply"))


def _says_day(because: Because) -> bool:
    return because.verdict.startswith(("earliest", "moved to", "not before"))


def _why_never(story: CaseStory, stage: StagePlan, before: StagePlan | None) -> str:
    """Why a stage is not in sight."""
    decision = story.decision
    said = {
        "settled": "the case is settled",
        "excluded": f"the case is excluded: {decision.reason}",
        "held": f"the case is held: {decision.reason}",
        "no_policy": "no policy covers the case",
        "undecided": f"the case cannot be decided: {decision.reason}",
    }.get(decision.outcome, "")
    if said:
        return said
    reached = [each.id for each in story.ladder]
    last = story.done[-1].stage if story.done else None
    if last in reached and reached.index(last) > reached.index(stage.id):
        return "a later stage was executed already"
    stopped = next((each for each in story.ahead if each.event in {"undecided", "held"}), None)
    if stopped is not None and stopped.reason:
        return f"from {stopped.on} on {stopped.event}: {stopped.reason}"
    if story.no_further:
        return f"it does not come soon, and {story.no_further}"
    if stage.when is not None:
        span = stage.when.span
        return f"{span.source.line(span.line).strip()}: does not hold as far as one can see"
    return f"'{before.title}' is not in sight" if before is not None else "it is not in sight"
