"""Policies over HTTP: listed, checked, published and approved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.schemas.policies import Checked, ListedVersion, Published, WholeVersion
from engine.services.stored_company import approved_versions
from tests.api.serving import served
from tests.engine.services.publications import new, put, put_files, put_in_force, text
from tests.engine.services.running import company

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from engine.store.database import Database

JSON = {"content-type": "application/json"}
ON = {"on": "2026-03-16"}


def post_text(client: TestClient, written: str, policy: str = "house") -> tuple[int, dict]:  # type: ignore[type-arg] # JSON
    answer = client.post(f"/v1/policies/{policy}/versions", json={"text": written})
    return answer.status_code, answer.json()


def test_versions_are_listed_with_the_days_on_which_they_are_in_force(database: Database) -> None:
    put_in_force(database, text(), text(version=2, effective="2026-06-01"))
    put(database, text(version=3, effective="2026-09-01"))
    client = served(database)
    found = client.get("/v1/policies").json()
    for each in found["items"]:
        ListedVersion.model_validate(each)
    assert [(each["version"], each["state"], each["until"]) for each in found["items"]] == [
        (1, "approved", "2026-05-31"),
        (2, "approved", None),
        (3, "waiting for approval", None),
    ]
    assert found["next"] is None
    in_force = client.get("/v1/policies", params={"on": "2026-07-01"}).json()["items"]
    assert [each["version"] for each in in_force] == [2]


def test_the_list_comes_in_pages(database: Database) -> None:
    put_in_force(database, text(), text(version=2, effective="2026-06-01"))
    client = served(database)
    first = client.get("/v1/policies", params={"limit": 1}).json()
    second = client.get("/v1/policies", params={"limit": 1, "cursor": first["next"]}).json()
    assert [each["version"] for each in (*first["items"], *second["items"])] == [1, 2]
    assert second["next"] is None


def test_a_version_is_told_with_its_exact_text_and_what_it_reads(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "hours.dun").write_text("segment large when open amount > 1000 EUR\n", "utf-8")
    file = tmp_path / "house.dun"
    file.write_text(text(more='include "hours.dun"\n'), "utf-8")
    put_files(database, file)
    found = served(database).get("/v1/policies/house/versions/1").json()
    WholeVersion.model_validate(found)
    assert found["text"] == file.read_text("utf-8")
    assert [(each["kind"], each["path"]) for each in found["parts"]] == [("shared", "hours.dun")]


def test_who_has_a_version_already_is_not_sent_it_again(database: Database) -> None:
    put(database, text())
    client = served(database, "approver")
    path = "/v1/policies/house/versions/1"
    answer = client.get(path)
    etag = answer.headers["etag"]
    assert answer.json()["sha256"] in etag
    for known in (etag, f'"other", W/{etag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    client.post(f"{path}/approval", json={"verdict": "approve"})
    changed = client.get(path, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.json()["state"]) == (200, "approved")


def test_what_is_wrong_with_a_text_is_told_with_its_place(database: Database) -> None:
    client = served(database)
    bad = text().replace("after 3 days overdue", "after 3 days overdo")
    found = client.post("/v1/policies/check", json={"text": bad}).json()
    Checked.model_validate(found)
    (problem,) = [each for each in found["problems"] if each["severity"] == "error"]
    assert (found["ok"], problem["file"], problem["line"]) == (False, "<text>", 7)
    assert "overdue" in problem["hint"]
    good = client.post("/v1/policies/check", json={"text": text()})
    assert good.json() == {"ok": True, "problems": []}


def test_a_text_is_published_and_approved_by_another_and_decides_at_once(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    manager, approver = served(database, "manager"), served(database, "approver")
    status, published = post_text(manager, text(version=2, effective="2026-03-01"))
    assert (status, published["new"], published["state"]) == (201, True, "waiting for approval")
    Published.model_validate(published)
    assert post_text(manager, text(version=2, effective="2026-03-01"))[0] == 200

    def version() -> int:
        answer = approver.get("/v1/cases/R-1/next-action", params=ON)
        found: int = answer.json()["version"]
        return found

    assert version() == 1
    path = "/v1/policies/house/versions/2/approval"
    assert manager.post(path, json={"verdict": "approve"}).status_code == 403
    approved = approver.post(path, json={"verdict": "approve"})
    Published.model_validate(approved.json())
    assert approved.json()["state"] == "approved"
    assert version() == 2
    again = approver.post(path, json={"verdict": "approve"})
    assert (again.status_code, again.json()["code"]) == (409, "S313")


def test_what_was_read_before_an_approval_does_not_hide_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(database, tmp_path)
    approver = served(database, "approver")
    new(put(database, text(version=2, effective="2026-03-01")))

    def version() -> object:
        return approver.get("/v1/cases/R-1/next-action", params=ON).json()["version"]

    def slowly(store: Database) -> object:
        """Which versions count, told when one more was approved meanwhile."""
        found = approved_versions(store)
        if not approved:
            path = "/v1/policies/house/versions/2/approval"
            approved.append(approver.post(path, json={"verdict": "approve"}).status_code)
        return found

    approved: list[int] = []
    assert version() == 1
    approver.app.state.context.forget()  # type: ignore[attr-defined]  # of our own
    monkeypatch.setattr("api.context.approved_versions", slowly)
    assert (version(), version(), approved) == (1, 2, [200])


def test_nobody_approves_what_they_published_themselves(database: Database) -> None:
    admin = served(database, "admin")
    assert post_text(admin, text())[0] == 201
    own = admin.post("/v1/policies/house/versions/1/approval", json={"verdict": "approve"})
    assert (own.status_code, own.json()["code"]) == (409, "S312")


def test_a_version_is_rejected_with_a_reason(database: Database) -> None:
    put(database, text())
    client = served(database, "approver")
    path = "/v1/policies/house/versions/1/approval"
    assert client.post(path, json={"verdict": "reject"}).status_code == 422
    blank = client.post(path, json={"verdict": "reject", "reason": " "})
    assert (blank.status_code, blank.json()["code"]) == (422, "S315")
    found = client.post(path, json={"verdict": "reject", "reason": "too strict"}).json()
    assert (found["state"], found["rejection"]) == ("rejected", "too strict")


def test_a_text_extends_and_includes_what_the_store_has(database: Database, tmp_path: Path) -> None:
    (tmp_path / "vip.dun").write_text("segment large when open amount > 1000 EUR\n", "utf-8")
    head = '  applies when customer.kind is business\ninclude "vip.dun"\n'
    (tmp_path / "house.dun").write_text(text(more=head), "utf-8")
    put_files(database, tmp_path / "house.dun")
    manager = served(database, "manager")
    ours = "policy ours version 1\n  extends house version 1\n  effective 2026-02-01\n"
    ours += "  applies when customer.kind is consumer\n"
    status, found = post_text(manager, ours, "ours")
    assert status == 201, found
    parts = manager.get("/v1/policies/ours/versions/1").json()["parts"]
    assert [(each["kind"], each["path"]) for each in parts] == [
        ("policy", "house/1.dun"),
        ("shared", "vip.dun"),
    ]
    other = text(version=2, effective="2026-06-01", more=head)
    assert post_text(manager, other)[0] == 201


def test_no_file_of_the_computer_is_read(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vip.dun").write_text("segment large when open amount > 1000 EUR\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    client = served(database)
    for path in ("vip.dun", str(tmp_path / "vip.dun"), "../vip.dun", "a\0b", ""):
        asked = {"text": text(more=f'include "{path}"\n')}
        answer = client.post("/v1/policies/check", json=asked)
        assert answer.status_code == 422 or not answer.json()["ok"], path


def test_tables_of_rates_come_from_what_is_shipped(database: Database) -> None:
    manager = served(database, "manager")
    rate = text(ladder='\nrate base from "de-basiszinssatz"\n' + text().partition("Berlin\n")[2])
    status, found = post_text(manager, rate)
    assert status == 201, found
    parts = manager.get("/v1/policies/house/versions/1").json()["parts"]
    assert [(each["kind"], each["path"]) for each in parts] == [("rates", "de-basiszinssatz")]
    none = manager.post("/v1/policies/check", json={"text": rate.replace("zinssatz", "satz")})
    (problem,) = [each for each in none.json()["problems"] if each["severity"] == "error"]
    assert (problem["code"], "de-basiszinssatz" in problem["hint"]) == ("D224", True)


def test_a_table_that_is_not_the_shipped_one_is_not_chosen_in_silence(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "rates").mkdir()
    table = tmp_path / "rates" / "de-basiszinssatz.csv"
    table.write_text("from,percent\n2026-01-01,9.99\n", "utf-8")
    ladder = '\nrate base from "de-basiszinssatz"\n' + text().partition("Berlin\n")[2]
    (tmp_path / "house.dun").write_text(text(ladder=ladder), "utf-8")
    new(put_files(database, tmp_path / "house.dun"))
    later = text(version=2, effective="2026-06-01", ladder=ladder)
    status, found = post_text(served(database, "manager"), later)
    errors = [each["code"] for each in found["errors"] if each["severity"] == "error"]
    assert (status, errors) == (422, ["D225"])


def test_a_text_with_errors_is_refused_with_each_of_them(database: Database) -> None:
    status, found = post_text(served(database, "manager"), text().replace("post", "pigeon"))
    assert (status, found["code"], found["type"]) == (422, "S301", "urn:dunlang:problem:S301")
    assert {"file", "line", "column", "message", "hint"} <= set(found["errors"][0])


REFUSED = [
    ("house", text().replace("house", "home"), 422, "S316"),
    ("house", "segment large when open amount > 1000 EUR\n", 422, "S307"),
    ("house", text(version=2, effective="2025-01-01"), 409, "S303"),
    ("house", text(effective="2026-01-02"), 409, "S302"),
]


@pytest.mark.parametrize(("policy", "written", "status", "code"), REFUSED)
def test_what_cannot_be_published_changes_nothing(
    database: Database, policy: str, written: str, status: int, code: str
) -> None:
    put_in_force(database, text())
    client = served(database, "manager")
    found = post_text(client, written, policy)
    assert (found[0], found[1]["code"]) == (status, code)
    assert len(client.get("/v1/policies").json()["items"]) == 1


MISTAKEN = [
    ("get", "/v1/policies/house/versions/0", None, 422),
    ("get", "/v1/policies/house/versions/99999999999999999999", None, 422),
    ("get", "/v1/policies/house/versions/two", None, 422),
    ("get", "/v1/policies/house/versions/7", None, 404),
    ("get", "/v1/policies/h%00/versions/7", None, 422),
    ("get", "/v1/policies?on=0", None, 422),
    ("get", "/v1/policies?cursor=x", None, 422),
    ("post", "/v1/policies/check", {}, 422),
    ("post", "/v1/policies/check", {"text": ""}, 422),
    ("post", "/v1/policies/check", {"text": 7}, 422),
    ("post", "/v1/policies/check", {"text": "a\0"}, 422),
    ("post", "/v1/policies/check", {"text": "a\ud800"}, 422),
    ("post", "/v1/policies/check", {"text": "x", "file": "y"}, 422),
    ("post", "/v1/policies/check", {"text": "x", "\ud800": "y"}, 422),
    ("post", "/v1/policies/house/versions/1/approval", {"verdict": "perhaps"}, 422),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), MISTAKEN)
def test_what_cannot_be_meant_is_told(
    database: Database, method: str, path: str, body: object, status: int
) -> None:
    client = served(database, "admin")
    answer = client.request(method, path, content=json.dumps(body), headers=JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
