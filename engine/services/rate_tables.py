"""The tables of rates that policies name: found, read, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from dunlang.ast.policy import ForBlock, RateDecl
from dunlang.ast.stages import Fee, Stage
from dunlang.diagnostics import Diagnostic
from dunlang.suggest import did_you_mean
from engine.core.rates import ExchangeTable, RateTable
from engine.io.rate_files import FOLDER, SUFFIX, read_exchange_table, read_rate_table
from engine.services.library import folders_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dunlang.ast.expressions import Text
    from dunlang.checking.checked import Checked

MISSING = "D224"
TWO = "D225"

Table: TypeAlias = RateTable | ExchangeTable


@dataclass(slots=True)
class Tables:
    """All tables that were read so far, for several policies."""

    by_name: dict[str, Table] = field(default_factory=dict)
    _files: dict[str, tuple[Path, Text]] = field(default_factory=dict)
    """By name: the file, and the words that asked for it first."""

    def of(self, checked: Checked) -> list[Diagnostic]:
        """Read what a policy names; what is wrong stands at its words, or in the table's file.

        Raises OSError for a file that is there and cannot be read.
        """
        problems: list[Diagnostic] = []
        for name, exchange in named_tables(checked):
            problems += self._read(name, checked, exchange=exchange)
        return problems

    def file_of(self, name: str) -> Path:
        """The file of a table that was read."""
        return self._files[name][0]

    def _read(self, name: Text, checked: Checked, *, exchange: bool) -> list[Diagnostic]:
        folders = _folders(checked, name)
        file = next((each for each in _candidates(folders, name.value) if each.is_file()), None)
        if file is None:
            return [_missing(name, folders)]
        before, first = self._files.setdefault(name.value, (file, name))
        if before.resolve() != file.resolve() and before.read_bytes() != file.read_bytes():
            return [_two(name, file, first, before)]
        known = self.by_name.get(name.value)
        if isinstance(known, ExchangeTable if exchange else RateTable):
            return []
        table, problems = (read_exchange_table if exchange else read_rate_table)(file)
        if table is not None and known is None:
            self.by_name[name.value] = table
        return problems


def named_tables(checked: Checked) -> Iterator[tuple[Text, bool]]:
    """The tables that a policy names, and whether each is one of rates of exchange."""
    for item in checked.policy.items:
        match item:
            case RateDecl(table=table):
                yield table, False
            case Stage():
                yield from _converting(item)
            case ForBlock(items=items):
                for inner in items:
                    if isinstance(inner, Stage):
                        yield from _converting(inner)
            case _:
                pass


def _converting(stage: Stage) -> Iterator[tuple[Text, bool]]:
    for clause in stage.clauses:
        if isinstance(clause, Fee) and clause.converted_by is not None:
            yield clause.converted_by, True


def _folders(checked: Checked, name: Text) -> list[Path]:
    """Where tables lie: around the policy, around the text that the line comes from, shipped."""
    texts = (checked.policy.span.source, name.span.source)
    folders = [folder for text in texts for folder in folders_around(text)]
    shipped = folders.pop()
    return [each / FOLDER for each in dict.fromkeys(folders) if each != shipped] + [
        shipped / FOLDER
    ]


def _candidates(folders: Iterable[Path], name: str) -> Iterator[Path]:
    if name and Path(name).name == name:
        for folder in folders:
            yield folder / f"{name}{SUFFIX}"


def _missing(name: Text, folders: Iterable[Path]) -> Diagnostic:
    files = (file for folder in folders for file in sorted(folder.glob(f"*{SUFFIX}")))
    there = [file.stem for file in files if file.is_file()]
    note = f"it is looked for in the file {FOLDER}/{name.value}{SUFFIX}, beside the policy,"
    note += " in the folder above, and among the tables that come with dun"
    return Diagnostic(
        MISSING,
        name.span,
        f"there is no table of rates '{name.value}'",
        did_you_mean(name.value, there),
        (note,),
    )


def _two(name: Text, file: Path, first: Text, other: Path) -> Diagnostic:
    return Diagnostic(
        TWO,
        name.span,
        f"'{name.value}' is the table {file} here and {other} elsewhere",
        "keep one of the two, or give them different names",
        related=((first.span, "elsewhere"),),
    )
