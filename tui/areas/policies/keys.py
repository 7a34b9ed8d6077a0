"""What can be done with policies, in the list of them and in the editor."""

from __future__ import annotations

from tui.frame.commands import Command

_AREA, _EDITOR, _TREE, _FIND = "policies", "editor", "tree", "find"

KEYS = (
    Command(
        "policies.save",
        "ctrl+s",
        "Save",
        "Save the draft to its file",
        _AREA,
        footer=True,
        priority=True,
    ),
    Command(
        "policies.difference",
        "f3",
        "Changes",
        "What the text changes against the version in force: in meaning, and line by line",
        _AREA,
        footer=True,
    ),
    Command("policies.examples", "f9", "Examples", "The examples and what came of them", _AREA),
    Command(
        "policies.history", "ctrl+r", "History", "All versions of this policy, and by whom", _AREA
    ),
    Command("policies.sidebar", "ctrl+b", "Sidebar", "Show or hide the list on the left", _AREA),
    Command(
        "policies.external",
        "o,ctrl+g",
        "Editor",
        "Go on in the editor that the variables VISUAL or EDITOR name",
        _AREA,
    ),
    Command(
        "policies.new",
        "n",
        "New",
        "Begin a draft: the next version of the policy, as a file",
        _AREA,
    ),
    Command(
        "policies.publish",
        "S",
        "Publish",
        "Publish the draft; it counts when another person approves it",
        _AREA,
        footer=True,
    ),
    Command(
        "policies.approve",
        "A",
        "Approve",
        "Approve a version that somebody else published",
        _AREA,
        footer=True,
    ),
    Command("policies.reject", "R", "Reject", "Reject a version that waits, with a reason", _AREA),
    Command(
        "policies.impact",
        "i",
        "Impact",
        "Work out again what the draft would change in the next run",
        _AREA,
    ),
    Command("tree.up", "up,k", "Up", "The line above", _TREE, action="cursor_up"),
    Command("tree.down", "down,j", "Down", "The line below", _TREE, action="cursor_down"),
    Command("tree.first", "home", "First", "The first line; g g does the same", _TREE),
    Command("tree.last", "end,G", "Last", "The last line", _TREE),
    Command("tree.open", "enter", "Open", "Go to the text", _TREE, action="select_cursor"),
    Command("tree.fold", "space", "Fold", "Show or hide older versions", _TREE),
    Command(
        "editor.complete",
        "ctrl+@",
        "Complete",
        "What can be typed here (ctrl and the space bar); tab takes it",
        _EDITOR,
    ),
    Command("editor.fix", "f2", "Fix", "Do what the problem here says", _EDITOR, footer=True),
    Command("editor.format", "f4", "Format", "Bring the text into its one layout", _EDITOR),
    Command(
        "editor.next_problem",
        "f8",
        "Next problem",
        "Go to the next problem",
        _EDITOR,
    ),
    Command(
        "editor.previous_problem",
        "shift+f8,f20",
        "Problem before",
        "Go to the problem before",
        _EDITOR,
        action="next_problem(-1)",
    ),
    Command("editor.definition", "f12", "Go to name", "Go to where this name is given", _EDITOR),
    Command(
        "editor.find", "ctrl+f", "Find", "Find and replace; Enter goes on, up goes back", _EDITOR
    ),
    Command(
        "editor.comment",
        "ctrl+underscore",
        "Comment",
        "Make the lines comments, or the other way round (ctrl and /)",
        _EDITOR,
    ),
    Command("find.replace", "f6", "Replace", "Replace this place and go on", _FIND),
    Command("find.replace_all", "f7", "All", "Replace all places", _FIND),
)

SCREENS = {"policies": ("policies", "tree", "editor", "find")}
"""The areas of the admin."""
