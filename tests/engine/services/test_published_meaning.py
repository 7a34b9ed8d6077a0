"""What was published means the same for good, whatever becomes of files and packages."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from engine.core.calendar import BusinessCalendar
from engine.core.decision import Decision
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer, Invoice, Ledger
from engine.core.money import Money
from engine.core.rates import ExchangeTable
from engine.io.holidays import business_calendar
from engine.services.decisions import decide_case
from engine.services.holiday_tables import as_calendar, written_out
from engine.services.policies import read_policies
from engine.services.published import published
from engine.services.publishing import approve
from engine.services.shipped import shipped_policies
from engine.store.policies import digest
from engine.store.schema.base import canonical
from engine.store.schema.policies import CALENDARS
from tests.engine.services import publications as p
from tests.engine.services.publications import BERTA, NOW, new, put_files, refused

if TYPE_CHECKING:
    from pathlib import Path

    from engine.core.policies import PolicySet
    from engine.store.database import Database

YEARS = range(1990, 2101)
RATES = "# the bank\nfrom,percent\n2020-01-01,2.00\n2026-07-01,\n"
MORE_RATES = RATES.replace("2026-07-01,\n", "2026-07-01,10.00\n")
INTEREST = """\

rate base from "bank"

interest base + 1 pp from due date by act/365

stage warning
  after 100 days overdue
  by post
  charge interest
"""


def put_all(database: Database, *paths: Path) -> None:
    """Publish and approve files."""
    for each in new(put_files(database, *paths)):
        new(approve(database, BERTA, each.version.policy, each.version.version, NOW))


def file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def decided(policies: PolicySet, due: str, on: str) -> Decision:
    """The decision about an invoice of 1000 EUR."""
    day = datetime.date.fromisoformat(due)
    invoice = Invoice("R-1", "C-1", day, day, Money(100_000, "EUR"))
    index = index_ledger(Ledger({"C-1": Customer("C-1")}, {"R-1": invoice}, ()))
    found = decide_case(index, policies, "R-1", datetime.date.fromisoformat(on))
    assert isinstance(found, Decision), found
    return found


def test_the_shipped_policies_mean_in_a_store_what_they_mean_as_files(database: Database) -> None:
    files = read_policies([shipped_policies()])
    put_all(database, shipped_policies())
    stored = published(database)
    assert stored.usable
    assert stored.plans == files.plans
    assert stored.declared == files.declared
    assert stored.together().features == files.together().features
    for plan in files.plans:
        mine = stored.together().numbered(plan.id, plan.version)
        other = files.together().numbered(plan.id, plan.version)
        assert mine is not None
        assert other is not None
        assert {name: mine.tables[name] for name in plan.rates.values()} == {
            name: other.tables[name] for name in plan.rates.values()
        }
        assert days_off(mine.calendar) == days_off(other.calendar)
        assert mine.calendar.version == other.calendar.version


def days_off(calendar: BusinessCalendar) -> list[int]:
    first, last = datetime.date(1990, 1, 1).toordinal(), datetime.date(2100, 12, 31).toordinal()
    return [day for day in range(first, last + 1) if not calendar.is_business_day(day)]


@pytest.mark.parametrize("code", ["DE-BY", "TARGET", "CN", "IL", "SA"])
def test_a_calendar_is_written_out_with_its_weekend_and_the_weekends_that_are_worked(
    code: str,
) -> None:
    calendar = business_calendar(code)
    assert isinstance(calendar, BusinessCalendar)
    again = as_calendar(code, json.loads(canonical(written_out(calendar))))
    assert [again.holidays(year) for year in YEARS] == [calendar.holidays(year) for year in YEARS]


def test_holidays_are_those_that_were_known_when_it_was_published(
    database: Database, tmp_path: Path
) -> None:
    text = p.text(more="  calendar DE-BY\n  run on business days\n")
    put_all(database, file(tmp_path / "house" / "1.dun", text))
    assert decided(published(database).together(), "2026-03-02", "2026-03-05").outcome == "act"
    with database.writing() as connection:  # as if the package had known another holiday then
        calendar = connection.execute(select(CALENDARS.c.holidays)).scalar_one()
        calendar["off"] = sorted([*calendar["off"], "2026-03-05"])
        sealed = digest(canonical(calendar))
        connection.execute(update(CALENDARS).values(holidays=calendar, sha256=sealed))
    stored = published(database).together()
    assert decided(stored, "2026-03-02", "2026-03-05").outcome != "act"
    assert decided(stored, "2026-03-02", "2026-03-06").outcome == "act"


def test_what_it_extends_includes_and_looks_up_is_kept_with_it(
    database: Database, tmp_path: Path
) -> None:
    file(tmp_path / "base" / "1.dun", with_segment("base"))
    file(tmp_path / "base" / "segments.dun", "segment some when customer.kind is business\n")
    file(tmp_path / "house" / "segments.dun", "segment others when customer.kind is consumer\n")
    file(tmp_path / "rates" / "bank.csv", RATES)
    house = file(
        tmp_path / "house" / "1.dun",
        "policy house version 1\n  effective 2026-01-01\n  extends base version 1\n\n"
        'include "segments.dun"\n\nfor others\n  no fees\n' + INTEREST,
    )
    before = read_policies([house])
    assert before.problems == ()
    put_all(database, house)
    for path in tmp_path.rglob("*.*"):
        path.unlink()
    stored = published(database)
    assert stored.plans == before.plans
    assert stored.together().versions["house"][0].tables == before.tables
    answers = [decided(each.together(), "2026-03-02", "2026-06-10") for each in (before, stored)]
    assert answers[0] == answers[1]
    assert answers[0].outcome == "act"


def with_segment(name: str) -> str:
    text = p.text(more='\ninclude "segments.dun"\n\nfor some\n  no fees\n')
    return text.replace("house", name)


def test_each_version_reads_the_table_as_it_was(database: Database, tmp_path: Path) -> None:
    first = file(tmp_path / "house" / "1.dun", p.text(1, "2026-01-01", INTEREST))
    table = file(tmp_path / "rates" / "bank.csv", RATES)
    put_all(database, first)
    table.write_text(MORE_RATES, encoding="utf-8")
    (again,) = new(put_files(database, first))
    assert "rates/bank.csv changed since" in again.notes[0]
    put_all(database, file(tmp_path / "house" / "2.dun", p.text(2, "2026-09-01", INTEREST)))
    one, two = published(database).together().versions["house"]
    assert [one.rate_table("bank"), two.rate_table("bank")] == [
        published_table(RATES),
        published_table(MORE_RATES),
    ]
    stored = published(database).together()
    assert decided(stored, "2026-05-10", "2026-08-20").outcome == "undecided"
    assert decided(stored, "2026-05-10", "2026-09-01").outcome == "act"


def test_rates_of_exchange_are_kept_too(database: Database, tmp_path: Path) -> None:
    ladder = '\nstage a\n  after 3 days overdue\n  by email\n  fee 40 EUR converted by "ecb"\n'
    text = p.text(ladder=ladder).replace("currency EUR", "currency EUR, SEK")
    table = file(tmp_path / "rates" / "ecb.csv", "from,currency,rate\n2026-01-02,SEK,11.00\n")
    put_all(database, file(tmp_path / "house" / "1.dun", text))
    table.unlink()
    (version,) = published(database).together().versions["house"]
    found = version.tables["ecb"]
    assert isinstance(found, ExchangeTable)
    assert set(found.currencies) == {"SEK"}


def published_table(text: str) -> object:
    from engine.io.rate_files import rate_table_of  # noqa: PLC0415 - only here

    return rate_table_of("bank", "bank.csv", text.encode())[0]


def test_what_a_version_extends_is_what_was_published_under_that_name(
    database: Database, tmp_path: Path
) -> None:
    base = file(tmp_path / "base" / "1.dun", p.text().replace("house", "base"))
    new(put_files(database, base))
    base.write_text(base.read_text("utf-8").replace("3 days", "4 days"), encoding="utf-8")
    house = "policy house version 1\n  effective 2026-01-01\n  extends base version 1\n"
    found = refused(put_files(database, file(tmp_path / "house" / "1.dun", house)))
    assert found.code == "S306"
    assert "'dun policies show base --version 1' prints it" in found.hint
