"""Versions of policies are published for good, and count when another person approved them."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, text, update

from dunlang.source import Source
from engine.services.actors import Actor, Refused
from engine.services.audit import verify
from engine.services.policies import load_policies
from engine.services.published import published
from engine.services.publishing import Faulty, approve, publish, reject
from engine.store import audit, errors
from engine.store.database import connect
from engine.store.errors import StoreError
from engine.store.policies import digest, versions
from engine.store.schema.accounts import KEYS, USERS
from engine.store.schema.policies import VERSIONS
from tests.engine.services import publications as p
from tests.engine.services.publications import ANNA, BERTA, CARLA, NOW, new, put, refused

if TYPE_CHECKING:
    from engine.store.database import Database


def in_force(database: Database) -> list[tuple[str, int]]:
    return [(plan.id, plan.version) for plan in published(database).plans]


def count(database: Database) -> tuple[int, int]:
    """Versions and entries of the audit trail."""
    with database.reading() as connection:
        every = connection.execute(select(func.count()).select_from(VERSIONS)).scalar_one()
        return every, audit.count(connection)


def test_a_version_counts_when_another_person_has_approved_it(database: Database) -> None:
    (publication,) = new(put(database, p.text()))
    assert publication.is_new
    assert publication.version.state == "waiting for approval"
    assert in_force(database) == []
    approved = new(approve(database, BERTA, "house", 1, NOW)).version
    assert (approved.state, approved.approver, approved.author) == ("approved", "berta", "anna")
    assert in_force(database) == [("house", 1)]


def test_text_author_time_and_digest_are_kept_and_told_to_the_audit_trail(
    database: Database,
) -> None:
    p.put_in_force(database, p.text())
    with database.reading() as connection:
        (kept,) = versions(connection)
        entries = audit.entries(connection, subject="policy house 1")
    assert (kept.text, kept.author, kept.published_at) == (p.text(), "anna", NOW)
    assert [(each.actor, each.action) for each in entries] == [
        ("anna", "policy published"),
        ("berta", "policy approved"),
    ]
    assert entries[0].body["sha256"] == kept.sha256


def test_the_same_text_again_writes_nothing(database: Database) -> None:
    new(put(database, p.text()))
    before = count(database)
    (again,) = new(put(database, p.text(), actor=Actor("dora", "admin")))
    assert not again.is_new
    assert again.version.author == "anna"
    assert count(database) == before


def test_another_text_under_the_same_number_is_refused(database: Database) -> None:
    new(put(database, p.text()))
    found = refused(put(database, p.text() + "\n# a comment\n"))
    assert found.code == "S302"
    assert found.message == "house version 1 was published by anna on 2026-03-16 with another text"
    assert "as version 2" in found.hint


@pytest.mark.parametrize("day", ["2026-01-01", "2025-12-31"])
def test_a_version_takes_effect_after_the_one_before(database: Database, day: str) -> None:
    new(put(database, p.text()))
    found = refused(put(database, p.text(2, day)))
    assert found.code == "S303"
    assert found.hint == "write a day after 2026-01-01"


def test_numbers_go_up(database: Database) -> None:
    new(put(database, p.text(4)))
    found = refused(put(database, p.text(3, "2026-06-01")))
    assert (found.code, found.hint) == ("S304", "give it the number 5")


def test_a_number_that_no_database_keeps_is_refused(database: Database) -> None:
    new(put(database, p.text(999_999_999)))
    assert refused(put(database, p.text(1_000_000_000, "2026-06-01"))).code == "S309"


def test_of_several_versions_all_are_published_or_none(database: Database) -> None:
    german, other = (
        "  applies when customer.country is DE\n",
        "  applies when customer.country is AT\n",
    )
    other = p.text(more=other).replace("house", "another")
    found = refused(put(database, other, p.text(2, more=german), p.text(1, more=german)))
    assert isinstance(found, Faulty)
    assert count(database) == (0, 0)
    new(put(database, p.text(1, more=german)))
    assert refused(put(database, other, p.text(2, more=german))).code == "S303"
    assert count(database) == (1, 1)
    third = p.text(3, "2026-03-01", more=german)
    assert len(new(put(database, third, p.text(2, "2026-02-01", more=german), other))) == 3
    assert count(database) == (4, 4)


def test_a_text_with_errors_is_refused_with_what_is_wrong(database: Database) -> None:
    found = refused(put(database, p.text().replace("email", "emial")))
    assert isinstance(found, Faulty)
    assert [each.code for each in found.problems] == ["D211"]
    assert count(database) == (0, 0)


def test_what_does_not_go_with_published_policies_is_an_error_too(database: Database) -> None:
    fact = '\nfact customer.risk : text\n\nsegment s when customer.risk is "x"\n'
    fact += "\nfor s\n  no fees\n"
    new(put(database, p.text(ladder=p.LADDER + fact)))
    other = p.text(ladder=p.LADDER + fact.replace("text", "number").replace('is "x"', "> 1"))
    found = refused(put(database, other.replace("house", "other")))
    assert isinstance(found, Faulty)
    assert "D122" in [each.code for each in found.problems]
    assert {each.span.source.name for each in found.problems} == {"<0>"}


def test_nothing_but_shared_texts_is_nothing_to_publish(database: Database) -> None:
    shared = "segment s when customer.kind is business\n"
    assert refused(put(database, shared)).code == "S307"


@pytest.mark.parametrize("actor", [BERTA, CARLA])
def test_publishing_takes_the_permission(database: Database, actor: Actor) -> None:
    assert refused(put(database, p.text(), actor=actor)).code == "S201"
    assert count(database) == (0, 0)


@pytest.mark.parametrize("actor", [ANNA, CARLA])
def test_approving_takes_the_permission(database: Database, actor: Actor) -> None:
    new(put(database, p.text()))
    assert refused(approve(database, actor, "house", 1, NOW)).code == "S201"
    assert in_force(database) == []


def test_nobody_approves_what_they_published(database: Database) -> None:
    admin = Actor("dora", "admin")
    new(put(database, p.text(), actor=admin))
    found = refused(approve(database, admin, "house", 1, NOW))
    assert found.code == "S312"
    assert found.message == "dora published house version 1 and cannot approve it as well"
    assert in_force(database) == []


@pytest.mark.parametrize(("author", "approver"), [("dora", "robot"), ("robot", "dora")])
def test_a_key_is_the_person_who_made_it(database: Database, author: str, approver: str) -> None:
    made = {"role": "admin", "created_at": NOW, "created_by": "dora"}
    with database.writing() as connection:
        connection.execute(insert(USERS).values(name="dora", **made))
        connection.execute(insert(KEYS).values(name="robot", prefix="1", digest="2", **made))
    new(put(database, p.text(), actor=Actor(author, "admin")))
    found = refused(approve(database, Actor(approver, "admin"), "house", 1, NOW))
    assert found.code == "S312"
    assert "belong to the same person (dora)" in found.message
    new(approve(database, BERTA, "house", 1, NOW))


def test_a_second_approval_is_told_who_was_first(database: Database) -> None:
    p.put_in_force(database, p.text())
    before = count(database)
    found = refused(approve(database, Actor("dora", "admin"), "house", 1, NOW))
    assert found.code == "S313"
    assert found.message == "house version 1 was approved already by berta on 2026-03-16"
    assert count(database) == before


def test_what_is_not_there_cannot_be_approved(database: Database) -> None:
    new(put(database, p.text()))
    assert refused(approve(database, BERTA, "house", 2, NOW)).hint == "it has version 1"
    assert refused(approve(database, BERTA, "huose", 1, NOW)).hint == "did you mean 'house'?"


def test_an_approval_after_the_effective_date_is_allowed_and_said(database: Database) -> None:
    new(put(database, p.text(1, "2026-03-16")))
    (note,) = new(approve(database, BERTA, "house", 1, NOW)).notes
    assert note.startswith("its effective date 2026-03-16 has begun")
    new(put(database, p.text(2, "2026-03-17")))
    assert new(approve(database, BERTA, "house", 2, NOW)).notes == ()


def test_the_day_of_an_approval_is_that_of_the_policy(database: Database) -> None:
    new(put(database, p.text(1, "2026-03-17")))
    late = datetime.datetime(2026, 3, 16, 23, 30, tzinfo=datetime.UTC)  # the 17th in Berlin
    assert new(approve(database, BERTA, "house", 1, late)).notes


def test_a_rejected_version_never_counts_and_stands_in_nobodys_way(database: Database) -> None:
    new(put(database, p.text(1), p.text(2, "2062-01-01")))
    new(approve(database, BERTA, "house", 1, NOW))
    rejected = new(reject(database, BERTA, "house", 2, "a slip: 2026 is meant", NOW)).version
    assert (rejected.state, rejected.rejection) == ("rejected", "a slip: 2026 is meant")
    assert refused(approve(database, BERTA, "house", 2, NOW)).code == "S314"
    assert refused(put(database, p.text(2, "2062-01-01"))).code == "S314"
    new(put(database, p.text(3, "2026-06-01")))
    assert in_force(database) == [("house", 1)]


def test_an_author_takes_back_what_waits_and_others_need_the_permission(
    database: Database,
) -> None:
    new(put(database, p.text(1), p.text(2, "2026-06-01")))
    assert refused(reject(database, CARLA, "house", 1, "no", NOW)).code == "S201"
    assert refused(reject(database, ANNA, "house", 1, " ", NOW)).code == "S315"
    new(reject(database, ANNA, "house", 1, "too early", NOW))
    new(approve(database, BERTA, "house", 2, NOW))
    assert refused(reject(database, ANNA, "house", 2, "too late", NOW)).code == "S313"


def test_what_was_approved_later_was_not_known_before(database: Database) -> None:
    p.put_in_force(database, p.text())
    later = NOW + datetime.timedelta(hours=1)
    new(put(database, p.text(2, "2026-02-01")))
    new(approve(database, BERTA, "house", 2, later))
    assert len(published(database).plans) == 2
    assert [plan.version for plan in published(database, NOW).plans] == [1]
    assert published(database, NOW - datetime.timedelta(seconds=1)).plans == ()


def test_two_who_publish_one_version_at_once(address: str) -> None:
    results: list[object] = []
    start = threading.Barrier(4)

    def work(number: int) -> None:
        database = connect(address)
        sources = load_policies([Source("<0>", p.text(more=f"  grace {number} days\n"))])
        start.wait()
        results.append(publish(database, Actor(f"person{number}", "manager"), sources, NOW))
        database.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = [each for each in results if isinstance(each, Refused)]
    assert [each.code for each in lost] == ["S302"] * 3
    database = connect(address)
    assert count(database) == (1, 1)
    with database.reading() as connection:
        (kept,) = versions(connection)
    assert all(f"was published by {kept.author} " in each.message for each in lost)
    database.close()


def test_two_who_approve_one_version_at_once(address: str) -> None:
    database = connect(address)
    new(put(database, p.text()))
    results: list[object] = []
    start = threading.Barrier(3)

    def work(number: int) -> None:
        other = connect(address)
        start.wait()
        results.append(approve(other, Actor(f"person{number}", "approver"), "house", 1, NOW))
        other.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.code for each in results if isinstance(each, Refused)) == ["S313", "S313"]
    assert count(database) == (1, 2)
    database.close()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("policy_versions SET text = text || ' '", "house version 1"),
        ("policy_calendars SET holidays = replace(holidays, '2026-05-01', '2026-05-02')", "DE-BY"),
    ],
)
def test_a_text_that_was_changed_in_the_store_decides_nothing(
    database: Database, change: str, what: str
) -> None:
    p.put_in_force(database, p.text(more="  calendar DE-BY\n"))
    with database.writing() as connection:
        connection.execute(text(f"UPDATE {change}"))
    with pytest.raises(StoreError, match="is not what was published") as caught:
        published(database)
    assert caught.value.code == errors.BROKEN
    assert what in caught.value.message


def test_a_text_that_this_program_cannot_read_is_named_with_its_line(database: Database) -> None:
    p.put_in_force(database, p.text())
    crooked = p.text().replace("email", "emial")
    values = {"text": crooked, "sha256": digest(crooked)}
    with database.writing() as connection:
        connection.execute(update(VERSIONS).values(values))
    with pytest.raises(StoreError) as caught:
        published(database)
    assert caught.value.message == (
        "house version 1 in the store cannot be read by this version of dunlang"
        " (line 8: 'emial' is not a channel)"
    )


def test_a_version_that_lost_its_calendar_decides_nothing(database: Database) -> None:
    p.put_in_force(database, p.text(more="  calendar DE-BY\n"))
    with database.writing() as connection:
        connection.execute(text("DELETE FROM policy_calendars"))
    with pytest.raises(StoreError, match="house version 1 in the store lacks its calendar DE-BY"):
        published(database)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE policy_versions SET text = text || ' '", "the text of house version 1"),
        ("UPDATE policy_versions SET effective = '2025-06-01'", "the effective date of house"),
        ("UPDATE policy_versions SET author = 'berta'", "the author or time of house version 1"),
        ("UPDATE policy_versions SET approver = 'dora'", "the approval of house version 1"),
        ("UPDATE policy_versions SET approver = NULL, approved_at = NULL", "the approval of house"),
        ("UPDATE policy_parts SET text = text || ' '", "something that is extended, included"),
        ("DELETE FROM policy_parts", "something that is extended, included or looked up of house"),
        (
            "UPDATE policy_calendars SET holidays = replace(holidays, '2026-05-01', '2026-05-02')",
            "the calendar of house version 1",
        ),
        ("DELETE FROM policy_calendars", "the calendar of house version 1"),
    ],
)
def test_whatever_is_changed_about_a_version_is_found_by_the_audit(
    database: Database, change: str, what: str
) -> None:
    rate = '\nrate base from "de-basiszinssatz"\n\ninterest base + 1 pp from due date by act/365\n'
    ladder = rate + p.LADDER.replace("by post", "by post\n  charge interest")
    p.put_in_force(database, p.text(ladder=ladder, more="  calendar DE-BY\n"))
    assert new(verify(database, BERTA)).flaws == ()
    with database.writing() as connection:
        connection.execute(text(change))
    (flaw, *_) = new(verify(database, BERTA)).flaws
    assert flaw.reason.startswith(what)


def test_a_version_that_is_gone_or_was_slipped_in_is_found_by_the_audit(
    database: Database,
) -> None:
    p.put_in_force(database, p.text())
    with database.writing() as connection:
        connection.execute(text("UPDATE policy_versions SET policy = 'other'"))
    assert [flaw.reason for flaw in new(verify(database, BERTA)).flaws] == [
        "the store has lost policy house 1",
        "other version 1 is published, and no entry says by whom",
        "other version 1 is approved, and no entry says by whom",
    ]


def test_an_entry_that_cannot_be_read_any_more_is_named(database: Database) -> None:
    p.put_in_force(database, p.text())
    with database.writing() as connection:
        connection.execute(text("UPDATE audit SET body = 'x' || body WHERE number = 1"))
    flaws = new(verify(database, BERTA)).flaws
    assert flaws[0].reason == "entry 1 is not what was written"
    assert flaws[-1].reason == "house version 1 is published, and no entry says by whom"


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_version_whose_date_was_made_unreadable_is_named(database: Database) -> None:
    """Another database does not take such a text for a date."""
    p.put_in_force(database, p.text())
    with database.writing() as connection:
        connection.execute(text("UPDATE policy_versions SET effective = 'nonsense'"))
    reasons = [flaw.reason for flaw in new(verify(database, BERTA)).flaws]
    assert reasons == ["the dates of house version 1 cannot be read any more"]
