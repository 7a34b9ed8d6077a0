"""`dun import`, and commands that work from a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from engine.core.problems import as_text
from engine.io.ledger import load_ledger
from tests.engine.cli.command import dun, process

if TYPE_CHECKING:
    from engine.core.model import Ledger

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
KINDS = ("customers", "invoices", "events")

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def store(company: Path, empty_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store, whose admin is logged in, beside the company's files."""
    del company
    monkeypatch.setenv("DUN_DATABASE", empty_address)
    ended = dun("init", "--admin", "anna", "--password-stdin", stdin=PASSWORD)
    assert (ended.code, ended.out) == (0, ""), ended.err
    return empty_address


def load_ledger_here() -> Ledger:
    """The ledger of the company's files."""
    found = load_ledger(Path("ledger"), {})
    assert found.ledger is not None, as_text(found.problems)
    return found.ledger


def import_all() -> None:
    for kind in KINDS:
        ended = dun("import", kind, f"ledger/{kind}.csv")
        assert ended.code == 0, ended.err


@pytest.mark.usefixtures("store")
def test_an_import_says_what_is_new_and_nothing_is_new_twice() -> None:
    ledger = load_ledger_here()
    ended = dun("import", "customers", "ledger/customers.csv")
    count = len(ledger.customers)
    assert ended.out == f"{count} customers new, 0 changed, 0 unchanged\n"
    again = dun("import", "customers", "ledger/customers.csv", "--format", "json")
    (row,) = again.rows
    assert (row["taken"], row["new"], row["unchanged"], row["problems"]) == (True, 0, count, [])


@pytest.mark.usefixtures("store")
def test_decisions_from_a_store_are_those_from_its_files() -> None:
    import_all()
    for more in ((), ("--known", "2026-03-10")):
        words = ("decide", "--on", "2026-03-16", "--format", "json", *more)
        from_files = dun(*words, "--ledger", "ledger")
        from_store = dun(*words)
        assert from_store.out == from_files.out
        assert from_store.out
        assert from_store.code == from_files.code


@pytest.mark.usefixtures("store")
def test_one_case_is_decided_and_explained_from_a_store_as_from_files() -> None:
    import_all()
    for case in load_ledger_here().invoices:
        for words in (
            ("decide", "--on", "2026-03-16", "--case", case),
            ("explain", "--on", "2026-03-16", "--case", case),
        ):
            assert dun(*words) == dun(*words, "--ledger", "ledger")
    unknown = ("decide", "--on", "2026-03-16", "--case", "R-none")
    assert dun(*unknown) == dun(*unknown, "--ledger", "ledger")


@pytest.mark.usefixtures("store")
def test_a_simulation_from_a_store_is_that_from_its_files(company: Path) -> None:
    import_all()
    case = next(iter(load_ledger_here().invoices))
    what_if = company / "more.csv"
    what_if.write_text(f"date,kind,invoice\n2026-03-20,dispute,{case}\n", encoding="utf-8")
    for more in ((), ("--known", "each-day"), ("--what-if", str(what_if)), ("--case", case)):
        words = ("simulate", "--from", "2026-03-01", "--to", "2026-04-30", *more)
        from_files = dun(*words, "--format", "json", "--ledger", "ledger")
        assert dun(*words, "--format", "json") == from_files
        assert from_files.code == 0, from_files.err


@pytest.mark.usefixtures("store")
def test_a_what_if_that_contradicts_the_store_is_told(company: Path) -> None:
    import_all()
    case = next(iter(load_ledger_here().invoices))
    what_if = company / "more.csv"
    text = f"date,kind,invoice,stage\n2026-03-20,stage_cancelled,{case},nothing\n"
    what_if.write_text(text, encoding="utf-8")
    words = ("simulate", "--from", "2026-03-01", "--to", "2026-04-30", "--what-if", "more.csv")
    ended = dun(*words)
    assert (ended.code, ended.out) == (1, "")
    assert "more.csv:2: error[L118]" in ended.err


@pytest.mark.usefixtures("store")
def test_published_policies_decide_and_not_those_in_the_folder(company: Path) -> None:
    import_all()
    assert dun("publish", "policies").code == 0
    assert (
        dun("user", "add", "ben", "--role", "approver", "--password-stdin", stdin=PASSWORD).code
        == 0
    )
    before = dun("decide", "--on", "2026-03-16", "--format", "json").rows
    assert dun("login", "ben", "--password-stdin", stdin=PASSWORD).code == 0
    approved = dun("approve", "de_standard", "--version", "3")
    assert approved.code == 0, approved.err
    policy = company / "policies" / "de_standard" / "3.dun"
    policy.write_text("policy broken", encoding="utf-8")
    after = dun("decide", "--on", "2026-03-16", "--format", "json")
    assert (after.code, after.rows) == (0, before), after.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ledger", "ledger", "--database", "dun.db"), "give either --ledger or --database"),
        (("--skip-bad", "bad.csv"), "--skip-bad goes with --ledger"),
        (("--database", ""), "--database takes a file or an address"),
    ],
)
@pytest.mark.usefixtures("store")
def test_options_that_do_not_go_together_are_wrong_usage(words: tuple[str, ...], said: str) -> None:
    ended = dun("decide", "--on", "2026-03-16", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.usefixtures("company")
def test_without_a_ledger_and_a_store_both_are_proposed() -> None:
    ended = dun("decide", "--on", "2026-03-16")
    assert (ended.code, ended.out) == (2, "")
    assert "--ledger DIR" in ended.err
    assert "--database ADDRESS" in ended.err


@pytest.mark.usefixtures("store")
def test_a_file_with_a_bad_row_is_refused_with_its_place(company: Path) -> None:
    bad = company / "bad.csv"
    bad.write_text("id,kind\nX-1,busines\nX-2,business\n", encoding="utf-8")
    ended = dun("import", "customers", "bad.csv")
    assert (ended.code, ended.out) == (1, "")
    assert "bad.csv:2: error[L119]: column 2 (kind): 'busines' is not one of" in ended.err
    assert "1 problem in the file; nothing was taken from it" in ended.err
    left = dun("import", "customers", "bad.csv", "--skip-bad", "left.csv")
    assert (left.code, left.out) == (0, "1 customer new, 0 changed, 0 unchanged\n")
    assert "1 bad row left out; they are in left.csv, with reasons" in left.err
    assert "X-1" in (company / "left.csv").read_text(encoding="utf-8")


@pytest.mark.usefixtures("store")
def test_a_file_is_not_replaced_by_its_bad_rows() -> None:
    ended = dun("import", "customers", "ledger/customers.csv", "--skip-bad", "ledger/customers.csv")
    assert (ended.code, ended.out) == (2, "")
    assert "name another file" in ended.err


@pytest.mark.usefixtures("store")
def test_what_kinds_there_are_is_told() -> None:
    ended = dun("import", "payments", "ledger/events.csv")
    assert ended.code == 2
    assert "KIND is one of customers, invoices, events, not 'payments'" in ended.err


@pytest.mark.usefixtures("store")
def test_a_file_that_is_not_there_is_the_environment() -> None:
    ended = dun("import", "customers", "none.csv")
    assert (ended.code, ended.err) == (3, "dun: none.csv: no such file or directory\n")


@pytest.mark.usefixtures("store")
def test_who_only_looks_may_not_import() -> None:
    assert (
        dun("user", "add", "vera", "--role", "viewer", "--password-stdin", stdin=PASSWORD).code == 0
    )
    assert dun("login", "vera", "--password-stdin", stdin=PASSWORD).code == 0
    ended = dun("import", "customers", "ledger/customers.csv")
    assert (ended.code, ended.out) == (1, "")
    assert "vera is viewer, who may not import a file" in ended.err


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_standard_input_is_imported_too(store: str, company: Path, form: str) -> None:
    file = company / "ledger" / "customers.csv"
    if form == "parquet":
        file = company / "customers.parquet"
        pl.read_csv(company / "ledger" / "customers.csv", infer_schema_length=0).write_parquet(file)
    key = dun("key", "create", "nightly", "--role", "clerk").out.strip()
    ended = process(
        *("import", "customers", "-", "--format", "json"),
        stdin=file.read_bytes(),
        DUN_DATABASE=store,
        DUN_KEY=key,
    )
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["new"] == len(load_ledger_here().customers)
