"""Pages of the codes D0xx: reading the text."""

from __future__ import annotations

from dunlang.code_page import CodePage

PAGES: tuple[CodePage, ...] = ()
