"""What people say about a run, and what they do for its tasks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from engine.services.actors import not_allowed
from engine.services.run_lines import until
from tui.areas.worklist import asking
from tui.areas.worklist.dialogs import HoldEntry, PromiseEntry
from tui.areas.worklist.performing import Performer
from tui.areas.worklist.saying import (
    NOTES,
    OUTCOMES,
    Said,
    added,
    approvable,
    approving,
    counted,
    described,
    taken_back,
    told,
    why_not_approved,
)
from tui.frame.area_screen import AreaScreen
from tui.frame.dialogs import Ask, Choose, Confirm
from tui.widgets.table import Table

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from engine.core.money import Money
    from engine.services.actors import Actor
    from engine.services.proposing import Proposal
    from engine.services.reviewing import Reviewed, Verb
    from engine.services.run_lines import Board, RunLine, Totals
    from engine.services.task_lines import TaskLine
    from tui.areas.worklist.asking import Opened, Outcome
    from tui.areas.worklist.model import Part
    from tui.frame.jobs import Job

_ABOUT = {"approve", "hold", "drop", "release"}
"""What is said about actions."""


class Acting(AreaScreen):
    """The part of the worklist that does things."""

    NAME = "worklist"
    part: Part = "review"
    """What is looked at."""
    opened: Opened | None = None
    """How the run stands; None until the store has answered."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        super().__init__()
        self.performer = Performer(self)
        self.said: list[Said] = []
        self.proposing: Job | None = None

    @property
    def lines(self) -> Table[RunLine]:
        """The list of actions."""
        return cast("Table[RunLine]", self.query_one("#lines", Table))

    @property
    def selected_task(self) -> TaskLine | None:
        """The task that is selected."""
        raise NotImplementedError

    @property
    def board(self) -> Board | None:
        """The run."""
        return None if self.opened is None else self.opened.board

    @property
    def line(self) -> RunLine | None:
        """The action that is selected."""
        return None if self.part == "tasks" else self.lines.selected

    # ----------------------------------------------------------------------- why something is not

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done now."""
        name = action.partition("(")[0]
        actor = self.backend.actor
        refused = {
            "hold": partial(not_allowed, actor, "review", "review a run"),
            "drop": partial(not_allowed, actor, "review", "review a run"),
            "release": partial(not_allowed, actor, "review", "review a run"),
            "undo": partial(not_allowed, actor, "review", "review a run"),
            "finish": partial(not_allowed, actor, "review", "finish a task"),
            "propose": partial(not_allowed, actor, "run", "propose a run"),
            "perform": partial(not_allowed, actor, "run", "perform a run"),
            "promise": partial(not_allowed, actor, "import", "note a promise"),
            "dispute": partial(not_allowed, actor, "import", "note a dispute"),
        }.get(name, lambda: None)()
        return str(refused) if refused is not None else self._not_now(name)

    def _not_now(self, name: str) -> str | None:
        if name == "stop" and not self.performer.is_at_work and not self._is_proposing:
            return "Nothing goes on in the background"
        if name == "perform" and self.performer.is_at_work:
            return "A run is being executed; X stops it"
        if name == "undo" and not self.said:
            return "Nothing was said about actions yet"
        if (
            name in {"promise", "dispute", "customer"}
            and self.line is None
            and self.selected_task is None
        ):
            return "Nothing is selected"
        if name == "finish" and self.selected_task is None:
            return "No task is selected; → leads to the tasks"
        if name in {*_ABOUT, "approve_all", "perform"}:
            return self._not_in_this_run(name)
        return None

    def _not_in_this_run(self, name: str) -> str | None:
        if self.board is None:
            return "No run was proposed yet; n proposes one"
        if self.board.over is not None:
            return self.board.over.message
        if name not in _ABOUT:
            return None
        if self.line is None:
            return "No action is selected"
        # Of many that are marked it is told when they are looked at.
        is_one = name == "approve" and not self.lines.marks
        return why_not_approved(self.line, self.backend.actor) if is_one else None

    # ------------------------------------------------------------------------- said about actions

    def action_approve(self) -> None:
        """Approve the marked actions, or the selected one."""
        chosen, actor = tuple(self.lines.chosen), self.backend.actor
        question = partial(_sorted_out, chosen, actor)
        self.ask(question, partial(self._approve_some, chosen), group="approvals")

    def _approve_some(
        self, chosen: tuple[RunLine, ...], found: tuple[list[RunLine], Totals]
    ) -> None:
        fit, totals = found
        if not fit:
            why = why_not_approved(chosen[0], self.backend.actor)
            self.notify(why or "", severity="warning", markup=False)
        else:
            self._confirm_approval(fit, totals, len(chosen) - len(fit))

    def action_approve_all(self) -> None:
        """Approve everything that waits for what one may give."""
        if self.board is not None:
            question = partial(asking.to_approve, self.backend, self.board.run.day)
            self.work_on("adding up what waits", question, self._approve_all, group="approvals")

    def _approve_all(self, totals: Totals | None) -> None:
        if totals is None:
            return
        if not totals.actions:
            said = f"Nothing waits for an approval that {self.backend.actor.name} may give"
            self.notify(said, severity="warning", markup=False)
            return
        self._confirm_approval((), totals)

    def _confirm_approval(self, lines: Sequence[RunLine], totals: Totals, left: int = 0) -> None:
        dialog = Confirm(approving(totals, left), does="approve them")
        self.app.push_screen(dialog, partial(self._approve, tuple(lines), totals.seen))

    def _approve(
        self,
        lines: tuple[RunLine, ...],
        seen: Mapping[str, str],
        answer: bool | None,  # noqa: FBT001 - the answer of a dialog
    ) -> None:
        if answer:
            self._say("approve", lines, seen)

    def action_hold(self) -> None:
        """Ask until when, and why."""
        chosen = tuple(self.lines.chosen)
        dialog = HoldEntry(_named(chosen), self.backend.today())
        self.app.push_screen(dialog, partial(self._hold, chosen))

    def _hold(self, lines: tuple[RunLine, ...], answer: tuple[datetime.date, str] | None) -> None:
        if answer is not None:
            self._say("hold", lines, _seen(lines), until(*answer))

    def action_drop(self) -> None:
        """Ask why."""
        chosen = tuple(self.lines.chosen)
        hint = "The next run proposes it again, if it is still due."
        dialog = Ask(f"Skip {_named(chosen)}: why?", hint=hint)
        self.app.push_screen(dialog, partial(self._drop, chosen))

    def _drop(self, lines: tuple[RunLine, ...], reason: str | None) -> None:
        if reason:
            self._say("drop", lines, _seen(lines), reason)

    def action_release(self) -> None:
        """Let go what is kept back, or does not go out by itself."""
        chosen = tuple(self.lines.chosen)
        said = f"Let {described(added(chosen))} go. Nothing is sent before the run is executed."
        dialog = Confirm(said, does="let them go")
        self.app.push_screen(dialog, partial(self._release, chosen))

    def _release(
        self,
        lines: tuple[RunLine, ...],
        answer: bool | None,  # noqa: FBT001 - the answer of a dialog
    ) -> None:
        if answer:
            self._say("release", lines, _seen(lines))

    def _say(
        self, verb: Verb, lines: tuple[RunLine, ...], seen: Mapping[str, str], reason: str = ""
    ) -> None:
        if self.board is not None:
            day = self.board.run.day
            question = partial(asking.say, self.backend, verb, day, seen, reason)
            then = partial(self._was_said, Said(verb, day, lines))
            self.ask(question, then, group="say", label="writing it down")

    def _was_said(self, said: Said, outcome: Outcome[Reviewed]) -> None:
        if outcome.refused is not None:
            self.admin.refuse(outcome.refused)  # others were quicker: what is shown is old
        elif outcome.answer is not None:
            self.said.append(said)
            self.lines.clear_marks()
            done = told(said.verb, len(outcome.answer.actions), outcome.answer.others)
            self.notify(done, markup=False)
        self.admin.store_changed()

    def action_undo(self) -> None:
        """Take back what was said last."""
        found = taken_back(self.said[-1])
        if isinstance(found, str):
            self.notify(found, severity="warning", markup=False)
            return
        said = self.said.pop()
        for each in found:
            question = partial(
                asking.say, self.backend, each.verb, said.day, each.cases, each.reason
            )
            self.ask(question, self._was_taken_back, group=f"undo {each.verb} {each.reason}")

    def _was_taken_back(self, outcome: Outcome[Reviewed]) -> None:
        if outcome.refused is not None:
            self.admin.refuse(outcome.refused)
        elif outcome.answer is not None:
            count = len(outcome.answer.actions)
            self.notify(f"Taken back for {counted(count, 'action')}", markup=False)
        self.admin.store_changed()

    # ------------------------------------------------------------------------------ the whole run

    def action_propose(self) -> None:
        """Propose the run of the day that is looked at."""
        question = partial(asking.proposed, self.backend, self.as_of)
        label = f"proposing the run of {self.as_of}"
        self.proposing = self.work_on(label, question, self._proposed, group="propose")

    def _proposed(self, outcome: Outcome[Proposal]) -> None:
        if outcome.refused is not None:
            self.admin.refuse(outcome.refused)
        elif outcome.answer is None:
            self.notify("Stopped; nothing was changed")
        else:
            found = outcome.answer
            said = (
                f"Run of {found.run.day}: {found.new:,} new, {found.changed:,} changed,"
                f" {found.withdrawn:,} withdrawn; nothing is sent"
            )
            if found.over:
                said += f"; {counted(found.over, 'suspension')} would end"
            self.notify(said, markup=False)
        self.admin.store_changed()

    def action_perform(self) -> None:
        """Execute the run."""
        if self.board is not None:
            self.performer.ask(self.board.run.day)

    @property
    def _is_proposing(self) -> bool:
        return any(each is self.proposing for each in self.admin.jobs)

    def action_stop(self) -> None:
        """Stop what goes on."""
        self.performer.stop()
        if self.proposing is not None:
            self.proposing.cancel()

    # --------------------------------------------------------------------------------- the ledger

    @property
    def _case(self) -> tuple[str, Money] | None:
        """The case that is selected, and what is open on it."""
        if self.line is not None:
            return self.line.case, self.line.open_amount
        task = self.selected_task
        return None if task is None else (task.task.case, task.amount)

    def action_promise(self) -> None:
        """Ask how much, and by when."""
        self._ask_promise(None)

    def _ask_promise(self, task: int | None) -> None:
        if self._case is not None:
            case, owed = self._case
            dialog = PromiseEntry(case, owed, self.backend.today())
            self.app.push_screen(dialog, partial(self._promised, case, task))

    def _promised(
        self, case: str, task: int | None, answer: tuple[Money, datetime.date] | None
    ) -> None:
        if answer is not None:
            question = partial(asking.promise, self.backend, case, answer)
            self.ask(question, partial(self._noted, case, task), group="note")

    def action_dispute(self) -> None:
        """Say what will be noted."""
        self._ask_dispute(None)

    def _ask_dispute(self, task: int | None) -> None:
        if self._case is not None:
            case, _ = self._case
            said = f"Note in the ledger that {case} is disputed from today on."
            dialog = Confirm(said, does="note it")
            self.app.push_screen(dialog, partial(self._disputed, case, task))

    def _disputed(
        self,
        case: str,
        task: int | None,
        answer: bool | None,  # noqa: FBT001 - the answer of a dialog
    ) -> None:
        if answer:
            question = partial(asking.dispute, self.backend, case)
            self.ask(question, partial(self._noted, case, task), group="note")

    def _noted(self, case: str, task: int | None, outcome: Outcome[str]) -> None:
        if outcome.refused is not None:
            self.admin.refuse(outcome.refused)
        elif outcome.answer is not None:
            self.notify(f"Noted: {case} {outcome.answer}; n proposes with it", markup=False)
            if task is not None:
                self._finish(task, outcome.answer)
                return
        self.admin.store_changed()

    # -------------------------------------------------------------------------------------- tasks

    def action_finish(self) -> None:
        """Ask what came of the task."""
        task = self.selected_task
        if task is not None:
            dialog = Choose(f"{task.task.text}: what came of it?", list(OUTCOMES))
            self.app.push_screen(dialog, partial(self._came_of_it, task.task.id))

    def _came_of_it(self, number: int, outcome: str | None) -> None:
        if outcome == "promise":
            self._ask_promise(number)
        elif outcome == "dispute":
            self._ask_dispute(number)
        elif outcome == "other":
            self.app.push_screen(Ask("How was it done?"), partial(self._finish, number))
        elif outcome is not None:
            self._finish(number, NOTES[outcome])

    def _finish(self, number: int, note: str | None) -> None:
        if note is not None:
            question = partial(asking.finish, self.backend, number, note)
            self.ask(question, partial(self._finished, number), group=f"finish {number}")

    def _finished(self, number: int, outcome: Outcome[str]) -> None:
        if outcome.refused is not None:
            self.admin.refuse(outcome.refused)
        else:
            self.notify(f"Task {number} is done: {outcome.answer}", markup=False)
        self.admin.store_changed()


def _sorted_out(lines: Sequence[RunLine], actor: Actor) -> tuple[list[RunLine], Totals]:
    """Those that somebody may approve, added up; of a great many that takes a while."""
    fit = approvable(lines, actor)
    return fit, added(fit)


def _seen(lines: Sequence[RunLine]) -> Mapping[str, str]:
    """What the actions said when they were looked at."""
    return {line.case: line.sha256 for line in lines}


def _named(lines: Sequence[RunLine]) -> str:
    """One action by its name, several by their number."""
    if len(lines) == 1:
        return f"{lines[0].stage} of {lines[0].case}"
    return counted(len(lines), "action")
