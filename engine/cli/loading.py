"""What `decide`, `simulate` and `explain` begin with: policies and a ledger, or a clear no."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.exits import OutsideError, UsageError
from engine.cli.options import STDIN, STDIN_NAME, read_stdin
from engine.cli.words import counted

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet
    from engine.core.problems import DataProblem
    from engine.services.policies import Policies

SHOWN = 20
"""Problems of a ledger that are printed; a file in the wrong format has one for each row."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that a decision needs."""

    policies: Policies
    together: PolicySet
    index: LedgerIndex


def load(
    out: Output,
    ledger: str,
    policy: list[str] | None,
    *,
    skip_bad: str | None = None,
    what_if: str | None = None,
) -> Loaded | None:
    """The policies and the ledger; None if something is wrong with them, which is reported.

    Raises OSError for what cannot be read.
    """
    from engine.services.ledger import open_ledger

    folder = Path(ledger)
    if what_if == STDIN and policy and STDIN in policy:
        message = "standard input (-) can only be read once"
        raise UsageError(message)
    policies = load_policies(out, policy, folder)
    if policies is None:
        return None
    if not folder.is_dir():
        message = f"{ledger}: there is no such folder"
        raise OutsideError(message)
    found = open_ledger(
        folder,
        policies.declared,
        skip_bad=None if skip_bad is None else Path(skip_bad),
        what_if=None if what_if is None else Path(what_if),
    )
    if found.index is None:
        _report_ledger(out, found.problems)
        return None
    if found.problems:
        rows = len({(each.file, each.line) for each in found.problems})
        out.say(f"{counted(rows, 'bad row')} left out; they are in {skip_bad}, with reasons")
    if found.repeated:
        times = counted(found.repeated, "event")
        out.say(f"{times} stood in the ledger again under the same id and counted once")
    return Loaded(policies, policies.together(), found.index)


def load_policies(out: Output, policy: list[str] | None, ledger: Path) -> Policies | None:
    """The policies that were named, else those in force; None if one has an error."""
    from engine.services.policies import read_policies
    from engine.services.shipped import default_policies
    from engine.services.sources import source_of

    paths = [Path(text) for text in policy] if policy else [default_policies(ledger)]
    files = [path for path in paths if str(path) != STDIN]
    stdin = [source_of(STDIN_NAME, read_stdin())] if len(files) < len(paths) else []
    policies = read_policies(files, stdin)
    if policies.usable:
        return policies
    if not policies.sources:
        message = f"there is no policy (*.dun) in {', '.join(map(str, paths))}"
        raise OutsideError(message)
    from dunlang.render import as_text

    errors = [problem for problem in policies.problems if problem.severity == "error"]
    out.say(as_text(errors, color=out.err_is_colored))
    out.say(f"{counted(len(errors), 'error')} in the policies; nothing was decided")
    return None


def _report_ledger(out: Output, found: tuple[DataProblem, ...]) -> None:
    from engine.core.problems import as_text

    out.say(as_text(found[:SHOWN], color=out.err_is_colored))
    more = f", the first {SHOWN} are shown" if len(found) > SHOWN else ""
    out.say(f"{counted(len(found), 'problem')} in the ledger{more}; nothing was taken from it")
    out.say("--skip-bad FILE goes on without the bad rows and writes them to FILE")
