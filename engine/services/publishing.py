"""Versions of policies: published for good, and in effect once another person approved them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dunlang.checking.check import check_together
from dunlang.diagnostics import has_errors
from dunlang.suggest import did_you_mean, listed
from engine.core.calendar import date_of
from engine.services.actors import Refused, not_allowed
from engine.services.dropped_stages import left_behind
from engine.services.library import FileLibrary
from engine.services.published import Known, differing, known_versions
from engine.services.version_parts import compiled, gathered, text_name, written_calendars
from engine.services.webhook_events import policy_approved
from engine.store import audit
from engine.store import policies as store
from engine.store.policies import StoredVersion, digest
from engine.store.schema.base import canonical

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from dunlang.checking.checked import Checked
    from dunlang.diagnostics import Diagnostic
    from dunlang.plan import Plan
    from engine.services.actors import Actor
    from engine.services.dropped_stages import LeftBehind
    from engine.services.policies import Policies
    from engine.services.version_parts import Compiled
    from engine.store.database import Database
    from engine.store.policies import StoredPart

FAULTY = "S301"
OTHER_TEXT = "S302"
NOT_AFTER = "S303"
NOT_ABOVE = "S304"
LEFT_BEHIND = "S305"
OTHER_BASE = "S306"
NOTHING = "S307"
CHANGING = "S308"
TOO_HIGH = "S309"
UNKNOWN = "S311"
OWN = "S312"
DONE_ALREADY = "S313"
REJECTED = "S314"
NO_REASON = "S315"

HIGHEST = 999_999_999
"""The highest number of a version that a database keeps."""
LOCK = "policies"
"""Only one publishes or approves at a time."""

_TOLD_HERE = frozenset({"D120", "D121", "D124"})
"""Codes of versions side by side for which publishing has words of its own."""


@dataclass(frozen=True, slots=True)
class Faulty(Refused):
    """Texts with errors."""

    problems: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of publishing one version, or of deciding about it."""

    version: StoredVersion
    is_new: bool
    """Whether something was written: the same text again is published already."""
    notes: tuple[str, ...] = ()
    """What the person should know; sentences without a full stop."""
    warnings: tuple[Diagnostic, ...] = ()
    """About this version beside those that are published."""


@dataclass(frozen=True, slots=True)
class NewText:
    """A version that is to be published, with everything that it reads."""

    compiled: Compiled
    """From what will be kept; the checked tree is that of what was given: problems point to it."""
    plan: Plan
    parts: tuple[StoredPart, ...]
    calendars: Mapping[str, dict[str, object]]

    @property
    def name(self) -> str:
        """`de_standard version 3`, for messages."""
        return f"{self.plan.id} version {self.plan.version}"


def publish(
    database: Database, actor: Actor, policies: Policies, at: datetime.datetime
) -> tuple[Publication, ...] | Refused:
    """Keep every version among these policies for good: all of them, or none.

    They are checked already; one with errors is refused. A version takes effect when another
    person approves it. Raises StoreError, and OSError for a file that cannot be read.
    """
    refused = not_allowed(actor, "publish", "publish a policy")
    if refused is not None:
        return refused
    if has_errors(policies.problems):
        return faulty(policies.problems)
    if not policies.plans:
        hint = "name a file that begins with 'policy'; what a policy includes is kept with it"
        return Refused(NOTHING, "there is no policy to publish", hint)
    texts: list[NewText] = []
    for plan in sorted(policies.plans, key=lambda plan: (plan.id, plan.version)):
        text = _with_parts(plan, policies)
        if isinstance(text, Refused):
            return text
        texts.append(text)
    return publish_texts(database, actor, texts, at)


def publish_texts(
    database: Database, actor: Actor, texts: Sequence[NewText], at: datetime.datetime
) -> tuple[Publication, ...] | Refused:
    """Keep versions for good: all of them, or none. They have no errors. Raises StoreError."""
    refused = not_allowed(actor, "publish", "publish a policy")
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        known = known_versions(connection)
        results: list[Publication] = []
        for text in texts:
            result = _judged(connection, actor, text, known, at)
            if isinstance(result, Refused):
                return result
            results.append(result)
            if result.is_new:
                known.append(Known(result.version, text.compiled))
        for text, result in zip(texts, results, strict=True):
            if result.is_new:
                _keep(connection, text, result.version)
    return tuple(results)


def faulty(problems: Sequence[Diagnostic]) -> Faulty:
    """That texts have errors."""
    message = "a policy with errors cannot be published"
    return Faulty(FAULTY, message, "correct them; nothing was published", tuple(problems))


def _with_parts(plan: Plan, policies: Policies) -> NewText | Refused:
    """A version with all that it reads; what is kept of it means the same, or it is refused."""
    checked, parts = gathered(plan.source, plan.id, plan.version, FileLibrary(policies.sources))
    calendars = written_calendars(plan, policies.calendars)
    return new_text(plan, checked, parts, calendars)


def new_text(
    plan: Plan,
    checked: Checked | None,
    parts: tuple[StoredPart, ...],
    calendars: Mapping[str, dict[str, object]],
) -> NewText | Refused:
    """A version with what it reads, if it means the same without whatever that came from."""
    again = compiled(text_name(plan.id, plan.version), plan.source.text, parts, calendars)
    if checked is None or again.plan != plan:
        message = f"the files of {plan.id} version {plan.version} changed while they were read"
        return Refused(CHANGING, message, "publish it again")
    return NewText(replace(again, checked=checked), plan, parts, calendars)


def _judged(
    connection: Connection,
    actor: Actor,
    text: NewText,
    known: Sequence[Known],
    at: datetime.datetime,
) -> Publication | Refused:
    """What is to be said about publishing a version beside those that are known."""
    plan = text.plan
    same = [each for each in known if each.version.policy == plan.id]
    there = next((each.version for each in same if each.version.version == plan.version), None)
    if there is not None:
        return _again(connection, text, there)
    refused = _out_of_order(text, same) or _on_another_base(text, known)
    if refused is not None:
        return refused
    counting = [each for each in known if each.version.state != "rejected"]
    before = _beside([each.compiled.checked for each in counting])
    found = _beside([*(each.compiled.checked for each in counting), text.compiled.checked])
    new = [each for each in found if each not in before]
    if has_errors(new):
        return faulty(new)
    notes: list[str] = []
    left = left_behind(connection, plan, counting, at)
    if left is not None:
        if left.cases:
            return _leaves(left)
        notes.append(left.note)
    version = StoredVersion(
        row=0,
        policy=plan.id,
        version=plan.version,
        title=plan.title,
        effective=date_of(plan.effective),
        text=plan.source.text,
        sha256=digest(plan.source.text),
        author=actor.name,
        published_at=at,
    )
    return Publication(version, True, tuple(notes), tuple(new))  # noqa: FBT003 - the field's name says it


def _beside(every: Sequence[Checked | None]) -> list[Diagnostic]:
    found = check_together([each for each in every if each is not None])
    return [each for each in found if each.code not in _TOLD_HERE]


def _again(connection: Connection, text: NewText, there: StoredVersion) -> Publication | Refused:
    """The number was published already."""
    when = f"by {there.author} on {there.published_at.date()}"
    if there.text != text.plan.source.text:
        hint = f"a version never changes: publish this text as version {there.version + 1}"
        message = f"{there.name} was published {when} with another text"
        return Refused(OTHER_TEXT, message, hint)
    if there.state == "rejected":
        message = f"{there.name} was rejected by {there.rejected_by}: {there.rejection}"
        return Refused(REJECTED, message, "publish the better text under the next number")
    parts, _ = store.depends_on(connection, there)
    notes: tuple[str, ...] = ()
    changed = differing(parts, text.parts)
    if changed:
        note = f"{listed(changed)} changed since; {there.name} keeps what it read when it was"
        notes = (f"{note} published, and only a new version reads it as it is now",)
    return Publication(there, False, notes)  # noqa: FBT003 - as above


def _out_of_order(text: NewText, same: Sequence[Known]) -> Refused | None:
    """Numbers and days go up from version to version."""
    plan, versions = text.plan, [each.version for each in same]
    if plan.version > HIGHEST:
        message = f"{text.name} has a number that is too high for a store"
        return Refused(TOO_HIGH, message, f"numbers go up to {HIGHEST}")
    newest = max((each.version for each in versions), default=0)
    if plan.version < newest:
        message = f"{text.name} comes after version {newest}, which is published already"
        return Refused(NOT_ABOVE, message, f"give it the number {newest + 1}")
    counting = [each for each in versions if each.state != "rejected"]
    last = max(counting, key=lambda each: each.effective, default=None)
    if last is not None and date_of(plan.effective) <= last.effective:
        message = (
            f"{text.name} takes effect on {date_of(plan.effective)}, and version {last.version}"
            f" already on {last.effective}"
        )
        return Refused(NOT_AFTER, message, f"write a day after {last.effective}")
    return None


def _on_another_base(text: NewText, known: Sequence[Known]) -> Refused | None:
    """What a policy extends must be the text that was published under that name."""
    published = {text_name(k.version.policy, k.version.version): k.version for k in known}
    for part in text.parts:
        base = published.get(part.path) if part.kind == "policy" else None
        if base is not None and base.text != part.text:
            message = f"{text.name} extends {base.name}, and the file of that one was changed"
            hint = (
                "write the published text back:"
                f" 'dun policies show {base.policy} --version {base.version}' prints it"
            )
            return Refused(OTHER_BASE, message, hint)
    return None


def _leaves(left: LeftBehind) -> Refused:
    hint = f"write 'replaces {left.stages[0]}' in the stage that takes its place, or 'running"
    hint += " cases stay with their version' in the header"
    return Refused(LEFT_BEHIND, left.message, hint)


def _keep(connection: Connection, text: NewText, version: StoredVersion) -> None:
    store.add(connection, version, text.parts, text.calendars)
    body = {
        "sha256": version.sha256,
        "effective": version.effective.isoformat(),
        "parts": [[each.kind, each.beside, each.path, each.sha256] for each in text.parts],
        "calendars": {code: digest(canonical(each)) for code, each in text.calendars.items()},
    }
    at, author = version.published_at, version.author
    audit.append(connection, at, author, store.PUBLISHED, version.subject, body)


def approve(
    database: Database, actor: Actor, policy: str, number: int, at: datetime.datetime
) -> Publication | Refused:
    """Let another person's version take effect from its effective date on. Raises StoreError."""
    refused = not_allowed(actor, "approve", "approve a policy")
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        found = undecided(connection, policy, number)
        if isinstance(found, Refused):
            return found
        refused = is_own(connection, found, actor)
        if refused is not None:
            return refused
        known = [each for each in known_versions(connection) if each.version.state != "rejected"]
        plan = next(each.compiled.plan for each in known if each.version == found)
        assert plan is not None  # noqa: S101 - `known_versions` refuses a store with a broken text
        left = left_behind(connection, plan, known, at)
        if left is not None and left.cases:
            return _leaves(left)
        store.approve(connection, found.row, actor.name, at)
        body = {"sha256": found.sha256, "author": found.author}
        approved = replace(found, approver=actor.name, approved_at=at)
        policy_approved(connection, at, approved)
        audit.append(connection, at, actor.name, store.APPROVED, found.subject, body)
    notes = [left.note] if left is not None else []
    if at.astimezone(ZoneInfo(plan.timezone)).date() >= found.effective:
        notes.append(
            f"its effective date {found.effective} has begun: from now on it decides every day"
            " from that date on; runs that were executed stay as they are"
        )
    return Publication(approved, True, tuple(notes))  # noqa: FBT003 - as above


def reject(
    database: Database, actor: Actor, policy: str, number: int, why: str, at: datetime.datetime
) -> Publication | Refused:
    """Let a version that waits never take effect; its author may take it back too.

    It stays in the store, and its number stays used. Raises StoreError.
    """
    with database.writing(LOCK) as connection:
        version = store.version(connection, policy, number)
        is_author = version is not None and version.author == actor.name
        refused = None if is_author else not_allowed(actor, "approve", "reject a policy")
        if refused is not None:
            return refused
        found = undecided(connection, policy, number)
        if isinstance(found, Refused):
            return found
        reason = why.strip()
        if not reason:
            message = f"{found.name} was not rejected: no reason was given"
            return Refused(NO_REASON, message, "say why, for its author and for who asks later")
        store.reject(connection, found.row, actor.name, at, reason)
        body = {"sha256": found.sha256, "reason": reason}
        audit.append(connection, at, actor.name, store.REJECTED, found.subject, body)
    rejected = replace(found, rejected_by=actor.name, rejected_at=at, rejection=reason)
    return Publication(rejected, True)  # noqa: FBT003 - as above


def undecided(connection: Connection, policy: str, number: int) -> StoredVersion | Refused:
    """A version that waits for approval."""
    found = store.version(connection, policy, number)
    if found is None:
        return unknown_version(connection, policy, number)
    if found.approved_at is not None:
        when = f"by {found.approver} on {found.approved_at.date()}"
        hint = "there is nothing left to do"
        return Refused(DONE_ALREADY, f"{found.name} was approved already {when}", hint)
    if found.rejected_at is not None:
        message = f"{found.name} was rejected by {found.rejected_by}: {found.rejection}"
        return Refused(REJECTED, message, "publish the better text under the next number")
    return found


def unknown_version(connection: Connection, policy: str, number: int) -> Refused:
    """Why a version cannot be found, and what was probably meant."""
    every = store.versions(connection)
    numbers = [str(each.version) for each in every if each.policy == policy]
    if numbers:
        what = "version" if len(numbers) == 1 else "versions"
        message = f"there is no {policy} version {number} in the store"
        return Refused(UNKNOWN, message, f"it has {what} {listed(numbers)}")
    hint = did_you_mean(policy, sorted({each.policy for each in every}))
    message = f"there is no policy '{policy}' in the store"
    return Refused(UNKNOWN, message, hint or "'dun policies' lists what there is")


def is_own(connection: Connection, version: StoredVersion, actor: Actor) -> Refused | None:
    """Four eyes: who wrote it does not approve it, under whatever name."""
    people = store.people_behind(connection, actor.name)
    both = people & store.people_behind(connection, version.author)
    if not both and actor.name != version.author:
        return None
    hint = "ask somebody else with the role approver or admin"
    if actor.name == version.author:
        message = f"{actor.name} published {version.name} and cannot approve it as well"
    else:
        names = f"{actor.name} and {version.author}"
        message = f"{names} belong to the same person ({listed(sorted(both))}), and another one"
        message += f" must approve {version.name}"
    return Refused(OWN, message, hint)
