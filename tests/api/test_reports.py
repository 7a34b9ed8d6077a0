"""`GET /v1/reports/...`: what is owed, and what came of dunning, over the whole ledger."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from api import turns
from api.schemas.reports import AgeingReport, ExposureReport
from api.schemas.reports_done import EffectivenessReport, FeesReport
from engine.core.ledger_index import index_ledger
from engine.io.ledger_write import write_ledger
from engine.services.reports.ageing import ageing
from engine.services.reports.effectiveness import effectiveness
from engine.services.reports.exposure import exposure
from engine.services.reports.fees import fees
from engine.services.reports.head import Head
from engine.services.reports.plain import plain_ageing, plain_exposure
from engine.services.reports.plain_done import plain_effectiveness, plain_fees
from engine.services.reports.reading import debtors_in
from engine.services.stored_company import InForce, in_force_now
from tests.api.serving import served
from tests.engine.services.importing import import_folder, ledger_of, taken, written
from tests.engine.services.publications import put_in_force, text
from tests.engine.services.random_company import POLICIES, random_company
from tests.engine.services.running import DAY, company, happens, performed, proposed

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from engine.store.database import Database

ON = {"on": "2026-03-16"}
OWED = ("ageing", "exposure")
MODELS: dict[str, type[BaseModel]] = {
    "ageing": AgeingReport,
    "exposure": ExposureReport,
    "fees": FeesReport,
    "effectiveness": EffectivenessReport,
}
PATHS = [f"/v1/reports/{name}" for name in MODELS]


def told(client: TestClient, name: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - lists and numbers
    """A report, which is as it is described."""
    answer = client.get(f"/v1/reports/{name}", params={**ON, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    MODELS[name].model_validate(found)
    return found


def with_payers(database: Database, folder: Path) -> None:
    """Somebody for whom another customer pays, who came in later, and money on nothing."""
    people = written(folder, "a.csv", "id,payer\nC-8,C-9\nC-9,\n")
    assert taken(database, "customers", people).is_taken
    head = "id,customer,issued,due,amount,currency\n"
    rows = "X-1,C-8,2026-02-01,2026-03-02,9.00,EUR\nX-2,C-1,2026-02-01,2026-03-02,7,JPY\n"
    assert taken(database, "invoices", written(folder, "b.csv", head + rows)).is_taken
    paid = "date,kind,customer,amount,currency\n2026-03-10,payment,C-9,2.00,EUR\n"
    assert taken(database, "events", written(folder, "c.csv", paid)).is_taken


@pytest.mark.parametrize("together", [1, 2, 500])
def test_reports_over_a_store_are_those_over_its_ledger_at_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    company(database, tmp_path)
    with_payers(database, tmp_path)
    proposed(database)
    performed(database, tmp_path)
    happens(database, tmp_path, "2026-03-16,payment,R-2,40.00,EUR")
    client = served(database)
    now = in_force_now(database)
    assert isinstance(now, InForce)
    index = index_ledger(ledger_of(database, now.declared))

    monkeypatch.setattr("engine.services.reports.reading.TOGETHER", together)
    head = Head(DAY, None, (("house", 1),))
    everybody = list(debtors_in(index, now.together, DAY))
    aged = plain_ageing(ageing(everybody, DAY, by=("customer", "stage")), head)
    stood = plain_exposure(exposure(everybody, DAY), head)
    charged = plain_fees(fees(everybody, DAY), head)
    worked = plain_effectiveness(effectiveness(everybody, DAY, by=("channel",)), head)
    for name, wanted, params in (
        ("ageing", aged, {"by": ["customer", "stage"]}),
        ("exposure", stood, {}),
        ("fees", charged, {}),
        ("effectiveness", worked, {"by": "channel"}),
    ):
        found = told(client, name, **params)
        assert found.pop("position") == {"customers": 5, "invoices": 7, "events": 5}
        assert found == {each: value for each, value in wanted.items() if each != "position"}
    (euros, yen) = told(client, "ageing")["currencies"]
    assert (euros["unapplied"]["amount"], euros["open_amount"]["amount"]) == ("2.00", "529.00")
    assert (yen["open_amount"]["amount"], yen["customers"]) == ("7", 1)


def test_what_is_open_is_what_the_cases_of_the_list_owe(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    happens(database, tmp_path, "2026-03-10,payment,R-3,30.00,EUR")
    client = served(database)
    cases = client.get("/v1/cases", params=ON).json()["items"]
    cents = sum(int(each["open_amount"]["amount"].replace(".", "")) for each in cases)
    for name in OWED:
        (euros,) = told(client, name)["currencies"]
        assert euros["open_amount"]["amount"] == f"{cents // 100}.{cents % 100:02}"


def test_only_what_was_recorded_by_then_counts(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    happens(database, tmp_path, "2026-03-10,payment,R-1,250.00,EUR")
    client = served(database)
    for name in OWED:
        (now,) = told(client, name)["currencies"]
        (before,) = told(client, name, known="2026-03-09")["currencies"]
        assert (now["open_amount"]["amount"], before["open_amount"]["amount"]) == (
            "310.00",
            "560.00",
        )
        assert told(client, name, on="2020-01-01")["currencies"] == []


def test_accounts_and_payers_are_counted_from_a_store_as_from_memory(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_force(database, *POLICIES)
    write_ledger(tmp_path / "ledger", random_company(DAY))
    import_folder(database, tmp_path / "ledger", batch=1000)
    now = in_force_now(database)
    assert isinstance(now, InForce)
    index = index_ledger(ledger_of(database, now.declared))
    stood = plain_exposure(exposure(debtors_in(index, now.together, DAY), DAY), Head(DAY, None, ()))
    monkeypatch.setattr("engine.services.reports.reading.TOGETHER", 5)
    found = told(served(database), "exposure")
    assert found["currencies"] == stood["currencies"]
    assert {each["outcome"] for each in found["currencies"][0]["states"]} > {"held", "act"}


def test_what_dunning_did_is_told_from_a_store(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    rows = (
        "2026-03-06,stage,R-1,,,reminder",
        "2026-03-09,payment,R-1,250.00,EUR,",
        "2026-03-10,stage,R-2,,,warning",
        "2026-03-12,charge_paid,R-2,2.00,EUR,",
    )
    head = "date,kind,invoice,amount,currency,stage"
    happened = written(tmp_path, "done.csv", "\n".join((head, *rows, "")))
    assert taken(database, "events", happened).is_taken
    client = served(database)
    (euros,) = told(client, "effectiveness", within=[3, 7], to="2026-03-09")["currencies"]
    assert euros["windows"][0]["settled_share"] == "100.0"
    assert (euros["executed"], euros["median_days"]) == (1, 3)
    assert [each["group"] for each in euros["groups"]] == [{"policy": "house", "stage": "reminder"}]
    (euros,) = told(client, "effectiveness", within=[7])["currencies"]
    assert (euros["executed"], euros["windows"][0]["running"]) == (2, 1)
    (euros,) = told(client, "fees", by=["month", "stage"])["currencies"]
    (group,) = euros["groups"]
    assert group["group"] == {"month": "2026-03", "stage": "warning"}
    assert [group["fees"][each]["amount"] for each in ("charged", "paid", "open")] == [
        *("5.00", "2.00", "3.00"),
    ]
    assert told(client, "fees", to="2026-03-09")["currencies"] == []
    for name, column in (("fees", "open"), ("effectiveness", "settled_7")):
        answer = client.get(f"/v1/reports/{name}", params=ON, headers={"Accept": "text/csv"})
        rows_ = list(csv.DictReader(io.StringIO(answer.text)))
        assert rows_
        assert all(row[column] for row in rows_)


def test_a_table_is_given_to_who_takes_tables(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    client = served(database)
    for name in OWED:
        answer = client.get(
            f"/v1/reports/{name}", params={**ON, "by": "customer"}, headers={"Accept": "text/csv"}
        )
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [(row["customer"], row["open_amount"]) for row in rows] == [
            ("C-1", "350.00"),
            ("C-2", "140.00"),
            ("C-3", "70.00"),
        ]
    for accept in ("*/*", "application/json, text/csv", "text/csv;q=0.1, application/json"):
        answer = client.get(PATHS[0], params=ON, headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/json", accept
    answer = client.get(PATHS[0], params=ON, headers={"Accept": "image/png"})
    assert answer.status_code == 406


def test_groups_beyond_the_largest_are_counted(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    client = served(database)
    (euros,) = told(client, "ageing", by="customer", top=1)["currencies"]
    assert [each["group"] for each in euros["groups"]] == [{"customer": "C-1"}]
    assert euros["groups_left_out"] == 2


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("", {"on": None}, "query.on: Field required"),
    ("", {"on": "16.3.2026"}, "write the date as YYYY-MM-DD"),
    ("", {"by": "colour"}, "query.by.0: Input should be 'customer'"),
    ("ageing", {"by": ["customer"] * 7}, "query.by: List should have at most 6"),
    ("fees", {"by": ["customer"] * 10}, "query.by: List should have at most 9"),
    ("", {"top": "0"}, "query.top"),
    ("", {"top": "10001"}, "query.top"),
    ("", {"known": "soon"}, "query.known"),
    ("ageing", {"from": "2026-01-01"}, "query.from: there is no such field"),
    ("fees", {"from": "2026-03-17"}, "begins on 2026-03-17, after the day of the report"),
    ("effectiveness", {"from": "2026-03-02", "to": "2026-03-01"}, "before it begins"),
    ("effectiveness", {"to": "2026-03-32"}, "query.to: there is no such day"),
    ("effectiveness", {"within": "0"}, "query.within.0"),
    ("effectiveness", {"within": [str(n) for n in range(1, 8)]}, "query.within: List should"),
    ("fees", {"within": "7"}, "query.within: there is no such field"),
    ("ageing", {"buckets": "0"}, "query.buckets.0"),
    ("ageing", {"buckets": "3651"}, "query.buckets.0"),
    ("ageing", {"buckets": "30,60"}, "query.buckets.0"),
    ("ageing", {"buckets": [str(n) for n in range(1, 22)]}, "query.buckets: List should have"),
    ("exposure", {"buckets": "30"}, "query.buckets: there is no such field"),
]


def test_what_is_not_asked_like_that_is_told_by_name(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    for only, params, said in WRONG:
        for path in [each for each in PATHS if each.endswith(only)]:
            asked = {key: value for key, value in {**ON, **params}.items() if value is not None}
            answer = client.get(path, params=asked)
            assert answer.status_code == 422, (path, asked)
            assert said in answer.json()["detail"], answer.text


def test_a_store_without_policies_says_so(database: Database) -> None:
    client = served(database)
    for path in PATHS:
        answer = client.get(path, params=ON)
        assert (answer.status_code, answer.json()["code"]) == (409, "S401")


def test_more_reports_at_once_than_are_made_are_told_to_come_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(database, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(turns, "THROUGH", replace(turns.THROUGH, at_once=0, patience=0.01))
        answer = served(database).get(PATHS[0], params=ON)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "20")
    assert answer.json()["type"] == "urn:dunlang:problem:busy"
    client = served(database, "clerk")
    assert client.get(PATHS[0], params=ON).status_code == 200


def test_a_report_that_takes_too_long_is_given_up(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(database, tmp_path)
    client = served(database)
    diff = "/v1/policies/house/diff", {**ON, "from": "1", "to": "1"}
    monkeypatch.setattr(turns, "LONGEST", -1.0)
    for path, params in (*((path, ON) for path in PATHS), diff):
        answer = client.get(path, params=params)
        assert (answer.status_code, answer.json()["code"]) == (503, "S702"), answer.text
    monkeypatch.undo()
    assert client.get(PATHS[0], params=ON).status_code == 200
