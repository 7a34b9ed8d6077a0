"""Pages of the codes D1xx: structure: names, dates, settings."""

from __future__ import annotations

from dunlang.code_page import CodePage

PAGES: tuple[CodePage, ...] = ()
