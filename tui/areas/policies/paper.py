"""The text that is open: opened, saved, and never lost."""

from __future__ import annotations

import datetime
import os
import shlex
import subprocess
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from engine.services.actors import Refused
from tui.areas.policies.asking import OUTSIDE
from tui.areas.policies.files import Recovery, file_of, read_file, save_file
from tui.areas.policies.model import (
    EMPTY,
    as_draft,
    begins,
    begun_from,
    first_day,
    next_number,
)
from tui.areas.policies.opened import Opened
from tui.areas.policies.said import text_lines
from tui.frame.dialogs import Ask, Choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.areas.policies.files import OnDisk, Recovered
    from tui.areas.policies.model import Entry
    from tui.areas.policies.screen import PoliciesScreen


class Paper:
    """What the editor shows, and the file it belongs to."""

    def __init__(self, screen: PoliciesScreen) -> None:
        self.screen = screen
        self.opened: Opened | None = None
        self._told: str | None = None
        """The text on disk about which somebody was asked."""
        self._is_asking = False

    @property
    def recovery(self) -> Recovery:
        """Where copies of what is not saved are kept."""
        file = self.screen.admin.state.file
        return Recovery(None if file is None else file.parent / "recovery")

    @property
    def is_unsaved(self) -> bool:
        """Whether there is something to lose."""
        opened = self.opened
        if opened is None or opened.why_read_only:
            return False
        return self.screen.editor.text != opened.saved

    def keep_safe(self, opened: Opened, text: str) -> None:
        """Keep a copy of what is not saved; waits for the disk."""
        if opened.path is None or opened.why_read_only:
            return
        if text == opened.saved:
            self.recovery.forget(opened.path)
        else:
            self.recovery.keep(opened.path, text, self.screen.backend.now())

    # ------------------------------------------------------------------------------------ open

    def open(self, entry: Entry, then: Callable[[], None] | None = None) -> None:
        """Show a version; what is not saved of the one before is asked about."""
        if self.opened is not None and self.opened.entry.key == entry.key:
            if then is not None:
                then()
        elif self.is_unsaved:
            self._ask_first(partial(self._read, entry, then))
        else:
            self._read(entry, then)

    def _ask_first(self, go_on: Callable[[], None]) -> None:
        name = "" if self.opened is None else self.opened.entry.name
        choices = [
            ("save", "Save it and go on"),
            ("later", "Go on; the changes are offered when it is opened again"),
            ("stay", "Stay"),
        ]

        def chosen(answer: str | None) -> None:
            if answer == "save":
                self.save(go_on)
            elif answer == "later":
                go_on()

        self.screen.app.push_screen(Choose(f"{name} is not saved", choices), chosen)

    def _read(self, entry: Entry, then: Callable[[], None] | None) -> None:
        path, stored = entry.path, entry.stored

        def question() -> tuple[OnDisk | None, Recovered | None] | Refused:
            if path is None:
                return None, None
            try:
                return read_file(path), self.recovery.find(path)
            except OSError as error:
                return _refused(path, "opened", error)

        def show(found: tuple[OnDisk | None, Recovered | None]) -> None:
            on_disk, recovered = found
            text = stored.version.text if path is None and stored is not None else ""
            readable = True
            if on_disk is not None:
                text, readable = on_disk.text, on_disk.is_readable
            problems = () if on_disk is None else on_disk.problems
            self._show(Opened(entry, text, readable, problems))
            if recovered is not None and recovered.text != text and path is not None:
                self._offer(path, recovered)
            if then is not None:
                then()

        self.screen.ask(question, show, group="open")

    def _show(self, opened: Opened) -> None:
        self.opened = opened
        self._told = None
        screen = self.screen
        screen.looking.forget()
        screen.editor.take(opened.saved, opened.name, read_only=bool(opened.why_read_only))
        screen.opened()
        screen.looking.look()

    def becomes(self, entry: Entry) -> None:
        """What is open was published, approved or rejected, or its file came or went."""
        opened = self.opened
        if opened is not None:
            self.opened = replace(opened, entry=entry)
            self.screen.editor.read_only = bool(self.opened.why_read_only)
            self.screen.opened()

    def _offer(self, path: Path, recovered: Recovered) -> None:
        when = recovered.at.astimezone().strftime("%Y-%m-%d %H:%M")
        choices = [
            ("take", "Go on with these changes"),
            ("see", "Take them, and show the difference"),
            ("drop", "Throw them away"),
        ]

        def chosen(answer: str | None) -> None:
            if answer in {"take", "see"}:
                self.screen.editor.write(recovered.text)
                if answer == "see":
                    self.show_against_file()
            elif answer == "drop":
                self.recovery.forget(path)

        said = f"There are changes of {path.name} from {when} that were never saved"
        self.screen.app.push_screen(Choose(said, choices), chosen)

    # ------------------------------------------------------------------------------------ save

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save the text to its file, unless the file is another by now."""
        opened, text = self.opened, self.screen.editor.text
        if opened is None or opened.path is None:
            return
        path = opened.path

        def question() -> OnDisk | str | Refused | None:
            try:
                now = read_file(path)
                if now is not None and now.text not in {opened.saved, text}:
                    return now
                save_file(path, text)
            except OSError as error:
                return _refused(path, "saved", error)
            self.recovery.forget(path)
            return text

        def saved(answer: OnDisk | str | None) -> None:
            if isinstance(answer, str):
                self._saved(opened, answer)
                if then is not None:
                    then()
            elif answer is not None:
                self._ask_about(opened, answer)

        self.screen.ask(question, saved, group="save")

    def _saved(self, opened: Opened, text: str) -> None:
        if self.opened is opened:
            self.opened = replace(opened, saved=text)
            self.screen.show_title()
        self.screen.say(f"saved {opened.path}")
        self.screen.refresh_desk()

    # ------------------------------------------------------------------------- changed outside

    def look_outside(self) -> None:
        """Whether the file was changed by somebody else."""
        opened = self.opened
        if opened is None or opened.path is None or len(self.screen.app.screen_stack) > 1:
            return
        path = opened.path

        def question() -> OnDisk | None:
            try:
                return read_file(path)
            except OSError:
                return None  # a file that cannot be read now is told of when it is saved

        self.screen.ask(question, partial(self._seen, opened), group="outside")

    def _seen(self, opened: Opened, on_disk: OnDisk | None) -> None:
        if self.opened is not opened or on_disk is None or not on_disk.is_readable:
            return
        if on_disk.text in {opened.saved, self._told}:
            return
        if on_disk.text == self.screen.editor.text:
            self.opened = replace(opened, saved=on_disk.text)
            self.screen.opened()
            return
        self._ask_about(opened, on_disk)

    def _ask_about(self, opened: Opened, on_disk: OnDisk) -> None:
        if self._is_asking:
            return
        self._is_asking = True
        self._told = on_disk.text
        choices = [
            ("reload", "Take the text of the file; undo brings yours back"),
            ("keep", "Keep mine; saving replaces the file"),
            ("see", "Keep mine, and show the difference"),
        ]

        def chosen(answer: str | None) -> None:
            self._is_asking = False
            if self.opened is None or self.opened.entry.key != opened.entry.key:
                return
            self.opened = replace(self.opened, saved=on_disk.text)
            if answer == "reload":
                self.screen.editor.write(on_disk.text)
            elif answer == "see":
                self.show_against_file()
            self.screen.opened()

        said = f"{opened.path} was changed by another program"
        self.screen.app.push_screen(Choose(said, choices), chosen)

    def show_against_file(self) -> None:
        """The difference between what is shown and the file."""
        opened = self.opened
        if opened is not None:
            names = f"{opened.path} (file)", "here"
            lines = text_lines(opened.saved, self.screen.editor.text, names)
            self.screen.changes.show(list(lines))

    # ------------------------------------------------------------------------------ new drafts

    def begin(self) -> None:
        """A draft: the next version of what is open, or a policy that is new."""
        opened = self.opened
        if opened is None or not opened.entry.policy:
            self.screen.app.push_screen(
                Ask("How is the new policy called?", hint="letters, digits and _"), self._begin_new
            )
            return
        others = begun_from(self.screen.groups, opened.entry)
        if not others:
            self._begin_from(opened.entry.policy, self.screen.editor.text)
            return
        choices = [(each.key, f"{begins(each)} {each.name}, {each.state}") for each in others]
        choices.append((opened.entry.key, f"Begin from {opened.entry.name}, {opened.entry.state}"))

        def chosen(key: str | None) -> None:
            if key == opened.entry.key:
                self._begin_from(opened.entry.policy, self.screen.editor.text)
            entry = next((each for each in others if each.key == key), None)
            if entry is not None and entry.is_draft:
                self.screen.begin_with(entry.key)
            elif entry is not None and entry.stored is not None:
                self._begin_from(entry.policy, entry.stored.version.text)

        self.screen.app.push_screen(
            Choose("Which text does the draft begin with?", choices), chosen
        )

    def _begin_from(self, policy: str, text: str) -> None:
        number = next_number(self.screen.groups, policy)
        draft = as_draft(text, number, self._first_day(policy))
        self._write_new(file_of(self.screen.backend.folder, policy, number), draft)

    def _begin_new(self, name: str | None) -> None:
        if name is None:
            return
        cleaned = "_".join("".join(c if c.isalnum() and c.isascii() else " " for c in name).split())
        if not cleaned or not cleaned[0].isalpha():
            self.screen.say(f"'{name}' cannot be the name of a policy; begin it with a letter")
            return
        number = next_number(self.screen.groups, cleaned)
        text = as_draft(
            EMPTY.format(name=cleaned, day="2026-01-01"), number, self._first_day(cleaned)
        )
        self._write_new(file_of(self.screen.backend.folder, cleaned, number), text)

    def _first_day(self, policy: str) -> datetime.date:
        tomorrow = self.screen.backend.today() + datetime.timedelta(days=1)
        return first_day(self.screen.groups, policy, tomorrow)

    def _write_new(self, path: Path, text: str) -> None:
        def question() -> str | Refused:
            try:
                if path.exists():
                    message = f"there is a file {path} already"
                    return Refused(OUTSIDE, message, "open it, or move it away")
                save_file(path, text)
            except OSError as error:
                return _refused(path, "written", error)
            return str(path)

        self.screen.ask(question, self.screen.begin_with, group="save")

    # ---------------------------------------------------------------------------- other editors

    def go_outside(self) -> None:
        """Go on in another editor; what it leaves comes back as one step."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        text = self.screen.editor.text
        name = "policy.dun" if self.opened is None else Path(self.opened.name).name
        with tempfile.TemporaryDirectory(prefix="dun-") as folder:
            file = Path(folder) / (name if name.endswith(".dun") else "policy.dun")
            file.write_text(text, "utf-8", newline="")
            try:
                with self.screen.app.suspend():
                    subprocess.run([*shlex.split(editor), str(file)], check=False)  # noqa: S603 - the user's own editor
            except SuspendNotSupported:
                self.screen.say("another editor cannot be opened in this terminal")
                return
            except OSError as error:
                why = (error.strerror or str(error)).lower()
                self.screen.say(f"{editor} cannot be started ({why}); set EDITOR to another")
                return
            after = read_file(file)
        if after is None or after.text == text:
            return
        if self.opened is None or self.opened.why_read_only:
            self.screen.say("the changes were not taken: this text is read only")
        elif not after.is_readable:
            self.screen.say("the changes were not taken: they are not UTF-8")
        else:
            self.screen.editor.write(after.text)


def _refused(path: Path, what: str, error: OSError) -> Refused:
    why = (error.strerror or str(error)).lower()
    hint = "your changes are kept here; free the file or its folder, and try again"
    return Refused(OUTSIDE, f"{path} was not {what}: {why}", hint if what == "saved" else "")
