"""What the lists below the text tell, and where their lines lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.areas.policies.panels import Panels
from tui.areas.policies.said import (
    counted,
    example_line,
    history_line,
    problem_line,
    telling,
)
from tui.areas.policies.tree import PolicyTree
from tui.widgets.editor_text import range_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.diagnostics import Diagnostic
    from engine.core.examples import ExampleResult
    from engine.services.examples import PolicyExamples
    from tui.areas.policies.asking import Checked
    from tui.areas.policies.model import Entry
    from tui.areas.policies.screen import PoliciesScreen


class Telling:
    """Problems, examples and versions."""

    def __init__(self, screen: PoliciesScreen) -> None:
        self.screen = screen
        self._problems: Sequence[Diagnostic] = ()
        self._examples: Sequence[ExampleResult] = ()

    def problems(self, checked: Checked) -> None:
        """What is wrong with the text."""
        panels = self.screen.query_one(Panels)
        self._problems = checked.problems
        name = checked.source.name
        lines = [problem_line(each, name) for each in checked.problems]
        panels.lines("problems").show(lines, "Nothing is wrong with it.")
        panels.title("problems", f"Problems {len(lines)}" if lines else "Problems ✓")
        self.screen.refresh_bindings()

    def examples(self, played: PolicyExamples | None) -> None:
        """What came of the examples."""
        panels = self.screen.query_one(Panels)
        results = played.results if played is not None else ()
        self._examples = telling(results)
        lines = [example_line(each) for each in self._examples]
        if len(self._examples) < len(results):
            rest = counted(len(results) - len(self._examples), "example")
            lines.append([(f"{rest} more that came as expected are not listed", "dim")])
        panels.lines("examples").show(lines, "There is no example to play.")
        passed = sum(each.passed for each in results)
        panels.title("examples", f"Examples {passed}/{len(results)}" if results else "Examples")

    def history(self) -> None:
        """All versions of the policy."""
        panels = self.screen.query_one(Panels)
        versions = self._versions()
        panels.lines("history").show([history_line(each) for each in versions], "There is none.")
        panels.title("history", f"History {len(versions)}" if versions else "History")

    def _versions(self) -> Sequence[Entry]:
        opened, groups = self.screen.paper.opened, self.screen.groups
        name = "" if opened is None else opened.entry.policy
        return next((each.entries for each in groups if name and each.policy == name), ())

    def chosen(self, event: Panels.Chosen) -> None:
        """A line leads to its place in the text, or to a version."""
        editor, versions = self.screen.editor, self._versions()
        if event.panel == "problems" and event.at < len(self._problems):
            problem = self._problems[event.at]
            if problem.span.source.name == editor.name_of_text:
                editor.go_to(range_of(problem.span)[0])
        elif event.panel == "examples" and event.at < len(self._examples):
            result = self._examples[event.at]
            span = result.problems[0].span if result.problems else result.span
            editor.go_to(range_of(span)[0])
        elif event.panel == "history" and event.at < len(versions):
            entry = versions[event.at]
            self.screen.query_one(PolicyTree).select(entry.key)
            self.screen.paper.open(entry, self.screen.type)
