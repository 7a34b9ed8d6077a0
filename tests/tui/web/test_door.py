"""Guessing passwords: how often, from where, for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from engine.services.accounts import Session
from engine.services.actors import Refused
from tests.databases import QUICK
from tests.tui.web.browsing import PASSWORDS, now
from tui.web.door import FOR_ONE, FROM_ONE, Door

if TYPE_CHECKING:
    from engine.store.database import Database

Guess = Callable[..., Awaitable[Session | Refused]]


class Time:
    """Seconds, as a test lets them pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def door(demo: Database, time: Time, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setattr("engine.services.passwords.hasher", lambda: QUICK)
    return Door(demo, now, seconds=time)


async def failing(door: Door, times: int, name: str = "anna", network: str = "10.0.0.{}") -> None:
    for number in range(times):
        refused = await door.log_in(name, f"wrong number {number}", network.format(number))
        assert isinstance(refused, Refused)
        assert refused.message == "the name or the password is wrong"


def test_an_address_that_guesses_has_to_wait_also_with_the_right_password(
    door: Door, time: Time
) -> None:
    async def guess() -> None:
        await failing(door, FROM_ONE, network="10.0.0.1")
        refused = await door.log_in("anna", PASSWORDS["anna"], "10.0.0.1")
        assert isinstance(refused, Refused)
        assert str(refused) == "too many wrong passwords were tried; try again in 1 minute"
        elsewhere = await door.log_in("anna", PASSWORDS["anna"], "10.0.0.2")
        assert isinstance(elsewhere, Session)
        time.now += 10
        assert isinstance(await door.log_in("anna", PASSWORDS["anna"], "10.0.0.1"), Session)

    asyncio.run(guess())


def test_who_has_a_network_of_ipv6_has_one_address(door: Door) -> None:
    async def guess() -> None:
        await failing(door, FROM_ONE, network="2001:db8::{}")
        refused = await door.log_in("anna", PASSWORDS["anna"], "2001:db8::ffff")
        assert isinstance(refused, Refused)
        assert refused.message == "too many wrong passwords were tried"

    asyncio.run(guess())


def test_guessing_from_many_places_stops_but_does_not_shut_out_whom_it_is_aimed_at(
    door: Door,
) -> None:
    async def guess() -> None:
        assert isinstance(await door.log_in("anna", PASSWORDS["anna"], "192.0.2.1"), Session)
        await failing(door, FOR_ONE)
        refused = await door.log_in("ANNA", PASSWORDS["anna"], "198.51.100.1")
        assert isinstance(refused, Refused)
        assert refused.message == "too many wrong passwords were tried"
        assert isinstance(await door.log_in("anna", PASSWORDS["anna"], "192.0.2.1"), Session)
        assert isinstance(await door.log_in("berta", PASSWORDS["berta"], "198.51.100.1"), Session)

    asyncio.run(guess())
