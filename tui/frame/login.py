"""Another person goes on at this screen: some things take a second pair of eyes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Input, Label, Static

from tui.backend import Backend, Refused, StoreError
from tui.frame.dialogs import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult


class LogIn(Dialog[Backend]):
    """Asks for a name and a password; answers the store as that person uses it."""

    def __init__(self, backend: Backend) -> None:
        """`backend`: as it is used now."""
        super().__init__()
        self.backend = backend

    def compose(self) -> ComposeResult:
        """Two lines."""
        with Vertical():
            yield Label("Who goes on?", classes="title")
            yield Input(placeholder="name", id="name")
            yield Input(placeholder="password", password=True, id="password")
            yield Static("It holds until the admin is closed.", classes="hint", id="said")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the password, then logs in."""
        event.stop()
        password = self.query_one("#password", Input)
        if event.input is not password:
            password.focus()
            return
        name = self.query_one("#name", Input).value.strip()
        self.run_worker(self._log_in(name, password.value), exclusive=True)

    async def _log_in(self, name: str, password: str) -> None:
        said = self.query_one("#said", Static)
        said.update("One moment ...")
        try:
            found = await asyncio.to_thread(self.backend.as_person, name, password)
        except StoreError as error:
            said.update(str(error))
            return
        if isinstance(found, Refused):
            said.update(str(found))
        else:
            self.dismiss(found)
