"""Bad rows with their reasons, as a CSV file that a person can work through."""

from __future__ import annotations

import csv
from itertools import groupby
from typing import TYPE_CHECKING

from engine.io.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from engine.core.problems import DataProblem

HEADER = ("file", "line", "codes", "reasons", "row")


def write_rejects(path: Path, problems: Iterable[DataProblem]) -> None:
    """Write one row for each bad row: where it stood, why it was left out, the row itself.

    `problems` come by file, then by line. A row of a Parquet file is empty here: its number tells
    which it was. Raises OSError where the file cannot be written.
    """
    with (
        replacing(path) as part,
        part.open("w", encoding="utf-8", newline="", errors="replace") as stream,
    ):
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for (file, line), of_row in groupby(problems, key=lambda each: (each.file, each.line)):
            reasons = list(of_row)
            writer.writerow(
                (
                    file,
                    line,
                    " ".join(dict.fromkeys(each.code for each in reasons)),
                    "; ".join(_reason(each) for each in reasons),
                    reasons[0].row,
                )
            )


def _reason(problem: DataProblem) -> str:
    where = f"{problem.name}: " if problem.name else ""
    return f"{where}{problem.message}"
