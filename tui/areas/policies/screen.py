"""The first area: policies as text, with everything that is known about them beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from tui.areas.policies import asking
from tui.areas.policies.changes import Changes
from tui.areas.policies.four_eyes import FourEyes
from tui.areas.policies.looking import Looking
from tui.areas.policies.opened import title
from tui.areas.policies.panels import Panels
from tui.areas.policies.paper import Paper
from tui.areas.policies.said import impact_lines
from tui.areas.policies.telling import Telling
from tui.areas.policies.tree import PolicyTree
from tui.frame.area_screen import AreaScreen
from tui.keys import bindings
from tui.widgets.find_bar import FindBar
from tui.widgets.meaning import Meaning
from tui.widgets.policy_editor import PolicyEditor
from tui.widgets.tones import toned, toned_lines

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.services.beside import Trees
    from engine.services.comparing import Effect
    from tui.areas.policies.asking import Desk
    from tui.areas.policies.model import Entry, Group

_OUTSIDE = 2.0
"""Seconds after which it is looked whether the file was changed by somebody else."""
_WIDE, _HIGH = 110, 40
_ALSO = frozenset(
    {"editor.fix", "editor.format", "editor.find", "editor.next_problem", "editor.previous_problem"}
)
"""What is done to the text also while the list has the keys."""


class PoliciesScreen(AreaScreen):
    """The list, the text, what is wrong with it, and what it would change."""

    NAME = "policies"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("policies"),
        *(each for each in bindings("editor") if isinstance(each, Binding) and each.id in _ALSO),
    ]
    DEFAULT_CSS = """
    PoliciesScreen #side { width: 26; border-right: solid $panel; }
    PoliciesScreen.-wide #side { width: 34; }
    PoliciesScreen.-hidden #side { display: none; }
    PoliciesScreen #impact-box { height: 1fr; min-height: 6; border-top: solid $panel;
        padding: 0 1; scrollbar-size-vertical: 1; }
    PoliciesScreen #main { width: 1fr; }
    PoliciesScreen #title { height: 1; background: $surface; }
    PoliciesScreen Panels { height: 7; }
    PoliciesScreen.-high Panels { height: 14; }
    PoliciesScreen Panels.-tall { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.groups: Sequence[Group] = ()
        self.trees: Trees = {}
        self.editor = PolicyEditor(id="editor")
        self.paper = Paper(self)
        self.looking = Looking(self)
        self.four_eyes = FourEyes(self)
        self.changes = Changes(self)
        self.telling = Telling(self)
        self._wanted = ""
        """The key of the version to open once it is in the list."""

    def body(self) -> ComposeResult:
        """The list on the left, the text and its panels on the right."""
        with Horizontal():
            with Vertical(id="side"):
                yield PolicyTree(id="tree")
                with VerticalScroll(id="impact-box"):
                    yield Static(id="impact", markup=False)
            with Vertical(id="main"):
                yield Static(id="title", markup=False)
                yield FindBar(self.editor)
                yield self.editor
                yield self.editor.popup
                yield Panels()

    def on_mount(self) -> None:
        """Ask what there is."""
        self.show_title()
        self.refresh_data()
        self.set_interval(_OUTSIDE, self.paper.look_outside)

    def on_resize(self, event: events.Resize) -> None:
        """More room is used."""
        self.set_class(event.size.width >= _WIDE, "-wide")
        self.set_class(event.size.height >= _HIGH, "-high")

    # ---------------------------------------------------------------------------------- the list

    def as_of_changed(self, day: datetime.date) -> None:
        """Other versions are in force on another day, and another run is the next one."""
        del day
        self.refresh_data()
        self.looking.look()

    def refresh_data(self) -> None:
        """Ask for the versions, and how many cases each decides."""
        self.refresh_desk()
        backend, on = self.backend, self.as_of
        self.work_on(
            "counting cases",
            partial(asking.cases, backend, on),
            self.query_one(PolicyTree).count,
            group="cases",
        )

    def refresh_desk(self) -> None:
        """Ask for the versions alone: a file was written, and no case is decided otherwise."""
        backend, on = self.backend, self.as_of
        self.ask(partial(asking.read_desk, backend, on, self.trees), self._show_desk, group="desk")

    def _show_desk(self, found: Desk) -> None:
        self.groups, self.trees = found.groups, found.trees
        tree = self.query_one(PolicyTree)
        self.note = found.trouble or self.note
        opened = self.paper.opened
        entries = [each for group in found.groups for each in group.entries]
        if not self._wanted and opened is not None:
            same = next((each for each in entries if _is_same(each, opened.entry)), None)
            tree.show(found.groups, "" if same is None else same.key)
            if same is not None and same != opened.entry:
                self.paper.becomes(same)
            elif same is not None:
                self.four_eyes.opened(same)  # it may be somebody else who looks at it now
            self.telling.history()
            return
        wanted = next((each for each in entries if each.key == self._wanted), None)
        first = wanted or min(entries, key=_urgency, default=None)
        tree.show(found.groups, "" if first is None else first.key)
        if first is not None:
            self.paper.open(first, self.type if wanted is not None else None)
        self._wanted = ""

    def begin_with(self, key: str) -> None:
        """A new draft was written: open it."""
        self._wanted = key
        self.refresh_desk()

    @on(PolicyTree.Selected)
    def _selected(self, event: PolicyTree.Selected) -> None:
        """The text follows the list, unless something would be left unsaved."""
        if event.is_opened:
            self.paper.open(event.entry, self.type)
        elif self.query_one(PolicyTree).has_focus and not self.paper.is_unsaved:
            self.paper.open(event.entry)

    def type(self) -> None:
        """Let the editor have the keys."""
        self.editor.focus()

    def opened(self) -> None:
        """Another text is open, or it was read again."""
        opened = self.paper.opened
        self.show_title()
        if opened is None:
            return
        self.trail = (opened.entry.policy, str(opened.entry.number)) if opened.entry.policy else ()
        self.four_eyes.opened(opened.entry)
        self.telling.history()
        self.refresh_bindings()

    # ---------------------------------------------------------------------------- what is told

    def show_title(self) -> None:
        """The line above the text."""
        pieces = title(self.paper.opened, self.editor.text)
        line = toned(pieces, self.app.current_theme)
        self.query_one("#title", Static).update(line, layout=False)

    def say(self, text: str) -> None:
        """Say something in the status line."""
        self.note = text.replace("\n", " · ")

    def show_impact(self, effect: Effect | None, said: str = "") -> None:
        """What the text would change in the next run."""
        lines = list(impact_lines(effect)) if effect is not None else [(said, "dim")]
        text = toned_lines([("Impact on the next run", "bold"), *lines], self.app.current_theme)
        self.query_one("#impact", Static).update(text)

    # ------------------------------------------------------------------------------- the editor

    @on(PolicyEditor.Settled)
    def _settled(self) -> None:
        self.show_title()
        self.looking.look()

    @on(PolicyEditor.Left)
    def _left(self) -> None:
        self.set_class(False, "-hidden")  # noqa: FBT003 - Textual's
        self.query_one(PolicyTree).focus()

    @on(PolicyEditor.Told)
    def _told(self, event: PolicyEditor.Told) -> None:
        self.say(event.text)

    @on(PolicyEditor.Wants)
    def _wants(self, event: PolicyEditor.Wants) -> None:
        if event.what == "find":
            self.query_one(FindBar).open()
        elif event.what == "format":
            question = partial(asking.formatted, self.editor.source)
            self.ask(question, self.editor.write, group="format")

    @on(Panels.Chosen)
    def _chosen(self, event: Panels.Chosen) -> None:
        self.telling.chosen(event)

    # ------------------------------------------------------------------------------- keys

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done now."""
        if action == "save":
            opened = self.paper.opened
            return opened.why_read_only or None if opened is not None else "nothing is open"
        return self.four_eyes.why_not(action)

    def action_save(self) -> None:
        """Save the draft."""
        self.paper.save()

    def action_fix(self) -> None:
        """Do what the problem in the text says."""
        self.editor.action_fix()

    def action_format(self) -> None:
        """Bring the text into its one layout."""
        self.editor.action_format()

    def action_find(self) -> None:
        """Find and replace."""
        self.editor.action_find()

    def action_next_problem(self, step: int = 1) -> None:
        """Go to another problem."""
        self.editor.action_next_problem(step)

    def action_difference(self) -> None:
        """Changes in meaning; once more: line by line."""
        self.changes.toggle()

    def action_examples(self) -> None:
        """Show the examples."""
        self.query_one(Panels).go_to("examples")

    def action_history(self) -> None:
        """Show all versions."""
        self.query_one(Panels).go_to("history")

    def action_sidebar(self) -> None:
        """Show or hide the list."""
        self.toggle_class("-hidden")
        if self.has_class("-hidden"):
            self.editor.focus()

    def action_external(self) -> None:
        """Go on in another editor."""
        self.paper.go_outside()

    def action_new(self) -> None:
        """Begin a draft."""
        self.paper.begin()

    def action_impact(self) -> None:
        """Work out the impact again."""
        self.show_impact(None, "Working out what it would change …")
        self.looking.look_at_impact()

    def action_publish(self) -> None:
        """Publish the draft."""
        self.four_eyes.publish()

    def action_approve(self) -> None:
        """Approve the version."""
        self.four_eyes.approve()

    def action_reject(self) -> None:
        """Reject the version."""
        self.four_eyes.reject()

    # --------------------------------------------------------------------------------- the end

    def explain(self) -> bool:
        """What the problem and the word at the cursor mean."""
        said = self.editor.explain() if self.editor.has_focus else ""
        if said:
            self.app.push_screen(Meaning(said))
        return bool(said)

    def unsaved(self) -> str:
        """What would be lost by leaving."""
        opened = self.paper.opened
        return opened.entry.name if opened is not None and self.paper.is_unsaved else ""

    def save_unsaved(self, then: Callable[[], None]) -> None:
        """Save it, and go on if that went well."""
        self.paper.save(then)

    def keep_unsaved(self) -> None:
        """Keep a copy."""
        opened = self.paper.opened
        if opened is not None:
            self.paper.keep_safe(opened, self.editor.text)


def _urgency(entry: Entry) -> int:
    """What is opened first: what somebody works at, or waits for."""
    order = ("draft", "waiting", "errors", "in force")
    return order.index(entry.state) if entry.state in order else len(order)


def _is_same(one: Entry, other: Entry) -> bool:
    """Whether two entries are the same version, read twice."""
    return one.key == other.key or (
        bool(one.policy) and (one.policy, one.number) == (other.policy, other.number)
    )
