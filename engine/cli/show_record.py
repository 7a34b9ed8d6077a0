"""The story of a case, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.text import Text

from dunlang.render import visible
from engine.cli.show_case import answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from engine.cli.console import Output
    from engine.services.case_record import CaseRecord, Told

_INDENT = " " * 19
_DID_NOT_APPLY = "does not hold"
"""What `engine.core.explain` concludes of a rule that did nothing."""


def show_record(out: Output, record: CaseRecord) -> None:
    """Print what happened to a case, in order, with the reasons."""
    who = f"{record.name} ({record.customer})" if record.name else record.customer
    with out.page() as console:
        console.print(Text(visible(f"{record.case}  {who}"), style="bold"))
        for told in record.told:
            console.print(_line(told), soft_wrap=True)
            for line in _telling(told.because):
                console.print(_reason(line), soft_wrap=True)
        if record.now is not None:
            console.print()
            console.print(Text(visible(answer(record.now)), style="bold"))


def _telling(because: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Lines that led to something; what did not apply is in the JSON."""
    return (line for line in because if line.get("verdict") != _DID_NOT_APPLY)


def _line(told: Told) -> Text:
    line = Text(f"{told.at:%Y-%m-%d %H:%M}   ", style="dim")
    who = f"{visible(told.who)}: " if told.who else ""
    line.append(f"{who}{visible(told.what)}", style="")
    if told.on != told.at.date():
        line.append(f" (for {told.on})", style="dim")
    return line


def _reason(because: Mapping[str, Any]) -> Text:
    place = f"{because['file']}:{because['line']}"
    values = ", ".join(f"{name} {value}" for name, value in because["values"].items())
    verdict = f" - {because['verdict']}" if because.get("verdict") else ""
    seen = f" ({values})" if values else ""
    return Text(visible(f"{_INDENT}{place}  {because['text']}{seen}{verdict}"), style="dim")


def write_record(out: Output, record: CaseRecord) -> None:
    """One object of JSON a line, in order."""
    for told in record.told:
        row = {
            "case": record.case,
            "at": told.at.isoformat(),
            "on": told.on.isoformat(),
            "who": told.who,
            "what": told.what,
            "because": list(told.because),
            "entry": told.entry,
        }
        out.result(json.dumps(row, ensure_ascii=False) + "\n")
