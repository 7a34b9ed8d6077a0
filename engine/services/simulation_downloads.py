"""All events of a simulation as a file, written as it is taken away."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from engine.io.output import flat, write_rows
from engine.services.plain import EVENT_COLUMNS

_AT_ONCE = 1 << 16


def as_lines(blocks: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """JSON, an event a line."""
    return ("".join(f"{line}\n" for line in lines).encode() for lines in blocks)


def as_csv(blocks: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """CSV with a header, in the columns of `dun simulate -o`."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, EVENT_COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for lines in chain([[]], blocks):
        writer.writerows(flat(json.loads(line)) for line in lines)
        yield stream.getvalue().encode()
        stream.seek(0)
        stream.truncate()


def as_parquet(blocks: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Parquet, which is whole in a file before the first byte is given. Raises OSError."""
    events = (json.loads(line) for lines in blocks for line in lines)
    with tempfile.TemporaryDirectory(prefix="dun-") as folder:
        path = Path(folder, "events.parquet")
        write_rows(path, events, EVENT_COLUMNS)
        with path.open("rb") as stream:
            yield from iter(lambda: stream.read(_AT_ONCE), b"")
