"""The first screen where there is no store yet: a demo company to look around in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Button, ProgressBar, Static

from engine.services.demo_store import PEOPLE, STEPS, DemoStore, make_demo_store
from engine.services.stores import StoreError
from tui.frame.themes import DARK, PLAIN, THEMES

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.backend import Clock

FOLDER = "demo-company"
"""How the folder is called."""


class Welcome(App[DemoStore]):
    """Offers to make the demo company; answers its store, or nothing."""

    CSS = """
    Screen { align: center middle; }
    Vertical {
        width: 76; max-width: 98%; height: auto;
        border: round $accent; background: $surface; padding: 1 2;
    }
    Button { margin: 1 0 0 0; }
    ProgressBar { display: none; margin: 1 0 0 0; }
    .-working ProgressBar { display: block; }
    .-working Button { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "make", "Make the demo"),
        Binding("q,escape,ctrl+q", "quit", "Leave"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, address: str, clock: Clock, where: Path, *, is_plain: bool) -> None:
        """`address`: where there is no store; `where`: in which folder one can be made."""
        super().__init__(ansi_color=True if is_plain else None)
        self.address = address
        self.clock = clock
        self.folder = fresh(where)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = PLAIN if is_plain else DARK

    def compose(self) -> ComposeResult:
        """What can be done."""
        people = "\n".join(
            f"  {each.name:<6} {each.is_for}; password: {each.password}" for each in PEOPLE
        )
        with Vertical():
            yield Static(
                f"There is no store at {self.address} yet.\n\n"
                "To look around, make a demo company with 400 customers and 3,000 invoices in"
                f" the folder {self.folder.name}. It takes ten seconds, and nothing leaves this"
                " computer.\n\n"
                f"Two people work there; you begin as anna:\n{people}",
                markup=False,
            )
            yield Button("Make the demo company (d)", id="make", variant="primary")
            yield ProgressBar(total=STEPS + 1, show_eta=False, show_percentage=False)
            yield Static(
                "For a store of your own leave with q; 'dun init' makes one, and"
                " 'dun admin --database ADDRESS' opens it.",
                id="said",
                markup=False,
            )

    def on_button_pressed(self) -> None:
        """Make it."""
        self.action_make()

    def action_make(self) -> None:
        """Make it."""
        self.screen.add_class("-working")
        self.run_worker(self._make(), group="make", exclusive=True)

    async def _make(self) -> None:
        today = self.clock().astimezone().date()

        def tell(step: str, number: int) -> None:
            self.call_from_thread(self._tell, step, number)

        try:
            made = await asyncio.to_thread(
                make_demo_store, self.folder, today, self.clock, tell=tell
            )
        except (OSError, StoreError) as error:
            self.screen.remove_class("-working")
            self._say(f"It could not be made: {error}")
            return
        self.exit(made)

    def _tell(self, step: str, number: int) -> None:
        self.query_one(ProgressBar).update(progress=number)
        self._say(f"{step} ...")

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(text)


def fresh(where: Path) -> Path:
    """A folder for the demo that is not there yet."""
    number, folder = 1, where / FOLDER
    while folder.exists():
        number += 1
        folder = where / f"{FOLDER}-{number}"
    return folder
