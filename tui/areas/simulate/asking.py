"""What the screens ask: each waits for the store or for files, so it is called in a thread."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from typing import TYPE_CHECKING

from engine.services.actors import Refused
from engine.services.policies import load_policies
from engine.services.policy_lists import listed_versions
from engine.services.simulation_asked import look_at
from engine.services.simulation_policies import AskedVersion
from engine.services.sources import policy_sources
from engine.services.timeline_cases import Teller
from engine.services.version_files import write_chosen
from tui.areas.simulate.scenario import IN_FORCE, Pick, command_line, in_place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from engine.core.decision import Decision
    from engine.core.simulate import SimulationEvent
    from engine.services.decisions import NoCase
    from engine.services.policy_lists import Listed
    from tui.areas.simulate.scenario import Scenario
    from tui.backend import Backend

OUTSIDE = "M001"
"""The code of what a file system refused."""


def teller_of(backend: Backend, scenario: Scenario) -> Teller:
    """What tells of single cases of a scenario."""
    return Teller(backend.database, backend.actor, scenario.asked)


def why(
    teller: Teller, case: str, on: datetime.date, sides: int
) -> list[Decision | NoCase] | Refused:
    """Why a case stands where it stands on a day, on each side. Raises StoreError."""
    found = []
    for side in range(sides):
        answer = teller.why(case, on, side)
        if isinstance(answer, Refused):
            return answer
        found.append(answer)
    return found


def story(teller: Teller, case: str, sides: int) -> list[list[SimulationEvent]] | Refused:
    """Everything that happens to a case, on each side. Raises StoreError."""
    found = []
    for side in range(sides):
        events = teller.happens(case, side)
        if isinstance(events, Refused):
            return events
        found.append(events)
    return found


def picks(backend: Backend) -> list[Pick] | Refused:
    """The sets of policies that can be played: in force, then every other version and draft.

    Raises StoreError.
    """
    stored = listed_versions(backend.database, backend.actor)
    if isinstance(stored, Refused):
        return stored
    counting = [
        (each.version.policy, each.version.version, each.version.effective)
        for each in stored
        if each.version.state == "approved"
    ]
    every = tuple(AskedVersion(policy=name, version=number) for name, number, _ in counting)
    found = [Pick(IN_FORCE.name, every, is_in_force=True)]
    found += _drafts(backend.folder, stored, counting)
    for each in reversed(stored):
        version = each.version
        versions = in_place(counting, version.policy, version.version, version.effective)
        if set(versions) == set(every):
            continue  # it counts already
        note = f"{version.state}, from {version.effective}"
        found.append(Pick(f"{version.policy} {version.version}", versions, note))
    return found


def _drafts(
    folder: Path, stored: Iterable[Listed], counting: list[tuple[str, int, datetime.date]]
) -> list[Pick]:
    """The policies in files that the store has not, or has with another text."""
    try:
        read = list(policy_sources([folder])) if folder.is_dir() else []
        policies = load_policies(
            (source for _, source, _ in read), (each for _, _, some in read for each in some)
        )
    except OSError:
        return []  # files beside the store are an offer, and policies have a screen of their own
    broken = {each.span.source.name for each in policies.problems if each.severity == "error"}
    known = {(each.version.policy, each.version.version): each.version.text for each in stored}
    found = []
    for plan in policies.plans:
        text = plan.source.text
        if plan.source.name in broken or known.get((plan.id, plan.version)) == text:
            continue
        effective = datetime.date.fromordinal(plan.effective)
        versions = in_place(counting, plan.id, plan.version, effective, text)
        note = f"draft in {plan.source.name}, from {effective}"
        found.append(Pick(f"{plan.id} {plan.version} draft", versions, note))
    names = Counter(each.name for each in found)
    return [each for each in found if names[each.name] == 1]


def commands(backend: Backend, scenario: Scenario, folder: Path) -> list[str] | Refused:
    """The commands that repeat a scenario, one a side; what they read is written to a folder.

    Raises StoreError.
    """
    sides = [each for each in (scenario, scenario.other) if each is not None]
    ready = look_at(backend.database, backend.actor, scenario.asked)
    if isinstance(ready, Refused):
        return ready
    found = []
    try:
        what_if = None
        if scenario.supposed:
            folder.mkdir(parents=True, exist_ok=True)
            what_if = folder / "what-if.ndjson"
            rows = (json.dumps(each.columns) for each in scenario.supposed)
            what_if.write_text("".join(f"{row}\n" for row in rows), encoding="ascii")
        for number, (side, chosen) in enumerate(zip(sides, ready.sides, strict=True)):
            files: list[Path] = []
            if not side.side.is_in_force:
                files = write_chosen(backend.database, chosen, folder / f"policies-{'ab'[number]}")
            found.append(command_line(side, backend.name, files, what_if))
    except OSError as error:
        why_not = (error.strerror or str(error)).lower()
        return Refused(OUTSIDE, f"{error.filename or folder}: {why_not}", "name another folder")
    return found
