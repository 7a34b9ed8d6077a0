"""Webhooks are sent to a real receiver, which fails, hangs, answers late and worse."""

from __future__ import annotations

import asyncio
import datetime
import json
import random
import threading
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from engine.services import webhooks
from engine.services.webhook_deliveries import Chosen, retry_all, retry_one
from engine.services.webhook_outcomes import BACKOFF, KEPT, asked_to_wait, wait_after
from engine.services.webhook_secrets import signed
from engine.services.webhook_sending import Sending, send_test
from engine.services.webhooks import webhook_of
from tests.engine.services.hooks import (
    ADMIN,
    HERE,
    IMPATIENT,
    failures,
    happens,
    hooked,
    listed,
    only,
    sent,
)
from tests.engine.services.people import trail
from tests.engine.services.publications import NOW, new
from tests.engine.services.webhook_receiver import (
    breaks_off,
    endless,
    endless_headers,
    late,
    nonsense,
    receiving,
    status,
    trickle,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.store.database import Database
    from tests.engine.services.webhook_receiver import Answer, Received

SECOND = datetime.timedelta(seconds=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
DEAD = Chosen(1, ["dead"])


def is_from_us(received: Received, secret: str, at: datetime.datetime = NOW) -> bool:
    """Whether who receives it at a time finds that it is signed."""
    with freeze_time(at):
        try:
            Webhook(secret).verify(received.body, received.headers)
        except WebhookVerificationError:
            return False
    return True


def next_at(database: Database) -> datetime.datetime:
    """When the only thing that waits is tried again."""
    found = only(database).delivery
    assert found.state == "waiting"
    return found.next_at


# ------------------------------------------------------------------------------- what is sent


def test_the_signature_is_the_one_of_the_specification() -> None:
    at = datetime.datetime.fromtimestamp(1614265330, datetime.UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification
    message = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert signed(message, at, b'{"test": 2432232314}', [secret]) == {
        "webhook-id": message,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_is_sent_can_be_verified_by_who_has_the_secret_and_by_nobody_else(
    database: Database,
) -> None:
    with receiving() as receiver:
        made = hooked(database, receiver.url)
        happens(database)
        assert sent(database) == {"delivered": 1}
    (received,) = receiver.received
    assert is_from_us(received, made.secret)
    assert not is_from_us(received, "whsec_" + "A" * 43 + "=")
    assert not is_from_us(received, made.secret, NOW + HOUR)
    assert received.path == "/hook"
    assert received.id == only(database).delivery.message
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert json.loads(received.body)["data"]["case"] == "R-1"
    assert only(database).delivery.state == "delivered"


def test_while_a_secret_is_replaced_both_sign(database: Database) -> None:
    with receiving() as receiver:
        old = hooked(database, receiver.url).secret
        made = new(webhooks.rotate_secret(database, ADMIN, 1, NOW))
        for at in (NOW, NOW + 24 * HOUR):
            happens(database, at=at)
            sent(database, at)
    first, second = receiver.received
    assert is_from_us(first, old)
    assert is_from_us(first, made.secret)
    assert not is_from_us(second, old, NOW + 24 * HOUR)
    assert is_from_us(second, made.secret, NOW + 24 * HOUR)


def test_a_secret_that_is_known_to_others_signs_nothing_any_more(database: Database) -> None:
    with receiving() as receiver:
        old = hooked(database, receiver.url).secret
        new(webhooks.rotate_secret(database, ADMIN, 1, NOW, keep=datetime.timedelta(0)))
        happens(database)
        sent(database)
    assert not is_from_us(receiver.received[0], old)


def test_what_is_sent_is_sent_once(database: Database) -> None:
    with receiving() as receiver:
        hooked(database, receiver.url)
        happens(database, 30)
        assert sent(database) == {"delivered": 30}
        assert sent(database, NOW + DAY) == {}
    assert len({each.id for each in receiver.received}) == len(receiver.received) == 30


# ------------------------------------------------------------------------------- what goes wrong


def test_what_fails_is_tried_again_under_the_same_id_until_it_gets_through(
    database: Database,
) -> None:
    with receiving(status(500, "oops"), status(404), breaks_off) as receiver:
        made = hooked(database, receiver.url)
        happens(database)
        at = NOW
        for wait in BACKOFF[:3]:
            assert sent(database, at) == {"failed": 1}
            assert 0.8 * wait <= next_at(database) - at <= 1.2 * wait
            assert sent(database, next_at(database) - SECOND) == {}
            at = next_at(database)
        assert new(webhook_of(database, ADMIN, 1)).webhook.failing_since == NOW
        assert sent(database, at) == {"delivered": 1}
    assert new(webhook_of(database, ADMIN, 1)).webhook.failing_since is None
    assert len({(each.id, each.body) for each in receiver.received}) == 1
    assert is_from_us(receiver.received[-1], made.secret, at)
    assert [each.status for each in only(database).attempts] == [500, 404, None, 204]
    assert only(database).attempts[0].answer == "oops"
    assert failures(database) == [
        "the answer was 500 Internal Server Error",
        "the answer was 404 Not Found",
        "the connection was closed before a whole answer came",
        None,
    ]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (nonsense, "the connection was closed before a whole answer came"),
        (endless_headers, "the connection was closed before a whole answer came"),
        (status(302, Location="http://127.0.0.1:1/"), "the answer was 302 Found; it is not"),
        (status(307, Location="/elsewhere"), "the answer was 307 Temporary Redirect; it is not"),
        (status(299), None),
        (endless, None),
    ],
)
def test_whatever_is_answered_is_judged_by_its_status(
    database: Database, answer: Answer, why: str | None
) -> None:
    with receiving(answer) as receiver:
        hooked(database, receiver.url)
        happens(database)
        sent(database)
    assert len(receiver.received) == 1  # and no redirect was followed
    (attempt,) = only(database).attempts
    assert (attempt.failure or "").startswith(why or "")
    assert (attempt.failure is None) == (why is None)
    assert len(attempt.answer or "") <= 500


def test_who_hangs_answers_late_or_byte_by_byte_is_waited_for_no_longer_than_it_takes(
    database: Database,
) -> None:
    release = threading.Event()
    with receiving(late(release), trickle(release)) as receiver:
        hooked(database, receiver.url)
        happens(database)
        sent(database, outgoing=IMPATIENT)
        sent(database, next_at(database), outgoing=IMPATIENT)
        assert failures(database) == ["no answer within 0.3 seconds"] * 2
        release.set()  # now the answer comes, and nobody waits for it any more
        sent(database, next_at(database))
    assert only(database).delivery.state == "delivered"
    assert len({each.id for each in receiver.received}) == 1


def test_nobody_there_is_told_in_words(database: Database) -> None:
    hooked(database, "http://127.0.0.1:1/")
    happens(database)
    sent(database)
    assert failures(database) == ["the connection was refused"]


def test_who_is_slow_holds_up_nobody_else(database: Database) -> None:
    release = threading.Event()
    with receiving() as quick, receiving() as slow:
        slow.otherwise = late(release)
        hooked(database, slow.url)
        hooked(database, quick.url)
        happens(database, 30)
        sender = threading.Thread(target=sent, args=(database,))
        sender.start()
        quick.wait_for(30)
        assert len(slow.received) <= 4
        release.set()
        sender.join()
        assert len(slow.received) == 30


# ----------------------------------------------------------------------------- waits and their end


def test_waits_grow_from_seconds_to_a_day_each_a_little_different() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    for tries, wait in enumerate(BACKOFF):
        waits = {wait_after(tries, chance) for _ in range(50)}
        assert len(waits) == 50
        assert 0.8 * wait <= min(waits) < 0.9 * wait
        assert 1.1 * wait < max(waits) <= 1.2 * wait
    assert [BACKOFF[0], BACKOFF[-1]] == [5 * SECOND, DAY]


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", 120 * SECOND),
        ("Mon, 16 Mar 2026 10:30:00 GMT", HOUR),
        ("Mon, 16 Mar 2026 08:30:00 GMT", None),
        ("99999999999999999999", DAY),
        ("Mon, 16 Mar 2099 08:30:00 GMT", DAY),
        ("-5", None),
        ("soon", None),
        ("Mon, 99 Mar 2026 10:30:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_a_receiver_may_ask_to_be_left_alone_for_a_day_at_most(
    header: str | None, wait: datetime.timedelta | None
) -> None:
    assert asked_to_wait(header, NOW) == (None if wait is None else NOW + wait)


def test_retry_after_holds_for_everything_that_is_sent_there(database: Database) -> None:
    with receiving(status(503, Retry_After="3600")) as receiver:
        hooked(database, receiver.url)
        happens(database)
        sent(database)
        assert next_at(database) == NOW + HOUR
        happens(database)
        assert sent(database, NOW + HOUR - SECOND) == {}
        assert sent(database, NOW + HOUR) == {"delivered": 2}


def all_failed(database: Database, at: datetime.datetime = NOW) -> list[datetime.datetime]:
    """When everything that waits is tried, until it is given up."""
    times = []
    while waiting := [e.delivery for e in listed(database) if e.delivery.state == "waiting"]:
        at = max(at, min(each.next_at for each in waiting))
        times.append(at)
        assert sent(database, at).get("failed")
    return times


def test_after_ten_attempts_in_two_days_it_is_given_up_and_can_be_told_again(
    database: Database,
) -> None:
    with receiving() as receiver:
        receiver.otherwise = status(500)
        hooked(database, receiver.url)
        happens(database)
        times = all_failed(database)
        assert len(times) == len(BACKOFF) + 1 == 10
        assert 37 * HOUR < times[-1] - times[0] < 56 * HOUR
        found = only(database).delivery
        assert (found.state, found.failure) == ("dead", "the answer was 500 Internal Server Error")
        assert webhooks.webhook_counts(database)["dead"] == 1
        receiver.otherwise = status(200)
        later = times[-1] + HOUR
        assert sent(database, later) == {}
        assert new(retry_all(database, ADMIN, DEAD, later)) == 1
        assert sent(database, later) == {"delivered": 1}
    assert len({each.id for each in receiver.received}) == 1
    assert len(only(database).attempts) == 11


def test_who_took_nothing_for_three_days_is_switched_off_with_a_reason_and_loses_nothing(
    database: Database,
) -> None:
    with receiving() as receiver:
        receiver.otherwise = status(500)
        hooked(database, receiver.url)
        happens(database)
        times = all_failed(database)
        assert new(webhook_of(database, ADMIN, 1)).webhook.off_at is None
        happens(database, at=times[-1])
        ends = all_failed(database, times[-1])
        shown = new(webhook_of(database, ADMIN, 1)).webhook
        assert shown.off_at == ends[-1]
        assert shown.off_reason == (
            "nothing got through since 2026-03-16 09:30 UTC:"
            " the answer was 500 Internal Server Error"
        )
        assert trail(database)[-1] == ("webhook sender", "webhook switched off", "webhook 1")
        happens(database, at=ends[-1])
        count = len(receiver.received)
        assert sent(database, ends[-1] + DAY) == {}
        assert len(receiver.received) == count
        receiver.otherwise = status(200)
        wanted = webhooks.Wanted(is_on=True)
        on = new(webhooks.change_webhook(database, ADMIN, 1, wanted, ends[-1] + DAY))
        assert (on.off_at, on.failing_since) == (None, None)
        assert sent(database, ends[-1] + DAY) == {"delivered": 1}


def test_who_says_gone_is_switched_off_at_once(database: Database) -> None:
    with receiving(status(410)) as receiver:
        hooked(database, receiver.url)
        happens(database, 1)
        sent(database)
        happens(database, 1)
        assert sent(database, NOW + DAY) == {}
    assert len(receiver.received) == 1
    assert new(webhook_of(database, ADMIN, 1)).webhook.off_reason == "the answer was 410 Gone"
    assert [each.delivery.state for each in listed(database)] == ["dead", "waiting"]


def test_what_got_through_can_be_told_again_one_by_one_or_in_a_range(database: Database) -> None:
    times = [NOW, NOW + HOUR, NOW + 2 * HOUR]
    with receiving() as receiver:
        hooked(database, receiver.url)
        for at in times:
            happens(database, at=at)
        sent(database, times[-1])
        known = [each.delivery for each in listed(database)]
        new(retry_one(database, ADMIN, 1, known[0].id, times[-1]))
        assert sent(database, times[-1]) == {"delivered": 1}
        chosen = Chosen(1, since=times[1], until=times[1])
        assert new(retry_all(database, ADMIN, chosen, times[-1])) == 1
        assert sent(database, times[-1]) == {"delivered": 1}
    before = {each.id: each.body for each in receiver.received[:3]}
    again = receiver.received[3:]
    assert [each.id for each in again] == [known[0].message, known[1].message]
    assert [each.body for each in again] == [before[each.id] for each in again]


def test_what_is_old_is_forgotten_and_what_waited_too_long_is_given_up(database: Database) -> None:
    with receiving() as receiver:
        hooked(database, receiver.url)
        happens(database)
        sent(database)
        new(webhooks.change_webhook(database, ADMIN, 1, webhooks.Wanted(is_on=False), NOW))
        happens(database, at=NOW + HOUR)
        sent(database, NOW + KEPT)
        assert [each.delivery.state for each in listed(database)] == ["delivered", "waiting"]
        sent(database, NOW + KEPT + 2 * HOUR)
        assert [each.delivery.state for each in listed(database)] == ["dead"]
        sent(database, NOW + 3 * KEPT)
        assert listed(database) == []


# ------------------------------------------------------------------------------------- a test event


def test_a_webhook_can_be_tried_also_while_it_is_off(database: Database) -> None:
    with receiving(status(204), status(500, "oops")) as receiver:
        made = hooked(database, receiver.url, ["run.proposed"])
        new(webhooks.change_webhook(database, ADMIN, 1, webhooks.Wanted(is_on=False), NOW))
        good = new(send_test(database, ADMIN, 1, lambda: NOW, HERE))
        bad = new(send_test(database, ADMIN, 1, lambda: NOW, HERE))
        assert sent(database, NOW + DAY) == {}
    assert [good.delivery.state, bad.delivery.state] == ["delivered", "dead"]
    assert bad.attempts[0].failure == "the answer was 500 Internal Server Error"
    assert is_from_us(receiver.received[0], made.secret)
    assert json.loads(receiver.received[0].body)["type"] == "webhook.test"
    assert new(webhook_of(database, ADMIN, 1)).webhook.failing_since is None
    assert new(retry_all(database, ADMIN, DEAD, NOW)) == 0


# ------------------------------------------------------------------------------ several, and killed


def together(database: Database, senders: Sequence[Sending]) -> None:
    """Several send at the same time."""
    threads = [threading.Thread(target=lambda s=each: asyncio.run(s.run())) for each in senders]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(each.sent["delivered"] for each in senders) == len(listed(database))


def test_two_who_send_at_the_same_time_send_each_once(database: Database) -> None:
    with receiving() as receiver:
        hooked(database, receiver.url)
        happens(database, 60)
        together(database, [Sending(database, lambda: NOW, HERE) for _ in range(2)])
    assert len({each.id for each in receiver.received}) == len(receiver.received) == 60


def test_who_took_too_long_is_heard_if_it_got_through(database: Database) -> None:
    release = threading.Event()
    later = NOW + datetime.timedelta(minutes=4)
    with receiving(late(release)) as receiver:
        hooked(database, receiver.url)
        happens(database)
        slow = threading.Thread(target=sent, args=(database,))
        slow.start()
        receiver.wait_for(1)
        assert sent(database, NOW + SECOND) == {}  # it is claimed
        receiver.otherwise = status(500)
        assert sent(database, later) == {"failed": 1}  # the claim has run out
        release.set()
        slow.join()
    assert only(database).delivery.state == "delivered"
    assert failures(database) == ["the answer was 500 Internal Server Error", None]
