"""Simulations as pictures: a symbol a case and day, and what the days come to."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from engine.core.decision import Decision
from engine.core.standing import HELD_BACK, PAID, SYMBOLS
from engine.io.ledger_write import write_ledger
from engine.services.actors import Actor, Refused
from engine.services.plain import plain_event
from engine.services.policies import read_policies
from engine.services.simulation_asked import EACH_DAY, Asked, look_at
from engine.services.simulation_policies import AskedVersion
from engine.services.simulations import simulate
from engine.services.stored_company import company
from engine.services.timeline_cases import Teller
from engine.services.timeline_figures import Figures, stage_name
from engine.services.timeline_frames import Broken, Over, Written
from engine.services.timeline_process import PlayedApart
from engine.services.timelines import Block, Opening, play_timelines
from engine.services.version_files import write_chosen
from tests.engine.ledgers import day
from tests.engine.services import running
from tests.engine.services.importing import import_folder
from tests.engine.services.publications import ANNA, new, put_in_force, text
from tests.engine.services.random_company import POLICIES, random_company

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from engine.core.simulate import SimulationEvent
    from engine.services.simulation_asked import Ready
    from engine.store.database import Database

FIRST, LAST = day("2026-03-02"), day("2026-04-10")
DAYS = (LAST - FIRST).days + 1
SQLITE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
MARCH = Asked(day("2026-03-01"), day("2026-03-31"))


def drawn(database: Database, asked: Asked, side: int = 0, at_once: int = 3) -> dict[str, str]:
    """By case, its symbols."""
    days = (asked.last - asked.first).days + 1
    return {
        line.case: block.sides[side].symbols[row * days : (row + 1) * days].decode()
        for block in blocks(database, asked, at_once)
        for row, line in enumerate(block.lines)
    }


def blocks(database: Database, asked: Asked, at_once: int = 3) -> list[Block]:
    ready = new(look_at(database, ANNA, asked))
    opening, *found = play_timelines(database, asked, ready, at_once)
    assert isinstance(opening, Opening)
    return [each for each in found if isinstance(each, Block)]


def figures(found: Iterable[Block], side: int = 0) -> Figures:
    total: Figures = Counter()
    for each in found:
        total.update(each.sides[side].figures)
    return Counter({name: count for name, count in total.items() if count})


def played(database: Database, asked: Asked, side: int = 0) -> list[SimulationEvent]:
    """What `dun simulate` prints, from the whole ledger at once."""
    ready: Ready = new(look_at(database, ANNA, asked))
    policies = ready.sides[side].policies
    with database.reading() as connection:
        index = company(connection, policies).index
    return simulate(index, policies.together, asked.simulation)


@pytest.fixture
def busy(database: Database, tmp_path: Path) -> Database:
    """A company whose cases look at one another in every way."""
    put_in_force(database, *POLICIES)
    write_ledger(tmp_path / "ledger", random_company(FIRST))
    import_folder(database, tmp_path / "ledger", batch=1000)
    return database


# ------------------------------------------------------------------------------------- pictures


@SQLITE
def test_a_line_shows_how_a_case_climbs_its_ladder_day_by_day(
    database: Database, tmp_path: Path
) -> None:
    running.company(database, tmp_path)
    running.happens(database, tmp_path, "2026-03-24,payment,R-3,80.00,EUR")
    assert drawn(database, MARCH) == {
        "R-1": ".." + "00" + "1" * 14 + "2" * 7 + "3" * 6,
        "R-2": "....." + "00" + "1" * 14 + "2" * 7 + "3" * 3,
        "R-3": "....." + "00" + "1" * 14 + "2" * 2 + "=" * 8,  # it was paid
        "R-4": "....." + "00" + "H" * 24,  # nobody knows an address
        "R-5": "." * 31,
    }


@SQLITE
def test_disputes_promises_and_exclusions_have_letters_of_their_own(
    database: Database, tmp_path: Path
) -> None:
    exclude = '\nexclude "taken out" when invoice.excluded\n'
    running.company(database, tmp_path, head=running.HEAD + exclude)
    asked = Asked(
        day("2026-03-01"),
        day("2026-03-31"),
        what_if=[
            {"date": "2026-03-06", "kind": "dispute", "invoice": "R-1"},
            {"date": "2026-03-10", "kind": "dispute_resolved", "invoice": "R-1"},
            {
                "date": "2026-03-07",
                "kind": "promise",
                "invoice": "R-2",
                "amount": "100.00",
                "currency": "EUR",
                "until": "2026-03-12",
            },
            {"date": "2026-03-05", "kind": "exclude", "invoice": "R-3", "until": "2026-03-20"},
        ],
    )
    lines = drawn(database, asked)
    assert lines["R-1"].startswith(".." + "00" + "1" + "DDDD" + "1")
    assert lines["R-2"].startswith("....." + "0" + "PPPPPP" + "1")
    assert lines["R-3"].startswith("...." + "X" * 16 + "1")


@SQLITE
def test_a_case_that_is_handed_over_stays_so(database: Database, tmp_path: Path) -> None:
    running.company(database, tmp_path)
    asked = Asked(day("2026-03-01"), day("2026-04-30"))
    assert drawn(database, asked)["R-1"].endswith("444" + "L" * 22)


@SQLITE
def test_every_symbol_is_one_that_is_explained(busy: Database) -> None:
    seen = set("".join(drawn(busy, Asked(FIRST, LAST)).values()))
    assert seen <= set(SYMBOLS)
    assert len(seen) > 10


# ----------------------------------------------------------------- exactly what a simulation does


@pytest.mark.parametrize(
    "asked",
    [
        Asked(FIRST, LAST),
        Asked(FIRST, LAST, known=EACH_DAY),
        Asked(FIRST, LAST, no_more_payments=True, run_on="monday,thursday"),
        Asked(FIRST, LAST, customer="customer 1"),
    ],
    ids=["in hindsight", "day by day", "nobody pays", "some customers"],
)
def test_figures_are_those_of_a_simulation(busy: Database, asked: Asked) -> None:
    events = played(busy, asked)
    stages = [each for each in events if each.event == "stage"]
    found = figures(blocks(busy, asked))
    assert of(found, "event") == by_day((each, each.event) for each in events)
    assert of(found, "channel") == by_day((e, channel) for e in stages for channel in e.channels)
    assert of(found, "stage") == by_day(
        (e, stage_name(e.policy or "", e.version or 0, e.stage or "")) for e in stages
    )
    letters = {letter for each in stages for letter in each.letters}
    assert sum(of(found, "letters").values()) == len(letters)
    for what in ("fee", "interest"):
        sums = sum(getattr(each, what).minor for each in stages)
        assert sum(count for (_, kind, _), count in found.items() if kind == what) == sums
    assert len(stages) > 10


def of(found: Figures, what: str) -> Counter[tuple[int, str]]:
    return Counter({(on, name): n for (on, kind, name), n in found.items() if kind == what})


def by_day(named: Iterable[tuple[SimulationEvent, str]]) -> Counter[tuple[int, str]]:
    return Counter(((each.on - FIRST).days, name) for each, name in named)


def test_cases_are_played_alike_however_many_at_once(busy: Database) -> None:
    asked = Asked(FIRST, LAST, known=EACH_DAY)
    few, many = blocks(busy, asked, at_once=1), blocks(busy, asked, at_once=100)
    assert drawn(busy, asked, at_once=1) == drawn(busy, asked, at_once=100)
    assert figures(few) == figures(many)


def test_days_have_as_many_cases_of_a_symbol_as_figures_say(busy: Database) -> None:
    asked = Asked(FIRST, LAST)
    lines, found = drawn(busy, asked), figures(blocks(busy, asked))
    standing: Counter[str] = Counter()
    for on in range(DAYS):
        for (when, what, symbol), count in found.items():
            if what == "stands" and when == on:
                standing[symbol] += count
        seen = Counter(line[on] for line in lines.values())
        assert {symbol: n for symbol, n in standing.items() if n} == seen


def test_a_rung_begins_on_the_day_of_its_stage(busy: Database) -> None:
    asked = Asked(FIRST, LAST)
    lines = drawn(busy, asked)
    for each in played(busy, asked):
        symbol = lines[each.case][(each.on - FIRST).days]
        if each.event == "stage":
            assert symbol in "123456789LDP=W", each
        if each.event == "settled":
            assert symbol in f"{PAID} A", each
        if each.event == "held":
            assert symbol in f"{HELD_BACK}DPX", each


def test_what_happens_to_a_line_is_told_with_its_days(busy: Database) -> None:
    asked = Asked(FIRST, LAST)
    told = {
        (block.lines[row].case, on)
        for block in blocks(busy, asked)
        for row, on in zip(block.sides[0].happens[::2], block.sides[0].happens[1::2], strict=True)
    }
    assert told == {(each.case, (each.on - FIRST).days) for each in played(busy, asked)}


def test_what_a_line_is_charged_is_what_its_stages_and_payments_cost_it(busy: Database) -> None:
    asked = Asked(FIRST, LAST)
    charged: Counter[str] = Counter()
    for each in played(busy, asked):
        for amount in (each.fee, each.tax, each.interest):
            charged[each.case] += 0 if amount is None else amount.minor
    for block in blocks(busy, asked):
        for line, sum_ in zip(block.lines, block.sides[0].charges, strict=True):
            assert charged[line.case] == sum_
    assert charged.total() > 0


# ------------------------------------------------------------------------------------ two sides


@SQLITE
def test_two_policies_are_played_side_by_side(database: Database, tmp_path: Path) -> None:
    running.company(database, tmp_path)
    later = text(ladder=running.LADDER.replace("3 days overdue", "6 days overdue"))
    asked = Asked(
        day("2026-03-01"), day("2026-03-31"), against=[AskedVersion(later.replace("n 1", "n 2"))]
    )
    one, other = drawn(database, asked), drawn(database, asked, side=1)
    assert one["R-1"].startswith("..001")
    assert other["R-1"].startswith("..000001")
    assert one.keys() == other.keys()


# -------------------------------------------------------------------------- why a case is there


@pytest.mark.parametrize("asked", [Asked(FIRST, LAST), Asked(FIRST, LAST, known=EACH_DAY)])
@SQLITE
def test_why_says_what_the_simulation_does(busy: Database, asked: Asked) -> None:
    teller = Teller(busy, ANNA, asked)
    stages = [each for each in played(busy, asked) if each.event == "stage"]
    for each in stages[::3]:
        why = teller.why(each.case, each.on)
        assert isinstance(why, Decision)
        assert (why.outcome, why.stage, why.fee) == ("act", each.stage, each.fee), each
        assert why.because
    assert len(stages) > 30


@SQLITE
def test_what_happens_to_one_case_is_what_happens_to_it_among_all(busy: Database) -> None:
    asked = Asked(FIRST, LAST, no_more_payments=True)
    every = played(busy, asked)
    teller = Teller(busy, ANNA, asked)
    for case in sorted({each.case for each in every})[::5]:
        assert teller.happens(case) == [each for each in every if each.case == case]


@SQLITE
def test_a_case_that_does_not_exist_is_refused(busy: Database) -> None:
    found = Teller(busy, ANNA, Asked(FIRST, LAST)).why("R-none", FIRST)
    assert isinstance(found, Refused)
    assert "R-none" in found.message


# --------------------------------------------------------------------------- in another process


def test_another_process_finds_the_same(busy: Database) -> None:
    asked = Asked(
        FIRST,
        LAST,
        known=datetime.datetime(2026, 3, 20, tzinfo=datetime.UTC),
        what_if=[{"date": "2026-03-06", "kind": "dispute", "invoice": "R-1"}],
        against=[AskedVersion(POLICIES[0])],
    )
    opening, *found, over = PlayedApart(busy, ANNA, asked).frames()
    ready = new(look_at(busy, ANNA, asked))
    assert isinstance(over, Over)
    assert [opening, *found] == list(play_timelines(busy, asked, ready))


@SQLITE
def test_another_process_can_be_ended_at_any_time(busy: Database) -> None:
    apart = PlayedApart(busy, ANNA, Asked(FIRST, FIRST + datetime.timedelta(days=1_500)))
    frames = apart.frames()
    assert isinstance(next(frames), Opening)
    apart.stop()
    assert not any(isinstance(each, (Over, Broken)) for each in frames)


@SQLITE
def test_another_process_refuses_what_cannot_be_meant(busy: Database) -> None:
    (refused,) = PlayedApart(busy, ANNA, Asked(LAST, FIRST)).frames()
    assert isinstance(refused, Refused)
    assert str(LAST) in refused.message


@SQLITE
def test_another_process_says_why_it_cannot_go_on(busy: Database, tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"this is no store " * 100)
    (broken,) = PlayedApart(busy, Actor("anna", "manager"), Asked(FIRST, LAST)).frames()
    assert isinstance(broken, Broken)
    assert "store" in broken.message


@SQLITE
def test_another_process_writes_what_happens_to_a_file(busy: Database, tmp_path: Path) -> None:
    asked = Asked(FIRST, LAST, known=EACH_DAY)
    file = tmp_path / "events.json"
    *_, written, over = PlayedApart(busy, ANNA, asked, file).frames()
    assert isinstance(over, Over)
    events = [plain_event(each) for each in played(busy, asked)]
    assert [json.loads(line) for line in file.read_text().splitlines()] == events
    assert isinstance(written, Written)
    assert written.events == len(events)


@SQLITE
def test_a_file_that_cannot_be_written_is_told(busy: Database, tmp_path: Path) -> None:
    asked = Asked(FIRST, FIRST)
    *_, broken = PlayedApart(busy, ANNA, asked, tmp_path / "none" / "events.csv").frames()
    assert isinstance(broken, Broken)
    assert "events.csv" in broken.message


# --------------------------------------------------------------------------- policies as files


@SQLITE
def test_policies_written_as_files_mean_what_they_meant(busy: Database, tmp_path: Path) -> None:
    draft = POLICIES[0].replace("after 3 days overdue", "after 5 days overdue")
    versions = [AskedVersion(draft), AskedVersion(policy="together", version=1)]
    asked = Asked(FIRST, LAST, policies=versions)
    ready = new(look_at(busy, ANNA, asked))
    files = write_chosen(busy, ready.sides[0], tmp_path / "policies")
    policies = read_policies(files)
    with busy.reading() as connection:
        index = company(connection, ready.sides[0].policies).index
    found = simulate(index, policies.together(), asked.simulation)
    assert [each.name for each in files] == ["1.dun", "1.dun"]
    assert found == played(busy, asked)
    assert found != played(busy, Asked(FIRST, LAST))
