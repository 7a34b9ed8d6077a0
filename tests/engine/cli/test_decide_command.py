"""`dun decide` and `dun explain` on a real ledger."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.engine.cli.command import GOLDEN, dun

pytestmark = pytest.mark.usefixtures("company")

ON = ("decide", "--ledger", "ledger", "--on", "2026-03-16")
JSON = (*ON, "--format", "json")


def append(name: str, row: str) -> None:
    with Path("ledger", f"{name}.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"{row}\n")


def test_a_decision_has_the_promised_names_in_the_promised_order() -> None:
    (decision,) = dun(*JSON, "--case", "R-1001").rows
    assert list(decision.items()) == [
        ("case", "R-1001"),
        ("customer", "C-17"),
        ("on", "2026-03-16"),
        ("policy", "de_standard"),
        ("version", 3),
        ("outcome", "act"),
        ("stage", "notice"),
        ("due", "2026-03-16"),
        ("channels", ["email", "post"]),
        ("mode", "send"),
        ("open_amount", {"amount": "250.00", "currency": "EUR"}),
        ("fee", {"amount": "5.00", "currency": "EUR"}),
        ("interest", {"amount": "0.00", "currency": "EUR"}),
        ("deadline", "2026-03-25"),
        ("letters", ["2026-03-16/C-17/EUR/email", "2026-03-16/C-17/EUR/post"]),
        ("next", {"stage": "warning", "due": "2026-03-30"}),
        ("reason", None),
        ("problems", []),
    ]


def test_what_belongs_to_an_action_is_null_where_there_is_none() -> None:
    (held,) = dun(*JSON, "--case", "R-1002").rows
    assert held["outcome"] == "held"
    assert held["reason"] == "disputed"
    assert held["next"] == {"stage": "reminder", "due": "2026-03-18"}
    action = ("stage", "due", "channels", "mode", "fee", "interest", "deadline", "letters")
    assert [held[name] for name in action] == [None] * 8


def test_all_cases_that_are_not_settled_are_decided_by_id() -> None:
    outcomes = {row["case"]: row["outcome"] for row in dun(*JSON).rows}
    assert list(outcomes.items()) == [
        ("R-1001", "act"),
        ("R-1002", "held"),
        ("R-1003", "no_policy"),
        ("R-1004", "act"),
        ("R-1005", "act"),
        ("R-1006", "held"),
        ("R-1007", "excluded"),
        ("R-1008", "not_due"),
    ]


def test_one_case_and_all_cases_give_the_same_decisions() -> None:
    for row in dun(*JSON).rows:
        assert dun(*JSON, "--case", row["case"]).rows == [row]


def test_a_settled_case_has_an_answer_of_its_own() -> None:
    (row,) = dun(*JSON[:4], "2026-03-20", *JSON[5:], "--case", "R-1001").rows
    assert row["outcome"] == "settled"
    assert row["open_amount"] == {"amount": "0.00", "currency": "EUR"}


def test_what_was_not_recorded_yet_does_not_count() -> None:
    later = ("decide", "--ledger", "ledger", "--on", "2026-03-31", "--format", "json")
    (before,) = dun(*later, "--case", "R-1001", "--known", "2026-04-01").rows
    (after,) = dun(*later, "--case", "R-1001", "--known", "2026-04-02T08:00:00Z").rows
    assert (before["outcome"], after["outcome"]) == ("act", "settled")


def test_a_case_that_was_not_recorded_yet_is_no_case() -> None:
    ended = dun(*ON, "--case", "R-1001", "--known", "2026-01-01")
    assert (ended.code, ended.out) == (1, "")
    assert "not recorded yet" in ended.err


def test_an_explanation_names_lines_values_and_verdicts() -> None:
    (row,) = dun(*JSON, "--case", "R-1007", "--explain").rows
    rule = next(line for line in row["because"] if "not worth a letter" in line["text"])
    assert (rule["file"], rule["line"]) == ("policies/de_standard/3.dun", 25)
    assert rule["values"] == {"open amount": "8.00 EUR"}
    assert rule["verdict"] == "holds"


def test_explaining_a_case_is_deciding_it_with_reasons() -> None:
    words = ("--ledger", "ledger", "--on", "2026-03-16", "--case", "R-1004")
    assert dun("explain", *words) == dun("decide", *words, "--explain")


def a_second_policy(applies: str) -> None:
    """Another policy beside the company's, for all its cases of which a condition holds."""
    text = (GOLDEN / "policies" / "de_standard.dun").read_text(encoding="utf-8")
    covered = "applies when customer.country in (DE, AT)"
    text = text.replace("de_standard", "second").replace(covered, f"{covered}{applies}")
    Path("policies/second.dun").write_text(text, encoding="utf-8")


def test_a_case_under_two_policies_is_undecided_and_stops_no_other() -> None:
    # No case is found that both cover: the search tries no amounts so near to one another.
    share = "customer.open_amount"
    a_second_policy(f" and invoice.amount >= 74% of {share} and invoice.amount <= 75% of {share}")
    ended = dun(*JSON)
    assert ended.code == 1
    assert "could not be decided" in ended.err
    rows = {row["case"]: row for row in ended.rows}
    assert rows["R-1001"]["outcome"] == "undecided"
    assert rows["R-1001"]["reason"] == "de_standard version 3 and second version 3 both cover it"
    assert rows["R-1003"]["outcome"] == "no_policy"


def test_two_policies_that_are_seen_to_cover_the_same_cases_decide_nothing() -> None:
    a_second_policy("")
    ended = dun(*JSON)
    assert (ended.code, ended.out) == (1, "")
    assert "error[D402]: second and de_standard both cover a customer in DE" in ended.err
    assert ended.err.endswith("1 error in the policies; nothing was decided\n")


def test_an_invoice_due_at_the_end_of_the_calendar_stops_no_other() -> None:
    append("invoices", "R-9999,C-17,2026-01-01,9999-12-31,50.00,EUR")
    ended = dun(*JSON)
    rows = {row["case"]: row for row in ended.rows}
    assert len(rows) == 9
    assert rows["R-1001"]["outcome"] == "act"
    assert rows["R-9999"]["outcome"] in ("not_due", "undecided")
    assert "internal error" not in (rows["R-9999"]["reason"] or "")


def test_a_stage_that_is_passed_over_stands_at_its_place_on_the_ladder() -> None:
    ended = dun(*ON, "--case", "R-1001")
    lines = [line[18:].split()[0] for line in ended.out.splitlines() if line[18:].strip()]
    stages = [word for word in lines if word in {"warning", "phone_call", "final", "collection"}]
    assert stages == ["warning", "phone_call", "final", "collection"]
    assert "phone_call  Telephone call, is passed over as things stand" in ended.out


def test_amounts_in_an_explanation_are_read_like_all_others() -> None:
    ended = dun(*ON, "--case", "R-1002", "--explain")
    assert "(open amount = 12,000.00 EUR)" in ended.out
    (row,) = dun(*JSON, "--case", "R-1002", "--explain").rows
    assert row["open_amount"]["amount"] == "12000.00"


def test_a_policy_may_be_named_instead_of_those_in_force() -> None:
    shutil.move("policies", "elsewhere")
    Path("mine.dun").write_text(
        "policy mine version 1\n  effective 2026-01-01\n  currency EUR\n  timezone UTC\n\n"
        'stage call\n  after 1 day overdue\n  task "Call" by phone\n',
        encoding="utf-8",
    )
    (row,) = dun(*JSON, "--case", "R-1003", "--policy", "mine.dun").rows
    assert (row["policy"], row["stage"], row["task"]) == ("mine", "call", "Call")
    assert "hand_over" not in row


def test_without_policies_of_its_own_the_shipped_ones_count() -> None:
    shutil.rmtree("policies")
    (row,) = dun(*JSON, "--case", "R-1001").rows
    assert row["policy"] == "de_standard"


def test_policies_beside_the_ledger_come_before_those_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    (other / "policies").mkdir(parents=True)
    monkeypatch.chdir(other)
    ended = dun("decide", "--ledger", "../ledger", "--on", "2026-03-16", "--case", "R-1001")
    assert ended.code == 0
    assert "de_standard version 3" in ended.out


def test_a_policy_with_an_error_decides_nothing() -> None:
    file = Path("policies/de_standard/3.dun")
    file.write_text(file.read_text(encoding="utf-8").replace("grace 2 days", "grace two days"))
    ended = dun(*ON)
    assert (ended.code, ended.out) == (1, "")
    assert "policies/de_standard/3.dun:10:" in ended.err
    assert "nothing was decided" in ended.err


def test_a_ledger_with_a_bad_row_decides_nothing() -> None:
    append("invoices", "R-2001,C-17,2026-02-30,2026-03-02,250.00,EUR")
    ended = dun(*ON)
    assert (ended.code, ended.out) == (1, "")
    assert "ledger/invoices.csv:10: error[L115]" in ended.err
    assert "--skip-bad FILE" in ended.err


def test_bad_rows_can_be_left_out() -> None:
    append("invoices", "R-2001,C-17,2026-02-30,2026-03-02,250.00,EUR")
    ended = dun(*JSON, "--skip-bad", "bad.csv")
    assert ended.code == 0
    assert len(ended.rows) == 8
    with Path("bad.csv").open(encoding="utf-8", newline="") as stream:
        (bad,) = csv.DictReader(stream)
    assert (bad["line"], bad["codes"]) == ("10", "L115")


def test_where_bad_rows_are_not_the_trouble_leaving_them_out_is_not_proposed() -> None:
    Path("ledger/customers.csv").write_text("nr,name\n", encoding="utf-8")
    ended = dun(*ON)
    assert ended.code == 1
    assert "customers need a column id" in ended.err
    assert "--skip-bad" not in ended.err


def test_names_in_events_that_look_like_slips_are_told() -> None:
    columns = Path("ledger/events.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    for stage, policy in (("remindr", "de_standart"), ("level_1", "our_old_system")):
        row = {"date": "2026-03-10", "kind": "stage", "invoice": "R-1001", "stage": stage}
        append("events", ",".join({**row, "policy": policy}.get(name, "") for name in columns))
    ended = dun(*ON)
    assert ended.code == 0
    assert ended.err.splitlines() == [
        "events name a stage 'remindr', which there is not; is 'reminder' meant?",
        "events name a policy 'de_standart', which there is not; is 'de_standard' meant?",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "ledger/events.csv"), "-o would replace ledger/events.csv, which is read by"),
        (("--skip-bad", "ledger/invoices.csv"), "--skip-bad would replace ledger/invoices.csv"),
        (("--skip-bad", "policies/de_standard/3.dun"), "policies/de_standard/3.dun, which is read"),
        (("--skip-bad", "x.csv", "-o", "./x.csv"), "x.csv, which is written by --skip-bad"),
    ],
)
def test_what_is_read_is_never_written_over(words: tuple[str, ...], said: str) -> None:
    append("invoices", "R-2001,C-17,2026-02-30,2026-03-02,250.00,EUR")
    before = {path: path.read_bytes() for path in Path().rglob("*.*") if path.is_file()}
    ended = dun(*ON, *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert {path: path.read_bytes() for path in Path().rglob("*.*") if path.is_file()} == before


def test_a_table_of_rates_is_not_written_over() -> None:
    policy, table = Path("charging.dun"), Path("rates/house.csv")
    policy.write_text(
        "policy charging version 1\n  effective 2026-01-01\n  currency EUR\n  timezone UTC\n\n"
        'rate base from "house"\n\ninterest base from due date by act/365\n\n'
        "stage warning\n  after 3 days overdue\n  by post\n  charge interest\n",
        encoding="utf-8",
    )
    table.parent.mkdir()
    table.write_text("from,percent\n2020-01-01,2\n", encoding="utf-8")
    ended = dun(*ON, "--policy", str(policy), "-o", str(table))
    assert (ended.code, ended.out) == (2, "")
    assert "-o would replace rates/house.csv, which is read by this command" in ended.err
    assert table.read_text(encoding="utf-8").startswith("from,percent")


def test_a_table_of_decisions_can_be_written() -> None:
    ended = dun(*ON, "-o", "decisions.csv")
    assert ended.err == "8 decisions written to decisions.csv\n"
    with Path("decisions.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["case"]: row for row in csv.DictReader(stream)}
    assert rows["R-1001"]["fee"] == "5.00"
    assert rows["R-1001"]["open_amount_currency"] == "EUR"
    assert rows["R-1001"]["channels"] == "email;post"
    assert rows["R-1002"]["next_due"] == "2026-03-18"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--on", "2026-3-16"), "--on takes a date such as 2026-03-16, not '2026-3-16'"),
        (("--on", "2026-02-30"), "--on takes a date such as 2026-03-16, not '2026-02-30'"),
        (("--on", "9999-12-31"), "--on 9999-12-31 is out of range: dates from 1990 to 2100"),
        (("--on", "0001-01-01"), "--on 0001-01-01 is out of range: dates from 1990 to 2100"),
        (("--on", "2026-03-16", "--known", "soon"), "--known takes a date or a time such as"),
        (("--on", "2026-03-16", "--format", "xml"), "--format is one of text, json, not 'xml'"),
        (("--on", "2026-03-16", "--color", "red"), "--color is one of auto, always, never"),
        (("--on", "2026-03-16", "--explain"), "--explain needs --case"),
        (("--on", "2026-03-16", "-o", "x.xls"), "-o writes files that end in .csv"),
        (("--on", "2026-03-16", "-o", "x.csv", "--case", "R-1001"), "leave --case out"),
        (("--on", "2026-03-16", "--skip-bad", ""), "--skip-bad takes the name of a file"),
        (("--on", "2026-03-16", "--policy", ""), "a path is empty; name a file or a folder"),
        ((), "Missing option '--on'"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    ended = dun("decide", "--ledger", "ledger", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ledger", "nowhere"), "dun: nowhere: there is no such folder\n"),
        (("--ledger", "ledger/events.csv"), "ledger/events.csv: there is no such folder"),
        (("--ledger", "ledger", "--policy", "no.dun"), "no.dun: no such file or directory"),
        (("--ledger", "ledger", "--policy", "ledger"), "there is no policy (*.dun) in ledger"),
        (("--ledger", "ledger", "-o", "no/x.csv"), "no: there is no such folder to write to"),
        (("--ledger", "ledger", "-o", "o.csv"), "o.csv: this is a folder"),
        (("--ledger", "ledger", "--skip-bad", "no/b.csv"), "no: there is no such folder to write"),
        (("--ledger", "ledger", "--skip-bad", "o.csv"), "o.csv: this is a folder"),
    ],
)
def test_what_is_not_there_is_told_by_its_path(words: tuple[str, ...], said: str) -> None:
    Path("o.csv").mkdir()
    ended = dun("decide", "--on", "2026-03-16", *words)
    assert (ended.code, ended.out) == (3, "")
    assert said in ended.err
