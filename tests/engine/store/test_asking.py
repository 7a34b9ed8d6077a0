"""Single statements that read, asked by who must not wait."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy import Integer, Select, bindparam, func, select

if TYPE_CHECKING:
    from engine.store.database import Database

NUMBER = select(bindparam("number", type_=Integer))
SLOW = NUMBER.where(func.pg_sleep(60).is_not(None))
END_ALL = """SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()"""
FILE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
SERVER = pytest.mark.parametrize("address", ["postgresql"], indirect=True)


async def asked(database: Database, number: int, statement: Select[int] = NUMBER) -> int:
    (found,) = await database.ask_at_once(statement, {"number": number})
    return int(found)


def test_each_of_many_who_ask_at_once_gets_their_own_answer(database: Database) -> None:
    async def ask() -> list[int]:
        return await asyncio.gather(*(asked(database, each) for each in range(50)))

    assert asyncio.run(ask()) == list(range(50))


@FILE
def test_who_asks_at_once_in_several_threads_gets_an_answer_in_each(database: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda each: asyncio.run(asked(database, each)), range(20))
    assert list(found) == list(range(20))


@SERVER
def test_a_question_is_asked_again_where_the_connection_is_gone(database: Database) -> None:
    async def ask() -> int:
        await asyncio.gather(*(asked(database, each) for each in range(3)))
        with database.writing() as connection:
            assert connection.execute(sqlalchemy.text(END_ALL)).scalar_one() > 0
        return await asked(database, 17)

    assert asyncio.run(ask()) == 17


@SERVER
def test_who_is_broken_off_leaves_no_answer_for_the_next(database: Database) -> None:
    async def ask() -> int:
        for _ in range(12):  # more than there are connections
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asked(database, 1, SLOW), 0.05)
        return await asked(database, 2)

    assert asyncio.run(ask()) == 2


@SERVER
def test_a_database_that_is_used_by_another_loop_answers_too(database: Database) -> None:
    assert [asyncio.run(asked(database, each)) for each in range(3)] == [0, 1, 2]
