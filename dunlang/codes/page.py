"""What one page of the catalogue of codes holds, and how its short texts become whole policies.

The pages themselves are in `reading`, `statements`, `structure`, `types`, `conflicts`,
`examples` and `runs`; `catalogue` puts them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = """\
policy sample version 1
  effective 2026-01-01
  currency EUR
  timezone Europe/Berlin

"""
_STAGE = """\

stage reminder "Payment reminder"
  after 3 days overdue
  by email
"""


@dataclass(frozen=True, slots=True)
class CodePage:
    """What a code means, and what to write instead."""

    code: str
    """Such as `D204`, or `W102` for a warning."""
    title: str
    """A few words, lower case first letter, no full stop."""
    meaning: str
    """Some sentences for the person who writes policies; no word of how a compiler works."""
    wrong: str
    """A short text that has this problem, and no other. See `complete`."""
    right: str
    """The same text without the problem."""


def complete(text: str) -> str:
    """The whole policy that a page's short text stands for.

    A text without a line that begins with `policy` gets a small header in front; one without a
    line that begins with `stage` gets the stage `reminder` at its end. The header is called
    `sample`, names EUR as the only currency, and is otherwise plain.
    """
    body = text if text.endswith("\n") else f"{text}\n"
    if re.search(r"^policy\b", body, re.MULTILINE):
        return body
    if not re.search(r"^stage\b", body, re.MULTILINE):
        body += _STAGE
    return _HEADER + body
