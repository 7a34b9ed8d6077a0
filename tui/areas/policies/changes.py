"""What a text changes against another version: in meaning, and line by line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.areas.policies import asking
from tui.areas.policies.model import base_of
from tui.areas.policies.panels import Panels
from tui.areas.policies.said import meaning_lines, text_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.services.comparing import Difference
    from tui.areas.policies.screen import PoliciesScreen

    Show = Callable[[Sequence[tuple[str, str]]], None]

_NOTHING = "There is no version before this one to compare it with."


class Changes:
    """The panel of changes."""

    def __init__(self, screen: PoliciesScreen) -> None:
        self.screen = screen
        self._by_text = False
        self._follows = False
        """Whether the panel tells of the text as it is typed."""

    def toggle(self) -> None:
        """In meaning; once more: line by line."""
        panels = self.screen.query_one(Panels)
        self._by_text = panels.active == "changes" and not self._by_text
        self._compare(self._show_and_follow)

    def follow(self) -> None:
        """The text was typed into: tell what it changes now, if that is seen."""
        panels = self.screen.query_one(Panels)
        if self._follows and panels.active == "changes":
            self._compare(panels.show_changes)

    def show(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show a difference that stays as it is."""
        self._follows = False
        panels = self.screen.query_one(Panels)
        panels.show_changes(lines)
        panels.go_to("changes")

    def _show_and_follow(self, lines: Sequence[tuple[str, str]]) -> None:
        self.show(lines)
        self._follows = True

    def _compare(self, show: Show) -> None:
        screen = self.screen
        opened, checked = screen.paper.opened, screen.looking.checked
        base = None if opened is None else base_of(screen.groups, opened.entry)
        if opened is None or base is None:
            show([(_NOTHING, "dim")])
        elif self._by_text or checked is None or not checked.is_clean:
            text, names = screen.editor.text, (base.name, opened.entry.name)

            def told(old: str) -> None:
                show(list(text_lines(old, text, names)))

            screen.ask(partial(asking.text_of, base), told, group="difference")
        elif opened.path is None:
            question = partial(asking.compare_stored, screen.backend, base, opened.entry)
            screen.ask(question, partial(_meant, show), group="difference")
        else:
            question = partial(asking.compare, screen.backend, checked, base)
            screen.ask(question, partial(_meant, show), group="difference")


def _meant(show: Show, found: Difference) -> None:
    show([*meaning_lines(found), ("f3 once more shows it line by line", "dim")])
