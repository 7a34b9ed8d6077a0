"""Pages of the codes D4xx and W: conflicts and warnings."""

from __future__ import annotations

from dunlang.code_page import CodePage

PAGES: tuple[CodePage, ...] = ()
