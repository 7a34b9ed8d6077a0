"""Keys as people call them, and as Textual does."""

from __future__ import annotations

_SIGNS = {
    "question_mark": "?",
    "asterisk": "*",
    "slash": "/",
    "colon": ":",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "exclamation_mark": "!",
    "equals_sign": "=",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "underscore": "_",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def shown_key(key: str) -> str:
    """A key as the footer shows it: `^p`, `?`, `⇧tab`."""
    *modifiers, name = key.split("+")
    shown = _SIGNS.get(name, name)
    for modifier in reversed(modifiers):
        shown = {"ctrl": "^", "shift": "⇧"}.get(modifier, f"{modifier}+") + shown
    return shown


def shown_keys(keys: str, most: int = 9) -> str:
    """Several keys, separated by blanks."""
    return " ".join(shown_key(each.strip()) for each in keys.split(",")[:most] if each.strip())
