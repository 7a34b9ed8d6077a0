"""The catalogue of codes: one page for everything that can be wrong with a policy.

`D0xx` reading the text, `D1xx` structure, `D2xx` types and names, `D3xx` money and currencies,
`D4xx` conflicts, `D5xx` examples, `Wxxx` warnings (the digits say of which group).
`dun explain CODE` prints a page, SARIF carries them all, the manual is made from them.
"""

from __future__ import annotations

from dunlang.codes import (
    composing,
    conflicts,
    examples,
    ladder,
    money,
    reading,
    runs,
    statements,
    structure,
    types,
)
from dunlang.codes.page import CodePage, complete

__all__ = ["PAGES", "CodePage", "complete"]

PAGES: dict[str, CodePage] = {
    page.code: page
    for pages in (
        reading.PAGES,
        statements.PAGES,
        structure.PAGES,
        types.PAGES,
        money.PAGES,
        ladder.PAGES,
        composing.PAGES,
        conflicts.PAGES,
        examples.PAGES,
        runs.PAGES,
    )
    for page in pages
}
"""Every page by its code, in the order of the groups."""
