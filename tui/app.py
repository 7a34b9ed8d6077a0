"""The application: areas, the day that is looked at, keys, colours, and what goes wrong."""

from __future__ import annotations

import datetime
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.reactive import reactive

from tui.areas.known import AREAS, FIRST
from tui.backend import Backend
from tui.frame.area_screen import AreaScreen
from tui.frame.date_entry import DateEntry
from tui.frame.dialogs import Choose
from tui.frame.help import Help
from tui.frame.jump import FIRST_LINE, Jump
from tui.frame.login import LogIn
from tui.frame.palette import Commands, Palette
from tui.frame.themes import DARK, PLAIN, THEMES
from tui.frame.tidying import Tidying
from tui.frame.too_small import LEAST, TooSmall
from tui.frame.typing_ahead import TypingAhead
from tui.keymap import PRESETS, Keymap, preset_keys
from tui.keys import bindings
from tui.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.binding import BindingType
    from textual.dom import DOMNode
    from textual.screen import Screen

    from engine.services.actors import Refused
    from engine.services.stores import StoreError
    from tui.frame.commands import Command
    from tui.frame.jobs import Job

DETAILS = "DUN_DEBUG"
"""Set to anything, an internal error ends the admin and shows where it happened."""
_NO_ANSWER = "The store does not answer; r tries again, and nothing is lost. {}"
MINUTE = 60.0
"""Seconds after which it is looked whether it is another day."""
TIDIED = 1.0
"""Seconds after which it is looked whether there is time to tidy up."""
RETRY = 5.0
"""Seconds after which a store that was lost is looked for again."""


class Admin(TypingAhead):
    """The terminal admin over one store."""

    TITLE = "dun"  # type: ignore[mutable-override]  # Textual declares it so
    BINDINGS: ClassVar[list[BindingType]] = bindings("everywhere")
    COMMANDS = {Commands}  # noqa: RUF012 - Textual declares it so
    COMMAND_PALETTE_BINDING = ""
    ENABLE_COMMAND_PALETTE = True
    AUTO_FOCUS: ClassVar[str | None] = "Table, .first"

    as_of: reactive[datetime.date] = reactive(datetime.date.min, init=False)
    """The day that is looked at."""
    today: reactive[datetime.date] = reactive(datetime.date.min, init=False)
    """What day it is, as far as somebody looked."""
    who: reactive[str] = reactive("", init=False)
    """Who acts."""
    working: reactive[int] = reactive(0, init=False)
    """How much work goes on beside the screen."""
    trouble: reactive[str] = reactive("", init=False)
    """Why the store cannot be reached; empty while it can."""

    def __init__(
        self,
        backend: Backend,
        *,
        on: datetime.date | None = None,
        state: State | None = None,
        keymap: Keymap | None = None,
    ) -> None:
        """`on`: the day to look at first, else today."""
        self.is_plain = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if self.is_plain else None)
        self.backend = backend
        self.state = state or State(None)
        self.keymap = keymap or Keymap()
        self.jobs: list[Job] = []
        self._again: dict[object, Callable[[], object]] = {}
        self._tidying: Tidying | None = None
        self.set_reactive(Admin.as_of, on or backend.today())
        self.set_reactive(Admin.today, backend.today())
        self.set_reactive(Admin.who, backend.actor.name)
        for theme in THEMES:
            self.register_theme(theme)
        for area in AREAS:
            self.add_mode(area.id, area.make)
        self._use_keys()
        wanted = self.state.text("theme", DARK)
        self.theme = PLAIN if self.is_plain else wanted if wanted in self.available_themes else DARK

    # ----------------------------------------------------------------------------- begin and end

    def on_mount(self) -> None:
        """Begin where one was the last time."""
        self.go(self.state.text("area", FIRST))
        for problem in self.keymap.problems:
            self.notify(problem, title="Your keys", severity="warning", timeout=15, markup=False)
        self._offer_day()
        self._tidying = Tidying()
        self.set_interval(TIDIED, self._tidying.look)
        self.set_interval(MINUTE, self._look_at_the_clock)

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody does something."""
        if self._tidying is not None and isinstance(event, events.InputEvent):
            self._tidying.touched()
            self._look_at_the_clock()
        await super().on_event(event)

    def _look_at_the_clock(self) -> None:
        self.today = self.backend.today()

    def watch_today(self, before: datetime.date, today: datetime.date) -> None:
        """It was midnight: what was today is not any more."""
        if self.as_of == before:
            said = f"It is {today} by now, and {before} is still looked at; 0 goes to today."
            self.notify(said, markup=False)

    def awake(self) -> None:
        """Something moves on the screen without a key: this is no idle moment."""
        if self._tidying is not None:
            self._tidying.touched()

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        if self._tidying is not None:
            self._tidying.end()

    def _offer_day(self) -> None:
        """A day that was looked at the last time is offered, not taken."""
        kept = self.state.text("as_of")
        if kept and kept != str(self.backend.today()) and self.as_of == self.backend.today():
            said = f"The last time you looked at {kept}; t and {kept} goes there again."
            self.notify(said, markup=False)

    def remember(self) -> None:
        """Keep where one is for the next time."""
        self.state.put("theme", self.state.text("theme", DARK) if self.is_plain else self.theme)
        self.state.put("as_of", "" if self.as_of == self.backend.today() else str(self.as_of))
        self.state.save()

    def action_command_palette(self) -> None:
        """Search everything that can be done."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    async def action_quit(self) -> None:
        """Leave, and lose nothing."""
        unsaved = next((each for each in self.area_screens if each.unsaved()), None)
        if unsaved is None:
            self._leave()
        elif isinstance(self.screen, AreaScreen):
            choices = [
                ("save", "Save and leave"),
                ("later", "Leave; the changes are offered the next time"),
                ("stay", "Stay"),
            ]
            said = f"{unsaved.unsaved()} is not saved"
            self.push_screen(Choose(said, choices), partial(self._leave_with, unsaved))

    def _leave_with(self, unsaved: AreaScreen, answer: str | None) -> None:
        if answer == "save":
            unsaved.save_unsaved(self._leave)
        elif answer == "later":
            unsaved.keep_unsaved()
            self._leave()

    def _leave(self) -> None:
        for job in self.jobs:
            job.cancel()
        self.remember()
        self.exit()

    # --------------------------------------------------------------------------------- the frame

    @property
    def beside(self) -> tuple[str, ...]:
        """What the header tells beside the day."""
        actor = self.backend.actor
        return f"{actor.name} ({actor.role})", self.backend.name.rpartition("/")[2]

    @property
    def area_screens(self) -> list[AreaScreen]:
        """The screens of all areas that were opened."""
        stacks = [
            self.get_screen_stack(area.id) for area in AREAS if area.id in self._screen_stacks
        ]
        return [each for stack in stacks for each in stack if isinstance(each, AreaScreen)]

    @property
    def seen(self) -> AreaScreen | None:
        """The screen that is seen, below dialogs."""
        stack = reversed(self.screen_stack)
        return next((each for each in stack if isinstance(each, AreaScreen)), None)

    def go(self, area: str) -> None:
        """Go to an area; one that there is not any more leads to the first."""
        known = {each.id for each in AREAS}
        found = area if area in known else AREAS[0].id
        self.state.put("area", found)
        self.switch_mode(found)

    def action_area(self, area: str) -> None:
        """A digit was pressed."""
        self.go(area)

    def action_jump(self) -> None:
        """`g` was pressed: a letter follows."""
        self.push_screen(Jump(), self._jumped)

    def _jumped(self, answer: str | None) -> None:
        if answer == FIRST_LINE:
            first = getattr(self.focused, "action_first", None)
            if first is not None:
                first()
        elif answer is not None:
            self.go(answer)

    def action_date(self) -> None:
        """Ask for the day."""
        screen = self.screen
        shown = screen.as_of if isinstance(screen, AreaScreen) else self.as_of
        self.push_screen(DateEntry(shown, self.backend.today()), self.look_at)

    def action_today(self) -> None:
        """Look at today again."""
        self.look_at(self.backend.today())

    def look_at(self, day: datetime.date | None) -> None:
        """Look at a day, as the screen that is seen does."""
        if day is None:
            return
        if isinstance(self.screen, AreaScreen):
            self.screen.look_at(day)
        else:
            self.as_of = day

    def watch_as_of(self) -> None:
        """Tell the screens."""
        for screen in self.area_screens:
            screen.tell(day=True)

    def action_refresh(self) -> None:
        """Ask the store again."""
        if self.trouble:
            self._try_again()
        else:
            self.store_changed()

    def store_changed(self) -> None:
        """Let every screen ask again: something was done that others show too."""
        for screen in self.area_screens:
            screen.tell(day=False)

    async def action_back(self) -> None:
        """One screen back; nothing at the first of an area."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()

    def action_help(self) -> None:
        """The keys of this screen, or what is under the cursor where a text is edited."""
        if isinstance(self.screen, AreaScreen) and not self.screen.explain():
            changed = frozenset(self.keymap.own)
            self.push_screen(Help(self.screen.NAME, self.keymap.keys, changed))

    def action_login(self) -> None:
        """Go on as somebody else."""
        self.push_screen(LogIn(self.backend), self.use_backend)

    def use_backend(self, backend: Backend | None) -> None:
        """Go on with a store, or as somebody else in it."""
        if backend is not None:
            self.backend = backend
            self.who = f"{backend.name} {backend.actor.name}"
            self.store_changed()

    # ----------------------------------------------------------------------------- keys, colours

    def _use_keys(self) -> None:
        usual = preset_keys(PRESETS[0])
        keys = self.keymap.keys
        self.set_keymap({name: text for name, text in keys.items() if text != usual[name]})

    def keys_of(self, command: Command) -> str:
        """The keys that start a command, separated by commas."""
        return self.keymap.keys[command.id]

    def action_preset(self) -> None:
        """Choose a preset of keys."""
        choices = [(each, each) for each in PRESETS]
        self.push_screen(Choose("Keys", choices), self._use_preset)

    def _use_preset(self, preset: str | None) -> None:
        if preset is not None:
            self.keymap = Keymap(preset, self.keymap.own)
            self.state.put("preset", preset)
            self._use_keys()

    def action_theme(self) -> None:
        """Choose other colours."""
        choices = [(each, each) for each in sorted(self.available_themes)]
        self.push_screen(Choose("Colours", choices), self.use_theme)

    def use_theme(self, theme: str | None) -> None:
        """Use other colours, now and the next time."""
        if theme is not None:
            self.theme = theme
            self.state.put("theme", theme)

    async def do(self, command: Command, screen: Screen[None]) -> None:
        """Do what a command says, wherever the palette was opened."""
        for target in (screen.focused, screen, self):
            if target is not None and hasattr(target, f"action_{command.does.partition('(')[0]}"):
                await self.run_action(command.does, target)
                return

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[object, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do something, or say why it cannot be done now."""
        screen = self.screen
        if isinstance(action, str) and isinstance(screen, AreaScreen):
            reason = screen.why_not(action.rpartition(".")[2])
            if reason is not None:
                self.notify(reason, severity="warning", markup=False)
                return True
        return await super().run_action(action, default_namespace, namespaces)

    # -------------------------------------------------------------------------- what goes wrong

    def begin(self, job: Job) -> None:
        """Work goes on beside the screen."""
        self.jobs.append(job)
        self.working = len(self.jobs)

    def end(self, job: Job) -> None:
        """It has come to an end."""
        self.jobs.remove(job)
        self.working = len(self.jobs)

    def refuse(self, refused: Refused) -> None:
        """Say what was not done, and the way out."""
        self.notify(str(refused), severity="warning", timeout=10, markup=False)

    def broke(self, error: Exception) -> None:
        """Say that something is wrong with the program itself."""
        if os.environ.get(DETAILS):
            raise error
        kind = type(error).__name__
        text = (
            f"an internal error stopped this ({kind}: {error}). It is a bug in dunlang: please"
            f" report it with what 'dun admin' prints after setting {DETAILS}=1"
        )
        self.notify(text, severity="error", timeout=20, markup=False)

    def lost(self, error: StoreError, where: object, again: Callable[[], object]) -> None:
        """The store cannot be reached: say so until it is back, then ask once more."""
        if not self.trouble:
            self.set_timer(RETRY, self._try_again)
        self._again[where, again.args[0] if isinstance(again, partial) else again] = again
        self.trouble = _NO_ANSWER.format(error)

    def _try_again(self) -> None:
        if isinstance(self.screen, AreaScreen) and self.trouble:
            self.run_worker(self._look_again(), group="look again", exclusive=True)

    async def _look_again(self) -> None:
        import asyncio  # noqa: PLC0415 - only where a store was lost

        try:
            await asyncio.to_thread(self.backend.check)
        except Exception as error:  # noqa: BLE001 - it is still lost, whatever is wrong with it now
            self.trouble = _NO_ANSWER.format(error)
            self.set_timer(RETRY, self._try_again)
            return
        self.trouble = ""
        again, self._again = list(self._again.values()), {}
        for each in again:
            each()

    # ------------------------------------------------------------------------------------- files

    has_files: ClassVar[bool] = True
    """Whether whoever sits at the screen can reach the files of this computer."""

    def place_of(self, name: str) -> Path:
        """Where a file is written to that a person names."""
        return Path(name).expanduser()

    def written(self, file: Path) -> str:
        """A file was written there; what to say of it."""
        return f"written to {file}"

    # ------------------------------------------------------------------------------ the terminal

    def on_resize(self, event: events.Resize) -> None:
        """Cover everything where there is too little room."""
        columns, lines = LEAST
        is_small = event.size.width < columns or event.size.height < lines
        is_covered = isinstance(self.screen, TooSmall)
        if is_small and not is_covered:
            self.push_screen(TooSmall())
        elif not is_small and is_covered:
            self.pop_screen()
