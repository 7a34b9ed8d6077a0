"""A client that is generated from the committed description, used against a running service.

The generator is openapi-python-client; the client is what its users get, untouched.
"""

from __future__ import annotations

import datetime
import io
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.serving import key_of
from tests.docs.console import ROOT
from tests.docs.service import Service
from tests.engine.services.running import company

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database

PACKAGE = "generated_dun_client"
DAY = datetime.date(2026, 3, 16)
# Lines of JSON are bytes to a generator, and what it makes need not be laid out.
OPTIONS = """\
content_type_overrides:
  application/x-ndjson: application/octet-stream
post_hooks: []
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a client that was generated just now, from which it can be imported."""
    folder = tmp_path_factory.mktemp("generated")
    options = folder / "options.yml"
    options.write_text(OPTIONS, encoding="utf-8")
    words = ["generate", "--path", str(ROOT / "api" / "openapi.json"), "--meta", "none"]
    words += ["--config", str(options), "--output-path", str(folder / PACKAGE)]
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *words, "--fail-on-warning"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for name in [each for each in sys.modules if each.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def client(
    generated: Path,  # noqa: ARG001 - makes it importable
    address: str,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """A generated client with a clerk's key, of a service over a small company."""
    company(database, tmp_path)
    monkeypatch.setenv("DUN_DATABASE", address)
    service = Service([], tmp_path / "service.log")
    made = part("client").AuthenticatedClient(
        base_url=f"http://{service.address}", token=key_of(database, "clerk")
    )
    with made:
        yield made
    service.end()


def part(name: str) -> Any:  # noqa: ANN401 - a module of the generated client
    return import_module(f"{PACKAGE}.{name}")


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)  # of what answers it sees nothing
def test_a_generated_client_decides_lists_writes_and_is_told_what_is_wrong(client: Any) -> None:  # noqa: ANN401 - generated
    decides_from_facts(client)
    lists_cases_page_by_page_and_asks_one(client)
    writes_once_what_is_sent_twice(client)
    gets_what_is_wrong_as_a_problem(client)


def decides_from_facts(client: Any) -> None:  # noqa: ANN401 - generated
    models = part("models")
    question = models.Question(
        on=DAY,
        customers=[models.GivenCustomer(id="C-17", country="DE", email="ap@huber.example")],
        invoices=[
            models.GivenInvoice(
                id="R-2001",
                customer="C-17",
                issued=datetime.date(2026, 1, 30),
                due=datetime.date(2026, 3, 2),
                amount="250.00",
                currency="EUR",
            )
        ],
    )
    answers = part("api.decisions.decide").sync(client=client, body=question)
    (decision,) = answers.decisions
    assert (decision.case, decision.outcome.value) == ("R-2001", "act")
    assert decision.open_amount == models.Amount(amount="250.00", currency="EUR")
    assert answers.policies[0].policy == "house"


def lists_cases_page_by_page_and_asks_one(client: Any) -> None:  # noqa: ANN401 - as above
    listing, unset = part("api.cases.cases"), part("types").UNSET
    found, cursor, pages = [], unset, 0
    while pages == 0 or cursor is not None:
        page = listing.sync(client=client, on=DAY, limit=1, cursor=cursor)
        found += [each.case for each in page.items]
        cursor, pages = page.next_, pages + 1
    assert pages > 1
    assert sorted(found) == ["R-1", "R-2", "R-3", "R-4", "R-5"]
    decision = part("api.cases.next_action").sync(found[0], client=client, on=DAY)
    assert (decision.case, decision.on) == (found[0], DAY)


def writes_once_what_is_sent_twice(client: Any) -> None:  # noqa: ANN401 - as above
    models, post = part("models"), part("api.ledger.post_events")
    payment = models.EventWrite.from_dict(
        {
            "date": "2026-03-16",
            "kind": "payment",
            "invoice": "R-1",
            "amount": "1.00",
            "currency": "EUR",
        }
    )
    once, again = (
        post.sync_detailed(client=client, body=payment, idempotency_key="k-1") for _ in range(2)
    )
    assert (once.status_code, once.parsed.result.value) == (201, "new")
    assert (again.parsed, again.headers["idempotency-replayed"]) == (once.parsed, "true")
    lines = b'{"date": "2026-03-17", "kind": "dispute", "invoice": "R-1"}\n'
    many = post.sync(client=client, body=part("types").File(payload=io.BytesIO(lines)))
    assert (many.new, many.unchanged) == (1, 0)


def gets_what_is_wrong_as_a_problem(client: Any) -> None:  # noqa: ANN401 - as above
    models = part("models")
    problem = part("api.cases.next_action").sync("R-9", client=client, on=DAY)
    assert isinstance(problem, models.Problem)
    assert (problem.status, problem.type_) == (404, "urn:dunlang:problem:no-case")
    wrong = models.EventWrite.from_dict({"date": "16.03.2026", "kind": "dispute", "invoice": "R-1"})
    problem = part("api.ledger.post_events").sync(client=client, body=wrong)
    assert (problem.status, problem.errors[0].kind) == (422, "L115")
    assert problem.errors[0].hint
