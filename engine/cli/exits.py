"""How `dun` ends: the exit codes, and the ways to end early."""

from __future__ import annotations

from contextlib import ExitStack
from enum import IntEnum


class ExitCode(IntEnum):
    """What a script learns from `dun`."""

    DONE = 0
    PROBLEMS = 1
    """The policy or the data has problems; they are printed."""
    USAGE = 2
    """The command was called wrongly."""
    ENVIRONMENT = 3
    """Something outside failed, such as a file that cannot be read; or `dun` itself."""
    INTERRUPTED = 130
    """Ctrl-C; the number is the shell's custom."""


class UsageError(Exception):
    """The command was called wrongly. The text is one sentence for the user."""


class OutsideError(Exception):
    """Something outside failed. The text is one sentence for the user."""


class RefusedError(Exception):
    """What was asked for was refused, and nothing was changed. The text is one sentence."""


AT_END = ExitStack()
"""What is to be closed when the command ends, however it ends."""
