"""Lines of JSON objects (NDJSON) as rows of text; their fields are the columns of ledger files.

An object need not have all fields: one that it does not have says nothing, null says that it is
unknown. The file is read twice, once for the names, so that no more than a line is held.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

from engine.core.problems import DataProblem
from engine.io.ledger import meant_in_events
from engine.io.ledger_csv import NOT_UTF8
from engine.io.ledger_json import FIELDS, Unfit, text_of
from engine.io.ledger_rows import COLUMNS, COMPUTED, OPTIONAL
from engine.io.sheets import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LONGEST = 1 << 20
"""Bytes of a line."""


class MalformedError(Exception):
    """A text that is no JSON object; says why."""


def parse_object(text: bytes) -> dict[str, Any]:
    """The JSON object that a text is. Raises MalformedError."""
    try:
        found = json.loads(text.decode(), object_pairs_hook=_fields, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise MalformedError(NOT_UTF8) from None
    except RecursionError:
        message = "this is nested too deeply"
        raise MalformedError(message) from None
    except json.JSONDecodeError as error:
        message = f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]} at {error.pos + 1}"
        raise MalformedError(message) from None
    except ValueError:
        message = "a number has too many digits"
        raise MalformedError(message) from None
    if not isinstance(found, dict):
        message = "this is no JSON object"
        raise MalformedError(message)
    return found


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        message = "a field stands twice in this object"
        raise MalformedError(message)
    return fields


def _no_number(text: str) -> None:
    message = f"{text} is no number of JSON"
    raise MalformedError(message)


def open_ndjson(kind: str, file: str, path: Path) -> Table | DataProblem:
    """The table in a file of customers, invoices or events. Raises OSError."""
    events = OPTIONAL[kind] if kind == "events" else ()
    names = dict.fromkeys((*COLUMNS[kind], *events))
    for _, found in _objects(path):
        if isinstance(found, dict) and found.keys() - names.keys():
            names.update((each, None) for each in found if _flaw(kind, each) is None)
            if len(names) > FIELDS:
                message = f"{kind} have more than {FIELDS} different fields"
                return DataProblem("L104", file, message, unit="item")
    columns = {name: at for at, name in enumerate(names)}
    return Table(file, "item", list(columns), "", _rows(kind, file, path, columns))


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | MalformedError]]:
    """The objects with their lines; empty lines are passed over."""
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(LONGEST + 1):
            number += 1
            if len(line) > LONGEST:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(LONGEST)
                yield number, MalformedError(f"this line is longer than {LONGEST} bytes")
                continue
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if not line.strip():
                continue
            try:
                yield number, parse_object(line)
            except MalformedError as why:
                yield number, why


def _rows(
    kind: str, file: str, path: Path, columns: Mapping[str, int]
) -> Iterator[Row | DataProblem]:
    number = 0
    known = frozenset(columns)
    for line, found in _objects(path):
        number += 1
        if isinstance(found, MalformedError):
            yield DataProblem("L102", file, str(found), line=line, unit="item")
            continue
        cells = [""] * len(columns)
        problem: DataProblem | None = None
        for name, value in found.items():
            flaw = None if name in columns else _flaw(kind, name)
            code, cell = ("L125", _cell(name, value)) if flaw is None else ("L104", flaw)
            if isinstance(cell, str) and not _is_text(cell):
                code = "L102"
                cell = Unfit("there is a character in this text that is none", "take it out")
            if isinstance(cell, Unfit):
                at = columns.get(name)
                column = None if at is None else at + 1
                shown = name if name.isprintable() else ""
                problem = DataProblem(code, file, *cell, line, "item", column, shown)
                break
            cells[columns[name]] = cell
        yield problem or Row(number, line, cells, "", known - found.keys())


def _cell(name: str, value: object) -> str | Unfit:
    if value is None:
        return ""
    return value if isinstance(value, str) else text_of(name, value)


def _flaw(kind: str, name: str) -> Unfit | None:
    """Why there cannot be such a field."""
    if not name or not name.isprintable():
        return Unfit("the name of a fact holds printable characters")
    if name in COMPUTED.get(kind.removesuffix("s"), ()):
        message = f"'{name}' follows from invoices and events"
        return Unfit(message, "leave it out, or give it another name")
    if kind == "events" and name not in (*COLUMNS[kind], *OPTIONAL[kind]):
        meant = meant_in_events(name, ())
        hint = f"did you mean '{meant}'?" if meant else "a fact changes by an event of kind fact"
        return Unfit(f"events have no field '{name}'", hint)
    return None


def _is_text(cell: str) -> bool:
    """Whether a database can keep it: no NUL, no half of a pair of surrogates."""
    if cell.isascii():
        return "\0" not in cell
    return "\0" not in cell and not any("\ud800" <= letter <= "\udfff" for letter in cell)
