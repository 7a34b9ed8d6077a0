"""Webhooks as they are typed: added, tried, listed, told again; and sent from cron."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from tests.engine.cli.accounts import fine
from tests.engine.services.hooks import happens
from tests.engine.services.publications import NOW
from tests.engine.services.webhook_receiver import receiving, status

if TYPE_CHECKING:
    from tests.engine.cli.office import Office

pytestmark = pytest.mark.usefixtures("quick_passwords")

URL = "https://erp.example/dunning"
PRIVATE = "--allow-private-webhooks"
REFUSED = [
    (("add", "http://erp.example/"), 1, "can be read on its way; use https://"),
    (("add", "https://anna:secret@erp.example/"), 1, "holds a name or a password"),
    (("add", URL, "--event", "action.eaten"), 1, "there is no event 'action.eaten'"),
    (("show", "9"), 1, "there is no webhook 9"),
    (("show", "one"), 2, "NUMBER takes a whole number from 1 on, not 'one'"),
    (("change", "1"), 2, "say what is to be different"),
    (("change", "1", "--on", "--off"), 2, "--on and --off cannot both be"),
    (("secret", "1", "--keep-old", "999"), 2, "--keep-old takes at most 168 hours"),
    (("deliveries", "1", "--state", "eaten"), 2, "--state is one of all, waiting"),
    (("deliveries", "1", "7"), 1, "there is no delivery 7 of webhook 1"),
    (("retry", "1", "7", "--since", "2026-03-16"), 2, "name one delivery, or a range"),
    (("retry", "1", "--since", "yesterday"), 2, "--since takes a date or a time"),
]
"""What makes no sense, the exit code and the beginning of a way out."""


def test_a_webhook_is_added_shown_changed_and_removed(new_office: Office) -> None:
    added = fine(new_office.by("dora", "webhook", "add", URL, "--event", "action.executed"))
    assert added.out.startswith("whsec_")
    assert added.out.count("\n") == 1
    assert "nobody can show it again" in added.err
    (row,) = fine(new_office.by("dora", "webhook", "list", "--format", "json")).rows
    assert (row["id"], row["url"], row["events"], row["on"]) == (1, URL, ["action.executed"], True)
    words = ("--all-events", "--description", "the ERP", "--off")
    fine(new_office.by("dora", "webhook", "change", "1", *words))
    shown = fine(new_office.by("dora", "webhook", "show", "1")).out
    assert "events:      all\n" in shown
    assert "state:       off since 2026-03-16: dora switched it off\n" in shown
    assert "off since 2026-03-16: dora" in fine(new_office.by("dora", "webhook", "list")).out
    fine(new_office.by("dora", "webhook", "change", "1", "--on"))
    (row,) = fine(new_office.by("dora", "webhook", "show", "1", "--format", "json")).rows
    assert (row["on"], row["events"], row["description"]) == (True, [], "the ERP")
    again = fine(new_office.by("dora", "webhook", "secret", "1", "--keep-old", "48"))
    assert again.out.startswith("whsec_")
    assert again.out != added.out
    assert "until 2026-03-18 09:30 UTC the one before signs, too" in again.err
    everything = fine(new_office.by("dora", "audit", "show", "--format", "json")).out
    assert "whsec_" not in everything
    fine(new_office.by("dora", "webhook", "remove", "1"))
    assert fine(new_office.by("dora", "webhook", "list")).err.startswith("0 webhooks in ")


def test_what_happens_is_sent_from_cron_and_told_again_on_request(new_office: Office) -> None:
    with receiving(status(204), status(500, "oops")) as receiver:
        fine(new_office.by("dora", "webhook", "add", receiver.url, PRIVATE))
        happens(new_office.database)
        happens(new_office.database)
        sent = fine(new_office.by("anna", "webhook", "send", PRIVATE))
        assert sent.out == "1 delivered, 1 failed\n"
        listed = fine(new_office.by("dora", "webhook", "deliveries", "1", "--format", "json")).rows
        failed = next(row["id"] for row in listed if row["state"] == "waiting")
        assert "500 Internal" in fine(new_office.by("dora", "webhook", "deliveries", "1")).out
        one = fine(new_office.by("dora", "webhook", "deliveries", "1", str(failed))).out
        assert "it did not get through: the answer was 500 Internal Server Error: oops" in one
        assert '"type":"action.cancelled"' in one
        fine(new_office.by("dora", "webhook", "retry", "1", str(failed)))
        (row,) = fine(new_office.by("anna", "webhook", "send", PRIVATE, "--format", "json")).rows
        assert row == {"delivered": 1, "failed": 0}
        again = fine(new_office.by("dora", "webhook", "retry", "1", "--since", "2026-03-16"))
        assert again.err == "2 deliveries are sent again\n"
        later = fine(new_office.by("dora", "webhook", "retry", "1", "--since", "2026-03-17"))
        assert later.err == "0 deliveries are sent again\n"
        fine(new_office.by("anna", "webhook", "send", PRIVATE))
    assert len(receiver.received) == 5
    assert len({each.id for each in receiver.received}) == 2


def test_a_webhook_is_tried(new_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUN_ALLOW_PRIVATE_WEBHOOKS", "1")
    with receiving(status(204), status(500, "o\x1b[31mops")) as receiver:
        fine(new_office.by("dora", "webhook", "add", receiver.url))
        good = fine(new_office.by("dora", "webhook", "test", "1"))
        bad = new_office.by("dora", "webhook", "test", "1")
    assert good.out.startswith("it got through: the answer was 204, after ")
    assert bad.code == 1
    assert bad.out.startswith("it did not get through: the answer was 500")
    assert "\x1b" not in bad.out
    monkeypatch.setenv("DUN_ALLOW_PRIVATE_WEBHOOKS", "0")
    refused = new_office.by("dora", "webhook", "test", "1")
    assert refused.code == 1
    assert "127.0.0.1 is no address of the internet; --allow-private-webhooks" in refused.out


def test_what_makes_no_sense_is_refused_with_a_way_out(new_office: Office) -> None:
    fine(new_office.by("dora", "webhook", "add", URL))
    for words, code, said in REFUSED:
        ended = new_office.by("dora", "webhook", *words)
        assert (ended.code, ended.out) == (code, ""), words
        assert said in ended.err
        assert "anna:secret" not in ended.err


def test_only_an_admin_has_to_do_with_webhooks_and_who_performs_runs_may_send(
    new_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine(new_office.by("dora", "webhook", "add", URL))
    for words in (("list",), ("add", URL), ("secret", "1"), ("remove", "1"), ("test", "1")):
        assert new_office.by("anna", "webhook", *words).code == 1
    assert new_office.by("vera", "webhook", "send").code == 1
    later = NOW + datetime.timedelta(days=1)
    assert fine(new_office.by("anna", "webhook", "send", at=later)).out == "0 delivered, 0 failed\n"
    monkeypatch.setenv("DUN_ALLOW_PRIVATE_WEBHOOKS", "perhaps")
    ended = new_office.by("anna", "webhook", "send")
    assert (ended.code, ended.out) == (2, "")
    assert "DUN_ALLOW_PRIVATE_WEBHOOKS is 1 or 0, not 'perhaps'" in ended.err
