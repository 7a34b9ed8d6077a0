"""The editor of policies, typed into."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

from textual import on
from textual.app import App
from textual.widgets import Input, TextArea

from dunlang.compile import read_source
from tests.tui.playing import until
from tui.frame.themes import DARK, THEMES
from tui.widgets.find_bar import FindBar
from tui.widgets.policy_editor import PolicyEditor
from tui.widgets.policy_text import Remark, looks_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.style import Style
    from textual.app import ComposeResult
    from textual.pilot import Pilot

POLICY = """\
policy standard version 1
  effective 2026-01-01
  currency EUR
  timezone Europe/Berlin

segment consumer when customer.kind is consumer

stage reminder "Zahlung 漢字 🙂"
  after 3 days overdue
  by emial

for consumer
  skip reminder
"""


class Host(App[None]):
    """An editor alone, checked as it is typed into."""

    def __init__(self, text: str = POLICY) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.text = text
        self.editor = PolicyEditor(id="editor")
        self.said: list[str] = []
        self.settled = 0

    def compose(self) -> ComposeResult:
        yield FindBar(self.editor)
        yield self.editor
        yield self.editor.popup

    def on_mount(self) -> None:
        self.editor.take(self.text, "x.dun")
        self.editor.focus()

    @on(PolicyEditor.Settled)
    def look(self) -> None:
        self.settled += 1
        source = self.editor.source
        self.editor.show_problems(read_source(source)[1], source)

    @on(PolicyEditor.Told)
    def hear(self, event: PolicyEditor.Told) -> None:
        self.said.append(event.text)

    @on(PolicyEditor.Wants)
    def want(self, event: PolicyEditor.Wants) -> None:
        if event.what == "find":
            self.query_one(FindBar).open()


Steps = "Callable[[Host, Pilot[None]], Awaitable[None]]"


def edit(steps: Callable[[Host, Pilot[None]], Awaitable[None]], text: str = POLICY) -> Host:
    host = Host(text)

    async def run() -> None:
        async with host.run_test(size=(90, 24)) as pilot:
            await until(pilot, lambda: host.settled > 0, "the text is looked at")
            await pilot.pause()
            await steps(host, pilot)

    asyncio.run(run())
    return host


def row_of(host: Host, text: str) -> int:
    return next(row for row, line in enumerate(host.editor.document.lines) if text in line)


def style_at(host: Host, row: int, text: str) -> Style:
    """How some words look on the screen."""
    strip = host.editor.render_line(row)
    for segment in strip:
        if text in segment.text and segment.style is not None:
            return segment.style
    raise AssertionError(f"'{text}' is not on line {row}: {strip.text}")


def test_what_is_private_in_the_text_area_is_still_as_it_is_used() -> None:
    """After an upgrade of Textual: these are what the editor overrides or reads."""
    assert list(inspect.signature(TextArea._build_highlight_map).parameters) == ["self"]
    assert list(inspect.signature(TextArea._refresh_size).parameters) == ["self"]
    source = inspect.getsource(TextArea._render_line)
    assert "line_highlights = highlights[line_index]" in source
    assert "build_byte_to_codepoint_dict" in source
    assert "self._build_highlight_map()" in inspect.getsource(TextArea.edit)
    key = inspect.getsource(TextArea.render_line).partition("cache_key = (")[2].split(",")
    assert [each.strip() for each in key[:3]] == ["self.size", "scroll_x", "absolute_y"]
    assert list(looks_of("stage a # 漢")) == [
        (0, 5, "keyword"),
        (6, 7, "definition"),
        (8, 13, "comment"),
    ]


def test_what_is_drawn_is_the_text_after_every_kind_of_change() -> None:
    """Only lines that look otherwise are drawn again, and none of them is forgotten."""
    changes: list[list[str]] = [
        ["x"],
        ["enter"],
        ["backspace", "backspace"],
        ["ctrl+z"],
        ["ctrl+y"],
        ["ctrl+k", "ctrl+k", "ctrl+shift+k"],
        ["ctrl+z", "ctrl+z"],
        ["ctrl+underscore"],
        [
            "end",
            *"and a line that is longer than all the others were by far, to the very end of it",
        ],
        ["home", "ctrl+shift+k"],
    ]

    async def steps(host: Host, pilot: Pilot[None]) -> None:
        editor = host.editor
        editor.move_cursor((3, 4))
        for keys in changes:
            await pilot.press(*keys)
            await pilot.pause()
            editor.scroll_to(0, 0, animate=False)
            await pilot.pause()
            assert editor.wrapped_document.height == editor.document.line_count
            rows = range(editor.document.line_count)
            drawn = [editor.render_line(row) for row in rows]
            editor._line_cache.clear()
            editor._build_highlight_map()
            assert drawn == [editor.render_line(row) for row in rows], keys

    edit(steps)


def test_words_have_their_colour_and_problems_are_underlined_under_their_very_words() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        assert style_at(host, 5, "segment").bold
        wrong = style_at(host, row_of(host, "emial"), "emial")
        assert wrong.underline
        assert not style_at(host, row_of(host, "emial"), "by").underline
        host.editor.move_cursor((row_of(host, "emial"), 2))  # also where the cursor stands
        await pilot.pause()
        assert style_at(host, row_of(host, "emial"), "emial").underline

    edit(steps)


def test_a_problem_is_gone_to_and_fixed_and_the_fix_undone() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        row = row_of(host, "emial")
        await pilot.press("f8")
        assert host.editor.cursor_location == (row, 5)
        assert "did you mean 'email'?" in host.said[-1]
        assert "D211" in host.editor.explain()
        await pilot.press("f2")
        assert host.editor.document.get_line(row) == "  by email"
        assert host.said[-1] == "done: write 'email'"
        settled = host.settled
        await until(pilot, lambda: host.settled > settled, "it is looked at again")
        assert host.editor.problems == []
        await pilot.press("f8", "f2")
        assert host.said[-1].startswith("there is no problem")
        await pilot.press("ctrl+z")
        assert host.editor.text == POLICY

    edit(steps)


def test_what_can_be_typed_is_offered_while_typing_and_tab_takes_it() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        editor = host.editor
        editor.move_cursor((row_of(host, "emial"), 10))
        await pilot.press("enter", *"pay w")
        await pilot.pause()
        assert editor.popup.is_open
        assert [each.text for each in editor.popup.items] == ["pay within"]
        await pilot.press("tab")
        await pilot.press(*" 7 d")
        await pilot.pause()
        assert [each.text for each in editor.popup.items][:2] == ["day", "days"]
        await pilot.press("down", "enter")
        row = row_of(host, "pay within")
        assert editor.document.get_line(row) == "  pay within 7 days"
        await pilot.press("enter")  # of a list that only came up by itself, Enter takes nothing
        assert editor.cursor_location == (row + 1, 2)
        await pilot.press("ctrl+@")
        await pilot.pause()
        assert editor.popup.is_open
        assert "by" not in [each.text for each in editor.popup.items]
        await pilot.press("escape")
        assert not editor.popup.is_open

    edit(steps)


def test_lines_are_commented_indented_and_followed_by_the_right_indentation() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        editor = host.editor
        editor.move_cursor((7, 3))
        await pilot.press("ctrl+underscore")
        assert editor.document.get_line(7).startswith('# stage reminder "Zahlung')
        await pilot.press("ctrl+underscore")
        assert editor.text == POLICY
        assert editor.cursor_location == (7, 3)
        editor.move_cursor((8, 0))
        editor.move_cursor((9, 4), select=True)
        await pilot.press("tab")
        assert editor.document.lines[8:10] == ["    after 3 days overdue", "    by emial"]
        await pilot.press("shift+tab")
        assert editor.text == POLICY
        editor.move_cursor((7, len(editor.document.get_line(7))))
        await pilot.press("enter")
        assert editor.cursor_location == (8, 2)

    edit(steps)


def test_a_name_leads_to_where_it_is_given() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        host.editor.move_cursor((row_of(host, "skip"), 9))
        assert "stage reminder" in host.editor.explain()
        await pilot.press("f12")
        assert host.editor.cursor_location == (7, 6)

    edit(steps)


def test_text_is_found_and_replaced_everywhere_in_one_step() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        bar = host.query_one(FindBar)
        await pilot.press("ctrl+f", *"reminder")
        await pilot.pause()
        assert len(bar.places) == 2
        assert host.editor.selected_text == "reminder"
        assert host.editor.selection.start[0] == 7
        await pilot.press("enter")
        assert host.editor.selection.start[0] == row_of(host, "skip")
        await pilot.press("down")
        assert host.editor.selection.start[0] == 7
        host.query_one("#replace", Input).focus()
        await pilot.press(*"first", "f7")
        assert host.editor.text == POLICY.replace("reminder", "first")
        await pilot.press("escape", "ctrl+z")
        assert host.editor.text == POLICY
        assert host.editor.has_focus

    edit(steps)


def test_a_remark_moves_with_its_line_and_is_no_part_of_the_text() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        host.editor.show_remarks({8: Remark("✓ as expected", "good")})
        assert "✓ as expected" in host.editor.render_line(8).text
        host.editor.move_cursor((2, 0))
        await pilot.press("enter")
        assert "✓ as expected" in host.editor.render_line(9).text
        assert "✓" not in host.editor.text

    edit(steps)


def test_signs_of_every_width_stay_where_they_are() -> None:
    text = 'policy a version 1\n\nexample "مرحبا 漢字 🙂 é"\n'

    async def steps(host: Host, pilot: Pilot[None]) -> None:
        host.editor.move_cursor((2, 22))
        await pilot.press("x", "backspace")
        assert host.editor.text == text
        assert "漢字" in host.editor.render_line(2).text

    edit(steps, text)


def test_a_text_that_is_read_only_stays_as_it_is() -> None:
    async def steps(host: Host, pilot: Pilot[None]) -> None:
        host.editor.take(POLICY, "x.dun", read_only=True)
        keys = ["a", "enter", "tab", "shift+tab", "ctrl+underscore", "ctrl+@", "f2", "ctrl+k"]
        await pilot.press(*keys)
        assert host.editor.text == POLICY

    edit(steps)


def test_lines_that_end_as_on_windows_stay_so_until_it_is_wanted_otherwise() -> None:
    windows = POLICY.replace("\n", "\r\n")

    async def steps(host: Host, pilot: Pilot[None]) -> None:
        editor = host.editor
        await pilot.press("ctrl+f", *"reminder")
        host.query_one("#replace", Input).focus()
        await pilot.press(*"first", "f7")
        assert editor.text == windows.replace("reminder", "first")
        await pilot.press("escape", "ctrl+z")
        assert editor.text == windows
        editor.move_cursor((0, len(editor.document.get_line(0))))
        settled = host.settled
        await until(pilot, lambda: host.settled > settled, "it is looked at again")
        assert "W001" in editor.explain()
        await pilot.press("f2")
        assert editor.text == POLICY

    edit(steps, windows)
