"""The terminal of a process whose screen is in a browser."""

from __future__ import annotations

import os
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TextIO, cast

from textual import events
from textual.drivers.web_driver import WebDriver
from textual.geometry import Size

from tui.web.packets import DOWNLOADS

if TYPE_CHECKING:
    from textual.app import App

    from tui.web.app import WebAdmin

_PART = 1 << 20
_GREETING = b"__GANGLION__\n"


def _copy(found: BinaryIO | TextIO, there: BinaryIO) -> None:
    part = found.read(_PART)
    while part:
        there.write(part.encode() if isinstance(part, str) else part)
        part = found.read(_PART)


class SeatDriver(WebDriver):
    """Textual's driver for a browser; it outlives a connection, and notices when nobody is left."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        """As Textual makes it."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._has_focus = True
        self._write = self._written  # type: ignore[assignment]  # it takes and gives the same

    def _written(self, data: bytes) -> int:
        # Packets and nothing else: the greeting of Textual's own server is none.
        return len(data) if data == _GREETING else os.write(self.fileno, data)

    @property
    def _admin(self) -> WebAdmin:
        return cast("WebAdmin", self._app)

    def start_application_mode(self) -> None:
        """Begin; Textual takes for granted that no page looks, but one has asked for this."""
        super().start_application_mode()
        self._app.call_later(self._tell_focus)

    def _tell_focus(self) -> None:
        self._app.post_message(events.AppFocus() if self._has_focus else events.AppBlur())

    def run_input_thread(self) -> None:
        """Read what is typed; where it ends, nobody is there any more."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._admin.call_later(self._admin.leave_at_once)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """A message of the server."""
        if packet_type == "again":
            self._draw_again(cast("int", payload["width"]), cast("int", payload["height"]))
        elif packet_type == "escape":
            self.process_message(events.Key("escape", "\x1b"))
        elif packet_type in {"focus", "blur"}:
            self._has_focus = packet_type == "focus"
            self._tell_focus()
        elif packet_type == "resize":
            super().on_meta(packet_type, payload)

    def _draw_again(self, width: int, height: int) -> None:
        """Another page looks at this: it knows nothing of what was drawn."""
        self._size = width, height
        self.write("\x1b[?1049h\x1b[?25l")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        size = Size(width, height)
        self._app.post_message(events.Resize(size, size))
        self._admin.call_later(self._admin.draw_again)

    def open_url(self, url: str, new_tab: bool = True) -> None:  # noqa: FBT001, FBT002 - as Textual declares it
        """Nothing here opens pages."""

    def _deliver_file(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: Path,
        open_method: Literal["browser", "download"],
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        """Lay a file where the server finds it, under a name that nobody can guess."""
        del open_method, encoding, mime_type
        binary.seek(0)

        def deliver() -> None:
            token = uuid.uuid4().hex
            try:
                with binary, (Path(os.environ[DOWNLOADS]) / token).open("wb") as there:
                    _copy(binary, there)
            except OSError as error:
                self._delivery_failed(delivery_key, exception=error, name=name)
                return
            self.write_meta({"type": "file", "token": token, "name": save_path.name})
            self._delivery_complete(delivery_key, save_path=None, name=name)

        threading.Thread(target=deliver, name="download").start()
