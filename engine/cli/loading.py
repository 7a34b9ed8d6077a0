"""What `decide`, `simulate` and `explain` begin with: policies and a ledger, or a clear no."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.exits import OutsideError, UsageError
from engine.cli.options import STDIN, STDIN_NAME, a_place_for_bad_rows, paths, read_stdin
from engine.cli.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    result: Path | None = None,
) -> Loaded | None:
    """The policies and the ledger; None if something is wrong with them, which is reported.

    `result` is the file of `-o`, which is not written here. Raises OSError for what cannot be read,
    UsageError where a file would be written over one that is read.
    """
    from dunlang.render import visible
    from engine.services.ledger import open_ledger

    (folder,) = paths([ledger], ledger)
    rejects = a_place_for_bad_rows(skip_bad)
    if what_if == STDIN and policy and STDIN in policy:
        message = "standard input (-) can only be read once"
        raise UsageError(message)
    policies = load_policies(out, policy, folder)
    if policies is None:
        return None
    if not folder.is_dir():
        message = f"{ledger}: there is no such folder"
        raise OutsideError(message)
    further = None if what_if is None else Path(what_if)
    _spare_what_is_read(folder, policies, further, {"--skip-bad": rejects, "-o": result})
    found = open_ledger(
        folder, policies.declared, policies.plans, skip_bad=rejects, what_if=further
    )
    for doubt in found.doubts:
        out.say(visible(doubt))
    if found.index is None:
        _report_ledger(out, found.problems, skipping_helps=found.readable)
        return None
    if found.problems:
        rows = len({(each.file, each.line) for each in found.problems})
        out.say(f"{counted(rows, 'bad row')} left out; they are in {skip_bad}, with reasons")
    if found.repeated:
        times = counted(found.repeated, "event")
        out.say(f"{times} stood in the ledger again under the same id and counted once")
    return Loaded(policies, policies.together(), found.index)


def _spare_what_is_read(
    ledger: Path, policies: Policies, further: Path | None, written: Mapping[str, Path | None]
) -> None:
    """Refuse to write over what is read, and to write two things to one file."""
    from engine.io.ledger import ledger_files

    texts = (Path(source.name) for source in policies.sources)
    tables = (path for path in written.values() if path and _is_table(path, policies))
    read = [*ledger_files(ledger), *texts, *tables]
    taken = {path.resolve(): "is read by this command" for path in (*read, further) if path}
    for option, path in written.items():
        if path is None:
            continue
        why = taken.setdefault(path.resolve(), f"is written by {option}")
        if why != f"is written by {option}":
            message = f"{option} would replace {path}, which {why}; name another file"
            raise UsageError(message)


def _is_table(path: Path, policies: Policies) -> bool:
    """Whether a file is called and placed like a table of rates that the policies name."""
    from engine.io.rate_files import FOLDER

    return path.resolve().parent.name == FOLDER and path.stem in policies.tables


def load_policies(out: Output, policy: list[str] | None, ledger: Path) -> Policies | None:
    """The policies that were named, else those in force; None if one has an error."""
    from engine.services.policies import read_policies
    from engine.services.shipped import default_policies
    from engine.services.sources import source_of

    given = paths(policy, str(default_policies(ledger)))
    files = [path for path in given if str(path) != STDIN]
    stdin = [source_of(STDIN_NAME, read_stdin())] if len(files) < len(given) else []
    policies = read_policies(files, stdin)
    if policies.usable:
        return policies
    if not policies.sources:
        message = f"there is no policy (*.dun) in {', '.join(map(str, given))}"
        raise OutsideError(message)
    from dunlang.render import as_text

    errors = [problem for problem in policies.problems if problem.severity == "error"]
    out.say(as_text(errors, color=out.err_is_colored))
    out.say(f"{counted(len(errors), 'error')} in the policies; nothing was decided")
    return None


def _report_ledger(out: Output, found: tuple[DataProblem, ...], *, skipping_helps: bool) -> None:
    from engine.core.problems import as_text

    out.say(as_text(found[:SHOWN], color=out.err_is_colored))
    more = f", the first {SHOWN} are shown" if len(found) > SHOWN else ""
    out.say(f"{counted(len(found), 'problem')} in the ledger{more}; nothing was taken from it")
    if skipping_helps:
        out.say("--skip-bad FILE goes on without the bad rows and writes them to FILE")
