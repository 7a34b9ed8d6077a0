"""Several at a run at once: everything is done exactly once, and nobody gets in another's way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from engine.store import runs
from engine.store.schema.runs import DELIVERIES
from tests.engine.services.exactly_once import PrintShop, check, company, noon, week
from tests.engine.services.running import actions, proposed
from tests.engine.services.zygote import Child, Job, Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """What forks the processes."""
    found = Zygote()
    yield found
    found.close()


@dataclass(slots=True)
class Team:
    """Processes at the same store."""

    database: Database
    address: str
    folder: Path
    zygote: Zygote
    shop: PrintShop = field(init=False)

    def __post_init__(self) -> None:
        self.shop = PrintShop(self.folder / "letters")

    def job(self, do: str, number: int) -> Job:
        """What one of them does, for a week."""
        day = week(number)
        return Job(do, self.address, str(self.shop.folder), day, noon(day), at_once=3)

    def work(self, *jobs: Job) -> list[Child]:
        """Let them work until all have ended by themselves."""
        children = self.zygote.start(*jobs)
        while not self.zygote.listen(0.05):
            self.shop.take_away()
        for child in children:
            assert child.status == 0
            assert child.result is not None
            assert not child.result.keys() & {"error", "refused"}, child.result
            assert not child.result.get("failed"), child.result
        return children

    def is_at_it(self, child: Child) -> bool:
        """Whether a process has begun something that it has not ended."""
        mine = DELIVERIES.c.worker.contains(f":{child.pid}:")
        begun = select(DELIVERIES.c.id).where(DELIVERIES.c.state == "begun", mine)
        with self.database.reading() as connection:
            return connection.execute(begun).first() is not None


@pytest.fixture
def team(address: str, database: Database, tmp_path: Path, zygote: Zygote) -> Team:
    """A company, and processes that can perform its runs."""
    company(database, tmp_path, 60)
    return Team(database, address, tmp_path, zygote)


def test_four_perform_a_run_at_once_and_everything_is_done_once(team: Team) -> None:
    for number in range(5):
        proposed(team.database, week(number))
        children = team.work(*[team.job("execute", number)] * 4)
        done = Counter(case for child in children for case in (child.result or {})["performed"])
        assert set(done.values()) == {1}
        assert set(done) == set(actions(team.database, week(number)))
        check(team.database, team.shop)


def test_two_propose_at_once_and_every_action_is_there_once(team: Team) -> None:
    for number in range(3):
        children = team.work(*[team.job("propose", number)] * 2)
        found = actions(team.database, week(number))
        assert sorted((child.result or {})["new"] for child in children) == [0, len(found)]
        team.work(team.job("execute", number))
    check(team.database, team.shop)


def test_a_run_is_proposed_again_and_again_while_four_perform_it(team: Team) -> None:
    for number in range(4):
        proposed(team.database, week(number))
        team.work(*[team.job("execute", number)] * 4, *[team.job("propose", number)] * 2)
        found = actions(team.database, week(number))
        assert Counter(each.state for each in found.values()) == {"performed": len(found)}
    check(team.database, team.shop)


def test_what_one_leaves_behind_that_is_killed_the_others_finish(team: Team) -> None:
    were_killed = 0
    for number in range(6):
        proposed(team.database, week(number))
        children = team.zygote.start(*[team.job("execute", number)] * 4)
        while not team.is_at_it(children[0]) and not team.zygote.listen(0):
            team.shop.take_away()
        team.zygote.kill(children[0])
        team.zygote.wait()
        were_killed += children[0].was_killed
        check(team.database, team.shop)
    assert were_killed > 1


def test_what_somebody_says_while_a_run_is_performed_holds_for_all_that_was_not_begun(
    team: Team,
) -> None:
    """Who reviews or proposes has looked already, and has not ended yet, when a worker comes by."""
    proposed(team.database, week(0))
    (worker,) = team.zygote.start(team.job("execute", 0))
    while not team.is_at_it(worker) and not team.zygote.listen(0.001):
        pass
    with team.database.writing(runs.LOCK) as connection:
        run = runs.run_of(connection, week(0))
        assert run is not None
        waiting = runs.actions(connection, run, states=["proposed"])
        for each in waiting:
            runs.change_action(connection, replace(each, state="held", reason="a question"))
        team.zygote.listen(0.5)
    team.zygote.wait()
    assert worker.result is not None
    assert waiting
    assert not {each.case for each in waiting} & set(worker.result["performed"])
