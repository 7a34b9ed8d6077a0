"""Workers at a run that fall asleep: what others did meanwhile is not done twice."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from engine.io.file_drop import FileDrop
from engine.services.delivering import Sending
from engine.services.executing import Execution, execute
from engine.services.reviewing import review
from engine.services.workers import at_work, is_dead, new_worker
from engine.store import audit
from tests.engine.services.exactly_once import PrintShop, check, company, noon, week
from tests.engine.services.publications import ANNA, new
from tests.engine.services.running import CARLA, actions, happens, proposed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.io.channels import Channel, Message
    from engine.store.database import Database

HOUR = datetime.timedelta(hours=1)


@dataclass(slots=True)
class Drowsy:
    """A folder; who hands letters over falls asleep before or after one of them."""

    drop: FileDrop
    number: int
    """Twice as many letters are handed over before."""
    meanwhile: Callable[[], object]
    moments: int = field(default=0)

    def prepare(self, *, is_known: bool) -> None:
        """As the folder does."""
        self.drop.prepare(is_known=is_known)

    def deliver(self, message: Message) -> str:
        """As the folder does."""
        self._moment()
        receipt = self.drop.deliver(message)
        self._moment()
        return receipt

    def was_handed_over(self, message: Message) -> bool:
        """As the folder says."""
        return self.drop.was_handed_over(message)

    def withhold(self, message: Message) -> bool:
        """As the folder does."""
        return self.drop.withhold(message)

    def _moment(self) -> None:
        self.moments += 1
        if self.moments == self.number:
            self.meanwhile()


def give_up() -> None:
    """A worker is stopped."""
    raise KeyboardInterrupt


def perform(
    database: Database, day: datetime.date, clock: list[datetime.datetime], channel: Channel
) -> Execution:
    """A worker performs a run."""
    sending = Sending("letters", lambda _: channel, at_once=3, at_a_time=1)
    return new(execute(database, ANNA, day, lambda: clock[0], sending))


def night(
    database: Database, shop: PrintShop, number: int, *, knows_the_time: bool
) -> tuple[Execution, Execution]:
    """A worker falls asleep; meanwhile a customer pays, and another worker does what is left."""
    day = week(number)
    proposed(database, day)
    mine, others = [noon(day)], [noon(day) + HOUR]
    by_others: list[Execution] = []

    def meanwhile() -> None:
        shop.take_away()
        begun = [each.case for each in actions(database, day).values() if each.state == "begun"]
        row = f"{day},payment,{begun[-1]},1.00,EUR"
        happens(database, shop.folder.parent, row, at=noon(day))
        by_others.append(perform(database, day, others, FileDrop(shop.folder)))
        shop.take_away()
        if knows_the_time:
            mine[0] = others[0]

    result = perform(database, day, mine, Drowsy(FileDrop(shop.folder), number + 1, meanwhile))
    return result, by_others[0]


@pytest.mark.parametrize("knows_the_time", [True, False])
def test_a_worker_that_slept_until_others_took_over_does_nothing_twice(
    database: Database, tmp_path: Path, *, knows_the_time: bool
) -> None:
    company(database, tmp_path, 30)
    shop = PrintShop(tmp_path / "letters")
    performed = withdrawn = 0
    for number in range(6):
        its_own, by_others = night(database, shop, number, knows_the_time=knows_the_time)
        assert its_own.failed == by_others.failed == ()
        performed += len(by_others.performed)
        withdrawn += len(by_others.withdrawn)
        check(database, shop)
    assert performed > 30
    assert withdrawn > 1


class Stopped(FileDrop):
    """A folder; who hands over a letter to C-006 is stopped."""

    def deliver(self, message: Message) -> str:
        """As the folder does, to others."""
        if message.key.startswith("2026-03-23/C-006/"):
            raise KeyboardInterrupt
        return super().deliver(message)


class Overtaken(FileDrop):
    """A folder; who was thought to be dead hands letters by post over just before."""

    def withhold(self, message: Message) -> bool:
        """As the folder does."""
        if message.channel == "post":
            self.deliver(message)
        return super().withhold(message)


def test_what_was_given_up_or_overtaken_goes_out_under_another_key(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, 30)
    folder = tmp_path / "letters"
    proposed(database, week(0))
    perform(database, week(0), [noon(week(0))], FileDrop(folder))
    day, at = week(1), noon(week(1))
    proposed(database, day)
    case = next(each.case for each in actions(database, day).values() if each.customer == "C-006")
    new(review(database, CARLA, "hold", day, [case], at, "a question is open"))
    for next_one in (Overtaken(folder), FileDrop(folder)):
        with pytest.raises(KeyboardInterrupt):
            perform(database, day, [at], Stopped(folder))
        perform(database, day, [at], next_one)
        if actions(database, day)[case].state == "held":
            new(review(database, CARLA, "release", day, [case], at))
    shop = PrintShop(folder)
    check(database, shop)
    keys = {each["key"].removeprefix("2026-03-23/C-006/EUR/"): each["items"] for each in shop.came}
    assert {key: len(keys[key]) for key in ("post", "email#2", "post#3", "email#4")} == {
        "post": 2,
        "email#2": 2,
        "post#3": 1,
        "email#4": 1,
    }


def test_a_worker_of_this_process_is_dead_when_it_gave_up() -> None:
    one, other = new_worker(), new_worker()
    with at_work(one), at_work(other):
        assert not is_dead(one, other)
    with at_work(other):
        assert is_dead(one, other)


def test_what_an_earlier_run_left_is_finished_as_of_its_own_day(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, 30)
    shop = PrintShop(tmp_path / "letters")
    proposed(database, week(0))
    drowsy = Drowsy(FileDrop(tmp_path / "letters"), 2, give_up)
    with pytest.raises(KeyboardInterrupt):
        perform(database, week(0), [noon(week(0))], drowsy)
    proposed(database, week(1))
    result = perform(database, week(1), [noon(week(1))], drowsy.drop)
    first = {each.case for each in actions(database, week(0)).values() if each.state == "performed"}
    assert first
    assert first <= set(result.performed)
    with database.reading() as connection:
        told = list(audit.told(connection, ["action performed"]))
    days = {(entry.body["key"].partition("#")[0], entry.body["on"]) for entry in told}
    assert {(case, week(0).isoformat()) for case in first} <= days
    shop.take_away()
    assert min(each["on"] for each in shop.came) == week(0).isoformat()
