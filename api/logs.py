"""One line for each request, and for whatever else there is to say, on standard error.

Lines are written by a thread of their own: who reads them slowly, or not at all, costs lines, and
they are counted; no request waits for a log, and none fails with it. A key of `dun` is never
written, whoever said it: it is taken out of every line.
"""

from __future__ import annotations

import datetime
import json
import logging
import os
import re
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from api.calls import current_call, trace_id

if TYPE_CHECKING:
    from api.calls import Call

Form: TypeAlias = Literal["json", "text", "off"]
FORMS: tuple[Form, ...] = get_args(Form)
WAITING = 10_000
"""Lines that wait to be written; what comes then is lost."""
_SOON = 0.1
"""Seconds after which a line is written, with those that came meanwhile."""
_TOGETHER = 3_500
"""Bytes that are written together: other processes may write to the same pipe, and it keeps apart
what is not much more than this."""
_LAST = 2.0
"""Seconds that the last lines have when the process ends."""
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)
_SECRET = re.compile(r"dun_[0-9a-f]{12}_[0-9a-f]{64}")


class Log:
    """Lines on their way to a file descriptor; None: they go nowhere."""

    def __init__(self, form: Form, descriptor: int | None) -> None:
        """`form`: with `off` requests have no lines, and what failed is told as text."""
        self.form = form
        self.lost = 0
        self._descriptor = descriptor
        self._lines: deque[dict[str, Any]] = deque()
        self._wake, self._is_over = threading.Event(), False
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def answered(self, call: Call) -> None:
        """A request is over."""
        if self.form == "off":
            return
        trace = trace_id()
        self.put(
            {
                "event": "request",
                "level": "info",
                "request_id": call.id,
                "method": call.method,
                "route": call.route,
                "status": call.status,
                "ms": round(call.seconds * 1000, 2),
                "who": call.who,
                "client": call.client,
                "received": call.received,
                "sent": call.sent,
                **({} if trace is None else {"trace_id": trace}),
            }
        )

    def put(self, entry: dict[str, Any], *, is_urgent: bool = False) -> None:
        """Write something soon. Never waits, never fails."""
        if len(self._lines) >= WAITING:
            self.lost += 1
            return
        entry["time"] = time.time()
        self._lines.append(entry)
        if is_urgent:
            self._wake.set()

    def close(self) -> None:
        """Write what is left, unless nobody takes it."""
        self._is_over = True
        self._wake.set()
        self._thread.join(_LAST)

    def _write(self) -> None:
        told = 0
        while True:
            self._wake.wait(_SOON)
            self._wake.clear()
            is_over = self._is_over
            while self._lines:
                many, part = 0, b""
                while self._lines and len(part) < _TOGETHER:
                    part += self._line(self._lines.popleft())
                    many += 1
                lost = self.lost
                if lost > told:
                    part += self._line(_loss(lost - told))
                if self._out(part):
                    told = lost
                else:
                    self.lost += many
            if is_over:
                return

    def _line(self, entry: dict[str, Any]) -> bytes:
        moment = datetime.datetime.fromtimestamp(entry.pop("time"), datetime.UTC)
        if self.form == "json":
            stamp = moment.isoformat(timespec="milliseconds")
            line = _JSON.encode({"time": stamp, **entry})
        else:
            line = f"{moment:%Y-%m-%d %H:%M:%S} {_text(entry)}"
        line = _SECRET.sub("dun_(a key)", line)
        return f"{line}\n".encode(errors="backslashreplace")

    def _out(self, left: bytes) -> bool:
        with suppress(OSError):
            while left and self._descriptor is not None:
                left = left[os.write(self._descriptor, left) :]
        return not left


def _loss(lines: int) -> dict[str, Any]:
    message = f"{lines} lines of this log were lost: nobody took them"
    return {"event": "log", "level": "warning", "message": message, "time": time.time()}


def _text(entry: dict[str, Any]) -> str:
    if entry["event"] == "request":
        status = entry["status"] or "broken off"
        who = entry["who"] or "-"
        return (
            f"{entry['method']} {entry['route']} {status} {entry['ms']:.1f} ms"
            f" {who} {entry['client'] or '-'} {entry['request_id']}"
        )
    told = f"{entry['level']}: {entry['message']}"
    if entry.get("request_id"):
        told += f" (request {entry['request_id']})"
    return f"{told}\n{entry['traceback'].rstrip()}" if "traceback" in entry else told


class LogHandler(logging.Handler):
    """Takes what libraries and the program itself log, too."""

    def __init__(self, log: Log) -> None:
        """Of one log."""
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on."""
        try:
            call = current_call()
            entry = {
                "event": "log",
                "level": record.levelname.lower(),
                "logger": record.name,
                "message": record.getMessage(),
            }
            if call is not None:
                entry["request_id"] = call.id
            if record.exc_info:
                entry["traceback"] = logging.Formatter().formatException(record.exc_info)
            self._log.put(entry, is_urgent=record.levelno >= logging.ERROR)
        except Exception:  # noqa: BLE001 - a log must not break what it tells of
            self._log.lost += 1


def begin_log(form: Form) -> Log:
    """Let everything that is logged in this process go to standard error."""
    # A process may be started without one, and then its number belongs to another file.
    stream = sys.stderr
    descriptor = None
    with suppress(AttributeError, OSError, ValueError):
        descriptor = stream.fileno()
    log = Log(form, descriptor)
    root = logging.getLogger()
    root.handlers[:] = [LogHandler(log)]
    root.setLevel(logging.WARNING)
    logging.getLogger("dunlang").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    return log
