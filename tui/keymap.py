"""Which keys a person uses: a preset, and their own in `keys.toml`.

preset = "vim"

[keys]
"list.filter" = "ctrl+f"
"frame.date" = "T,ctrl+t"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platformdirs import user_config_path

from dunlang.suggest import did_you_mean
from tui.keys import COMMANDS, SCREENS, commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PRESETS = ("default", "vim")
_KEY = re.compile(r"(?:(?:ctrl|shift|alt|super)\+)*\S+")


def keys_file() -> Path:
    """Where a person writes their keys."""
    return user_config_path("dunlang") / "keys.toml"


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of every command, by its id."""

    preset: str = PRESETS[0]
    own: Mapping[str, str] = field(default_factory=dict)
    """What the user chose."""
    problems: tuple[str, ...] = ()
    """What is wrong with the file, a sentence each, with the line."""

    @property
    def keys(self) -> dict[str, str]:
        """By id of the command: its keys, separated by commas."""
        return {**preset_keys(self.preset), **self.own}


def preset_keys(preset: str) -> dict[str, str]:
    """The keys of a preset, by id of the command."""
    return {each.id: each.vim if preset == "vim" and each.vim else each.keys for each in COMMANDS}


def read_keymap(file: Path) -> Keymap:
    """The keys in a file; what is wrong in it is left out and told."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Keymap()
    except (OSError, UnicodeDecodeError) as error:
        return Keymap(problems=(f"{file}: cannot be read ({error})",))
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Keymap(problems=(f"{file}: {error}; your own keys are not used",))
    return _Reader(file, text).read(found)


@dataclass(slots=True)
class _Reader:
    file: Path
    text: str
    problems: list[tuple[int, str]] = field(default_factory=list)

    def read(self, found: Mapping[str, object]) -> Keymap:
        preset = found.get("preset", PRESETS[0])
        if preset not in PRESETS:
            self._say("preset", f"preset is one of {', '.join(PRESETS)}, not '{preset}'")
            preset = PRESETS[0]
        table = found.get("keys", {})
        own = dict(self._own(table)) if isinstance(table, dict) else {}
        known = {"preset", "keys"}
        for name in found:
            if name not in known:
                self._say(name, f"'{name}' is not known here; there are preset and [keys]")
        own = self._without_conflicts(str(preset), own)
        told = (f"{self.file}:{number}: {message}" for number, message in sorted(self.problems))
        return Keymap(str(preset), own, tuple(told))

    def _own(self, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        ids = [each.id for each in COMMANDS]
        for name, value in table.items():
            if name not in ids:
                hint = did_you_mean(name, ids)
                self._say(name, f"there is no command '{name}'" + (f"; {hint}" if hint else ""))
            elif not isinstance(value, str) or not all(map(_is_key, value.split(","))):
                self._say(name, f'\'{value}\' are no keys; write them as in "ctrl+f" or "T,f2"')
            else:
                yield name, ",".join(each.strip() for each in value.split(","))

    def _without_conflicts(self, preset: str, own: dict[str, str]) -> dict[str, str]:
        """What is left when nothing is twice on a screen."""
        kept: dict[str, str] = {}
        for name, keys in own.items():
            trial = {**preset_keys(preset), **own}
            other = next((each for each in conflicts(trial) if name in each[1:]), None)
            if other is None:
                kept[name] = keys
            else:
                key, one, two = other
                rest = two if one == name else one
                self._say(name, f"'{key}' would start both '{name}' and '{rest}'")
        return kept

    def _say(self, name: str, message: str) -> None:
        lines = self.text.splitlines()
        number = next((n for n, line in enumerate(lines, 1) if name in line), 1)
        self.problems.append((number, message))


def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text.strip()) is not None


def conflicts(keys: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Keys that would start two things on one screen: the key and the two commands."""
    for screen in SCREENS:
        taken: dict[str, str] = {}
        for each in commands_of(screen):
            for key in filter(None, keys[each.id].split(",")):
                other = taken.setdefault(key, each.id)
                if other != each.id:
                    yield key, other, each.id
