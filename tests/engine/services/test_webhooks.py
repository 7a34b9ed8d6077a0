"""Webhooks are added, changed, given other secrets and removed, by an admin and nobody else."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import pytest

from engine.services import webhook_deliveries, webhook_sending, webhooks
from engine.services.actors import ROLES, Actor, Refused
from engine.services.audit import trail as entries
from engine.services.webhook_deliveries import Chosen
from engine.services.webhooks import Wanted
from tests.engine.services.hooks import ADMIN, HERE, happens, hooked, listed, sent
from tests.engine.services.people import code_of, everything, trail
from tests.engine.services.publications import NOW, new, refused

if TYPE_CHECKING:
    from engine.store.database import Database

URL = "https://erp.example.com/dunning?token=abc"
HOUR = datetime.timedelta(hours=1)


def test_a_webhook_is_added_changed_switched_off_and_on_and_removed(database: Database) -> None:
    made = new(webhooks.add_webhook(database, ADMIN, Wanted(URL, "the ERP"), NOW))
    assert (made.webhook.id, made.webhook.url, made.webhook.events) == (1, URL, ())
    wanted = Wanted(events=["run.proposed", "action.executed"])
    assert new(webhooks.change_webhook(database, ADMIN, 1, wanted, NOW)).events == (
        "action.executed",
        "run.proposed",
    )
    off = new(webhooks.change_webhook(database, ADMIN, 1, Wanted(is_on=False), NOW))
    assert (off.off_at, off.off_reason) == (NOW, "adam switched it off")
    assert new(webhooks.change_webhook(database, ADMIN, 1, Wanted(is_on=True), NOW)).off_at is None
    assert [each.webhook.id for each in new(webhooks.webhooks(database, ADMIN))] == [1]
    assert new(webhooks.remove_webhook(database, ADMIN, 1, NOW)).waited == 0
    assert new(webhooks.webhooks(database, ADMIN)) == []
    assert trail(database) == [
        ("adam", action, "webhook 1")
        for action in (
            "webhook added",
            "webhook changed",
            "webhook switched off",
            "webhook switched on",
            "webhook removed",
        )
    ]


def test_what_changes_nothing_is_no_entry_of_the_trail(database: Database) -> None:
    hooked(database, URL)
    for wanted in (Wanted(), Wanted(URL, "the ERP", ()), Wanted(is_on=True)):
        new(webhooks.change_webhook(database, ADMIN, 1, wanted, NOW))
    assert len(trail(database)) == 1


def test_a_secret_is_shown_once_and_is_in_no_entry_of_the_trail(database: Database) -> None:
    made = hooked(database, URL)
    again = new(webhooks.rotate_secret(database, ADMIN, 1, NOW))
    new(webhooks.change_webhook(database, ADMIN, 1, Wanted("https://other.example.com/"), NOW))
    for secret in (made.secret, again.secret):
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
        shown = (
            made,
            again,
            new(webhooks.webhooks(database, ADMIN)),
            new(entries(database, ADMIN, subject=None, after=0, limit=1000)),
        )
        assert secret not in repr(shown)
        assert secret in everything(database)  # with which it signs
    assert made.secret != again.secret
    assert "token" not in repr(new(entries(database, ADMIN, subject=None, after=0, limit=1000)))


def test_a_webhook_that_is_removed_leaves_no_secret_and_nothing_that_it_was_told(
    database: Database,
) -> None:
    secret = hooked(database, URL).secret
    old = new(webhooks.rotate_secret(database, ADMIN, 1, NOW)).secret
    happens(database, 2)
    assert new(webhooks.remove_webhook(database, ADMIN, 1, NOW)).waited == 2
    left = everything(database)
    assert secret not in left
    assert old not in left
    assert "it was paid" not in left
    assert hooked(database, URL).webhook.id == 2  # and its number is not given again


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("http://erp.example.com/"), webhooks.BAD_URL),
        (Wanted("https://10.0.0.1/"), webhooks.BAD_URL),
        (Wanted("nonsense"), webhooks.BAD_URL),
        (Wanted(URL, events=["action.executed", "action.eaten"]), webhooks.NO_KIND),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_added_and_when_it_is_changed(
    database: Database, wanted: Wanted, code: str
) -> None:
    hooked(database, URL)
    assert code_of(webhooks.add_webhook(database, ADMIN, wanted, NOW)) == code
    assert code_of(webhooks.change_webhook(database, ADMIN, 1, wanted, NOW)) == code
    assert len(trail(database)) == 1


def test_there_are_no_more_than_fifty(database: Database) -> None:
    for _ in range(webhooks.MOST):
        hooked(database, URL)
    assert code_of(webhooks.add_webhook(database, ADMIN, Wanted(URL), NOW)) == webhooks.TOO_MANY
    new(webhooks.remove_webhook(database, ADMIN, 7, NOW))
    hooked(database, URL)


def everything_by(database: Database, actor: Actor, number: int = 1) -> list[object]:
    """What each service answers to somebody about a webhook."""
    return [
        webhooks.webhook_of(database, actor, number),
        webhooks.change_webhook(database, actor, number, Wanted(), NOW),
        webhooks.rotate_secret(database, actor, number, NOW),
        webhook_deliveries.deliveries(database, actor, Chosen(number), limit=10),
        webhook_deliveries.delivery_of(database, actor, number, 1),
        webhook_deliveries.retry_one(database, actor, number, 1, NOW),
        webhook_deliveries.retry_all(database, actor, Chosen(number), NOW),
        webhook_sending.send_test(database, actor, number, lambda: NOW, HERE),
        webhooks.remove_webhook(database, actor, number, NOW),
    ]


def test_only_an_admin_has_to_do_with_webhooks(database: Database) -> None:
    hooked(database, "http://127.0.0.1:1/")
    happens(database)
    for role in ROLES:
        actor = Actor("berta", role)
        listing = [
            webhooks.webhooks(database, actor),
            webhooks.add_webhook(database, actor, Wanted(URL), NOW),
        ]
        for answer in (*listing, *everything_by(database, actor)):
            assert isinstance(answer, Refused) == (role != "admin"), (role, answer)
            assert role == "admin" or code_of(answer) == "S201"


def test_there_is_no_webhook_and_no_delivery_of_a_number(database: Database) -> None:
    hooked(database, URL)
    hooked(database, URL)
    happens(database)
    assert {code_of(each) for each in everything_by(database, ADMIN, 9)} == {webhooks.NO_WEBHOOK}
    of_another = listed(database, 2)[0].delivery.id
    for number in (of_another, 99):
        answers = (
            webhook_deliveries.delivery_of(database, ADMIN, 1, number),
            webhook_deliveries.retry_one(database, ADMIN, 1, number, NOW),
        )
        for answer in answers:
            assert refused(answer).code == webhook_deliveries.NO_DELIVERY


def test_how_much_is_in_which_state_is_counted(database: Database) -> None:
    hooked(database, "http://127.0.0.1:1/", ["action.cancelled"])
    hooked(database, "http://127.0.0.1:1/", ["run.proposed"])
    happens(database, 3)
    sent(database)
    new(webhook_sending.send_test(database, ADMIN, 1, lambda: NOW, HERE))
    counts = webhooks.webhook_counts(database)
    assert counts == {"waiting": 3, "paused": 0, "delivered": 0, "dead": 0}
    assert [dict(each.counts) for each in new(webhooks.webhooks(database, ADMIN))] == [
        {"waiting": 3},
        {},
    ]
    new(webhooks.change_webhook(database, ADMIN, 1, Wanted(is_on=False), NOW))
    assert webhooks.webhook_counts(database)["paused"] == 3
    new(webhooks.remove_webhook(database, ADMIN, 1, NOW))
    assert sum(webhooks.webhook_counts(database).values()) == 0


def test_deliveries_are_listed_by_state_the_newest_first_in_pages(database: Database) -> None:
    hooked(database, URL)
    happens(database, 5)
    first = new(webhook_deliveries.deliveries(database, ADMIN, Chosen(1), limit=3))
    assert [each.delivery.id for each in first] == [5, 4, 3]
    rest = new(webhook_deliveries.deliveries(database, ADMIN, Chosen(1), before=3, limit=3))
    assert [each.delivery.id for each in rest] == [2, 1]
    dead = Chosen(1, ["dead"])
    assert new(webhook_deliveries.deliveries(database, ADMIN, dead, limit=3)) == []
