"""`dun`: finds the command and sees to it that every ending is a clean one."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.exits import ExitCode, OutsideError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

DETAILS = "DUN_DEBUG"
"""Set to anything, an internal error shows where it happened."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `dun` with arguments (default: those of the process) and exit."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP; under nohup it is ignored
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stopped)
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run `dun` with arguments; the exit code."""
    _prepare_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; nothing is wrong, and nothing is said.
        _drop_stdout()
        return ExitCode.DONE
    except OSError as error:
        _drop_stdout()
        return _failed(_cause(error), ExitCode.ENVIRONMENT)
    return code


def _prepare_streams() -> None:
    """See to it that writing to either stream works, whatever it is."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by who started `dun`: they do not want to see it.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open for as long as the process
        # What a terminal's encoding cannot show is shown as an escape, never as a traceback.
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _run(arguments: Sequence[str]) -> int:
    try:
        from engine.cli.commands import invoke

        return invoke(list(arguments))
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except UsageError as problem:
        return _failed(problem, ExitCode.USAGE)
    except RefusedError as problem:
        return _failed(problem, ExitCode.PROBLEMS)
    except OutsideError as problem:
        return _failed(problem, ExitCode.ENVIRONMENT)
    except OSError as error:
        return _failed(_cause(error), ExitCode.ENVIRONMENT)
    except Exception as error:  # the last resort: a user never sees a traceback
        from engine.store.errors import StoreError

        if isinstance(error, StoreError):
            return _failed(error, ExitCode.ENVIRONMENT)
        if os.environ.get(DETAILS):
            raise
        kind = type(error).__name__
        text = (
            f"an internal error stopped this ({kind}). It is a bug in dunlang: please report it"
            f" with the output of the same command after setting {DETAILS}=1"
        )
        return _failed(text, ExitCode.ENVIRONMENT)


def _failed(text: object, code: ExitCode) -> int:
    with suppress(OSError):
        sys.stdout.flush()
    with suppress(OSError):
        sys.stderr.write(f"dun: {text}\n")
    return code


def _cause(error: OSError) -> str:
    """An error of the system as a sentence: the file first, then what is wrong with it."""
    reason = (error.strerror or str(error) or type(error).__name__).rstrip(".")
    reason = f"{reason[:1].lower()}{reason[1:]}"
    return f"{error.filename}: {reason}" if error.filename else reason


def _stopped(number: int, frame: object) -> None:
    """End as the system would end this, but with nothing half written left behind."""
    del frame
    sys.exit(128 + number)


def _interrupted() -> int:
    sys.stderr.write("\ndun: interrupted\n" if sys.stderr.isatty() else "dun: interrupted\n")
    return ExitCode.INTERRUPTED


def _drop_stdout() -> None:
    """Python would flush stdout once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
