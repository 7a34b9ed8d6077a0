"""Executing a run from a screen: what will happen is said first, and it goes on beside it."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from tui.areas.worklist import asking
from tui.areas.worklist.dialogs import Notice
from tui.areas.worklist.saying import amounts, counted, described
from tui.frame.dialogs import Confirm

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.areas.worklist.asking import Ahead, Performed
    from tui.frame.area_screen import AreaScreen
    from tui.frame.jobs import Job

Severity: TypeAlias = Literal["information", "warning", "error"]
_TOLD = 8
"""Cases that are told one by one."""


class Performer:
    """Executes runs for a screen that stays, the first one of its area."""

    def __init__(self, screen: AreaScreen) -> None:
        """Nothing goes on yet."""
        self.screen = screen
        self.job: Job | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether a run is being executed from here."""
        return any(each is self.job for each in self.screen.admin.jobs)

    def stop(self) -> None:
        """End it after the letters that are under way."""
        if self.job is not None:
            self.job.cancel()

    def ask(self, day: datetime.date) -> None:
        """Look what would happen, say so, and do it when it is confirmed."""
        self._look(day, self._confirm)

    def look(self, day: datetime.date) -> None:
        """Say what would happen, and do nothing."""
        self._look(day, self._tell)

    def _look(self, day: datetime.date, then: Callable[[Ahead | None], None]) -> None:
        question = partial(asking.ahead, self.screen.backend, day)
        self.screen.work_on("adding up the run", question, then, group="ahead")

    def _confirm(self, ahead: Ahead | None) -> None:
        if ahead is None:
            return
        if ahead.not_now is not None:
            self.screen.admin.refuse(ahead.not_now)
        elif not ahead.is_anything:
            self.screen.notify(nothing_ready(ahead), severity="warning", markup=False)
        else:
            count = ahead.ready.actions or ahead.board.counts["failed"]
            does = "send them" if count else "do so"
            dialog = Confirm(sentence(ahead), does=does, count=count or None)
            self.screen.app.push_screen(dialog, partial(self._confirmed, ahead))

    def _confirmed(self, ahead: Ahead, answer: bool | None) -> None:  # noqa: FBT001 - of a dialog
        if answer:
            screen, day = self.screen, ahead.board.run.day
            question = partial(asking.perform, screen.backend, day, ahead.folder)
            label = f"executing the run of {day}"
            self.job = screen.work_on(label, question, self._done, group="perform")

    def _done(self, performed: Performed) -> None:
        screen = self.screen
        if performed.refused is not None:
            screen.admin.refuse(performed.refused)
        else:
            for said, severity in outcome(performed):
                screen.notify(said, severity=severity, timeout=12, markup=False)
        screen.admin.store_changed()

    def _tell(self, ahead: Ahead | None) -> None:
        if ahead is not None:
            title = f"If the run of {ahead.board.run.day} were executed now"
            self.screen.app.push_screen(Notice(title, dry(ahead)))


def sentence(ahead: Ahead) -> str:
    """What executing will do."""
    run, failed = ahead.board.run, ahead.board.counts["failed"]
    if not ahead.ready.actions and not failed:
        return f"Nothing goes out in the run of {run.day}, but {_over(ahead)}."
    said = f"Execute the run of {run.day}: {described(ahead.ready)}. "
    if failed:
        said += f"{counted(failed, 'action')} that failed before {_is(failed)} tried again. "
    if ahead.over:
        said += f"And {_over(ahead)}. "
    return f"{said}Letters go to {ahead.folder}. Whatever changed meanwhile is left out."


def _over(ahead: Ahead) -> str:
    verb = "is" if ahead.over == 1 else "are"
    return f"{counted(ahead.over, 'suspension')} that {verb} over will be on the worklist"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def nothing_ready(ahead: Ahead) -> str:
    """Why there is nothing to execute."""
    waits = ahead.board.counts["review"]
    if waits:
        return f"Nothing is ready: {counted(waits, 'action')} must be looked at first"
    return f"Nothing is left to be sent in the run of {ahead.board.run.day}"


def outcome(performed: Performed) -> list[tuple[str, Severity]]:
    """What came of it: sentences, and how loud they are."""
    done = performed.execution
    if done is None:
        said = "Stopped. What was sent is sent; executing the run again goes on with the rest"
        return [(said, "warning")]
    found: list[tuple[str, Severity]] = []
    found.append((f"{counted(len(done.performed), 'action')} performed", "information"))
    if done.resumed:
        first = _some(done.resumed)
        said = f"{counted(len(done.resumed), 'suspension')} ended: {first}"
        found.append((said, "information"))
    if done.withdrawn:
        first = _some(done.withdrawn)
        said = f"{counted(len(done.withdrawn), 'action')} withdrawn, as facts changed: {first}"
        found.append((said, "warning"))
    if done.failed:
        first = _some(done.failed)
        said = f"{counted(len(done.failed), 'action')} could not be handed over: {first}"
        found.append((f"{said}. Execute again to go on", "error"))
    if done.elsewhere:
        said = f"{counted(done.elsewhere, 'delivery', 'deliveries')} in other hands"
        found.append((said, "information"))
    return found


def _some(cases: tuple[tuple[str, str], ...]) -> str:
    shown = "; ".join(f"{case}: {why}" for case, why in cases[:_TOLD])
    more = len(cases) - _TOLD
    return f"{shown}; and {more:,} more" if more > 0 else shown


def dry(ahead: Ahead) -> list[str]:
    """What would happen and what would not, line by line."""
    found = [f"would go out: {described(ahead.ready)}"]
    if ahead.over:
        found.append(f"would be told to be resumed: {counted(ahead.over, 'suspension')}")
    if ahead.sums.groups:
        found.append("what is left in it, ready or waiting for somebody:")
    found += [
        f"  {group.policy} {group.stage} by {', '.join(group.by) or 'nobody'}:"
        f" {group.actions:,}, open {amounts(group.open_amounts)}"
        + (f", fees {amounts(group.fees)}" if group.fees else "")
        for group in ahead.sums.groups
    ]
    found += [f"waits for approval by {who}: {n:,}" for who, n in ahead.sums.approvals.items()]
    if ahead.sums.releases:
        found.append(f"waits to be let go: {ahead.sums.releases:,}")
    found += [f"cannot go out ({why}): {n:,}" for why, n in ahead.sums.blocked.items()]
    counts = ahead.board.counts
    if counts["held"]:
        found.append(f"held or skipped: {counts['held']:,}")
    if counts["failed"]:
        found.append(f"begun and not out yet: {counts['failed']:,}")
    if ahead.sums.idle:
        found.append(ahead.sums.idle)
    if ahead.not_now is not None:
        found.insert(0, f"but it cannot be executed: {ahead.not_now}")
    return [*found, f"letters go to {ahead.folder}"]
