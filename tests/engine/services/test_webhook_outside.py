"""To where webhooks go, and to where they do not; and what happens to a sender that is killed."""

from __future__ import annotations

import datetime
import ipaddress
import signal
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.io.webhook_addresses import BadUrlError, checked, is_public
from engine.io.webhook_sender import trusted
from engine.services.webhook_sending import Outgoing
from tests.engine.services.hooks import HERE, failures, happens, hooked, only, sent
from tests.engine.services.publications import NOW
from tests.engine.services.webhook_receiver import late, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.store.database import Database

CERTIFICATE = Path(__file__).parent / "tls" / "erp.example.com.pem"
"""Of a name that nobody has, signed by itself; with its key, which is no secret."""
ROOT = Path(__file__).parents[3]

SENDER = """
import datetime, sys
from engine.services.webhook_sending import Outgoing, send_due
from engine.services.stores import open_store
at = datetime.datetime.fromisoformat(sys.argv[2])
send_due(open_store(sys.argv[1]), lambda: at, Outgoing(allow_private=True))
"""


# ---------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds tell their machines secrets
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nobody listens there
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("::127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("ff02::1", False),
    ],
)
def test_only_addresses_of_the_internet_are_sent_to(address: str, *, expected: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "erp.example.com/dunning",
        "ftp://erp.example.com/",
        "https:///dunning",
        "https://erp.example.com:0/",
        "https://erp.example.com:70000/",
        "https://erp example.com/",
        "https://a..b/",
        "https://anna:secret@erp.example.com/",
        "https://erp.example.com/#here",
        "https://erp.example.com/\n",
        "https://" + 300 * "a" + ".com/",
        "https://erp.example.com/" + 2_000 * "a",
        "https://[::1/",
    ],
)
def test_a_url_to_which_nothing_can_be_sent_is_refused_without_being_repeated(url: str) -> None:
    for allow_private in (False, True):
        with pytest.raises(BadUrlError) as caught:
            checked(url, allow_private=allow_private)
        assert "secret" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[fd00::1]:8443/",
        "https://localhost/",
        "https://erp.localhost/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_private_url_is_refused_unless_it_is_allowed(url: str) -> None:
    with pytest.raises(BadUrlError):
        checked(url, allow_private=False)
    assert checked(url, allow_private=True) == url


def test_a_url_is_kept_in_one_spelling() -> None:
    assert checked("https://ERP.Example.com:443/ä?x=1", allow_private=False) == (
        "https://erp.example.com/%C3%A4?x=1"
    )


def test_what_is_sent_goes_to_no_private_address_whatever_name_it_has(database: Database) -> None:
    """As on a service whose operator allows less than the one on which the webhook was added."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        return ["127.0.0.1", "::1"]

    with receiving() as receiver:
        hooked(database, f"http://erp.example.com:{receiver.port}/")
        hooked(database, receiver.url)
        happens(database)
        assert sent(database, outgoing=Outgoing(resolve=resolve)) == {"failed": 2}
    assert receiver.received == []
    assert asked == [f"erp.example.com:{receiver.port}"]
    way_out = "is no address of the internet; --allow-private-webhooks allows it"
    assert [each.attempts[0].failure for each in (only(database, 1), only(database, 2))] == [
        f"erp.example.com (127.0.0.1) {way_out}",
        f"127.0.0.1 {way_out}",
    ]


def test_an_address_that_was_looked_at_is_the_one_that_is_connected_to(database: Database) -> None:
    answers = iter([["127.0.0.2", "127.0.0.1"]])  # nobody listens at the first
    with receiving() as receiver:
        hooked(database, f"http://erp.example.com:{receiver.port}/")
        happens(database)
        outgoing = Outgoing(allow_private=True, resolve=lambda _host, _port: next(answers))
        assert sent(database, outgoing=outgoing) == {"delivered": 1}
    assert receiver.received[0].headers["Host"] == f"erp.example.com:{receiver.port}"


def test_a_name_that_nobody_has_is_told_in_words(database: Database) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError(host, port)

    hooked(database, "https://erp.example.com/")
    happens(database)
    sent(database, outgoing=Outgoing(resolve=resolve))
    assert failures(database) == ["the name erp.example.com cannot be resolved"]


def test_no_proxy_is_asked_which_would_connect_to_anything(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as receiver, receiving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        hooked(database, receiver.url)
        happens(database)
        sent(database)
    assert (len(receiver.received), proxy.received) == (1, [])


# ---------------------------------------------------------------------------------------- TLS


@pytest.fixture
def certificates(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Certificates are read anew."""
    trusted.cache_clear()
    yield monkeypatch
    trusted.cache_clear()


def over_tls() -> ssl.SSLContext:
    """As erp.example.com speaks it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.mark.parametrize(
    ("host", "is_known", "why"),
    [
        ("erp.example.com", True, None),
        ("crm.example.com", True, "the certificate cannot be trusted: Hostname mismatch"),
        ("erp.example.com", False, "the certificate cannot be trusted: self-signed certificate"),
    ],
)
def test_who_receives_shows_a_certificate_of_the_name_in_the_url(
    database: Database,
    certificates: pytest.MonkeyPatch,
    host: str,
    *,
    is_known: bool,
    why: str | None,
) -> None:
    if is_known:
        certificates.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with receiving(tls=over_tls()) as receiver:
        hooked(database, f"https://{host}:{receiver.port}/")
        happens(database)
        outgoing = Outgoing(allow_private=True, resolve=lambda _host, _port: ["127.0.0.1"])
        sent(database, outgoing=outgoing)
    (failure,) = failures(database)
    assert (failure is None) == (why is None)
    assert (failure or "").startswith(why or "")
    assert len(receiver.received) == (why is None)


# ------------------------------------------------------------------------------------- killed


def test_what_was_sent_by_who_is_killed_then_is_sent_again_under_the_same_id(
    database: Database, address: str
) -> None:
    release = threading.Event()
    with receiving(late(release)) as receiver:
        hooked(database, receiver.url)
        happens(database)
        arguments = [sys.executable, "-c", SENDER, address, NOW.isoformat()]
        process = subprocess.Popen(arguments, cwd=ROOT)
        receiver.wait_for(1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        release.set()
        assert only(database).attempts == []
        assert sent(database, NOW + datetime.timedelta(minutes=2)) == {}  # it may still be at it
        assert sent(database, NOW + datetime.timedelta(minutes=3)) == {"delivered": 1}
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert sent(database, NOW + datetime.timedelta(days=1), HERE) == {}
