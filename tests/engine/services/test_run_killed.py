"""A run is performed exactly once, at whatever moment those who perform it are killed."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.engine.services.exactly_once import PrintShop, check, company, noon, week
from tests.engine.services.running import actions, happens, proposed
from tests.engine.services.zygote import Job, Zygote

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database

KILLS, MANY_KILLS = 40, 200
"""So often somebody is killed on every run of the tests, and with `--search`."""
INVOICES = 100
PAID = 4
"""So many at least are paid between proposal and letter, however fast the computer is."""


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """What forks the processes."""
    found = Zygote()
    yield found
    found.close()


@dataclass(slots=True)
class Story:
    """Runs whose processes are killed."""

    database: Database
    address: str
    folder: Path
    zygote: Zygote
    chance: random.Random
    kills: int = 0
    shop: PrintShop = field(init=False)
    whole: float = 0.0
    """Seconds that the first run took from beginning to end."""
    nothing: float = 0.0
    """Seconds that a run takes in which there is nothing to do."""
    pace: float = 1.0
    """How much longer than measured it takes now."""
    paid: dict[tuple[datetime.date, str], str] = field(default_factory=dict)
    """By day and case, amounts that were paid after a run was proposed and before it was begun."""

    def __post_init__(self) -> None:
        self.shop = PrintShop(self.folder / "letters")

    def job(self, day: datetime.date) -> Job:
        """To perform a run, with few or many debtors in a transaction."""
        at_once = self.chance.choice((1, 3, 20))
        return Job("execute", self.address, str(self.shop.folder), day, noon(day), at_once)

    def measure(self, day: datetime.date) -> None:
        """Perform a run undisturbed."""
        for name in ("whole", "nothing"):
            began = time.monotonic()
            self.zygote.start(self.job(day))
            self.zygote.wait()
            setattr(self, name, time.monotonic() - began)

    def delay(self) -> float:
        """How long a process lives: mostly until it has just begun with something."""
        work = self.whole - self.nothing
        if self.chance.random() < 0.8:
            return 0.6 * self.nothing + self.chance.random() * work / 4
        return self.chance.random() * self.whole

    def perform(self, day: datetime.date) -> None:
        """Start processes and kill them, one after the other, until everything of a run is done."""
        while True:
            (child,) = self.zygote.start(self.job(day))
            delay, look_in = self.delay() * self.pace, self.chance.random()
            if not self.zygote.listen(delay * look_in):
                self.shop.take_away()
                self.zygote.listen(delay * (1 - look_in))
            self.zygote.kill(child)
            self.zygote.wait()
            self.kills += child.was_killed
            # The machine may have become slower since it was measured, or faster.
            self.pace *= 1.02 if child.was_killed else 0.5
            if child.result is not None:
                assert child.result.get("failed") == [], child.result
                if child.result["elsewhere"] == 0:
                    return
            else:
                assert child.was_killed, child.status
            if self.chance.random() < 0.1:
                self.pay(day)

    def pay(self, day: datetime.date) -> None:
        """A customer pays, wholly or in part, for what nobody has begun with."""
        waiting = [each for each in actions(self.database, day).values() if each.is_ready]
        if not waiting:
            return
        action = self.chance.choice(waiting)
        amount = self.chance.choice((action.decision["open_amount"]["amount"], "10.00"))
        row = f"{day},payment,{action.case},{amount},EUR"
        happens(self.database, self.folder, row, at=noon(day))
        if actions(self.database, day)[action.case].state == "proposed":
            self.paid[day, action.case] = amount


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [20_260_316])
def test_whoever_is_killed_nothing_is_lost_and_nothing_is_done_twice(
    address: str,
    database: Database,
    tmp_path: Path,
    zygote: Zygote,
    request: pytest.FixtureRequest,
    seed: int,
) -> None:
    kills = MANY_KILLS if request.config.getoption("--search") else KILLS
    company(database, tmp_path, INVOICES)
    chance = random.Random(seed)  # noqa: S311 - nobody is to guess right, or wrong
    story = Story(database, address, tmp_path, zygote, chance)
    proposed(database, week(0))
    story.measure(week(0))
    number = 0
    while story.kills < kills or len(story.paid) < PAID:
        number += 1
        proposed(database, week(number))
        story.perform(week(number))
    states = check(database, story.shop)
    assert states["performed"] > INVOICES
    for day, case in story.paid:
        action = actions(database, day)[case]
        assert (action.state, action.reason is not None) == ("withdrawn", True)
