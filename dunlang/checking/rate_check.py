"""Names of reference rates, and of the tables they are read from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dunlang.ast.policy import TableRate
from dunlang.suggest import closest

if TYPE_CHECKING:
    from dunlang.ast.expressions import Text
    from dunlang.ast.policy import LiteralRate
    from dunlang.checking.scope import Scope

_TABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_rate_name(rate: LiteralRate | TableRate, scope: Scope) -> None:
    """The rate of an `interest` line is one that the policy has given a name to."""
    if not isinstance(rate, TableRate):
        return
    name = rate.name.text
    scope.used_rates.add(name)
    if scope.knows_rate(name):
        return
    meant = closest(name, scope.rates)
    if meant is not None:
        scope.used_rates.add(meant)
    known = f"the rates are {', '.join(scope.rates)}" if scope.rates else ""
    scope.report_name(
        "D116",
        name,
        rate.name.span,
        f"there is no rate '{name}'",
        hint=f"did you mean '{meant}'?" if meant else f'add: rate {name} from "NAME OF A TABLE"',
        notes=(known,) if known else (),
    )


def check_table_name(table: Text, scope: Scope) -> None:
    """A table is named without folder and ending."""
    if _TABLE.fullmatch(table.value):
        return
    meant = table.value.replace("\\", "/").rpartition("/")[2].removesuffix(".csv").strip()
    scope.report(
        "D119",
        table.span,
        f"'{table.value}' is not a name of a table",
        hint=f'write "{meant}"' if _TABLE.fullmatch(meant) else "",
        notes=("a table is the file rates/NAME.csv, named without its folder and its ending",),
    )
