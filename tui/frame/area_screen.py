"""What every screen of an area is: its body between header and footer, and a way to ask."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.containers import Vertical
from textual.reactive import reactive
from textual.screen import Screen

from engine.services.actors import Refused
from engine.services.stores import StoreError
from tui.frame.banner import Banner
from tui.frame.footer import Keys
from tui.frame.header import Header
from tui.frame.jobs import Job
from tui.frame.status import StatusLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.worker import WorkType

    from tui.app import Admin
    from tui.backend import Backend

Answer = TypeVar("Answer")


class AreaScreen(Screen[None]):
    """A screen of the admin. It composes, and translates between its model and the widgets."""

    DEFAULT_CSS = """
    AreaScreen { layout: vertical; }
    AreaScreen > .body { height: 1fr; }
    """
    NAME: ClassVar[str]
    """Its name in `tui.keys.SCREENS`: whose keys hold here."""

    trail: reactive[tuple[str, ...]] = reactive((), init=False)
    """Where this is, below the area: a customer, an invoice."""
    own_day: reactive[datetime.date | None] = reactive(None, init=False)
    """The day that is looked at here alone; None: that of the admin."""
    note: reactive[str] = reactive("", init=False)
    """The left of the status line: how many there are, what is filtered, what is marked."""

    def __init__(self) -> None:
        """Nothing was missed yet."""
        super().__init__()
        self._untold: set[bool] = set()

    def compose(self) -> ComposeResult:
        """The body between the parts of the frame."""
        yield Header()
        yield Banner()
        with Vertical(classes="body"):
            yield from self.body()
        yield StatusLine()
        yield Keys()

    def body(self) -> ComposeResult:
        """What is special about this screen."""
        raise NotImplementedError

    # ------------------------------------------------------------------ what the frame tells it

    def tell(self, *, day: bool) -> None:
        """Another day is looked at, or the store is to be asked again: at once if this is seen.

        Else as soon as it is: what nobody sees would only be in the way of what they do.
        """
        if self.admin.seen is self:
            if day:
                self.as_of_changed(self.as_of)
            else:
                self.refresh_data()
        else:
            self._untold.add(day)

    def on_screen_resume(self) -> None:
        """It is seen again: tell what it missed."""
        untold, self._untold = self._untold, set()
        for day in sorted(untold, reverse=True):
            self.tell(day=day)

    def as_of_changed(self, day: datetime.date) -> None:
        """Another day is looked at; told when this is seen."""

    def look_at(self, day: datetime.date) -> None:
        """Look at a day that was asked for while this screen was seen."""
        self.admin.as_of = day

    def refresh_data(self) -> None:
        """Ask the store again: `r` was pressed, it was lost and is back, or something changed."""

    def why_not(self, action: str) -> str | None:
        """Why an action cannot be done now, in one sentence; None: it can."""
        del action
        return None

    def explain(self) -> bool:
        """Say what is under the cursor, for `f1`; whether there was anything to say."""
        return False

    def unsaved(self) -> str:
        """What would be lost by leaving now; empty: nothing."""
        return ""

    def save_unsaved(self, then: Callable[[], None]) -> None:
        """Save it, and go on if that went well."""
        then()

    def keep_unsaved(self) -> None:
        """Keep it aside, to be offered the next time."""

    def further_commands(self) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """More rows for the palette, such as invoices at hand: text, help, and what it does."""
        return ()

    # -------------------------------------------------------------------- what it knows and asks

    @property
    def admin(self) -> Admin:
        """The application."""
        return cast("Admin", self.app)

    @property
    def backend(self) -> Backend:
        """The store that is open."""
        return self.admin.backend

    @property
    def as_of(self) -> datetime.date:
        """The day that is looked at."""
        return self.own_day or self.admin.as_of

    def ask(
        self,
        question: Callable[[], Answer | Refused],
        then: Callable[[Answer], None],
        *,
        group: str,
        label: str = "",
    ) -> None:
        """Ask something in a thread, and go on with the answer in the event loop.

        A later question of the same group takes the place of an earlier one, whose answer is
        then dropped. Whatever goes wrong is told to the user; `then` is not called.
        """
        self.work_on(label, lambda _: question(), then, group=group)

    def work_on(
        self,
        label: str,
        question: Callable[[Job], Answer | Refused],
        then: Callable[[Answer], None],
        *,
        group: str,
    ) -> Job:
        """As `ask`, for what takes long: it tells how far it is, and looks whether to go on."""
        job = Job(label)
        again = partial(self.work_on, label, question, then, group=group)

        async def asked() -> None:
            # Made when the worker begins: it does not if the screen goes away before.
            await self._asked(job, partial(question, job), then, again)

        work: WorkType[None] = asked
        self.run_worker(work, group=group, exclusive=True)
        return job

    async def _asked(
        self,
        job: Job,
        question: Callable[[], Answer | Refused],
        then: Callable[[Answer], None],
        again: Callable[[], object],
    ) -> None:
        self.admin.begin(job)
        try:
            answer = await asyncio.to_thread(question)
        except asyncio.CancelledError:
            job.cancel()
            raise
        except StoreError as error:
            self.admin.lost(error, self, again)
            return
        except Exception as error:  # noqa: BLE001 - the last resort: a user sees a sentence
            self.admin.broke(error)
            return
        finally:
            self.admin.end(job)
        if isinstance(answer, Refused):
            self.admin.refuse(answer)
        else:
            then(answer)
