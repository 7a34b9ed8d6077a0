"""What operators watch: how much waits in the store, and how far it has got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.run_lists import STATES
from engine.store import runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Figure:
    """Numbers of one kind, each with what tells it from the others."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], int]


def figures(database: Database) -> list[Figure]:
    """All of them, at one moment. Raises StoreError."""
    with database.reading() as connection:
        actions = runs.count_open(connection)
    return [
        Figure(
            "run_actions",
            "Actions of runs that were proposed and are not over, by what became of them.",
            ("state",),
            {(state,): actions.get(state, 0) for state in STATES},
        )
    ]
