"""Pages of the codes D5xx: examples."""

from __future__ import annotations

from dunlang.code_page import CodePage

PAGES: tuple[CodePage, ...] = ()
