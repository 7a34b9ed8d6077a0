"""What `decide`, `simulate` and `explain` begin with: policies and a ledger, or a clear no."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.exits import OutsideError, UsageError
from engine.cli.options import STDIN, STDIN_NAME, a_place_for_bad_rows, paths, read_stdin
from engine.cli.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.cli.console import Output
    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet
    from engine.core.problems import DataProblem
    from engine.services.ledger import LedgerFound
    from engine.services.policies import Policies
    from engine.store.database import Database

SHOWN = 20
"""Problems of a ledger that are printed; a file in the wrong format has one for each row."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that a decision needs."""

    policies: Policies
    together: PolicySet
    index: LedgerIndex


@dataclass(frozen=True, slots=True)
class Asked:
    """Where policies and ledger come from, as the options of a command say."""

    ledger: str | None
    database: str | None = None
    policy: list[str] | None = None
    skip_bad: str | None = None
    what_if: str | None = None
    result: Path | None = None
    """The file of `-o`, which is not written here."""
    case: str | None = None
    """The only one that is asked for."""
    policies: Policies | None = None
    """Read already: no others are looked for."""


def load(out: Output, asked: Asked) -> Loaded | None:
    """The policies and the ledger; None if something is wrong with them, which is reported.

    Raises OSError and StoreError for what cannot be read, UsageError where options do not go
    together or a file would be written over one that is read.
    """
    if asked.what_if == STDIN and asked.policy and STDIN in asked.policy:
        message = "standard input (-) can only be read once"
        raise UsageError(message)
    if asked.ledger is None:
        return _load_from_store(out, asked)
    if asked.database is not None:
        message = "give either --ledger or --database"
        raise UsageError(message)
    return _load_from_folder(out, asked, asked.ledger)


def _load_from_store(out: Output, asked: Asked) -> Loaded | None:
    from engine.cli.store import address_of_store, open_store_for
    from engine.services.stored_ledger import open_stored
    from engine.services.stores import DEFAULT

    address = address_of_store(asked.database)
    if asked.database is None and address == DEFAULT and not Path(address).exists():
        message = "name a ledger with --ledger DIR, or a store with --database ADDRESS"
        raise UsageError(message)
    if asked.skip_bad is not None:
        message = "--skip-bad goes with --ledger: a store holds no bad rows"
        raise UsageError(message)
    store = open_store_for(asked.database)
    policies = _policies_of_store(out, asked, store)
    if policies is None:
        return None
    further = None if asked.what_if is None else Path(asked.what_if)
    _spare_what_is_read([], policies, further, {"-o": asked.result})
    found = open_stored(store, policies.declared, policies.plans, what_if=further, case=asked.case)
    _say_doubts(out, found)
    if found.index is None:
        report_problems(out, found.problems[:SHOWN], len(found.problems), str(further))
        return None
    _say_repeated(out, found)
    return Loaded(policies, policies.together(), found.index)


def _policies_of_store(out: Output, asked: Asked, store: Database) -> Policies | None:
    """The policies that were named, else those published in a store, else those of the folder."""
    from engine.services.published import published
    from engine.services.shipped import FOLDER

    if asked.policies is not None:
        return asked.policies
    if not asked.policy:
        policies = published(store)
        if policies.plans:
            return policies
    return load_policies(out, asked.policy, Path(FOLDER))


def _say_doubts(out: Output, found: LedgerFound) -> None:
    """Say what looks odd in a ledger."""
    from dunlang.render import visible

    for doubt in found.doubts[:SHOWN]:
        out.say(visible(doubt))
    if len(found.doubts) > SHOWN:
        out.say(f"and {len(found.doubts) - SHOWN:,} more of this kind")


def _say_repeated(out: Output, found: LedgerFound) -> None:
    if found.repeated:
        times = counted(found.repeated, "event")
        out.say(f"{times} stood in the ledger again under the same id and counted once")


def _load_from_folder(out: Output, asked: Asked, ledger: str) -> Loaded | None:
    from engine.io.ledger import ledger_files
    from engine.services.ledger import open_ledger

    (folder,) = paths([ledger], ledger)
    rejects = a_place_for_bad_rows(asked.skip_bad)
    policies = asked.policies or load_policies(out, asked.policy, folder)
    if policies is None:
        return None
    if not folder.is_dir():
        message = f"{ledger}: there is no such folder"
        raise OutsideError(message)
    further = None if asked.what_if is None else Path(asked.what_if)
    written = {"--skip-bad": rejects, "-o": asked.result}
    _spare_what_is_read(ledger_files(folder), policies, further, written)
    found = open_ledger(
        folder, policies.declared, policies.plans, skip_bad=rejects, what_if=further
    )
    _say_doubts(out, found)
    if found.index is None:
        _report_ledger(out, found.problems, skipping_helps=found.readable)
        return None
    if found.problems:
        rows = len({(each.file, each.line) for each in found.problems})
        out.say(f"{counted(rows, 'bad row')} left out; they are in {asked.skip_bad}, with reasons")
    _say_repeated(out, found)
    return Loaded(policies, policies.together(), found.index)


def _spare_what_is_read(
    ledger: Iterable[Path],
    policies: Policies,
    further: Path | None,
    written: Mapping[str, Path | None],
) -> None:
    """Refuse to write over what is read, and to write two things to one file."""
    texts = (Path(source.name) for source in policies.sources)
    tables = (path for path in written.values() if path and _is_table(path, policies))
    read = [*ledger, *texts, *tables]
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
    report_problems(out, found[:SHOWN], len(found), "the ledger")
    if skipping_helps:
        out.say("--skip-bad FILE goes on without the bad rows and writes them to FILE")


def report_problems(out: Output, shown: tuple[DataProblem, ...], found: int, where: str) -> None:
    """Print the first of the problems that were found in data."""
    from engine.core.problems import as_text

    out.say(as_text(shown, color=out.err_is_colored))
    more = f", the first {len(shown)} are shown" if found > len(shown) else ""
    out.say(f"{counted(found, 'problem')} in {where}{more}; nothing was taken from it")
