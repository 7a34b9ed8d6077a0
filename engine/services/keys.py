"""Keys of programs and sessions of people: random texts that a store knows by their digest."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

_MARK = "dun"
_PREFIX = 6
_SECRET = 32
"""Bytes: 256 bits, which nobody guesses, so that one round of SHA-256 is enough."""
_NOBODY = "0" * 64
_KEY = re.compile(rf"{_MARK}_([0-9a-f]{{{2 * _PREFIX}}})_[0-9a-f]{{{2 * _SECRET}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; its text is shown once and kept nowhere."""

    prefix: str
    text: str = field(repr=False)

    @property
    def digest(self) -> str:
        """What a store keeps."""
        return digest(self.text)


def new_key() -> NewKey:
    """A key that nobody can guess, such as `dun_3f9a1c0b77de_...`."""
    prefix = secrets.token_hex(_PREFIX)
    return NewKey(prefix, f"{_MARK}_{prefix}_{secrets.token_hex(_SECRET)}")


def digest(text: str) -> str:
    """The SHA-256 of a key, as 64 hexadecimal digits."""
    # What comes from an environment may hold bytes that are no text.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def prefix_of(text: str) -> str | None:
    """The part of a key by which it is looked up; None for what is no key."""
    found = _KEY.fullmatch(text)
    return found[1] if found else None


def fits(text: str, known: str | None) -> bool:
    """Whether a key has a digest; takes the same time whether it does, or there is none."""
    return hmac.compare_digest(digest(text), known or _NOBODY)
