"""The whole service asked by schemathesis what nobody thought of, as its description says.

The same questions on every machine; `--search` asks others, and more of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from api.app import Operating, make_app
from api.limits import Limits
from engine.services.webhook_sending import Outgoing
from tests.api.serving import key_of, work_at_once
from tests.engine.services.publications import NOW
from tests.engine.services.running import company, proposed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database

PAGED = [
    *("/v1/policies", "/v1/runs", "/v1/actions", "/v1/worklist", "/v1/audit", "/v1/cases"),
    *("/v1/webhooks", "/v1/webhooks/{webhook}/deliveries"),
    *("/v1/simulations", "/v1/simulations/{number}/events"),
]
"""A cursor is a text, and not every text is a cursor."""
PERIODS = ["/v1/reports/fees", "/v1/reports/effectiveness"]
"""Each day is one, and yet the last may come before the first."""
WRITES = ["POST", "PUT", "PATCH", "DELETE"]
"""What is well formed may still mean nothing, as a policy with errors, or come under a used key."""
REFUSED = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428]


@schemathesis.serializer("application/x-ndjson")
def lines(_: object, value: object) -> bytes:
    """A body of many objects, which the description calls a text."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def configured(key: str, *, covering: bool, search: bool) -> SchemathesisConfig:
    """Every check in every phase, but that all that is well formed is taken where it is not."""
    taken = {"positive_data_acceptance": {"enabled": False}}
    generation: dict[str, Any] = {"max-examples": 50 if search else 3, "database": "none"}
    return SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {key}"},
            "generation": {**generation, "deterministic": not search, "allow-x00": False},
            "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
            "operations": [
                {"include-method": WRITES, "checks": taken},
                {"include-path": [*PAGED, *PERIODS], "checks": taken},
            ],
            "phases": {"coverage": {"enabled": covering}},
        }
    )


def nowhere(host: str, port: int) -> list[str]:
    """Webhooks have no network: no name has an address."""
    raise OSError(host, port)


def findings(schema: schemathesis.BaseSchema) -> Iterator[str]:
    """What schemathesis does not like, each with the request to repeat it."""
    for event in engine.from_schema(schema).execute():
        if isinstance(event, (NonFatalError, FatalError)):
            yield str(getattr(event, "info", event))
        if isinstance(event, ScenarioFinished):
            for checks in event.recorder.checks.values():
                for check in checks:
                    if check.failure_info is not None:
                        found = check.failure_info
                        yield f"{event.label}: {found.failure}\n{found.code_sample}"


@pytest.mark.timeout(1200)
def test_schemathesis_finds_nothing(
    database: Database,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    company(database, tmp_path)
    proposed(database)
    # Who sends many wrong keys is kept waiting, and here each of them is a question.
    operating = Operating(Limits(failures=None), outgoing=Outgoing(resolve=nowhere))
    app = make_app(database, lambda: NOW, operating)
    work_at_once(app, database, tmp_path / "letters")
    search = bool(request.config.getoption("--search"))
    config = configured(key_of(database, "admin"), covering=search, search=search)
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config)
    found = list(findings(schema))
    assert found == [], "\n\n".join(sorted(set(found))[:20])
