"""Dates, times and ids as requests write them, strictly."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

FIRST, LAST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)
"""The days that the command knows, too."""
_YEARS = r"^(199\d|20\d\d|2100)-"
_KNOWN = _YEARS + r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
"""What a date looks like, for those who read the description of the service."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _date(value: Any) -> datetime.date:  # noqa: ANN401 - whatever was sent
    # Pydantic would take 0 for 1970-01-01.
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        message = "write the date as YYYY-MM-DD"
        raise ValueError(message)
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        message = "there is no such day"
        raise ValueError(message) from None
    if not FIRST <= day <= LAST:
        message = f"days from {FIRST} to {LAST} are known"
        raise ValueError(message)
    return day


def _moment(value: Any) -> datetime.datetime:  # noqa: ANN401 - whatever was sent
    """A time; a date means its end, a time without a zone is UTC."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        return datetime.datetime.combine(_date(value), datetime.time.max, datetime.UTC)
    try:
        moment = datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        message = "write the time as YYYY-MM-DDTHH:MM:SS, with an offset such as Z"
        raise ValueError(message) from None
    _date(moment.date().isoformat())
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment


IsoDate = Annotated[
    datetime.date,
    BeforeValidator(_date, json_schema_input_type=str),
    Field(json_schema_extra={"format": "date", "pattern": _KNOWN}, examples=["2026-03-16"]),
]
Moment = Annotated[
    datetime.datetime,
    BeforeValidator(_moment, json_schema_input_type=str),
    Field(
        json_schema_extra={"format": "date-time", "pattern": _YEARS},
        examples=["2026-03-16T12:00:00Z"],
    ),
]


def _words(value: str) -> str:
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        message = "a character in it is none that can be kept"
        raise ValueError(message)
    return value


Words = Annotated[str, AfterValidator(_words)]
"""Text that every database keeps."""
Id = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Strict(BaseModel):
    """What refuses fields that it does not have."""

    model_config = ConfigDict(extra="forbid", frozen=True)
