"""`dun`, called as a user calls it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from engine.cli.main import run

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"
PROGRAM = "from engine.cli.main import main; main()"


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The result as the objects of JSON that it is, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def dun(*words: str, stdin: str = "") -> Ended:
    """Run a command in this process and the working folder."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()))
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", given):
        code = run(words)
    return Ended(int(code), out.getvalue(), err.getvalue())


def environment(**more: str) -> dict[str, str]:
    """What a new process needs to find the code under test, and nothing of the tester's colours."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    return {**kept, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **more}


def started(*words: str, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - those of Popen
    """Start a command in a process of its own, its streams connected to pipes."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], **{"env": environment(), **pipes, **options}
    )


def process(*words: str, stdin: bytes = b"", program: str = PROGRAM, **more: str) -> Ended:
    """Run a command in a process of its own, with these variables in its environment."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        check=False,
        capture_output=True,
        input=stdin,
        env=environment(**more),
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
