"""The list of policies on the left: versions with their states, the newest first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.message import Message
from textual.widgets import Tree

from tui.areas.policies.model import FIRST_OLD, TONES, Entry, label_of
from tui.keys import bindings
from tui.widgets.tones import tones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.style import Style
    from textual.binding import BindingType
    from textual.widgets.tree import TreeNode

    from tui.areas.policies.model import Group

_LEAST = 12
"""Cells that a line has at least."""


class PolicyTree(Tree[Entry | None]):
    """Policies, their versions below them, older ones folded away."""

    DEFAULT_CSS = """
    PolicyTree { background: $background; height: 2fr; scrollbar-size-vertical: 1; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("tree")

    @dataclass
    class Selected(Message):
        """Another version is selected; `opened`: its text is wanted."""

        entry: Entry
        is_opened: bool

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__("Policies", id=id, classes="first")
        self.show_root = False
        self.guide_depth = 2
        self.auto_expand = False
        self.cases: Mapping[tuple[str, int], int] | None = None
        """How many open cases each version decides; None: not counted yet."""

    def show(self, groups: Sequence[Group], wanted_key: str = "") -> None:
        """Show other versions, and select one; else what is selected stays selected."""
        selected = self.selected
        key = wanted_key or (selected.key if selected is not None else "")
        self.clear()
        wanted: TreeNode[Entry | None] | None = None
        for group in groups:
            parent = self.root.add(group.policy or "other files", expand=True, allow_expand=True)
            shown, old = group.entries[:FIRST_OLD], group.entries[FIRST_OLD:]
            leaves = [parent.add_leaf("", each) for each in shown]
            if old:
                below = parent.add(f"{len(old)} older", expand=False)
                leaves += [below.add_leaf("", each) for each in old]
            for leaf in leaves:
                if leaf.data is not None and leaf.data.key == key:
                    wanted = leaf
        self.root.expand()
        if wanted is not None:
            self.call_after_refresh(self.move_cursor, wanted)

    @property
    def selected(self) -> Entry | None:
        """The version at the cursor."""
        return self.cursor_node.data if self.cursor_node is not None else None

    def select(self, key: str) -> None:
        """Select a version by its key."""
        for node in self._leaves(self.root):
            if node.data is not None and node.data.key == key:
                if node.parent is not None:
                    node.parent.expand()
                self.call_after_refresh(self.move_cursor, node)
                return

    def _leaves(self, node: TreeNode[Entry | None]) -> list[TreeNode[Entry | None]]:
        found = [node] if node.data is not None else []
        for child in node.children:
            found += self._leaves(child)
        return found

    def count(self, cases: Counter[tuple[str, int]]) -> None:
        """Tell how many open cases each version decides."""
        self.cases = cases
        self._invalidate()
        self.refresh()

    def render_label(self, node: TreeNode[Entry | None], base_style: Style, style: Style) -> Text:
        """A line of the list."""
        entry = node.data
        if entry is None:
            sign = "" if not node.allow_expand else "▾ " if node.is_expanded else "▸ "
            return Text(f"{sign}{node.label}", style=base_style + style)
        width = max(_LEAST, self.size.width - 5)
        cases = None if self.cases is None else self.cases.get((entry.policy, entry.number), 0)
        line = Text(label_of(entry, cases, width), style=base_style + style)
        tone = tones(self.app.current_theme).get(TONES[entry.state])
        if tone is not None:
            line.stylize(tone, 0, 1)
        return line

    # ------------------------------------------------------------------------------------- keys

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Entry | None]) -> None:
        """The cursor went to another line."""
        event.stop()
        if event.node.data is not None:
            self.post_message(self.Selected(event.node.data, is_opened=False))

    def on_tree_node_selected(self, event: Tree.NodeSelected[Entry | None]) -> None:
        """Enter, or a click."""
        event.stop()
        if event.node.data is not None:
            self.post_message(self.Selected(event.node.data, is_opened=True))
        else:
            event.node.toggle()

    def action_first(self) -> None:
        """The first line."""
        self.cursor_line = 0

    def action_last(self) -> None:
        """The last line."""
        self.cursor_line = self.last_line

    def action_fold(self) -> None:
        """Show or hide what is below the line."""
        node = self.cursor_node
        if node is not None:
            (node if node.data is None else node.parent or node).toggle()
