"""The panels below the text: problems, examples, versions, differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import ContentSwitcher, OptionList, Static
from textual.widgets.option_list import Option

from tui.widgets.tones import toned, toned_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from tui.areas.policies.said import Pieces

PANELS = ("problems", "examples", "history", "changes")


class Lines(OptionList):
    """A list of which a line leads somewhere."""

    DEFAULT_CSS = """
    Lines { border: none; padding: 0; height: 1fr; background: $background;
            text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1; }
    Lines:focus { border: none; }
    """

    def show(self, lines: Sequence[Pieces], empty: str) -> None:
        """Show other lines, or why there are none."""
        at = self.highlighted
        self.clear_options()
        theme = self.app.current_theme
        if lines:
            self.add_options(Option(toned(each, theme)) for each in lines)
            self.highlighted = min(at or 0, len(lines) - 1)
        else:
            self.add_option(Option(toned([(empty, "dim")], theme), disabled=True))


class Names(Static):
    """The names of the panels in a line; a click on one shows it."""

    DEFAULT_CSS = """
    Names { height: 1; background: $surface; }
    """

    @dataclass
    class Clicked(Message):
        """A name was clicked."""

        panel: str

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.texts = dict(zip(PANELS, ("Problems", "Examples", "History", "Changes"), strict=True))
        self.active = PANELS[0]

    def on_mount(self) -> None:
        """Draw it."""
        self.say()

    def say(self) -> None:
        """Tell the names, the one that is shown in reverse."""
        line = Text(no_wrap=True)
        for panel, text in self.texts.items():
            line.append(f" {text} ", "reverse" if panel == self.active else "")
            line.append(" ")
        self.update(line, layout=False)

    def on_click(self, event: events.Click) -> None:
        """A name was clicked."""
        end = 0
        for panel, text in self.texts.items():
            end += len(text) + 3
            if event.x < end:
                self.post_message(self.Clicked(panel))
                return


class Panels(Vertical):
    """All of them, one shown at a time."""

    DEFAULT_CSS = """
    Panels { background: $background; }
    Panels ContentSwitcher { height: 1fr; }
    Panels #changes { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Chosen(Message):
        """A line was chosen in a panel."""

        panel: str
        at: int

    def compose(self) -> ComposeResult:
        """The names, and the panels."""
        yield Names()
        with ContentSwitcher(initial=PANELS[0]):
            for panel in PANELS[:-1]:
                yield Lines(id=panel, markup=False)
            with VerticalScroll(id=PANELS[-1]):
                yield Static(id="change-lines", markup=False)

    @property
    def active(self) -> str:
        """The panel that is shown."""
        return self.query_one(Names).active

    def title(self, panel: str, text: str) -> None:
        """Say something beside a panel's name, such as a count."""
        names = self.query_one(Names)
        names.texts[panel] = text
        names.say()

    def lines(self, panel: str) -> Lines:
        """The list in a panel."""
        return self.query_one(f"#{panel}", Lines)

    def show_changes(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show a difference."""
        self.query_one("#change-lines", Static).update(toned_lines(lines, self.app.current_theme))

    def go_to(self, panel: str) -> None:
        """Show a panel, and let it have the keys."""
        names = self.query_one(Names)
        names.active = panel
        names.say()
        self.set_class(panel == PANELS[-1], "-tall")
        self.query_one(ContentSwitcher).current = panel
        self.query_one(f"#{panel}").focus()

    def on_names_clicked(self, event: Names.Clicked) -> None:
        """A name was clicked."""
        event.stop()
        self.go_to(event.panel)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A line was chosen."""
        event.stop()
        self.post_message(self.Chosen(event.option_list.id or "", event.option_index))
