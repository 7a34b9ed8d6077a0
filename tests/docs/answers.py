"""What a document shows as an answer, beside what was answered.

`...` stands for what differs each time, or was left out: as a text of JSON for any value, within a
text for any characters, as a member (`"...": "..."`) for all other members of an object, as an item
for any number of items of a list, and as a line of a text for any number of lines.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

    from tests.docs.blocks import Block

GAP = "..."
WIDTH = 100
KINDS = frozenset({"json", "http", "text", "csv"})
"""Blocks that show an answer: a body; `http` is status and headers, too, as of `curl -i`."""


def renewed(block: Block, answer: httpx2.Response) -> list[str]:
    """The lines of a block as they are if they agree with the answer, else as they should be."""
    shown = list(block.lines)
    if block.language != "http":
        return _body(shown, answer, is_json=block.language == "json")
    at = shown.index("") if "" in shown else len(shown)
    head, body = shown[:at], shown[at + 1 :]
    kind = answer.headers.get("content-type", "")
    now = _head(head, answer)
    if body or answer.text:
        now += ["", *_body(body, answer, is_json=kind.partition(";")[0].endswith("json"))]
    return now


def _head(shown: list[str], answer: httpx2.Response) -> list[str]:
    """The status, and those headers that the document shows."""
    status = f"HTTP/1.1 {answer.status_code}"
    # The words behind the number depend on the version of Python.
    words = f"{status} {answer.reason_phrase}"
    now = [shown[0] if shown and shown[0].startswith(f"{status} ") else words]
    for line in shown[1:]:
        name, _, value = line.partition(":")
        there = answer.headers.get(name)
        if there is not None:
            now.append(line if _like(value.strip(), there) else f"{name}: {there}")
    return now


def _body(shown: list[str], answer: httpx2.Response, *, is_json: bool) -> list[str]:
    if is_json:
        try:
            before = json.loads("\n".join(shown))
        except ValueError:
            before = GAP if shown == [GAP] else None
        now = merged(before, answer.json())
        return shown if _same(now, before) else layout(now).splitlines()
    lines = answer.text.splitlines()
    return shown if _lines_agree(shown, lines) else lines


def _like(shown: str, there: str) -> bool:
    """Whether a text is the one shown, where `...` stands for any characters."""
    pattern = ".*".join(re.escape(part) for part in shown.split(GAP))
    return re.fullmatch(pattern, there, re.DOTALL) is not None


def _lines_agree(shown: list[str], there: list[str]) -> bool:
    if not shown:
        return not there
    if shown[0] == GAP:
        return any(_lines_agree(shown[1:], there[at:]) for at in range(len(there) + 1))
    return bool(there) and _like(shown[0], there[0]) and _lines_agree(shown[1:], there[1:])


def merged(shown: Any, there: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """What was answered, with the gaps of what is shown; just what is shown if they agree."""
    if isinstance(shown, str) and GAP in shown:
        is_like = shown == GAP or (isinstance(there, str) and _like(shown, there))
        return shown if is_like else there
    if isinstance(shown, dict) and isinstance(there, dict):
        return _merged_members(shown, there)
    if isinstance(shown, list) and isinstance(there, list):
        return _merged_items(shown, there)
    return shown if _same(shown, there) else there


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - as above
    # 1, 1.0 and true are equal in Python, but no reader of an answer takes one for the other.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _merged_members(shown: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    kept = {name: merged(value, there[name]) for name, value in shown.items() if name in there}
    if GAP in shown:
        return {name: kept.get(name, GAP) for name in shown if name in kept or name == GAP}
    return {name: kept.get(name, value) for name, value in there.items()}


def _merged_items(shown: list[Any], there: list[Any]) -> list[Any]:
    if GAP not in shown:
        before = [*shown, *[None] * len(there)]
        return [merged(old, now) for old, now in zip(before, there, strict=False)]
    at = shown.index(GAP)
    first, last = shown[:at], shown[at + 1 :]
    if len(first) + len(last) > len(there):
        return there
    end = there[len(there) - len(last) :]
    return [
        *(merged(old, now) for old, now in zip(first, there, strict=False)),
        GAP,
        *(merged(old, now) for old, now in zip(last, end, strict=True)),
    ]


def layout(value: Any, indent: int = 0, before: int = 0) -> str:  # noqa: ANN401 - as above
    """JSON for a reader: on one line where it fits, else a line for each part."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or before + len(line) < WIDTH:
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = []
        for name, each in value.items():
            begin = f"{inner}{json.dumps(name, ensure_ascii=False)}: "
            parts.append(begin + layout(each, indent + 2, len(begin)))
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    items = [inner + layout(each, indent + 2, indent + 2) for each in value]
    return "[\n" + ",\n".join(items) + "\n" + " " * indent + "]"
