"""What is found out about the open text beside typing: problems, examples, what it would change.

One text is looked at at a time; what is asked meanwhile waits, and only the newest is wanted.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from engine.services.actors import Refused
from tui.areas.policies import asking
from tui.areas.policies.asking import Checked
from tui.widgets.policy_text import Remark

if TYPE_CHECKING:
    from textual.timer import Timer

    from engine.services.comparing import Effect
    from engine.services.examples import PolicyExamples
    from tui.areas.policies.screen import PoliciesScreen
    from tui.frame.jobs import Job

IMPACT_AFTER = 0.4
"""Seconds after the last clean text in which its impact is not yet asked for."""


class Looking:
    """What is known about the text that is open."""

    def __init__(self, screen: PoliciesScreen) -> None:
        self.screen = screen
        self.checked: Checked | None = None
        """Of the newest text that was looked at."""
        self.examples: PolicyExamples | None = None
        self.effect: Effect | None = None
        """Of the newest text without errors; None: not known, or not any more."""
        self._locks = {name: threading.Lock() for name in ("check", "examples", "impact")}
        self._timer: Timer | None = None
        self._job: Job | None = None

    def forget(self) -> None:
        """Another text is open."""
        self.checked = self.examples = self.effect = None
        self.stop_impact()

    def stop_impact(self) -> None:
        """Nobody wants to know what the text before would have changed."""
        if self._timer is not None:
            self._timer.stop()
        if self._job is not None:
            self._job.cancel()

    def look(self) -> None:
        """Look at the text as it is now."""
        screen = self.screen
        opened = screen.paper.opened
        if opened is None:
            return
        source, backend = screen.editor.source, screen.backend
        trees = screen.trees
        is_stored = opened.path is None

        def question(job: Job) -> Checked | Refused | None:
            screen.paper.keep_safe(opened, source.text)
            with self._locks["check"]:
                if job.is_cancelled:
                    return None
                if not opened.is_readable:
                    return asking.not_a_text(source, opened.problems)
                if is_stored:
                    return asking.check_stored(backend, opened.entry)
                return asking.check(source, trees)

        screen.work_on("checking", question, self._checked, group="check")

    def _checked(self, checked: Checked | None) -> None:
        opened = self.screen.paper.opened
        if checked is None or opened is None:
            return
        is_stored = opened.path is None
        if not is_stored and checked.source != self.screen.editor.source:
            return
        self.checked, self.examples, self.effect = checked, None, None
        self.screen.editor.show_problems(checked.problems, checked.source)
        self.screen.telling.problems(checked)
        self.stop_impact()
        if not checked.is_clean:
            self.screen.telling.examples(None)
            self.screen.show_impact(None, "Without errors, this shows what the next run would do.")
            return
        self.look_at_examples()
        if opened.entry.state in {"in force", "ended", "rejected"} and not opened.entry.differs:
            said = "A draft shows here what it would change; i works it out for this version."
            self.screen.show_impact(None, said)
        else:
            self.screen.show_impact(None, "Working out what it would change …")
            self._timer = self.screen.set_timer(IMPACT_AFTER, self.look_at_impact)
        self.screen.changes.follow()

    def look_at_examples(self) -> None:
        """Play the examples."""
        checked = self.checked
        if checked is None:
            return

        def question(job: Job) -> tuple[Checked, PolicyExamples | None] | None:
            with self._locks["examples"]:
                return None if job.is_cancelled else (checked, asking.examples(checked, job))

        self.screen.work_on("examples", question, self._played, group="examples")

    def _played(self, found: tuple[Checked, PolicyExamples | None] | None) -> None:
        if found is None or found[0] is not self.checked:
            return
        self.examples = found[1]
        self.screen.telling.examples(found[1])
        self.screen.editor.show_remarks(remarks_of(found[1]))

    def look_at_impact(self) -> None:
        """Work out what the text would change in the next run."""
        checked, screen = self.checked, self.screen
        if checked is None or not checked.is_clean:
            screen.show_impact(None, "Only a policy without errors has an impact.")
            return
        backend, on = screen.backend, screen.as_of
        if self._job is not None:
            self._job.cancel()

        def question(job: Job) -> tuple[Checked, Effect] | Refused | None:
            with self._locks["impact"]:
                if job.is_cancelled:
                    return None
                found = asking.impact(backend, checked, on, job)
                return found if isinstance(found, Refused) else (checked, found)

        self._job = screen.work_on("impact on the next run", question, self._worked, group="impact")

    def _worked(self, found: tuple[Checked, Effect] | None) -> None:
        if found is None or found[0] is not self.checked:
            return
        if self._job is not None and self._job.is_cancelled:
            return
        self.effect = found[1]
        self.screen.show_impact(found[1])


def remarks_of(played: PolicyExamples | None) -> dict[int, Remark]:
    """What came of each example, behind its line in the text; by row."""
    found: dict[int, Remark] = {}
    for result in () if played is None else played.results:
        if result.span.source.name != played_name(played):
            continue
        row = result.span.line - 1
        found[row] = Remark("✓", "good") if result.passed else Remark("✗", "bad")
        for problem in result.problems:
            found[problem.span.line - 1] = Remark(f"✗ {problem.message}", "bad")
        if not result.passed and row not in {p.span.line - 1 for p in result.problems}:
            found[row] = Remark("✗", "bad")
    return found


def played_name(played: PolicyExamples | None) -> str:
    """The name of the text whose examples were played."""
    return "" if played is None else played.plan.source.name
