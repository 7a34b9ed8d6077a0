"""Pages of the codes D2xx and D3xx: types, names and money."""

from __future__ import annotations

from dunlang.code_page import CodePage

PAGES: tuple[CodePage, ...] = ()
