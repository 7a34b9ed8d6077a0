"""Publishing, approving and rejecting: asked for in one sentence, done by two people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.core.calendar import date_of
from tui.areas.policies import asking
from tui.areas.policies.said import Asked, ask_to_approve, ask_to_publish
from tui.frame.dialogs import Ask, Confirm

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.services.actors import Refused
    from engine.services.publishing import Publication
    from tui.areas.policies.model import Entry
    from tui.areas.policies.screen import PoliciesScreen

_WAITING = "only a version that waits for approval can be {}; select one with ◐"


class FourEyes:
    """What two people do with a version."""

    def __init__(self, screen: PoliciesScreen) -> None:
        self.screen = screen
        self.why_not_approve = ""
        """Why this person cannot approve the version that is open; asked when it is opened."""

    def opened(self, entry: Entry) -> None:
        """Another version is open: whether it may be approved is found out before it is tried."""
        self.why_not_approve = ""
        if entry.state == "waiting":
            backend = self.screen.backend
            question = partial(asking.why_not_approve, backend, entry)
            self.screen.ask(question, self._told, group="may approve")

    def _told(self, why: str) -> None:
        self.why_not_approve = why
        self.screen.refresh_bindings()
        self.screen.say(
            f"it waits; {why}" if why else "it waits for approval: A approves it, R not"
        )

    def why_not(self, action: str) -> str | None:
        """Why one of these acts cannot be done now."""
        opened = self.screen.paper.opened
        entry = None if opened is None else opened.entry
        match action:
            case "publish":
                return self._why_not_publish(entry)
            case "approve" | "reject" if entry is None or entry.state != "waiting":
                return _WAITING.format("approved" if action == "approve" else "rejected")
            case "approve":
                return self.why_not_approve or None
            case _:
                return None

    def _why_not_publish(self, entry: Entry | None) -> str | None:
        screen = self.screen
        if entry is None or not entry.policy:
            return "only a policy can be published; select a draft"
        if entry.stored is not None:
            return f"{entry.name} is published already; n begins the next version"
        actor = screen.backend.actor
        if not actor.may("publish"):
            return f"{actor.name} is {actor.role}, who may not publish a policy"
        if screen.paper.is_unsaved:
            return "save the draft first (ctrl+s): what is published is its file"
        checked = screen.looking.checked
        if checked is None:
            return "the draft is being checked"
        if not checked.is_clean:
            return "a draft with errors cannot be published; f8 goes to them"
        return None

    # ------------------------------------------------------------------------------------- acts

    def publish(self) -> None:
        """Ask, then publish the draft."""
        opened, checked = self.screen.paper.opened, self.screen.looking.checked
        if opened is None or opened.path is None or checked is None or not checked.is_clean:
            return
        (plan,) = checked.policies.plans
        played = self.screen.looking.examples
        failed = [each.title for each in played.results if not each.passed] if played else []
        effective = str(date_of(plan.effective))
        asked = ask_to_publish(opened.entry.name, effective, failed, self.screen.looking.effect)
        question = partial(asking.publish_draft, self.screen.backend, opened.path)
        self._confirm(asked, question, "published {}; it counts when another person approves it")

    def approve(self) -> None:
        """Ask, then approve the version."""
        opened = self.screen.paper.opened
        if opened is not None:
            asked = ask_to_approve(opened.entry, self.screen.looking.effect)
            question = partial(asking.approve_version, self.screen.backend, opened.entry)
            self._confirm(asked, question, "approved {}")

    def reject(self) -> None:
        """Ask why, then reject the version."""
        opened = self.screen.paper.opened
        if opened is None:
            return
        entry, backend = opened.entry, self.screen.backend

        def told(why: str | None) -> None:
            if why is not None:
                sentence = f"Reject {entry.name} because: {why}. It never takes effect."
                question = partial(asking.reject_version, backend, entry, why)
                self._confirm(Asked(sentence, "reject it"), question, "rejected {}")

        self.screen.app.push_screen(Ask(f"Why is {entry.name} rejected?"), told)

    def _confirm(
        self, asked: Asked, question: Callable[[], Publication | Refused], said: str
    ) -> None:
        def answered(yes: bool | None) -> None:  # noqa: FBT001 - the answer of the dialog
            if yes:
                self.screen.ask(question, partial(self._done, said), group="four eyes")

        dialog = Confirm(asked.sentence, does=asked.does, count=asked.count)
        self.screen.app.push_screen(dialog, answered)

    def _done(self, said: str, publication: Publication) -> None:
        notes = [said.format(publication.version.name), *publication.notes]
        notes += [each.message for each in publication.warnings]
        self.screen.notify("; ".join(notes), timeout=10, markup=False)
        self.screen.say(notes[0])
        self.screen.admin.store_changed()
