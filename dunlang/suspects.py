"""Characters that look like others, or like nothing at all."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Token


def is_blank(token: Token) -> bool:
    """Whether a token is a blank that is not a space: a non-breaking one, or one of no width."""
    return token.type in {"UNKNOWN", "MARK"} and (
        token.isspace() or unicodedata.category(str(token)) in {"Zs", "Cf"}
    )
