"""Writes that are sent again under the same key."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from engine.services.actors import Refused
from engine.services.answered import AT_WORK, OTHER, Answer, Sent, keep, once, recall
from engine.store import errors
from engine.store.errors import StoreError

if TYPE_CHECKING:
    from engine.store.database import Database

AT = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
SENT = Sent("shop", "k-1", "digest", AT)
DONE = Answer(201, {"etag": '"x"'}, "{}")


def test_a_write_that_is_sent_again_is_done_once(database: Database) -> None:
    assert once(database, SENT, lambda: DONE, ValueError) == (DONE, False)
    assert once(database, SENT, pytest.fail, ValueError) == (DONE, True)
    theirs = Sent("other", "k-1", "digest", AT)
    assert once(database, theirs, lambda: DONE, ValueError) == (DONE, False)


def test_a_key_is_for_one_request_and_free_again_after_a_day(database: Database) -> None:
    once(database, SENT, lambda: DONE, ValueError)
    other = once(database, Sent("shop", "k-1", "other", AT), pytest.fail, ValueError)
    assert isinstance(other, Refused)
    assert other.code == OTHER
    later = Sent("shop", "k-1", "other", AT + datetime.timedelta(days=1))
    assert once(database, later, lambda: DONE, ValueError) == (DONE, False)


def test_what_was_refused_may_be_sent_again_corrected(database: Database) -> None:
    def refuse() -> Answer:
        message = "refused"
        raise ValueError(message)

    with pytest.raises(ValueError, match="refused"):
        once(database, SENT, refuse, ValueError)
    corrected = Sent("shop", "k-1", "other", AT)
    assert once(database, corrected, lambda: Answer(409, {}, ""), ValueError)
    assert once(database, SENT, lambda: DONE, ValueError) == (DONE, False)


@pytest.mark.parametrize(("code", "known"), [(errors.BUSY, "open"), (errors.LOST, "nothing")])
def test_where_the_store_was_lost_nobody_knows_and_it_is_not_done_again(
    database: Database, code: str, known: str
) -> None:
    def fail() -> Answer:
        raise StoreError(code, "gone")

    with pytest.raises(StoreError):
        once(database, SENT, fail, ValueError)
    again = once(database, SENT, lambda: DONE, ValueError)
    if known == "nothing":
        assert isinstance(again, Refused)
        assert again.code == AT_WORK
    else:
        assert again == (DONE, False)


def test_of_several_who_send_the_same_at_once_one_does_it(database: Database) -> None:
    together, done = Barrier(4), []

    def do() -> Answer:
        done.append(1)
        return DONE

    def send(_: int) -> object:
        together.wait()
        return once(database, SENT, do, ValueError)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(send, range(4)))
    assert done == [1]
    others = [each for each in found if each != (DONE, False)]
    assert len(others) == 3
    for each in others:
        assert each == (DONE, True) or (isinstance(each, Refused) and each.code == AT_WORK)


def test_an_answer_that_is_kept_with_the_write_is_rolled_back_with_it(database: Database) -> None:
    def write_and_break() -> None:
        with database.writing() as connection:
            assert recall(connection, SENT) is None
            keep(connection, SENT, DONE)
            raise KeyError

    with pytest.raises(KeyError):
        write_and_break()
    with database.writing() as connection:
        assert recall(connection, SENT) is None
        keep(connection, SENT, DONE)
        assert recall(connection, SENT) == DONE
