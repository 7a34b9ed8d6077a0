"""Reports asked for by name: in this process, in one of their own, and as files."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, get_args

import pytest

from engine.services.actors import Actor
from engine.services.case_search import FoundCases, Sought, search_cases
from engine.services.reports.apart import ReportsApart
from engine.services.reports.asked import Asked, Form, Made, Name, make, text_of, write_report
from engine.services.reports.picked import Picked
from engine.services.stored_company import in_force_now
from tests.engine.services.publications import new, refused
from tests.engine.services.running import DAY, company, performed, proposed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database

VERA = Actor("vera", "viewer")
NAMES: tuple[Name, ...] = get_args(Name)


@pytest.fixture
def apart() -> Iterator[ReportsApart]:
    """Reports in a process of their own."""
    found = ReportsApart()
    yield found
    found.stop()


def at_once(database: Database, asked: Asked) -> Made:
    """A report made in this process."""
    return new(make(database, VERA, new(in_force_now(database)), asked))


def told(done: int, total: int) -> None:
    """How far it is."""
    assert 0 < done <= total


def test_a_report_made_apart_says_the_same(
    database: Database, tmp_path: Path, apart: ReportsApart
) -> None:
    company(database, tmp_path)
    proposed(database)
    performed(database, tmp_path)
    for asked in (
        *(Asked(name, DAY) for name in NAMES),
        Asked("ageing", DAY, ("customer",)),
        Asked("fees", DAY, ("month", "country")),
    ):
        made = new(apart.make(database, VERA, asked, told))
        here = at_once(database, asked)
        assert (made.ladders, made.names) == (here.ladders, here.names)
        for form in get_args(Form):
            assert text_of(made, form) == text_of(here, form)


def test_customers_are_called_by_their_names(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    assert at_once(database, Asked("ageing", DAY, ("customer",))).names["C-1"] == "Alpha GmbH"


def test_a_report_that_nobody_wants_is_not_made_and_the_next_one_is(
    database: Database, tmp_path: Path, apart: ReportsApart
) -> None:
    company(database, tmp_path)
    asked = Asked("exposure", DAY)
    stopped = refused(apart.make(database, VERA, asked, told, lambda: True))
    assert str(stopped) == "the report was stopped before it was done; r makes it again"
    assert isinstance(apart.make(database, VERA, asked, told), Made)
    apart.stop()
    assert isinstance(apart.make(database, VERA, asked, told), Made)


def test_who_has_no_policies_is_told_so(database: Database, apart: ReportsApart) -> None:
    answer = refused(apart.make(database, VERA, Asked("ageing", DAY), told))
    assert "no policy is published" in str(answer)


def test_a_report_is_written_to_a_file_or_it_is_said_why_not(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    made = at_once(database, Asked("ageing", DAY))
    for form in get_args(Form):
        file = tmp_path / f"ageing.{form}"
        assert write_report(made, form, file) is None
        assert file.read_text("utf-8") == text_of(made, form)
    assert json.loads((tmp_path / "ageing.json").read_text("utf-8"))["report"] == "ageing"
    problem = write_report(made, "csv", tmp_path / "nowhere" / "ageing.csv")
    assert "no such file or directory; name another file" in str(problem)


def picked(database: Database, picked: Picked, reason: str = "") -> list[str]:
    """The cases that are found by what a report counted."""
    now = new(in_force_now(database))
    sought = Sought(DAY, picked=picked, reason=reason)
    found: FoundCases = new(search_cases(database, VERA, now, sought))
    return [each.decision.case for each in found.cases]


def test_what_a_report_counts_can_be_looked_for(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    made = at_once(database, Asked("ageing", DAY)).found
    every = picked(database, Picked())
    assert picked(database, Picked("EUR")) == every
    assert picked(database, Picked("CHF")) == []
    ages = [
        picked(database, Picked("EUR", (each.first, each.last)))
        for each in made.buckets  # type: ignore[union-attr]  # of the ageing report
    ]
    assert [len(each) for each in ages] == made.totals["EUR"].items  # type: ignore[union-attr]
    assert sorted(case for each in ages for case in each) == sorted(every)
    none_yet = picked(database, Picked(groups=(("stage", None),)))
    assert none_yet == every
    assert picked(database, Picked(groups=(("policy", "other"),))) == []
    assert picked(database, Picked(), reason="nobody said so") == []


def test_the_day_of_a_report_is_that_which_was_asked(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    early = DAY - datetime.timedelta(days=400)
    assert at_once(database, Asked("ageing", early)).found.totals == {}  # type: ignore[union-attr]
