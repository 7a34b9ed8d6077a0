"""The description of the routes is committed: what changes in it is seen, and meant.

`pytest tests/api/test_openapi.py --update-golden` renews it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.api.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.store.database import Database

GOLDEN = Path(__file__).parents[2] / "api" / "openapi.json"


def test_the_committed_description_is_the_one_that_is_served(
    database: Database, *, update_golden: bool
) -> None:
    described = served(database, None).get("/v1/openapi.json").json()
    described["info"]["version"] = "0"  # changes with each commit
    written = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    if update_golden:
        GOLDEN.write_text(written, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == written, "renew it with --update-golden"


def test_every_operation_has_a_name_a_sentence_and_says_what_it_answers(
    database: Database,
) -> None:
    described = served(database, None).get("/v1/openapi.json").json()
    names = []
    for path, operations in described["paths"].items():
        for operation in operations.values():
            names.append(operation["operationId"])
            assert operation["description"], path
            assert any(status.startswith("2") for status in operation["responses"]), path
            if path.startswith("/v1/"):
                assert operation["security"], path
                assert {"401", "403", "422", "503"} <= set(operation["responses"]), path
    assert len(names) == len(set(names))


def test_a_day_that_may_be_missing_is_a_day_for_a_generator_of_clients_too() -> None:
    # `format` beside `anyOf` is overlooked by generators: the day would be any text to them.
    def overlooked(node: object, place: str = "") -> Iterator[str]:
        if isinstance(node, dict):
            if "format" in node and "anyOf" in node:
                yield place
            for name, part in node.items():
                yield from overlooked(part, f"{place}/{name}")
        elif isinstance(node, list):
            for number, part in enumerate(node):
                yield from overlooked(part, f"{place}/{number}")

    assert list(overlooked(json.loads(GOLDEN.read_text(encoding="utf-8")))) == []
