"""The `console` blocks of a document: commands with what they print."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from engine.cli.main import run as dun

if TYPE_CHECKING:
    from tests.docs.blocks import Block

ROOT = Path(__file__).parents[2]
PROMPT = "$ "
GAP = "..."
"""A line that stands for any number of lines."""

_NEEDS_A_SHELL = frozenset("|;&<>$`*")
_REDIRECTED = re.compile(r"(.*) ([<>]) ([\w./-]+)")
_STREAMS = {"<": "stdin", ">": "stdout"}

_DUN = f"""\
#!{sys.executable}
import sys
sys.path.insert(0, {str(ROOT)!r})
from engine.cli.main import main
main()
"""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line and the output that a document shows for it."""

    line: str
    shown: tuple[str, ...]


def commands_of(block: Block) -> list[Command]:
    """The commands of a `console` block."""
    found: list[Command] = []
    for line in block.lines:
        if line.startswith(PROMPT):
            found.append(Command(line.removeprefix(PROMPT), ()))
        else:
            last = found[-1]
            found[-1] = Command(last.line, (*last.shown, line))
    return found


def prepare(folder: Path) -> None:
    """Put into a folder what a reader of the documents has: policies, a small ledger, `dun`."""
    shutil.copytree(ROOT / "policies", folder / "policies")
    shutil.copytree(ROOT / "docs" / "example", folder / "docs" / "example")
    dun = folder / ".bin" / "dun"
    dun.parent.mkdir()
    dun.write_text(_DUN, encoding="utf-8")
    dun.chmod(0o755)


def settings(folder: Path) -> dict[str, str]:
    """The environment of a reader in that folder, at a terminal without colours."""
    return {
        "PATH": f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "DUN_DATABASE": "",
        "DUN_KEY": "",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "TZ": "UTC",
    }


def run(line: str) -> tuple[str, ...]:
    """What a command line prints in the working folder, messages included.

    A line with nothing but `dun` in it, and perhaps files that it reads from or prints to, is run
    in this process, since starting a new one for each takes most of the time.
    """
    files: dict[str, str] = {}
    command = line
    while (redirected := _REDIRECTED.fullmatch(command)) is not None:
        command, arrow, file = redirected.groups()
        files[arrow] = file
    words = shlex.split(command)
    if words[0] == "dun" and not _NEEDS_A_SHELL & set(command):
        text = _dun(words[1:], **{_STREAMS[arrow]: file for arrow, file in files.items()})
    else:
        text = subprocess.run(
            ["sh", "-c", line], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ).stdout.decode()
    return tuple(line.rstrip() for line in text.rstrip("\n").splitlines())


def _dun(words: list[str], stdin: str = "", stdout: str = "") -> str:
    """What `dun` prints, but for what goes to the file `stdout`."""
    printed, result = io.StringIO(), io.StringIO()
    given = io.BytesIO(Path(stdin).read_bytes() if stdin else b"")
    with (
        contextlib.redirect_stdout(result if stdout else printed),
        contextlib.redirect_stderr(printed),
        patch.object(sys, "stdin", io.TextIOWrapper(given, encoding="utf-8")),
    ):
        dun(words)
    if stdout:
        Path(stdout).write_text(result.getvalue(), encoding="utf-8")
    return printed.getvalue()


def agree(shown: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    """Whether the output is as shown, where a line `...` stands for any number of lines."""
    if not shown:
        return not printed
    if shown[0] == GAP:
        return any(agree(shown[1:], printed[at:]) for at in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and agree(shown[1:], printed[1:])


def shell(line: str) -> str:
    """What a line of a shell prints, which has to succeed."""
    done = subprocess.run(["sh", "-c", line], check=False, capture_output=True, text=True)
    assert done.returncode == 0, (line, done.stderr)
    return done.stdout
