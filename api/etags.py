"""ETags: whether a client has an answer already."""

from __future__ import annotations


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether an ETag is among those of a header If-None-Match (RFC 9110: weakly compared)."""
    if if_none_match is None:
        return False
    given = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in given or etag in given
