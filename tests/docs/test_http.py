"""docs/http.md explains every route of the service, each with an example that is run.

How an example is written:

- A route has a heading of its own, with nothing but method and path: `### GET /v1/cases/{id}`.
  Two that belong together share one: `### GET /v1/runs, GET /v1/runs/{day}`.
- Below it, an `sh` block asks with `curl`, to `http://127.0.0.1:8080`, with the key in `$KEY` (a
  manager) or `$REVIEWER` (an approver). What is asked is really asked, of a service over the small
  ledger of docs/example, in the order of the document. `tests/docs/curl.py` has the options.
- A block that follows is the answer to the last `curl` before it, and compared: `json`, `text` or
  `csv` is a body (the status has to be a good one), `http` is status, headers and body, for a
  `curl -i`. Of headers only those that are shown are compared.
- In an answer `...` stands for what differs each time or is left out, as `tests/docs/answers.py`
  says. `pytest tests/docs/test_documents_run.py -k http.md --update-docs` writes the answer into
  a block that is empty or wrong, and keeps the gaps; then look at it, and make more gaps.
- A file that a request sends is a block with `<!-- file: name -->` above it. A block that is
  neither asked nor answered here has `<!-- unchecked: why -->` above it.
"""

from __future__ import annotations

import json
import re
import shlex

from tests.docs import curl
from tests.docs.blocks import blocks_of
from tests.docs.console import ROOT
from tests.docs.reader import lines_of

DOCUMENT = ROOT / "docs" / "http.md"
DESCRIBED = "GET /v1/openapi.json"
"""The one route that is not in the description, as it is the description."""
_METHODS = "GET|PUT|POST|PATCH|DELETE"
_HEADING = re.compile(rf"^#+ ((?:{_METHODS}) .*)$", re.MULTILINE)


def routes() -> list[str]:
    """Every route, with `{}` for what is chosen."""
    described = json.loads((ROOT / "api" / "openapi.json").read_text(encoding="utf-8"))
    found = [
        f"{method.upper()} {path}"
        for path, operations in described["paths"].items()
        for method in operations
    ]
    return [plain(route) for route in [*found, DESCRIBED]]


def plain(route: str) -> str:
    return re.sub(r"\{.*?\}", "{}", route)


def asked() -> dict[str, str]:
    """Every `curl` of the document, and the route that it asks; nothing where there is none."""
    found: dict[str, str] = {}
    for block in blocks_of(DOCUMENT):
        if block.language == "sh" and "unchecked" not in block.notes:
            for line in lines_of(block):
                if line.startswith("curl "):
                    request = curl.read(shlex.split(line)[1:], files=False)
                    found[line] = route_of(request)
    return found


def route_of(request: curl.Request) -> str:
    """The route of a request; one with its very words goes before one with a choice."""
    question = f"{request.method} {request.path}"
    for route in sorted(routes(), key=lambda each: each.count("{}")):
        if re.fullmatch(re.escape(route).replace(r"\{\}", "[^/]+"), question):
            return route
    return ""


def test_every_route_has_a_heading_and_no_other() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    named = [plain(each) for line in _HEADING.findall(text) for each in line.split(", ")]
    assert sorted(named) == sorted(routes())


def test_every_route_has_an_example() -> None:
    assert set(routes()) - set(asked().values()) == set()


def test_every_example_asks_a_route_that_there_is() -> None:
    assert [line for line, route in asked().items() if not route] == []
