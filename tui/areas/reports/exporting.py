"""A report as a file: written where one says, or handed to the browser."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from engine.services.actors import Refused
from engine.services.reports.asked import Form, text_of, write_report
from tui.frame.area_screen import AreaScreen
from tui.frame.dialogs import Ask, Choose, Confirm

if TYPE_CHECKING:
    from engine.services.reports.asked import Made
    from tui.areas.reports.view import View

FORMS: tuple[Form, ...] = get_args(Form)


class Exporting(AreaScreen):
    """A screen with a report that can be exported."""

    NAME = "reports"
    view: View | None

    def action_export(self) -> None:
        """Ask for a file, or in a browser for its form."""
        if self.view is None:
            return
        made = self.view.made
        name = f"{made.asked.name}-{made.asked.on}"
        if self.app.is_web:
            choices: list[tuple[str, str]] = [(each, f"{name}.{each}") for each in FORMS]

            def picked(form: str | None) -> None:
                if form is not None:
                    self._download(made, cast("Form", form), f"{name}.{form}")

            self.app.push_screen(Choose("Download as", choices), picked)
            return

        def typed(text: str | None) -> None:
            if text is not None:
                self._file_chosen(made, Path(text).expanduser())

        hint = "its ending says how: .csv with all groups, .json or .html with the largest ones"
        title = "Write the report to which file?"
        self.app.push_screen(Ask(title, value=f"{name}.csv", hint=hint), typed)

    def _file_chosen(self, made: Made, file: Path) -> None:
        form = file.suffix.lower().removeprefix(".")
        if form not in FORMS:
            message = f"{file.name}: a name ends with .csv, .json or .html"
            self.notify(message, severity="warning", markup=False)
            return

        def confirmed(answer: bool | None) -> None:  # noqa: FBT001 - the answer of the dialog
            if answer:
                self._write(made, form, file)

        if file.exists():
            said = f"{file} exists already; the report would take its place."
            self.app.push_screen(Confirm(said, does="replace it"), confirmed)
        else:
            confirmed(answer=True)

    def _write(self, made: Made, form: Form, file: Path) -> None:
        def written() -> Path | Refused:
            refused = write_report(made, form, file)
            return file if refused is None else refused

        def tell(there: Path) -> None:
            self.notify(f"the report is in {there}", markup=False)

        self.ask(written, tell, group="export", label=f"writing {file.name}")

    def _download(self, made: Made, form: Form, name: str) -> None:
        def deliver(text: str) -> None:
            self.app.deliver_text(io.StringIO(text), save_filename=name)

        self.ask(lambda: text_of(made, form), deliver, group="export", label=f"writing {name}")
