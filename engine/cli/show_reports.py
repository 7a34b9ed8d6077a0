"""Reports as tables, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cli.tables import show, table

if TYPE_CHECKING:
    from rich.console import Console

    from engine.cli.console import Output
    from engine.services.reports.sheets import Sheet, Shown


def show_report(out: Output, shown: Shown) -> None:
    """Print a report: its tables, those of each currency below its heading."""
    with out.page() as console:
        if not shown.sections:
            console.print(shown.nothing)
        for number, section in enumerate(shown.sections):
            for at, sheet in enumerate(section.sheets):
                if number or at:
                    console.print()
                _sheet(console, sheet, "" if at else section.heading)


def _sheet(console: Console, sheet: Sheet, title: str) -> None:
    made = table(*sheet.columns, title=title)
    for row in sheet.rows:
        made.add_row(*row)
    if sheet.whole is not None:
        made.add_section()
        made.add_row(*sheet.whole, style="bold")
    for row in sheet.beside:
        made.add_row(*row)
    show(console, made)
    if sheet.left_out:
        console.print(f"and {sheet.left_out:,} more; --top shows more, -o writes all")
    if sheet.note is not None:
        console.print(sheet.note)
