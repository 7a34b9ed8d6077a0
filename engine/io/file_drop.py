"""A folder into which every message is put as one file, for a print shop or a mailer to take away.

A message appears once as `FOLDER/CHANNEL/NAME.json`, complete from its first instant, and never
again: neither when the file is long gone, nor when the worker was killed between any two steps,
nor when another worker does the same at the same time, or wakes up hours later half way through.

`FOLDER/.handed/DAY/XX/NAME` is the *claim* of a key, a folder. Three steps lead to a visible file:

1. Everything is written to a folder of its own below `.handed/staging`, under a random name.
2. That folder is renamed to the claim. A folder cannot be renamed to one that holds something, and
   a claim always does, so one writer wins; the text moves with it, so that a claim without its
   text never existed. Who loses removes what it staged.
3. The text is renamed from the claim to its visible name. There is one text in one claim, and the
   rename takes it away, so this can be done once, by whoever comes first.

So after a crash: no claim, it was not handed over, start again; a claim with its text, finish
step 3; a claim without, it was handed over. What a dead worker staged is no danger, as it can only
be renamed to a claim that does not exist; it is removed by whoever delivers the key next, because
from then on nothing can come of it, even if its writer is only asleep.

Before step 3 the claim is forced to disk, before `deliver` returns also the visible name. A power
cut between the two may undo step 3, and if the file was taken away to another machine within
these milliseconds, it appears again. To rule that out would be to lose letters instead.

A claim that holds a mark instead of a text says that the key is withheld for ever.

A day's folder below `.handed` may be deleted when no delivery of that day is unfinished. FOLDER
must be one file system, and the same for all workers; it needs no hard links and no locks.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import unicodedata
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.io.channels import Message

# Not `.json`: who takes away every `*.json` below FOLDER must not find a text before its time.
_TEXT = "message.part"
_HANDED = "handed"
"""Keeps a claim from ever being empty, when its text is gone."""
_WITHHELD = "withheld"

_READABLE = 60
_DIGEST = 32


class FileDrop:
    """A channel into a folder, which is made if nobody used it before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._handed = folder / ".handed"
        self._staging = self._handed / "staging"
        self._durable: set[Path] = set()

    def prepare(self, *, is_known: bool) -> None:
        """Make the folder, unless it `is_known`: then it must be there, with what was handed over.

        What is missing then is in a share that is not mounted, or on another disk, and whoever asks
        an empty folder in its place is told that nothing was handed over.
        """
        if is_known:
            self._must_be_there()
        self._make(self._staging)

    def deliver(self, message: Message) -> str:
        """Put the message into the folder of its channel, unless it was there before.

        Returns the path of the file, which may be gone by then. Raises OSError, with nothing
        visible, where it cannot be written or is withheld.
        """
        claim = self._claim_of(message)
        visible = self.folder / _folder_name(message.channel) / f"{claim.name}.json"
        self._make(visible.parent)
        self._claim(claim, {_TEXT: _text(message), _HANDED: b""})
        if (claim / _WITHHELD).exists():
            raise OSError(errno.ECANCELED, "the message was taken back before", str(visible))
        _publish(claim, visible)
        return str(visible)

    def was_handed_over(self, message: Message) -> bool:
        """Whether it may have been handed over; true also if the folder cannot be asked.

        False for a folder that is not there: that nothing ever will be, `withhold` says.
        """
        claim = self._claim_of(message)
        try:
            return claim.exists() and not (claim / _WITHHELD).exists()
        except OSError:
            return True

    def withhold(self, message: Message) -> bool:
        """Make sure that it is never handed over; false where it may have been already."""
        claim = self._claim_of(message)
        self._must_be_there()
        self._claim(claim, {_WITHHELD: b""})
        return (claim / _WITHHELD).exists()

    def _claim_of(self, message: Message) -> Path:
        # Sharded, as there may be a million messages a day.
        name = file_name(message.key)
        return self._handed / message.on.isoformat() / name[-2:] / name

    def _claim(self, claim: Path, files: Mapping[str, bytes]) -> None:
        """See to it that there is a claim, with these files unless somebody else was first."""
        if not claim.exists():
            self._make(self._staging)
            self._make(claim.parent)
            self._stage(claim, files)
        # Nothing may follow from a claim that a power cut could take back, whoever made it.
        _sync(claim.parent)
        for stale in self._staging.glob(f"{claim.name}.*"):
            shutil.rmtree(stale, ignore_errors=True)

    def _stage(self, claim: Path, files: Mapping[str, bytes]) -> None:
        stage = self._staging / f"{claim.name}.{secrets.token_hex(8)}"
        try:
            stage.mkdir()
            for name, content in files.items():
                _write(stage / name, content)
            _sync(stage)
            stage.rename(claim)
        except OSError:
            # Systems differ in what they say when there is a claim; that there is one decides.
            if not claim.exists():
                raise
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def _must_be_there(self) -> None:
        """Refuse a folder that does not know what was handed over."""
        if not self._handed.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._handed))

    def _make(self, folder: Path) -> None:
        """See to it that a folder is there, and still is after a power cut."""
        if folder in self._durable:
            if folder.is_dir():
                return
            if folder in {self.folder, self._handed}:
                self._must_be_there()  # as it was before
        if folder == self.folder:
            folder.mkdir(parents=True, exist_ok=True)
        else:
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
        _sync(folder.parent)
        self._durable.add(folder)


def file_name(key: str) -> str:
    """A name that only this key has, readable, and valid in every file system.

    >>> file_name("2026-03-16/C-17/EUR/email")
    '2026-03-16-C-17-EUR-email-c900827b635f877d47301525e14fb2e4'
    """
    ascii_only = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^A-Za-z0-9]+", "-", ascii_only)[:_READABLE].strip("-")
    digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]
    return f"{readable}-{digest}" if readable else digest


def _folder_name(channel: str) -> str:
    if re.fullmatch(r"[a-z][a-z0-9_]*", channel) is None:
        raise ValueError(f"'{channel}' is not the name of a channel")
    return channel


def _text(message: Message) -> bytes:
    """The file's content; sorted, so that a message has one text wherever it comes from."""
    whole = {**message.payload, "key": message.key, "channel": message.channel}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def _publish(claim: Path, visible: Path) -> None:
    """Make the text of a claim visible, if it still is in the claim."""
    text = claim / _TEXT
    try:
        text.replace(visible)
    except FileNotFoundError:
        # Missing may also be the folder, which somebody just took away.
        if text.exists():
            raise
    # Also if another worker renamed it: who is told "handed over" will never ask again.
    _sync(visible.parent)
    _sync(claim)


def _write(path: Path, content: bytes) -> None:
    with _naming(path), path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Force the names in a folder to disk, where the system can do that."""
    if os.name == "nt":  # Windows cannot open a folder
        return
    # A folder may allow writing but not reading.
    with suppress(PermissionError), _naming(folder):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            # What network file systems answer that do not offer it for folders.
            if error.errno not in {errno.EINVAL, errno.EBADF, errno.ENOTSUP}:
                raise
        finally:
            os.close(handle)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """An error of a write names no path by itself."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise
