"""Whatever stands in a ledger's files, it is read or refused; and what is taken is consistent."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dunlang.types import Type
from engine.core.model import Ledger
from engine.core.problems import as_json, as_text
from engine.core.timeline import timelines
from engine.io.ledger import load_ledger, read_ledger
from engine.io.ledger_write import write_ledger
from tests.engine.io.folders import CUSTOMERS, INVOICES, folder
from tests.engine.strategies import ledgers

TYPES = {"customer.risk": Type("one of", ("low", "medium", "high"))}
FILES = ("customers", "invoices", "events")
HEADER = (
    *("date", "kind", "invoice", "document", "customer", "case", "amount", "currency", "until"),
    *("name", "value", "reason", "stage", "policy", "version", "fee", "interest", "recorded", "id"),
)
words = st.sampled_from(
    [
        *("", "R-1", "R-2", "C-1", "C-9", "D-1", "P-1", "P-2", "5", "0", "-1", "1e3", "5.005"),
        *("EUR", "CHF", "eur", "2026-02-01", "2026-02-30", "2026-01-01T10:00Z", "x", "amount"),
        *("payment", "credit", "reversal", "stage", "stage_cancelled", "fact", "promise", "assign"),
        *("dispute", "due_changed", "exclude", "risk", "tags", "low", "email;post", "1", "\0", ";"),
        *('"', "\n", "ü", "\N{RIGHT-TO-LEFT OVERRIDE}", "9" * 40),
    ]
)
some_text = st.text() | st.text(alphabet='ab,"\n\r;\0é-5', max_size=40)


def as_csv(rows: list[list[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


@given(st.sampled_from(FILES), st.binary() | some_text.map(str.encode))
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as path:
        found = load_ledger(folder(Path(path), **{name: data}), TYPES)
    assert (found.ledger is None) == bool(found.problems)
    assert as_text(found.problems).count("error[") == len(found.problems)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, words)), max_size=6))
def test_any_event_is_taken_or_refused_with_its_place(rows: list[dict[str, str]]) -> None:
    table = as_csv([list(HEADER), *([row[name] for name in HEADER] for row in rows)])
    with tempfile.TemporaryDirectory() as path:
        found = load_ledger(
            folder(Path(path), customers=CUSTOMERS, invoices=INVOICES, events=table), TYPES
        )
    assert (found.ledger is None) == bool(found.problems)
    for problem in found.problems:
        assert problem.line is not None
        assert 1 < problem.line <= 1 + table.count("\n")
        assert as_json(problem)["code"] == problem.code


@settings(max_examples=40)
@given(ledgers(), st.data())
def test_what_is_left_when_bad_rows_are_skipped_has_no_problem(
    book: Ledger, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        write_ledger(path / "whole", book)
        for file in FILES:
            target = path / "whole" / f"{file}.csv"
            with target.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.reader(stream))
            for _ in range(data.draw(st.integers(0, 3))):
                row = data.draw(st.integers(1, max(1, len(rows) - 1)))
                if row < len(rows):
                    rows[row][data.draw(st.integers(0, len(rows[0]) - 1))] = data.draw(words)
            target.write_text(as_csv(rows), encoding="utf-8", newline="")
        found = load_ledger(path / "whole", TYPES, skip_bad=path / "bad.csv")
        assert found.ledger is not None
        timelines(found.ledger, None)
        write_ledger(path / "rest", found.ledger)
        ledger, problems = read_ledger(path / "rest", TYPES)
    assert problems == []
    assert ledger is not None
    assert ledger.customers == found.ledger.customers
    assert ledger.invoices == found.ledger.invoices
    assert len(ledger.events) == len(found.ledger.events)
