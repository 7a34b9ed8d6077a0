"""Pages on codes: those of policies, of ledgers and of tables of rates."""

from __future__ import annotations

from dataclasses import dataclass

from dunlang.codes.catalogue import PAGES as _POLICY
from dunlang.codes.page import CodePage, complete
from dunlang.suggest import closest
from engine.core.ledger_codes import PAGES as _LEDGER
from engine.core.rate_codes import PAGES as _RATES

_FILES = {**_LEDGER, **_RATES}


@dataclass(frozen=True, slots=True)
class NoPage:
    """There is no such code."""

    code: str
    meant: str | None
    """The code that was probably meant."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a code means, with a text that has the problem and one that has not."""

    page: CodePage
    wrong: str
    right: str


def page_of(code: str) -> Page | NoPage:
    """The page of a code, in whatever case it is written.

    The texts of a policy's code are whole policies, those of other codes excerpts of files.
    """
    name = code.strip().upper()
    if name in _POLICY:
        page = _POLICY[name]
        return Page(page, complete(page.wrong), complete(page.right))
    if name in _FILES:
        page = _FILES[name]
        return Page(page, page.wrong, page.right)
    return NoPage(name, closest(name, (*_POLICY, *_FILES)))
