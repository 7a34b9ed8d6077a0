"""Passwords of people: what is asked of them, and how a store keeps and checks them."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from engine.services.actors import Refused

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 1024
WRONG = "S203"
WEAK = "S206"


@cache
def hasher() -> PasswordHash:
    """Argon2 with what is recommended now; a stored hash says with what it was made."""
    from pwdlib import PasswordHash  # noqa: PLC0415 - few commands ask for a password

    return PasswordHash.recommended()


def too_weak(password: str, name: str) -> Refused | None:
    """Why a password cannot be used; None if it can. Length is what counts, not odd characters."""
    hint = "several words make a good one"
    if len(password) < SHORTEST:
        return Refused(WEAK, f"a password has at least {SHORTEST} characters", hint)
    if len(password) > LONGEST:
        return Refused(WEAK, f"a password has at most {LONGEST:,} characters", hint)
    if name.casefold() * (len(password) // len(name)) == password.casefold():
        return Refused(WEAK, "a password is not the name of its user", hint)
    if len(set(password)) == 1:
        return Refused(WEAK, "a password is more than one character again and again", hint)
    return None


def hashed(password: str) -> str:
    """What a store keeps of a password."""
    return hasher().hash(_one_spelling(password))


def check(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether a password is the one whose hash is kept, and a better hash if there is one now.

    Takes the same time where nothing is kept: nobody learns whether a name exists.
    """
    given = _one_spelling(password[: LONGEST + 1])
    if kept is None or len(password) > LONGEST:
        hasher().hash(given)
        return False, None
    return hasher().verify_and_update(given, kept)


def _one_spelling(password: str) -> bytes:
    """Keyboards write the same letters in several ways, such as ü as one character or as two."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
