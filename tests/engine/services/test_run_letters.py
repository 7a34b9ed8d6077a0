"""What goes out for a run: letters that say everything, and tasks for people."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from engine.services.worklist import Worklist, worklist
from tests.engine.services.importing import taken
from tests.engine.services.people import trail
from tests.engine.services.publications import ANNA, NOW, new
from tests.engine.services.running import (
    CARLA,
    DAY,
    actions,
    company,
    letters,
    performed,
    proposed,
    said,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

ONE = datetime.timedelta(days=1)
WEEKS = datetime.timedelta(days=14)
RICH = """\

contact between 08:00 and 20:00
fees taxed at 20%
interest 12% a year from due date by act/365

stage reminder "Payment reminder"
  after 3 days overdue
  by email
  fee 2.50 EUR
  template "friendly"
  send automatically at 09:30
  pay within 5 days

stage warning "Warning"
  after 14 days overdue
  by email and post
  fee 5.00 EUR
  charge interest
  pay within 10 days
"""
EVERYTHING = """\

stage call
  after 3 days overdue
  by email and phone

stage block
  after 4 days overdue
  suspend "deliveries"
  by email

stage ask
  after 5 days overdue
  task "Ask the salesman"

stage leave
  after 6 days overdue
  cancel "the contract" now

stage collection
  after 7 days overdue
  hand over to "Inkasso Nord"

stage over
  after 8 days overdue
  write off
"""


def run(database: Database, folder: Path, day: datetime.date = DAY) -> tuple[str, ...]:
    """Propose a day and perform it on that day."""
    proposed(database, day)
    return performed(database, folder, day, NOW + (day - DAY)).performed


def letter(folder: Path, key: str) -> dict[str, Any]:
    """A letter that went out."""
    return letters(folder)[key]


def listed(database: Database) -> Worklist:
    """The worklist."""
    return new(worklist(database, ANNA, limit=100))


def euros(text: str) -> dict[str, str]:
    """An amount."""
    return {"amount": text, "currency": "EUR"}


def test_a_letter_says_everything_that_who_prints_it_needs(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, RICH)
    day = datetime.date(2026, 3, 9)
    assert sorted(run(database, tmp_path, day)) == ["R-1", "R-2", "R-3"]
    found = letter(tmp_path, "2026-03-09/C-1/EUR/email")
    first, second = found.pop("items")
    assert found == {
        "key": "2026-03-09/C-1/EUR/email",
        "letter": "2026-03-09/C-1/EUR/email",
        "channel": "email",
        "on": "2026-03-09",
        "customer": {
            "id": "C-1",
            "name": "Alpha GmbH",
            "email": "a@example.com",
            "phone": "+49 89 1",
            "street": "Weg 1",
            "postcode": "80331",
            "city": "Munich",
            "country": "DE",
        },
        "stage": "reminder",
        "title": "Payment reminder",
        "template": "friendly",
        "mode": "send",
        "unapplied_credits": euros("0.00"),
        "total": euros("356.00"),
        "deadline": "2026-03-14",
        "send_not_before": "2026-03-09T09:30:00+01:00",
        "contact_hours": ["08:00", "20:00"],
        "timezone": "Europe/Berlin",
    }
    assert first == {
        "case": "R-1",
        "policy": "house",
        "version": 1,
        "stage": "reminder",
        "title": "Payment reminder",
        "invoices": [
            {
                "invoice": "R-1",
                "issued": "2026-02-01",
                "due": "2026-03-02",
                "days_overdue": 7,
                "amount": euros("250.00"),
                "open_amount": euros("250.00"),
            }
        ],
        "open_amount": euros("250.00"),
        "fee": euros("2.50"),
        "tax": euros("0.50"),
        "interest": euros("0.00"),
        "earlier_charges": euros("0.00"),
        "deadline": "2026-03-14",
    }
    assert second["case"] == "R-2"


def test_a_letter_is_written_at_its_highest_stage_with_earlier_charges_and_credits(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, RICH)
    run(database, tmp_path, datetime.date(2026, 3, 9))
    (tmp_path / "more.csv").write_text(
        "id,customer,issued,due,amount,currency\nR-9,C-1,2026-02-01,2026-03-12,40.00,EUR\n"
    )
    assert taken(database, "invoices", tmp_path / "more.csv").is_taken
    file = tmp_path / "credit.csv"
    file.write_text("date,kind,customer,amount,currency\n2026-03-10,credit,C-1,20.00,EUR\n")
    assert taken(database, "events", file).is_taken
    assert sorted(run(database, tmp_path)) == ["R-1", "R-9"]
    found = letter(tmp_path, "2026-03-16/C-1/EUR/email")
    assert (found["stage"], found["title"], found["deadline"]) == (
        "warning",
        "Warning",
        "2026-03-26",
    )
    assert found["send_not_before"] == "2026-03-16T08:00:00+01:00"
    items = {each["case"]: each for each in found["items"]}
    assert items["R-1"]["earlier_charges"] == euros("3.00")
    assert items["R-1"]["interest"] == euros("1.15")
    assert items["R-9"]["earlier_charges"] == euros("0.00")
    assert found["unapplied_credits"] == euros("20.00")
    # 250 + 40 - 20, 3 from before, and now 5 + 1 + 1.15 and 2.50 + 0.50.
    assert found["total"] == euros("283.15")
    by_post = letter(tmp_path, "2026-03-16/C-1/EUR/post")
    assert [each["case"] for each in by_post["items"]] == ["R-1"]
    assert by_post["total"] == euros("240.15")


def test_a_letter_that_credits_cover_is_not_sent(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    file = tmp_path / "credit.csv"
    file.write_text("date,kind,customer,amount,currency\n2026-03-16,credit,C-2,80.00,EUR\n")
    assert taken(database, "events", file).is_taken
    result = performed(database, tmp_path)
    assert result.withdrawn == (("R-3", "held: credits cover it"),)


def test_what_becomes_due_later_on_a_day_goes_into_a_second_letter(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    (tmp_path / "more.csv").write_text(
        "id,customer,issued,due,amount,currency\nR-9,C-1,2026-02-01,2026-03-10,40.00,EUR\n"
    )
    assert taken(database, "invoices", tmp_path / "more.csv").is_taken
    assert run(database, tmp_path) == ("R-9",)
    found = letter(tmp_path, "2026-03-16/C-1/EUR/email#2")
    assert [each["case"] for each in found["items"]] == ["R-9"]
    assert found["letter"] == "2026-03-16/C-1/EUR/email"
    assert found["total"] == euros("40.00")


def test_an_account_has_one_letter_with_all_its_overdue_invoices(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, head="  dun each account\n  letters per customer\n")
    (tmp_path / "payers.csv").write_text("id,name,country,payer\nC-9,Alpha Sud,DE,C-1\n")
    assert taken(database, "customers", tmp_path / "payers.csv").is_taken
    (tmp_path / "more.csv").write_text(
        "id,customer,issued,due,amount,currency,document\n"
        "R-9,C-9,2026-02-01,2026-03-10,40.00,EUR,D-9\n"
        "R-10,C-9,2026-02-01,2026-03-12,30.00,EUR,D-9\n"
    )
    assert taken(database, "invoices", tmp_path / "more.csv").is_taken
    assert sorted(run(database, tmp_path)) == ["C-1:EUR", "C-2:EUR"]
    assert actions(database)["C-1:EUR"].key == "C-1:EUR#2026-03-03#reminder#1"
    found = letter(tmp_path, "2026-03-16/C-1/EUR/email")
    assert found["total"] == euros("420.00")
    (item,) = found["items"]
    assert [each["invoice"] for each in item["invoices"]] == ["R-1", "R-2", "R-9", "R-10"]


# ---------------------------------------------------------------------------------------- tasks


def test_what_only_people_can_do_becomes_a_task(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, EVERYTHING)
    for number in range(6):
        run(database, tmp_path, DAY + number * ONE)
    found = [
        (each.kind, each.text, each.channel)
        for each in listed(database).tasks
        if each.case == "R-3"
    ]
    assert found == [
        ("suspend", "Suspend deliveries", None),
        ("task", "Ask the salesman", None),
        ("cancel", "Cancel the contract on 2026-03-19", None),
        ("hand_over", "Hand over to Inkasso Nord", None),
        ("write_off", "Write off 80.00 EUR", None),
    ]
    first = next(each for each in listed(database).tasks if each.case == "R-1")
    assert (first.kind, first.channel, first.text) == ("call", "phone", "Call the customer: call")
    assert (first.key, first.amount, first.currency) == ("R-1#first#call#1", 25_000, "EUR")
    assert (first.day, first.state, first.policy, first.version) == (DAY, "open", "house", 1)
    assert not [each for each in letters(tmp_path) if each.endswith("phone")]


def test_a_task_by_phone_is_a_task_and_no_letter(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    for day in (DAY, DAY + WEEKS, DAY + WEEKS + 7 * ONE):
        run(database, tmp_path, day)
    tasks = listed(database).tasks
    assert [each.case for each in tasks] == ["R-1", "R-2", "R-3"]
    task = tasks[0]
    assert (task.kind, task.text, task.channel) == ("task", "Call the customer", "phone")
    assert len(letters(tmp_path)) == 6


# ------------------------------------------------------------------------------------------ keys


def test_who_pays_and_owes_again_begins_anew_under_other_keys(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    file = tmp_path / "events.csv"
    file.write_text(
        "date,kind,invoice,amount,currency,id,value\n"
        "2026-03-17,payment,R-3,80.00,EUR,P-1,\n2026-03-20,reversal,R-3,,,,P-1\n"
    )
    assert taken(database, "events", file, at=NOW + 4 * ONE).is_taken
    day = datetime.date(2026, 3, 23)
    assert run(database, tmp_path, day) == ("R-3",)
    assert actions(database, day)["R-3"].key == "R-3#2026-03-20#reminder#1"


def test_a_stage_that_comes_again_has_another_key(database: Database, tmp_path: Path) -> None:
    again = """\

stage reminder
  after 3 days overdue
  by email
  repeat every 2 days at most 1 more time

stage warning
  after 2 days
  by email

stage final
  after 2 days
  when open amount >= 500 EUR else warning
  by post
"""
    company(database, tmp_path, again)
    keys = []
    for number in range(0, 12, 2):
        day = DAY + number * ONE
        run(database, tmp_path, day)
        keys.append(actions(database, day)["R-3"].key)
    assert keys == [
        "R-3#first#reminder#1",
        "R-3#first#reminder#2",
        "R-3#first#warning#1",
        "R-3#first#warning#2",
        "R-3#first#warning#3",
        "R-3#first#warning#4",
    ]


def test_what_a_letter_did_is_in_the_audit_trail(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    new(said(database, "hold", "R-1", by=CARLA))
    performed(database, tmp_path)
    done = [each for each in trail(database) if each[1] == "action performed"]
    assert sorted(done) == [
        ("anna", "action performed", "case R-2"),
        ("anna", "action performed", "case R-3"),
    ]
