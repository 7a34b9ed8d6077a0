"""In which form an answer is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def form_wanted(forms: Mapping[str, str], asked: str | None, accept: Sequence[str]) -> str:
    """The form that is asked for by its name, else the first that the client likes best.

    `forms` are the media types by name, the usual one first; `accept` are the headers of that
    name. Raises ProblemError (406).
    """
    if asked is not None:
        return asked
    for wanted in _ranges(", ".join(accept) or "*/*"):
        for name, media in forms.items():
            if wanted in {media, "*/*", f"{media.partition('/')[0]}/*"}:
                return name
    raise ProblemError(
        406,
        "not-acceptable",
        "the answer is wanted in a form that there is not",
        f"accept one of {', '.join(forms.values())}",
    )


def _ranges(accept: str) -> list[str]:
    """Media ranges, the most wanted first; of equals the exact ones before those with a `*`."""
    found: list[tuple[float, bool, str]] = []
    for part in accept.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        quality = 1.0
        for each in parameters:
            if each.startswith("q="):
                try:
                    quality = float(each[2:])
                except ValueError:
                    quality = 0.0
        if name and quality > 0:
            found.append((-quality, "*" in name, name))
    return [name for *_, name in sorted(found, key=lambda each: each[:2])]
