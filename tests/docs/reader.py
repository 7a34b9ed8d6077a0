"""Somebody who follows a document: writes its files, types its commands, looks at what comes."""

from __future__ import annotations

import difflib
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.store.database import connect
from tests.docs import answers, console, curl
from tests.docs.blocks import blocks_of, write_file
from tests.docs.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2
    import pytest

    from tests.docs.blocks import Block

STORE = "dun.db"
"""What documents call the store."""
_SERVE, _ASK = "dun serve", "curl "
_SET = re.compile(r"(?:export )?([A-Z][A-Z0-9_]*)=(.*)")


@dataclass(slots=True)
class Reader:
    """A reader in the working folder, with a store of that name, and a service once it is started.

    The blocks of a document are followed in order. `console` blocks are commands with what they
    print; blocks with a `file` note are files. From the `sh` block on that starts a service, every
    `sh` block is typed, and must succeed; what follows one and looks like an answer is the answer
    to its last `curl`. A document without any `curl` starts no service.
    """

    folder: Path
    patch: pytest.MonkeyPatch
    store: str = STORE
    service: Service | None = None
    answer: httpx2.Response | None = None
    """To the last request, if the document has not shown it yet."""
    shows_head: bool = False
    asks: bool = False
    """Whether the document asks a service at all; one that nobody asks is not started."""

    def follow(self, blocks: list[Block]) -> list[tuple[int, list[str], list[str]]]:
        """Do what the blocks say; where each stands, what it shows, and what it should show.

        The answer goes from the last block to the first, so that replacing one moves no other.
        """
        self.asks = any(_ASK in block.text for block in blocks if block.language == "sh")
        try:
            found = [each for block in blocks for each in self._block(block)]
        finally:
            self._end()
        return found[::-1]

    def _end(self) -> None:
        if self.service is not None:
            self.service.end()

    def _block(self, block: Block) -> Iterator[tuple[int, list[str], list[str]]]:
        if "file" in block.notes:
            write_file(block, self.folder)
        elif "unchecked" in block.notes:
            return
        elif block.language == "console":
            yield block.first, list(block.lines), list(self._console(block))
        elif block.language == "sh" and self.asks:
            if self.service is not None or any(each.startswith(_SERVE) for each in block.lines):
                for line in lines_of(block):
                    self._type(line)
        elif self.service is not None and block.language in answers.KINDS:
            yield block.first, list(block.lines), self._answered(block)

    def _console(self, block: Block) -> Iterator[str]:
        for command in console.commands_of(block):
            output = tuple(line.replace(self.store, STORE) for line in console.run(command.line))
            yield f"{console.PROMPT}{command.line}"
            yield from command.shown if console.agree(command.shown, output) else output

    def _answered(self, block: Block) -> list[str]:
        where = f"the block at line {block.first}"
        assert self.answer is not None, f"{where} answers no request; if it need not, say unchecked"
        assert (block.language == "http") == self.shows_head, (
            f"{where}: `curl -i` is answered by a block `http`, and nothing else is"
        )
        answer, self.answer = self.answer, None
        return answers.renewed(block, answer)

    def _type(self, line: str) -> None:
        """Type a line of a shell, which has to succeed."""
        if line.startswith(_SERVE):
            self._end()
            self.service = Service(shlex.split(line)[2:], self.folder / "service.log")
        elif line.startswith(_ASK):
            self._ask(line)
        elif (setting := _SET.fullmatch(line)) is not None:
            self.patch.setenv(setting[1], console.shell(f"printf %s {setting[2]}"))
        else:
            console.shell(line)

    def _ask(self, line: str) -> None:
        assert self.service is not None
        words = console.shell(f"printf '%s\\0' {line.removeprefix(_ASK)}").split("\0")[:-1]
        request = curl.read(words)
        answer = request.send(self.service.address)
        # Who prints the head wants to see the status; otherwise an error would go unseen.
        assert request.shows_head or answer.is_success, (line, answer.status_code, answer.text)
        if request.output is None:
            self.answer, self.shows_head = answer, request.shows_head
        else:
            (self.folder / request.output).write_bytes(answer.content)
            self.answer = None


def arrived(folder: Path, patch: pytest.MonkeyPatch, address: str = "") -> Reader:
    """A reader in a fresh folder; the store is a file in it, or at an address."""
    console.prepare(folder)
    patch.chdir(folder)
    for name, value in {**console.settings(folder), "DUN_DATABASE": address}.items():
        patch.setenv(name, value)
    return Reader(folder, patch, connect(address).name if address else STORE)


def differences(document: Path, reader: Reader, *, update_docs: bool = False) -> list[str]:
    """Where a document shows something else than it should, unless what it should is written."""
    lines = document.read_text(encoding="utf-8").splitlines()
    wrong: list[str] = []
    for first, shown, now in reader.follow(blocks_of(document)):
        if shown != now:
            told = difflib.unified_diff(shown, now, "shown", "is", lineterm="", n=2)
            wrong.append("\n".join([f"at line {first}:", *told]))
            lines[first : first + len(shown)] = now
    if update_docs and wrong:
        document.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return []
    return wrong


def lines_of(block: Block) -> list[str]:
    """The command lines of an `sh` block, each in one piece and without what is only said."""
    found = [""]
    for line in block.text.replace("\\\n", " ").splitlines():
        if not found[-1] and (not line or line.startswith("#")):
            continue
        found[-1] += f"\n{line}" if found[-1] else line
        found += [""] if _is_whole(found[-1]) else []
    assert found[-1] == "", f"a quotation does not end: {found[-1]}"
    return found[:-1]


def _is_whole(line: str) -> bool:
    """Whether every quotation in a line has its end."""
    try:
        shlex.split(line)
    except ValueError:
        return False
    return True
