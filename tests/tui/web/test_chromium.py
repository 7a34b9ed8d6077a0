"""The admin in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.web.browsing import PASSWORDS
from tests.tui.web.chromium import chromium

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.web.browsing import Served


def test_in_a_browser_one_logs_in_works_and_finds_it_again_after_a_reload(
    served: Served, tmp_path: Path
) -> None:
    with chromium(tmp_path / "chromium", served.url) as tab:
        tab.until("document.activeElement?.id === 'name'")
        tab.type("anna")
        tab.press("Tab", 9)
        tab.type(PASSWORDS["anna"])
        tab.press("Enter", 13, text="\r")
        tab.until("document.querySelector('#terminal .xterm') !== null")
        tab.call("Page.navigate", url=f"{served.url}/?read")
        tab.shown("open cases")
        tab.shown("anna (admin)")
        tab.press("?", 191, text="?")
        tab.shown("search these keys")
        (process,) = served.processes

        tab.call("Page.reload")
        tab.shown("search these keys")
        assert served.processes == [process]
        assert "beforeunload" in tab.questions

        tab.press("Escape", 27)
        tab.until("!document.body.innerText.includes('search these keys')")
        tab.value("document.querySelector('header button').click()")
        tab.until("document.activeElement?.id === 'name'")
        assert tab.complaints == []
        assert {each.partition("://")[2].partition("/")[0] for each in tab.asked} == {
            served.url.partition("://")[2]
        }
