"""Why other stages do not come today, and when they would."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.containers import Vertical
from textual.widgets import Label, Static

from engine.services.case_looks import StageLook
from tui.areas.customers.model import STAGE_COLUMNS
from tui.frame.dialogs import Dialog
from tui.widgets.table import Table

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from engine.services.case_looks import CaseLook


class WhyNot(Dialog[tuple[str, int]]):
    """The stages of the ladder; answers the place in the policy to be shown."""

    AUTO_FOCUS: ClassVar[str | None] = "Table"
    DEFAULT_CSS = """
    WhyNot > Vertical { width: 96%; max-width: 130; height: auto; }
    WhyNot Table { height: auto; max-height: 16; background: $surface; }
    WhyNot #why { height: auto; min-height: 2; margin-top: 1; }
    """

    def __init__(self, look: CaseLook) -> None:
        """`look`: the case on its day."""
        super().__init__()
        self.look = look

    def compose(self) -> ComposeResult:
        """The ladder."""
        decision = self.look.story.decision
        with Vertical():
            yield Label(f"Why not another stage on {decision.on}?", classes="title")
            yield Table[StageLook](
                STAGE_COLUMNS,
                key=lambda row: row.stage,
                empty="There is no ladder: no policy covers this case.",
                id="stages",
            )
            yield Static("", id="why", markup=False)
            yield Static("enter shows the line of the policy, esc goes back", classes="hint")

    def on_mount(self) -> None:
        """Show the ladder, with the first stage that is still to come selected."""
        table = cast("Table[StageLook]", self.query_one(Table))
        table.styles.height = min(16, len(self.look.stages) + 2)
        table.show(self.look.stages)
        to_come = ("now", "next", "later", "never")
        every = enumerate(self.look.stages)
        table.go_to(next((n for n, each in every if each.standing in to_come), 0))

    @on(Table.Highlighted)
    def _selected(self, event: Table.Highlighted) -> None:
        event.stop()
        stage = cast("StageLook | None", event.row)
        if stage is not None:
            said = {
                "done": f"was executed on {stage.on}",
                "now": "is to be executed today",
                "left out": "is left out by an exception",
                "never": "is not in sight",
            }.get(stage.standing) or f"would come on {stage.on:%a %Y-%m-%d} if nothing changes"
            why = f": {stage.why}" if stage.why else ""
            self.query_one("#why", Static).update(f"'{stage.title}' {said}{why}")

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        stage = cast("StageLook", event.row)
        self.dismiss((stage.file, stage.line))
