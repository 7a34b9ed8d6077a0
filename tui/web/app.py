"""The admin as it is in a browser: without what belongs to the computer that runs it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui.app import Admin
from tui.frame.area_screen import AreaScreen
from tui.keys import commands_of
from tui.web.packets import DOWNLOADS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.dom import DOMNode

NOT_HERE: Mapping[str, str] = {
    "frame.login": "In a browser everybody logs in on a page of their own:"
    " use another browser, or a private window",
    "policies.external": "An editor of your own computer cannot be opened from a browser;"
    " copy the text, or save the draft and edit its file",
}
"""By command: why it cannot be done in a browser."""


class WebAdmin(Admin):
    """The admin of somebody who is not at this computer."""

    has_files = False

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[object, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do something, or say why it cannot be done in a browser."""
        reason = self._not_here(action) if isinstance(action, str) else None
        if reason is not None:
            self.notify(reason, severity="warning", timeout=10, markup=False)
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def _not_here(self, action: str) -> str | None:
        screen = self.screen
        if not isinstance(screen, AreaScreen):
            return None
        does = action.rpartition(".")[2]
        command = next((each for each in commands_of(screen.NAME) if each.does == does), None)
        return None if command is None else NOT_HERE.get(command.id)

    def place_of(self, name: str) -> Path:
        """A file by its name alone, in a folder that is taken away with this process."""
        return Path(tempfile.mkdtemp(dir=os.environ[DOWNLOADS])) / Path(name).name

    def written(self, file: Path) -> str:
        """Hand it to the browser."""
        self.deliver_binary(file)
        with suppress(OSError):  # it is read already, and gone when it has been
            file.unlink()
        return f"in {file.name}, which the browser downloads"

    def leave_at_once(self) -> None:
        """Nobody is there any more: keep what is not saved, and end."""
        for screen in self.area_screens:
            if screen.unsaved():
                screen.keep_unsaved()
        self._leave()

    def draw_again(self) -> None:
        """Draw everything: whoever looks has seen nothing yet."""
        self.refresh(layout=True)
