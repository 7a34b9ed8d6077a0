"""What all tables share: names of constraints, and the types that both databases keep alike."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import BigInteger, Date, DateTime, Integer, MetaData, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.store.errors import BROKEN, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Dialect

METADATA = MetaData(
    # Named, so that a migration can change them on both databases.
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Number = BigInteger().with_variant(Integer, "sqlite")
"""Of rows and of minor units. SQLite counts up only what is called INTEGER, and that is as long."""


class _Checked(TypeDecorator[Any]):
    """A type that says so where somebody wrote into the file what cannot be read.

    SQLite takes any text for a date. Raises StoreError.
    """

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """As the type reads, with its failure in words."""
        process = super().result_processor(dialect, coltype)
        if process is None:
            return None

        def read(value: object) -> object:
            try:
                return process(value)
            except (ValueError, TypeError):
                return self.unreadable(value)

        return read

    def unreadable(self, value: object) -> object:
        """What to do with a text that is no value."""
        return _unreadable(value)


def _unreadable(value: object) -> NoReturn:
    message = f"the store holds {value!r} where that cannot stand: it is damaged"
    raise StoreError(BROKEN, message, "restore the last backup; see docs/operations.md")


class Day(_Checked):
    """A plain date."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Date
    cache_ok: bool | None = True


class Moment(_Checked):
    """A point in time, in UTC, to the microsecond."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """In UTC; SQLite keeps it without saying so. Raises ValueError for a time of no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value} has no time zone"
            raise ValueError(message)
        moment = value.astimezone(datetime.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """As it went in."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=datetime.UTC)
        return value.astimezone(datetime.UTC)


class MomentIfAny(Moment):
    """A point in time, None for what is none: for who looks for what was changed."""

    cache_ok: bool | None = True

    def unreadable(self, value: object) -> object:
        """None."""
        del value
        return None


class Json(_Checked):
    """A value of JSON, kept as its one canonical text, so that a digest of it can be repeated."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """As text."""
        del dialect
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """As it went in."""
        del dialect
        return None if value is None else json.loads(value)


class Written(Mapping[str, Any]):
    """An object of JSON as its text, which is read when something of it is asked for.

    Of a great many, the texts take a fraction of the memory, and most are asked for nothing.
    Raises StoreError where the text is none.
    """

    __slots__ = ("_text", "_value")

    def __init__(self, text: str) -> None:
        self._text = text
        self._value: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """As it is kept."""
        return self._text

    def _read(self) -> dict[str, Any]:
        if self._value is None:
            try:
                value = json.loads(self._text)
            except ValueError:
                value = None
            self._value = value if isinstance(value, dict) else _unreadable(self._text)
        return self._value

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - a value of JSON
        """One of its values. Raises KeyError."""
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        """Its keys."""
        return iter(self._read())

    def __len__(self) -> int:
        """How many keys it has."""
        return len(self._read())


class JsonLater(Json):
    """An object of JSON, kept as `Json` and read as `Written`."""

    cache_ok: bool | None = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """As text; what was read before, as it was read."""
        return (
            value.text if isinstance(value, Written) else super().process_bind_param(value, dialect)
        )

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """As it went in, as soon as it is asked for something."""
        del dialect
        return None if value is None else Written(value)


class Names(Json):
    """Names in order; a tuple of texts."""

    cache_ok: bool | None = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """As they went in."""
        names = super().process_result_value(value, dialect)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError(value)
        return tuple(names)


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: object) -> str:
    """The one text of a value of JSON: keys in order, no blanks. A float is refused (TypeError)."""
    _without_floats(value)
    return _WRITER.encode(value)


def _without_floats(value: object) -> None:
    """No float may touch money, and two machines may write one differently."""
    if isinstance(value, float):
        message = f"{value!r} is a float"
        raise TypeError(message)
    if isinstance(value, (dict, list, tuple)):
        for each in value.values() if isinstance(value, dict) else value:
            if not isinstance(each, _PLAIN):  # spares most of the calls
                _without_floats(each)


_PLAIN = (str, int, type(None))
