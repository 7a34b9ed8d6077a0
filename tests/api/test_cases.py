"""`GET /v1/cases`, `/v1/cases/{id}` and its timeline: what is open, and how it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from api.paging import Listed
from api.schemas.cases import CaseState, Timeline
from api.schemas.decisions import Decision
from engine.services.actors import ROLES
from tests.api.serving import served
from tests.engine.services.importing import taken, written
from tests.engine.services.publications import put_in_force, text
from tests.engine.services.running import DAY, company, happens, performed, proposed

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from engine.store.database import Database

ON = {"on": "2026-03-16"}


def listed(client: TestClient, **params: object) -> list[dict[str, Any]]:
    """All cases that are found, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(200):
        asked = {**ON, **params, **({"cursor": cursor} if cursor else {})}
        answer = client.get("/v1/cases", params={name: str(each) for name, each in asked.items()})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        Listed[Decision].model_validate(page)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found
    raise AssertionError


def cases(client: TestClient, **params: object) -> list[str]:
    """The ids of all cases that are found."""
    return [each["case"] for each in listed(client, **params)]


def with_payers(database: Database, folder: Path) -> None:
    """Two more customers, for one of whom another pays."""
    more = "id,payer\nC-4,C-1\nC:5,\n"
    assert taken(database, "customers", written(folder, "more.csv", more)).is_taken
    head = "id,customer,issued,due,amount,currency\n"
    rows = "X-1,C-4,2026-02-01,2026-03-02,9.00,EUR\nR-17,C:5,2026-02-01,2026-03-02,9.00,EUR\n"
    assert taken(database, "invoices", written(folder, "more.csv", head + rows)).is_taken


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_what_is_open_on_a_day_is_listed_once_in_pages(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    company(database, tmp_path)
    with_payers(database, tmp_path)
    happens(database, tmp_path, "2026-03-16,payment,R-2,100.00,EUR")
    client = served(database)
    wanted = ["R-1", "R-3", "R-5", "R-4", "X-1", "R-17"]
    assert cases(client, limit=limit) == wanted
    # Also where a page does not look at everybody.
    monkeypatch.setattr("engine.services.case_lists._TOGETHER", 1)
    monkeypatch.setattr("engine.services.case_lists._LOOKED_AT", 2)
    assert cases(client, limit=limit) == wanted


def test_a_listed_case_has_the_decision_that_it_has_alone(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    client = served(database)
    for each in listed(client):
        alone = client.get(f"/v1/cases/{each['case']}/next-action", params=ON)
        assert each == alone.json()


def test_cases_are_found_by_customer_id_outcome_and_policy(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    with_payers(database, tmp_path)
    client = served(database)
    assert cases(client, customer="C-1") == ["R-1", "R-2", "X-1"]
    assert cases(client, customer="C-1", limit=1) == ["R-1", "R-2", "X-1"]
    assert cases(client, customer="C-4") == ["X-1"]
    assert cases(client, customer="C:5") == ["R-17"]
    assert cases(client, customer="C-9") == []
    assert cases(client, id="R-1") == ["R-1", "R-17"]
    assert cases(client, id="R-1", customer="C-1") == ["R-1"]
    assert cases(client, id="X") == ["X-1"]
    assert cases(client, id="%") == []
    assert cases(client, outcome="not_due") == ["R-5"]
    assert cases(client, outcome="act", id="R-5") == []
    assert cases(client, policy="house", customer="C-3") == ["R-4"]
    assert cases(client, policy="other") == []
    assert cases(client, on="2026-01-01") == []
    assert cases(client, known="2026-01-01") == []


def test_accounts_are_found_by_the_beginning_of_their_ids(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, head="  dun each account\n")
    client = served(database)
    accounts = cases(client)
    assert accounts[0].startswith("C-1:EUR")
    for begins in ("C", "C-1", "C-1:", "C-1:E", accounts[0]):
        assert accounts[0] in cases(client, id=begins)
    assert cases(client, id="C-1:X") == []
    answer = client.get(f"/v1/cases/{accounts[0]}", params=ON)
    CaseState.model_validate(answer.json())
    assert answer.json()["open_amount"]["amount"] == "350.00"


def test_how_a_case_stands_is_told_for_a_day(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    performed(database, tmp_path)
    happens(database, tmp_path, "2026-03-17,payment,R-1,50.00,EUR")
    client = served(database)
    before = client.get("/v1/cases/R-1", params={"on": "2026-03-15"}).json()
    after = client.get("/v1/cases/R-1", params={"on": "2026-03-18"}).json()
    for each in (before, after):
        CaseState.model_validate(each)
    assert (before["stage"], before["done"], before["days_overdue"]) == (None, [], 13)
    assert (after["stage"], after["done"][0]["on"]) == ("reminder", DAY.isoformat())
    assert (before["open_amount"]["amount"], after["open_amount"]["amount"]) == ("250.00", "200.00")
    rungs = [(each["stage"], each["done_on"]) for each in after["ladder"]]
    assert rungs[:2] == [("reminder", DAY.isoformat()), ("warning", None)]
    assert after["decision"]["next"]["stage"] == "warning"
    assert after["name"] == "Alpha GmbH"


SUSPENDING = """\

stage reminder
  after 3 days overdue
  by email
  suspend "deliveries"
stage warning
  after 14 days
  by post
"""


def test_what_is_suspended_is_told_until_the_case_is_settled_and_after_a_reopening_it_is_not(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, ladder=SUSPENDING)
    proposed(database)
    performed(database, tmp_path)
    head = "date,kind,invoice,amount,currency,id,value\n"
    rows = "2026-03-20,payment,R-1,250.00,EUR,P-1,\n2026-03-25,reversal,R-1,,,,P-1\n"
    assert taken(database, "events", written(tmp_path, "paid.csv", head + rows)).is_taken
    client = served(database)
    told = {}
    for day in ("2026-03-15", "2026-03-16", "2026-03-19", "2026-03-20", "2026-03-25"):
        found = client.get("/v1/cases/R-1", params={"on": day}).json()
        CaseState.model_validate(found)
        told[day] = found["suspended"]
    still = [{"stage": "reminder", "what": "deliveries", "since": "2026-03-16"}]
    assert told == {
        "2026-03-15": [],
        "2026-03-16": still,
        "2026-03-19": still,
        "2026-03-20": [],
        "2026-03-25": [],
    }


def test_what_dunning_charged_is_told_until_it_is_paid_or_waived(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    head = "date,kind,invoice,stage,fee,currency,amount\n"
    rows = "2026-03-09,stage,R-1,warning,5.00,EUR,\n2026-03-12,charge_waived,R-1,,,EUR,2.00\n"
    assert taken(database, "events", written(tmp_path, "fees.csv", head + rows)).is_taken
    client = served(database)
    said = {
        day: client.get("/v1/cases/R-1", params={"on": day}).json()["charges"]["amount"]
        for day in ("2026-03-08", "2026-03-09", "2026-03-16")
    }
    assert said == {"2026-03-08": "0.00", "2026-03-09": "5.00", "2026-03-16": "3.00"}


RULES = """\

exclude "too small" when invoice.amount < 75 EUR
hold "disputed" while invoice.disputed

stage reminder
  after 3 days overdue
  by portal
"""


def test_an_invoice_that_a_rule_takes_out_of_its_account_is_not_dunned_by_itself(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, ladder=RULES, head="  dun each account\n")
    happens(database, tmp_path, "2026-03-10,dispute,R-1,,", "2026-03-10,dispute,R-4,,")
    client = served(database)

    def answer(case: str) -> tuple[str, str, str | None]:
        found = client.get(f"/v1/cases/{case}/next-action", params=ON).json()
        return found["case"], found["outcome"], found["reason"]

    assert answer("R-1") == ("R-1", "held", "disputed")
    assert answer("R-2") == ("C-1:EUR", "act", None)
    assert answer("R-5") == ("R-5", "excluded", "too small")


def test_the_timeline_tells_what_happened_and_what_would_follow(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    performed(database, tmp_path)
    client = served(database)
    answer = client.get("/v1/cases/R-1/timeline")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    Timeline.model_validate(found)
    assert found["past"][0]["what"].startswith("invoice R-1 over 250.00 EUR")
    assert any(each["entry"] and each["because"] for each in found["past"])
    assert [each["stage"] for each in found["ahead"]][:2] == ["warning", "call"]
    later = client.get("/v1/cases/R-1/timeline", params={"on": "2026-03-20"}).json()
    assert later["past"] == found["past"]


NOT_ASKED_LIKE_THAT = [
    ("", {}, "query.on: Field required"),
    ("", {"on": "0"}, "write the date as YYYY-MM-DD"),
    ("", {**ON, "limit": "0"}, "query.limit"),
    ("", {**ON, "limit": "1001"}, "query.limit"),
    ("", {**ON, "limit": "9" * 5000}, "query.limit"),
    ("", {**ON, "cursor": "x"}, "query.cursor"),
    ("", {**ON, "outcome": "paid"}, "query.outcome"),
    ("", {**ON, "customer": ""}, "query.customer"),
    ("", {**ON, "text": "x"}, "query.text: there is no such field"),
    ("/R-1", {}, "query.on: Field required"),
    ("/R-1", {**ON, "explain": "true"}, "query.explain: there is no such field"),
    ("/R-1/timeline", {"on": "9999-12-31"}, "days from 1990-01-01 to 2100-12-31 are known"),
]


@pytest.mark.parametrize(("path", "params", "said"), NOT_ASKED_LIKE_THAT)
def test_what_is_not_asked_like_that_is_told_by_name(
    database: Database, path: str, params: dict[str, str], said: str
) -> None:
    put_in_force(database, text())
    answer = served(database).get(f"/v1/cases{path}", params=params)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_ids_that_no_case_has_are_told_whatever_they_hold(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    client = served(database)
    for case in ("R-9", "a%00b", "%FF", "C-1", ":", "%ED%A0%80", "x" * 3000):
        for path in (f"/v1/cases/{case}", f"/v1/cases/{case}/timeline"):
            answer = client.get(path, params=ON)
            assert answer.status_code == 404, (path, answer.text)
    for odd in ("\0", "%", "_", "'", "\ud7ff", "🙂", "C-1:EUR:x"):
        for name in ("customer", "id", "policy"):
            assert cases(client, **{name: odd}) == []


def test_an_invoice_that_is_due_at_the_end_of_time_is_answered_for(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    odd = {"customer": "C-1", "issued": "0001-01-01", "amount": "1.00", "currency": "EUR"}
    client = served(database, "clerk")
    made = client.put("/v1/invoices/Z-1", json={**odd, "due": "9999-12-31"})
    assert made.status_code in {201, 422}, made.text
    if made.status_code == 201:
        for path in ("", "/next-action"):
            answer = client.get(f"/v1/cases/Z-1{path}", params={"on": "2100-12-31"})
            assert answer.status_code == 200, answer.text
        assert client.get("/v1/cases/Z-1/timeline").status_code == 200
        assert "Z-1" in cases(client, customer="C-1")


def test_everybody_with_a_key_may_look(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    for path in ("", "/R-1", "/R-1/timeline"):
        params = {} if path.endswith("timeline") else ON
        for role in ROLES:
            answer = served(database, role).get(f"/v1/cases{path}", params=params)
            assert answer.status_code == 200, (path, role)
        assert served(database, None).get(f"/v1/cases{path}", params=params).status_code == 401


def test_a_store_without_policies_says_so(database: Database) -> None:
    client = served(database)
    for path in ("", "/R-1", "/R-1/timeline"):
        answer = client.get(f"/v1/cases{path}", params={} if "timeline" in path else ON)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "S401")
