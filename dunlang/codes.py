"""The catalogue of codes: one page for everything that can be wrong with a policy.

`D0xx` reading the text, `D1xx` structure, `D2xx` types and names, `D3xx` money and currencies,
`D4xx` conflicts, `D5xx` examples, `Wxxx` warnings (the digits say of which group).
`dun explain CODE` prints a page, SARIF carries them all, the manual is made from them.
"""

from __future__ import annotations

from dunlang import (
    codes_conflicts,
    codes_examples,
    codes_reading,
    codes_runs,
    codes_statements,
    codes_structure,
    codes_types,
)
from dunlang.code_page import CodePage, complete

__all__ = ["PAGES", "CodePage", "complete"]

PAGES: dict[str, CodePage] = {
    page.code: page
    for pages in (
        codes_reading.PAGES,
        codes_statements.PAGES,
        codes_structure.PAGES,
        codes_types.PAGES,
        codes_conflicts.PAGES,
        codes_examples.PAGES,
        codes_runs.PAGES,
    )
    for page in pages
}
"""Every page by its code, in the order of the groups."""
