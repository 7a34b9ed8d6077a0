"""A report as a page of HTML that stands for itself: nothing is loaded, nothing is run."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.services.reports.head import Head
    from engine.services.reports.sheets import Align, Row, Section, Sheet, Shown

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; }
.sheet { overflow-x: auto; margin: 1.5rem 0; }
table { border-collapse: collapse; }
caption { font-weight: bold; padding: .25rem 0; text-align: left; }
th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
th { font-weight: normal; }
thead th, thead td { border-bottom: 1px solid; vertical-align: bottom; }
tfoot th, tfoot td { border-top: 1px solid; font-weight: bold; }
tfoot tr + tr th, tfoot tr + tr td { border: 0; font-weight: normal; }
.right { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
.left { white-space: nowrap; }
dt { font-weight: bold; }
dd { margin: 0 0 .4rem 1rem; }
@media print {
  body { font-size: 9pt; max-width: none; padding: 0; }
  .sheet { overflow: visible; }
  thead { display: table-header-group; }
  tr, dt { break-inside: avoid; }
  h2, caption, dt { break-after: avoid; }
}
"""


def page(shown: Shown, head: Head, terms: Mapping[str, str]) -> str:
    """The page of a report, with what it says about itself and what its words mean."""
    return "\n".join(_page(shown, head, terms)) + "\n"


def _page(shown: Shown, head: Head, terms: Mapping[str, str]) -> Iterator[str]:
    title = escape(shown.title)
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    # Even if a text of the ledger got through as a tag, nothing would be loaded or run.
    yield (
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )
    yield f"<title>{title}</title>"
    yield f"<style>\n{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    yield f"<h1>{title}</h1>"
    yield from _list(_about(head))
    if not shown.sections:
        yield f"<p>{escape(shown.nothing)}</p>"
    for number, section in enumerate(shown.sections, start=1):
        yield from _section(section, number)
    yield "<h2>What the words mean</h2>"
    yield from _list(terms)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _about(head: Head) -> dict[str, str]:
    """What a report says about itself."""
    asked = ", ".join(f"{name} {number}" for name, number in head.policies)
    known = "everything in the ledger"
    if head.known is not None:
        known = f"what was recorded by {head.known.isoformat()}"
    return {"What counts": known, "Policies": asked or "none"}


def _list(terms: Mapping[str, str]) -> Iterator[str]:
    yield "<dl>"
    for term, meaning in terms.items():
        yield f"<dt>{escape(term)}</dt>"
        yield f"<dd>{escape(meaning)}</dd>"
    yield "</dl>"


def _section(section: Section, number: int) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{escape(section.heading)}</h2>"
    for at, sheet in enumerate(section.sheets, start=1):
        yield from _sheet(sheet, f"sheet-{number}-{at}")
    yield "</section>"


def _sheet(sheet: Sheet, name: str) -> Iterator[str]:
    # Who cannot use a mouse scrolls a wide table with the keys, once it has the focus.
    yield f'<div class="sheet" role="region" aria-labelledby="{name}" tabindex="0">'
    yield "<table>"
    yield f'<caption id="{name}">{escape(sheet.name)}</caption>'
    yield "<thead>"
    cells = (
        # A header that says nothing would be read out as one.
        f'<th scope="col" class="{align}">{escape(column)}</th>' if column else "<td></td>"
        for column, align in sheet.columns
    )
    yield f"<tr>{''.join(cells)}</tr>"
    yield "</thead>"
    yield "<tbody>"
    for row in sheet.rows:
        yield _row(sheet, row)
    yield "</tbody>"
    if sheet.whole is not None:
        yield "<tfoot>"
        for row in (sheet.whole, *sheet.beside):
            yield _row(sheet, row)
        yield "</tfoot>"
    yield "</table>"
    if sheet.left_out:
        yield f"<p>and {sheet.left_out:,} more</p>"
    if sheet.note is not None:
        yield f"<p>{escape(sheet.note)}</p>"
    yield "</div>"


def _row(sheet: Sheet, row: Row) -> str:
    aligns: list[Align] = [align for _, align in sheet.columns]
    padded = (*row, *[""] * (len(aligns) - len(row)))
    first, *others = ((escape(cell), align) for cell, align in zip(padded, aligns, strict=True))
    cells = "".join(f'<td class="{align}">{cell}</td>' for cell, align in others)
    return f'<tr><th scope="row" class="{first[1]}">{first[0]}</th>{cells}</tr>'
