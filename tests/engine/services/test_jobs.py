"""Jobs: taken by one worker at a time, taken over from those who died, ended or handed back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from engine.services import jobs, simulation_jobs
from engine.services.actors import Actor
from engine.services.execution_jobs import ask_execution, execution_kind
from engine.services.job_worker import Kind, Worker
from engine.services.jobs import LEASE, TRIES, Interrupted, Problem, job_counts
from engine.services.programs import create_key, revoke_key
from engine.services.simulation_asked import Asked, ask_simulation
from engine.services.simulation_jobs import simulation_kind
from engine.services.simulation_policies import AskedVersion
from engine.services.simulation_results import (
    Side,
    Wanted,
    cancel_simulation,
    show_simulation,
    simulated_events,
)
from engine.services.workers import at_work
from engine.store.errors import StoreError
from engine.store.jobs import LOCK
from tests.engine.services.publications import ANNA, NOW, new, text
from tests.engine.services.running import DAY, HEAD, LADDER, company, happens, proposed, states

if TYPE_CHECKING:
    from pathlib import Path

    from engine.services.jobs import Job, Work
    from engine.services.plain import Plain
    from engine.store.database import Database

ASKER = Actor("asker", "manager")
ELSEWHERE = "another.example:1:0"
"""A worker of another computer."""


@dataclass
class Time:
    """A clock that is moved by hand."""

    now: datetime.datetime = NOW

    def __call__(self) -> datetime.datetime:
        return self.now


@dataclass
class Steps:
    """Lets a worker look so many times whether it is to end before it is."""

    left: int

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@dataclass
class Digging:
    """Work that only counts, and does what it is told in the middle of it."""

    holes: list[int] = field(default_factory=list)
    raises: Exception | None = None

    def dig(self, work: Work, actor: Actor) -> Plain | Problem:
        for number in range(work.job.done, 5):
            if self.raises is not None:
                raise self.raises
            with work.database.writing() as connection:
                work.keep(connection, number + 1, 5)
            self.holes.append(number)
            work.heed()
        return {"by": actor.name}

    @property
    def kind(self) -> Kind:
        return Kind("digging", "run", "dig", self.dig)


@pytest.fixture
def asker(database: Database) -> Database:
    """A store with somebody who asks."""
    new(create_key(database, Actor("anna", "admin"), "asker", "manager", NOW))
    return database


def asked(database: Database, kind: str = "digging", subject: str = "") -> Job:
    with database.writing(LOCK) as connection:
        return jobs.ask(connection, kind, subject, {}, "asker", NOW)


def at(database: Database, job: Job) -> Job:
    return jobs.job_with(database, job)


def test_jobs_are_done_one_after_another_the_oldest_first(asker: Database) -> None:
    first, second = asked(asker), asked(asker)
    digging = Digging()
    assert job_counts(asker).queued == {"digging": 2}
    assert Worker(asker, Time(), [digging.kind]).work()
    assert digging.holes == [*range(5), *range(5)]
    assert [at(asker, each).state for each in (first, second)] == ["done", "done"]
    assert at(asker, first).result == {"by": "asker"}
    counts = job_counts(asker)
    assert (counts.queued, counts.ended) == ({}, {("digging", "done"): 2})


def test_what_is_asked_for_about_the_same_thing_is_asked_for_once(asker: Database) -> None:
    first = asked(asker, subject="garden")
    assert asked(asker, subject="garden").id == first.id
    assert asked(asker, subject="field").id != first.id
    Worker(asker, Time(), [Digging().kind]).work()
    assert asked(asker, subject="garden").id != first.id


def test_a_job_is_taken_over_when_its_lease_is_over_and_who_had_it_keeps_nothing(
    asker: Database,
) -> None:
    asked(asker)
    time = Time()
    taken = jobs.take(asker, ["digging"], ELSEWHERE, time())
    assert taken is not None
    assert job_counts(asker).running == {"digging": 1}
    assert jobs.take(asker, ["digging"], "there.example:1:1", time()) is None
    time.now += LEASE
    digging = Digging()
    assert Worker(asker, time, [digging.kind]).work()
    late = jobs.Work(asker, taken, time)
    with pytest.raises(Interrupted, match="lost"), asker.writing() as connection:
        late.keep(connection, 1, 5)
    jobs.end(asker, taken, {"by": "nobody"}, time())
    assert at(asker, taken).result == {"by": "asker"}


def test_a_job_of_a_process_that_is_gone_is_taken_at_once(asker: Database) -> None:
    asked(asker)
    mine, gone = Worker(asker, Time(), [Digging().kind]), "x"
    host = mine.name.rpartition(":")[0].rpartition(":")[0]
    gone = f"{host}:999999999:0"
    assert jobs.take(asker, ["digging"], gone, NOW) is not None
    assert mine.work()


def test_a_job_that_never_gets_on_is_given_up(asker: Database) -> None:
    job = asked(asker)
    time = Time()
    for _ in range(TRIES):
        assert jobs.take(asker, ["digging"], ELSEWHERE, time()) is not None
        time.now += LEASE
    assert not Worker(asker, time, [Digging().kind]).work()
    ended = at(asker, job)
    assert (ended.state, ended.problem["kind"]) == ("failed", "died")


def test_a_store_that_fails_is_tried_again_and_given_up_in_the_end(asker: Database) -> None:
    job = asked(asker)
    worker = Worker(asker, Time(), [Digging(raises=StoreError("S106", "the line is dead")).kind])
    for number in range(TRIES):
        assert at(asker, job).state == "queued", number
        with pytest.raises(StoreError):
            worker.work()
    ended = at(asker, job)
    assert (ended.state, ended.problem["code"]) == ("failed", "S106")


def test_a_bug_ends_one_job_and_not_the_worker(
    asker: Database, caplog: pytest.LogCaptureFixture
) -> None:
    job = asked(asker)
    assert Worker(asker, Time(), [Digging(raises=ZeroDivisionError()).kind]).work()
    assert at(asker, job).problem["kind"] == "internal"
    assert "ZeroDivisionError" in caplog.text


def test_who_may_not_do_it_any_more_does_not_do_it(asker: Database) -> None:
    job = asked(asker)
    new(revoke_key(asker, Actor("anna", "admin"), "asker", NOW))
    digging = Digging()
    Worker(asker, Time(), [digging.kind]).work()
    assert (at(asker, job).state, at(asker, job).problem["code"]) == ("failed", "S202")
    new(create_key(asker, Actor("anna", "admin"), "asker", "viewer", NOW))
    again = asked(asker)
    Worker(asker, Time(), [digging.kind]).work()
    assert (at(asker, again).problem["code"], digging.holes) == ("S201", [])


def test_a_worker_that_ends_hands_its_job_back_where_it_was(asker: Database) -> None:
    job, digging = asked(asker), Digging()
    worker = Worker(asker, Time(), [digging.kind], lambda: len(digging.holes) == 2)
    worker.work()
    left = at(asker, job)
    assert (left.state, left.worker, left.done) == ("queued", None, 2)
    Worker(asker, Time(), [digging.kind]).work()
    assert digging.holes == [0, 1, 2, 3, 4]


def test_what_goes_first_interrupts_what_does_not(asker: Database) -> None:
    late, digging, urgent = asked(asker), Digging(), Digging()

    before: list[int] = []

    def interrupted(work: Work, actor: Actor) -> Plain | Problem:
        if not urgent.holes:
            asked(asker, "urgent")
        return digging.dig(work, actor)

    def interrupting(work: Work, actor: Actor) -> Plain | Problem:
        before.append(len(digging.holes))
        return urgent.dig(work, actor)

    kinds = [Kind("urgent", "run", "dig", interrupting), Kind("digging", "run", "dig", interrupted)]
    Worker(asker, Time(), kinds).work()
    assert (at(asker, late).state, digging.holes) == ("done", [0, 1, 2, 3, 4])
    assert before == [1]


def test_what_ended_a_week_ago_is_forgotten(asker: Database) -> None:
    job, time = asked(asker), Time()
    worker = Worker(asker, time, [Digging().kind])
    worker.work()
    time.now += jobs.KEPT + datetime.timedelta(hours=2)
    waiting = asked(asker)
    worker.work()
    assert job_counts(asker).ended == {("digging", "done"): 1}
    assert at(asker, waiting).state == "done"
    assert at(asker, job) == job  # as it was: it is there no more


def test_a_run_is_performed_for_who_asked(asker: Database, tmp_path: Path) -> None:
    company(asker, tmp_path)
    proposed(asker)
    job = new(ask_execution(asker, ASKER, DAY, NOW))
    assert new(ask_execution(asker, ASKER, DAY, NOW)).id == job.id
    Worker(asker, Time(), [execution_kind(str(tmp_path / "letters"))]).work()
    ended = at(asker, job)
    assert (ended.state, ended.result["performed"]) == ("done", 3)
    assert states(asker)["R-1"] == "performed"


def simulation(database: Database, against: str | None = None) -> Job:
    first, last = datetime.date(2026, 3, 1), datetime.date(2026, 6, 30)
    others = None if against is None else [AskedVersion(text=against)]
    return new(ask_simulation(database, ASKER, Asked(first, last, against=others), NOW))


def found(database: Database, job: Job, side: Side = "policies") -> list[object]:
    wanted = Wanted(side)
    events, _ = new(simulated_events(database, ANNA, job.id, wanted, after=0, limit=1_000))
    return [event for _, event in events]


def test_a_simulation_that_is_stopped_wherever_it_can_be_comes_out_the_same(
    asker: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LINES", "BLOCKS"):
        monkeypatch.setattr(simulation_jobs, name, 1)
    company(asker, tmp_path)
    dearer = text(version=2, ladder=LADDER.replace("5.00", "9.00"), more=HEAD)
    kinds, undisturbed = [simulation_kind(1)], simulation(asker, dearer)
    Worker(asker, Time(), kinds).work()
    job, runs = simulation(asker, dearer), 0
    while not at(asker, job).is_over:
        Worker(asker, Time(), kinds, Steps(4)).work()
        runs += 1
    assert at(asker, job).state == "done"
    assert runs > 10
    sides: tuple[Side, ...] = ("policies", "against")
    for side in sides:
        assert found(asker, job, side) == found(asker, undisturbed, side)
        assert len(found(asker, job, side)) > 10
    shown = [new(show_simulation(asker, ASKER, each.id)).stored for each in (job, undisturbed)]
    assert shown[0].sums == shown[1].sums


def test_a_simulation_sees_the_ledger_as_it_was_when_it_was_asked_for(
    asker: Database, tmp_path: Path
) -> None:
    company(asker, tmp_path)
    before, kinds = simulation(asker), [simulation_kind(1)]
    Worker(asker, Time(), kinds).work()
    resumed = simulation(asker)
    Worker(asker, Time(), kinds, Steps(4)).work()
    left = at(asker, resumed)
    assert (left.state, 0 < left.done < left.of) == ("queued", True)
    happens(asker, tmp_path, "2026-03-10,payment,R-4,70.00,EUR")  # of the last debtor
    after = simulation(asker)
    Worker(asker, Time(), kinds).work()
    assert found(asker, before) == found(asker, resumed)
    assert found(asker, after) != found(asker, before)


def test_a_simulation_that_is_not_wanted_any_more_ends(asker: Database, tmp_path: Path) -> None:
    company(asker, tmp_path)
    job = simulation(asker)
    with at_work(ELSEWHERE):
        assert jobs.take(asker, ["simulation"], ELSEWHERE, NOW) is not None
    wish = new(cancel_simulation(asker, ASKER, job.id, NOW))
    assert wish.job.state == "running"
    time = Time(NOW + LEASE)
    Worker(asker, time, [simulation_kind()]).work()
    assert new(show_simulation(asker, ASKER, job.id)).job.state == "cancelled"
