"""Diagnostics for programs: JSON, SARIF 2.1.0, and annotations of GitHub Actions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dunlang.codes.catalogue import PAGES, complete

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.codes.page import CodePage
    from dunlang.diagnostics import Diagnostic
    from dunlang.source import Span

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def as_json(problems: Iterable[Diagnostic]) -> str:
    """A list of objects, in the order given.

    Keys: `code`, `severity` (error or warning), `file`, `line` and `column` (from 1, in code
    points), `length` (code points), `message`, `hint`, `notes`, and `related` (a list of objects
    with `file`, `line`, `column`, `length`, `message`).
    """
    return json.dumps([_plain(problem) for problem in problems], ensure_ascii=False, indent=2)


def _plain(problem: Diagnostic) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        **_place(problem.span),
        "message": problem.message,
        "hint": problem.hint,
        "notes": list(problem.notes),
        "related": [{**_place(span), "message": what} for span, what in problem.related],
    }


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "length": span.end - span.start,
    }


# ------------------------------------------------------------------------ SARIF


def as_sarif(problems: Iterable[Diagnostic]) -> str:
    """One run of the tool `dun` in SARIF 2.1.0, with every page of the catalogue as a rule."""
    index = {code: at for at, code in enumerate(PAGES)}
    run = {
        "tool": {"driver": {"name": "dun", "rules": [_rule(page) for page in PAGES.values()]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, index) for problem in problems],
    }
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(page: CodePage) -> dict[str, object]:
    wrong, right = complete(page.wrong), complete(page.right)
    return {
        "id": page.code,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.meaning},
        "help": {
            "text": f"{page.meaning}\n\nWrong:\n\n{wrong}\nRight:\n\n{right}",
            "markdown": f"{page.meaning}\n\nWrong:\n\n```\n{wrong}```\n\n"
            f"Right:\n\n```\n{right}```\n",
        },
        "defaultConfiguration": {"level": "warning" if page.code.startswith("W") else "error"},
    }


def _result(problem: Diagnostic, index: dict[str, int]) -> dict[str, object]:
    sentences = [problem.message, *([problem.hint] if problem.hint else []), *problem.notes]
    result: dict[str, object] = {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": "; ".join(sentences)},
        "locations": [_location(problem.span)],
    }
    if problem.code in index:
        result["ruleIndex"] = index[problem.code]
    if problem.related:
        result["relatedLocations"] = [
            {"id": number, **_location(span), "message": {"text": what or problem.message}}
            for number, (span, what) in enumerate(problem.related)
        ]
    return result


def _location(span: Span) -> dict[str, object]:
    end_line, end_column = span.source.position(span.end)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(span.source.name)},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": end_line,
                "endColumn": end_column,
            },
        }
    }


def _uri(path: str) -> str:
    """A path as a URI reference: forward slashes, everything unusual percent-encoded."""
    encoded = path.replace("\\", "/").encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if chr(byte) in _SAFE else f"%{byte:02X}" for byte in encoded)


# ----------------------------------------------------------------------- GitHub


def as_github(problems: Iterable[Diagnostic]) -> str:
    """One workflow command a line, which GitHub Actions shows beside the changed lines."""
    return "".join(f"{_command(problem)}\n" for problem in problems)


def _command(problem: Diagnostic) -> str:
    span = problem.span
    where = [f"file={_property(span.source.name)}", f"line={span.line}", f"col={span.column}"]
    text = "\n".join(
        (f"{problem.message}: {problem.hint}" if problem.hint else problem.message, *problem.notes)
    )
    where.append(f"title={_property(problem.code)}")
    return f"::{problem.severity} {','.join(where)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
