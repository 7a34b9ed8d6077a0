"""What the screen asks: each waits for files or for the store, so it is called in a thread."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic, has_errors, in_order
from dunlang.printing.fmt import format_source
from engine.services.actors import Refused
from engine.services.approvable import why_not_to_approve
from engine.services.beside import Trees, counting, problems_beside
from engine.services.comparing import Difference, Effect, difference, version_in
from engine.services.examples import PolicyExamples, examples_while_wanted
from engine.services.impact import governed, impact_of, stored_alone
from engine.services.policies import Policies, load_policies
from engine.services.policy_lists import listed_versions
from engine.services.publishing import Publication, approve, publish, reject
from engine.services.sources import policy_sources
from engine.services.stored_difference import difference_of_store, difference_to_draft
from engine.services.watch import Watch
from tui.areas.policies.files import read_file
from tui.areas.policies.model import Entry, FileFound, Group, desk

if TYPE_CHECKING:
    from collections.abc import Container

    from dunlang.source import Source
    from tui.backend import Backend
    from tui.frame.jobs import Job

OUTSIDE = "P001"
"""The code of what a file system refused."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that there is of policies."""

    groups: tuple[Group, ...]
    trees: Trees
    """The versions that count, to look at drafts beside them."""
    trouble: str = ""
    """What could not be read; else empty."""


def read_desk(backend: Backend, on: datetime.date, known: Trees) -> Desk | Refused:
    """The versions in files and in the store. Raises StoreError."""
    stored = listed_versions(backend.database, backend.actor)
    if isinstance(stored, Refused):
        return stored
    trees = counting(backend.database, stored, backend.today(), known)
    published = {each.version.text for each in stored}
    files, trouble = _files(backend.folder, published, trees)
    return Desk(desk(files, stored, on), trees, trouble)


def _files(folder: Path, published: Container[str], trees: Trees) -> tuple[list[FileFound], str]:
    """The files in a folder; what was published so has no errors, and is not looked at again."""
    if not folder.exists():
        return [], ""
    files: list[FileFound] = []
    try:
        for path, source, found in policy_sources([folder]):
            errors = 0
            if has_errors(found):
                errors = len(found)
            elif source.text not in published:
                checked = check(source, trees)
                problems = () if isinstance(checked, Refused) else checked.problems
                errors = sum(each.severity == "error" for each in problems)
            files.append(FileFound(path, source.text, errors, not has_errors(found)))
    except OSError as error:
        return files, f"{error.filename or folder}: {(error.strerror or str(error)).lower()}"
    return files, ""


# --------------------------------------------------------------------------------- of one text


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of looking at a text."""

    source: Source
    policies: Policies
    problems: tuple[Diagnostic, ...]
    is_clean: bool
    """Whether it is a policy without errors."""


def check(source: Source, trees: Trees) -> Checked | Refused:
    """Everything that is wrong with a text, with what it extends and includes in files.

    `trees`: the versions that count, beside which it would be published.
    """
    try:
        found = load_policies([source])
    except OSError as error:
        said = f"{error.filename}: {(error.strerror or str(error)).lower()}"
        return Refused(OUTSIDE, f"the text cannot be checked: {said}", "look at that file")
    is_policy = len(found.plans) == 1 and found.usable
    beside = problems_beside(found, trees) if is_policy else ()
    problems = tuple(in_order([*found.problems, *beside]))
    return Checked(source, found, problems, is_policy and not has_errors(beside))


def not_a_text(source: Source, problems: tuple[Diagnostic, ...]) -> Checked:
    """What is told of a file whose bytes are no text."""
    return Checked(source, Policies((), (), ()), problems, is_clean=False)


def check_stored(backend: Backend, entry: Entry) -> Checked | Refused:
    """A version of the store, which was published without errors. Raises StoreError."""
    found = stored_alone(backend.database, backend.actor, entry.policy, entry.number)
    if isinstance(found, Refused):
        return found
    return Checked(found.sources[0], found, found.problems, is_clean=True)


def formatted(source: Source) -> str | Refused:
    """The text in its one layout."""
    text, problems = format_source(source)
    if text is not None:
        return text
    first = next(each for each in problems if each.severity == "error")
    message = f"the text was not formatted: line {first.span.line}: {first.message}"
    return Refused(first.code, message, first.hint)


def examples(checked: Checked, job: Job) -> PolicyExamples | None:
    """The examples of a policy and what came of them; None once nobody wants to know."""
    (plan,) = checked.policies.plans
    watch = Watch(job.tell, lambda: job.is_cancelled)
    return examples_while_wanted(checked.policies, plan, watch)


def impact(backend: Backend, checked: Checked, on: datetime.date, job: Job) -> Effect | Refused:
    """What the draft would change in the run of a day. Raises StoreError."""
    counting_now = backend.in_force()
    now = None if isinstance(counting_now, Refused) else counting_now
    watch = Watch(job.tell, lambda: job.is_cancelled)
    found = impact_of(backend.database, backend.actor, now, checked.policies, on, watch)
    return Effect(on, frozenset()) if found is None else found


def cases(backend: Backend, on: datetime.date, job: Job) -> Counter[tuple[str, int]] | Refused:
    """How many open cases each version decides. Raises StoreError."""
    now = backend.in_force()
    if isinstance(now, Refused):
        return Counter()  # nothing is in force yet, and that is nobody's mistake
    watch = Watch(job.tell, lambda: job.is_cancelled)
    found = governed(backend.database, backend.actor, now, on, watch)
    return Counter() if found is None else found


def compare(backend: Backend, checked: Checked, base: Entry) -> Difference | Refused:
    """What a text changes against another version. Raises StoreError."""
    if base.stored is not None:
        return difference_to_draft(backend.database, backend.actor, base.number, checked.policies)
    if base.path is None:
        return Refused(OUTSIDE, f"{base.name} is nowhere to be found")
    on_disk = read_file(base.path)
    text = "" if on_disk is None else on_disk.text
    old = version_in(load_policies([type(checked.source)(str(base.path), text)]))
    new = version_in(checked.policies)
    if isinstance(old, int) or isinstance(new, int):
        return Refused(OUTSIDE, f"{base.name} has errors, so nothing can be compared with it")
    return difference(old.checked, new.checked)


def text_of(entry: Entry) -> str | Refused:
    """The text of a version: of the store, else of its file."""
    if entry.stored is not None:
        return entry.stored.version.text
    try:
        found = None if entry.path is None else read_file(entry.path)
    except OSError as error:
        return Refused(OUTSIDE, f"{entry.name} cannot be read: {error.strerror or error}".lower())
    return "" if found is None else found.text


def compare_stored(backend: Backend, old: Entry, new: Entry) -> Difference | Refused:
    """What changed between two versions of the store. Raises StoreError."""
    found = difference_of_store(backend.database, backend.actor, new.policy, old.number, new.number)
    return found if isinstance(found, Refused) else found[0]


# ------------------------------------------------------------------------------- four eyes


def publish_draft(backend: Backend, path: Path) -> Publication | Refused:
    """Publish the file of a draft. Raises StoreError."""
    try:
        on_disk = [(source, found) for _, source, found in policy_sources([path])]
        policies = load_policies(
            (source for source, _ in on_disk), (each for _, found in on_disk for each in found)
        )
        found = publish(backend.database, backend.actor, policies, backend.now())
    except OSError as error:
        message = f"{path.name} was not published: {(error.strerror or str(error)).lower()}"
        return Refused(OUTSIDE, message, "look at the file, and publish it again")
    return found if isinstance(found, Refused) else found[0]


def why_not_approve(backend: Backend, entry: Entry) -> str:
    """Why this person cannot approve a version; empty if they can. Raises StoreError."""
    found = why_not_to_approve(backend.database, backend.actor, entry.policy, entry.number)
    return "" if found is None else str(found)


def approve_version(backend: Backend, entry: Entry) -> Publication | Refused:
    """Approve a version. Raises StoreError."""
    return approve(backend.database, backend.actor, entry.policy, entry.number, backend.now())


def reject_version(backend: Backend, entry: Entry, why: str) -> Publication | Refused:
    """Reject a version. Raises StoreError."""
    actor, now = backend.actor, backend.now()
    return reject(backend.database, actor, entry.policy, entry.number, why, now)
