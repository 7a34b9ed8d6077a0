"""The admin in a browser: who is let in, what they see, and when their process ends."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import InvalidStatus

from engine.services.accounts import logout
from tests.tui.web.browsing import DAY, PASSWORDS, Served, eventually, now

if TYPE_CHECKING:
    from engine.store.database import Database
    from tests.tui.web.browsing import Browser

SECURE = {"X-Forwarded-Proto": "https"}


def is_alive(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def test_who_gives_the_right_password_is_let_in_and_known_again(served: Served) -> None:
    browser = served.browser()
    assert browser.client.get("/").headers["location"] == "login"

    wrong = browser.log_in("anna", "not her password")
    assert wrong.status_code == HTTPStatus.UNAUTHORIZED
    assert "The name or the password is wrong" in wrong.text
    assert "set-cookie" not in wrong.headers

    right = browser.log_in("anna", PASSWORDS["anna"])
    assert (right.status_code, right.headers["location"]) == (HTTPStatus.SEE_OTHER, "./")
    assert right.headers["set-cookie"].startswith("dun=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(
        right.headers["set-cookie"].split("; ")
    )
    assert "anna (admin)" in browser.client.get("/").text
    assert browser.client.get("/session").status_code == HTTPStatus.NO_CONTENT

    left = browser.log_out()
    assert left.headers["location"] == "login?out"
    assert 'dun=""' in left.headers["set-cookie"]
    assert browser.client.get("/session").status_code == HTTPStatus.UNAUTHORIZED


def test_behind_tls_the_cookie_is_for_tls_alone(served: Served) -> None:
    host = served.url.removeprefix("http://")
    secure = served.browser()
    answer = secure.log_in("anna", PASSWORDS["anna"], Origin=f"https://{host}", **SECURE)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-dun=")
    assert "Secure" in cookie.split("; ")


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_page_of_another_site_cannot_log_in_nor_out(served: Served, origin: str) -> None:
    browser = served.browser()
    refused = browser.log_in("anna", PASSWORDS["anna"], Origin=origin)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "--proxy" in refused.text
    out = browser.client.post("/logout", headers={"Origin": origin})
    assert out.status_code == HTTPStatus.FORBIDDEN


def test_no_connection_without_a_session_or_from_another_site(served: Served) -> None:
    def refused(browser: Browser, origin: str | None = "", **shown: str) -> int:
        with pytest.raises(InvalidStatus) as failed, browser.page(origin=origin, shown=shown):
            pass
        return failed.value.response.status_code

    assert refused(served.browser()) == HTTPStatus.UNAUTHORIZED
    behind_tls = served.url.replace("http", "https", 1)
    assert refused(served.browser(), behind_tls, **SECURE) == HTTPStatus.UNAUTHORIZED
    assert refused(served.browser(), behind_tls) == HTTPStatus.FORBIDDEN
    anna = served.browser("anna")
    assert refused(anna, "https://elsewhere.example") == HTTPStatus.FORBIDDEN
    assert refused(anna, None) == HTTPStatus.FORBIDDEN
    anna.log_out()
    assert refused(anna) == HTTPStatus.UNAUTHORIZED
    assert served.processes == []


def test_the_screen_follows_keys_and_size_and_waits_for_a_page_that_comes_back(
    served: Served,
) -> None:
    anna, seat = served.browser("anna"), uuid.uuid4().hex
    with anna.page(seat) as page:
        page.until("anna (admin)")
        page.until(f"as of {DAY}")
        page.until("open cases")
        page.type("?")
        page.until("search these keys")
        page.type("\x1b")
        page.raw = ""
        page.tell("size", 120, 44)
        page.until_raw(lambda: "\x1b[44;" in page.raw, "the last of 44 lines")
        (process,) = served.processes
    with anna.page(seat, (110, 36)) as page:
        page.until("anna (admin)")
        page.until("open cases")
        assert served.processes == [process], "another process was begun"
        with anna.page(seat) as newer:
            assert page.over()["why"] == "elsewhere"
            newer.until("open cases")
        assert served.processes == [process]
    served.site.seats.grace = 0.1
    with anna.page(seat) as page:
        page.until("open cases")
    eventually(lambda: not is_alive(process), "it ends when nobody comes back")
    assert served.processes == []
    (state,) = served.site.seats.states.rglob("admin.json")
    assert '"area": "customers"' in state.read_text("utf-8")


def test_two_people_act_as_themselves_and_leave_by_themselves(served: Served) -> None:
    served.site.seats.at_once = 2
    anna, berta = served.browser("anna"), served.browser("berta")
    with anna.page() as hers, berta.page() as other:
        hers.until("anna (admin)")
        other.until("berta (approver)")
        assert "berta" not in hers.text
        one, two = served.processes
        assert one != two
        with anna.page() as third:
            assert third.over()["why"] == "full"

        anna.log_out()
        assert hers.over()["why"] == "session"
        eventually(lambda: len(served.processes) == 1, "her process ends")
        other.type("\x1b")
        other.type("t")  # at once, as a slow link brings them: not alt and t
        other.until("Which day?")
        other.type("\x11")  # ctrl+q
        assert other.over()["why"] == "left"
    eventually(lambda: not is_alive(one) and not is_alive(two), "both end")


def test_what_is_written_to_a_file_is_a_download_of_whom_it_is_for_while_they_are_logged_in(
    served: Served, demo: Database
) -> None:
    anna, berta = served.browser("anna"), served.browser("berta")
    with anna.page(size=(120, 36)) as page:
        page.until("open cases")
        page.type("5")
        page.until("not checked yet")
        page.type("e")
        page.until("Write the audit trail to")
        page.type("../audit.ndjson")  # in place of what was offered
        page.until("../audit.ndjson")
        page.type("\r")
        page.until("which the browser downloads")
        page.until_raw(lambda: bool(page.told), "the file")
        (told,) = page.told
        assert (told["type"], told["name"]) == ("file", "audit.ndjson")
        file = f"/file/{told['token']}"

        assert served.browser().client.get(file).headers["location"] == "../login"
        assert berta.client.get(file).status_code == HTTPStatus.NOT_FOUND
        fetched = anna.client.get(file)
        assert fetched.headers["content-disposition"] == "attachment; filename*=UTF-8''audit.ndjson"
        assert fetched.text.startswith('{"'), fetched.text[:80]
        assert anna.client.get(file).status_code == HTTPStatus.NOT_FOUND, "it is there once"

        logout(demo, anna.client.cookies["dun"], now())  # elsewhere, as `dun logout` does
        served.call(served.site.end_what_ended())
        assert page.over()["why"] == "session"
    assert served.processes == []
