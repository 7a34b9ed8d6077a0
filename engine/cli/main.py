"""`dun`: finds the command and sees to it that every ending is a clean one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from engine.cli.exits import ExitCode, OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

DETAILS = "DUN_DEBUG"
"""Set to anything, an internal error shows where it happened."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `dun` with arguments (default: those of the process) and exit."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run `dun` with arguments; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal's encoding cannot show is shown as an escape, never as a traceback.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        return _reader_left()
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        from engine.cli.commands import invoke

        return invoke(list(arguments))
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except UsageError as problem:
        return _failed(problem, ExitCode.USAGE)
    except OutsideError as problem:
        return _failed(problem, ExitCode.ENVIRONMENT)
    except OSError as error:
        return _failed(_cause(error), ExitCode.ENVIRONMENT)
    except Exception as error:  # the last resort: a user never sees a traceback
        if os.environ.get(DETAILS):
            raise
        kind = type(error).__name__
        text = (
            f"an internal error stopped this ({kind}). It is a bug in dunlang: please report it"
            f" with the output of the same command after setting {DETAILS}=1"
        )
        return _failed(text, ExitCode.ENVIRONMENT)


def _failed(text: object, code: ExitCode) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"dun: {text}\n")
    return code


def _cause(error: OSError) -> str:
    """An error of the system as a sentence: the file first, then what is wrong with it."""
    reason = (error.strerror or str(error) or type(error).__name__).rstrip(".")
    reason = f"{reason[:1].lower()}{reason[1:]}"
    return f"{error.filename}: {reason}" if error.filename else reason


def _interrupted() -> int:
    sys.stderr.write("\ndun: interrupted\n" if sys.stderr.isatty() else "dun: interrupted\n")
    return ExitCode.INTERRUPTED


def _reader_left() -> int:
    """The reader of stdout (`| head`) has seen enough; nothing is wrong, and nothing is said."""
    # Python would flush stdout once more at its end, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE
