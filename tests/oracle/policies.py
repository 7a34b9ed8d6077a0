"""Random policies that check: every construct, few names, short spans, so that things collide.

The text is written straight from a source of random choices. That source is `random.Random` for
long runs by seed, and Hypothesis's `randoms()` where a failure shall be made small.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle import vocabulary as words
from tests.oracle.random_conditions import ConditionWriter

if TYPE_CHECKING:
    from random import Random

UNITS = ("day", "day", "day", "day", "business day", "business day", "week", "month")
LONGEST = {"day": 8, "business day": 5, "week": 2, "month": 1}


def folder(rng: Random) -> list[str]:
    """The texts of one or two policies, in one to three versions each."""
    texts = []
    common = tuple(rng.sample(words.CURRENCIES, rng.choice((1, 2, 3))))
    names = words.POLICIES[: rng.choice((1, 1, 2))]
    for name in names:
        others = tuple(rng.sample(words.CURRENCIES, rng.choice((1, 2, 3))))
        currencies = rng.choice((common, common, common, others))
        effective = words.DUE + datetime.timedelta(
            days=rng.choice((-400, -400, -400, -400, -400, -400, -5))
        )
        stages: tuple[str, ...] = ()
        for version in range(1, rng.choice((1, 1, 2, 3)) + 1):
            stages = ladder(rng, stages)
            writer = PolicyWriter(rng, currencies, stages)
            scope = applies_when(rng, name, names)
            texts.append(writer.policy(name, version, effective, scope))
            effective += datetime.timedelta(days=rng.choice((390, 400, 410, 420)))
    return texts


def applies_when(rng: Random, name: str, names: tuple[str, ...]) -> str:
    """Which cases a version covers; of two policies mostly each its own. Empty: every case."""
    if rng.randint(1, 100) <= 5:
        return "anything"
    if len(names) > 1 and rng.randint(1, 100) <= 85:
        return f"customer.kind is {'' if name == names[0] else 'not '}business"
    return rng.choice(("", "", "", "", "", "", "customer.kind is not consumer"))


def ladder(rng: Random, kept: tuple[str, ...]) -> tuple[str, ...]:
    """Stage ids: those of the version before, in their order, and perhaps more in between."""
    count = rng.choice((1, 2, 3, 3, 4, 5))
    chosen = set(rng.sample(words.STAGES, count)) | set(kept)
    return tuple(stage for stage in words.STAGES if stage in chosen)


@dataclass
class PolicyWriter:
    """Writes one policy version."""

    rng: Random
    currencies: tuple[str, ...]
    stages: tuple[str, ...]

    def __post_init__(self) -> None:
        """Choose which facts this version declares and which segments it has."""
        rng = self.rng
        count = rng.choice((0, 2, 4, len(words.DECLARED)))
        self.declared = sorted(rng.sample(sorted(words.DECLARED), count))
        self.conditions = ConditionWriter(rng, self.currencies, self.stages, self.declared)

    def often(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.rng.randint(1, 100) <= percent

    # ------------------------------------------------------------------------- the file

    def policy(self, name: str, version: int, effective: datetime.date, scope: str) -> str:
        """The whole text; `scope` is its `applies when`, empty for none."""
        lines = [f'policy {name} version {version} "Random"', f"  effective {effective}"]
        lines += [f"  {setting}" for setting in self.settings(scope)]
        lines += self.facts()
        lines += self.segments()
        lines += [self.exclude() for _ in range(self.rng.choice((0, 0, 1, 2)))]
        lines += [self.hold() for _ in range(self.rng.choice((0, 1, 1, 2)))]
        if self.often(45):
            lines.append(f"fees at most {self.cap()}")
        if self.often(25):
            lines.append(self.gap())
        for stage in self.stages:
            lines += self.stage(stage)
        for _ in range(self.rng.choice((0, 0, 1, 1, 2, 3))):
            lines += self.block()
        return "\n".join(lines) + "\n"

    def settings(self, scope: str) -> list[str]:
        """The lines under `policy`."""
        rng = self.rng
        lines = [f"currency {', '.join(self.currencies)}", "timezone Europe/Berlin"]
        if scope == "anything":
            scope = self.conditions.about_customer_or_invoice()
        if scope:
            lines.append(f"applies when {scope}")
        if self.often(50):
            lines.append(f"calendar {rng.choice(words.CALENDARS)}")
        if self.often(40):
            lines.append("run on business days")
        if self.often(50):
            lines.append(self.grace())
        if self.often(50):
            lines.append(f"round {rng.choice(('half up', 'half even'))}")
        lines += [
            line
            for line in (
                "dun each invoice",
                "letters per customer",
                "late runs go one stage at a time",
                "running cases move to this version",
            )
            if self.often(20)
        ]
        return lines

    def facts(self) -> list[str]:
        """Declarations, some with a default."""
        defaults = {
            "money": self.rng.choice((self.money(), f"100 {self.currencies[0]}")),
            "one of (low, medium, high)": self.rng.choice(words.RISKS),
            "yes/no": self.rng.choice(("yes", "no")),
            "number": str(self.rng.randint(0, 9)),
            "percent": "5%",
            "text": '"north"',
            "date": "2026-02-01",
        }
        lines = []
        for path in self.declared:
            type_ = words.DECLARED[path]
            default = f" default {defaults[type_]}" if type_ in defaults and self.often(40) else ""
            lines.append(f"fact {path} : {type_}{default}")
        return lines

    def segments(self) -> list[str]:
        """Segments, each of which may refer to those before it."""
        lines = []
        for number in range(self.rng.choice((0, 1, 2, 3))):
            lines.append(f"segment seg{number} when {self.conditions.condition()}")
            self.conditions.segments.append(f"seg{number}")
        return lines

    # ------------------------------------------------------------------------- settings

    def duration(self, least: int = 0) -> str:
        """`3 days`."""
        unit = self.rng.choice(UNITS)
        # Short waits more often than long ones, so that a ladder gets far within the window.
        count = min(self.rng.randint(least, LONGEST[unit]) for _ in range(2))
        return f"{count} {unit}{'' if count == 1 else 's'}"

    def money(self) -> str:
        """One amount for each currency of the policy."""
        return self.conditions.money()

    def cap(self) -> str:
        """A limit that a few fees reach."""
        return self.conditions.money(5, 45)

    def grace(self) -> str:
        """`grace 2 days`."""
        return f"grace {self.duration()}"

    def gap(self) -> str:
        """`at least 5 days between notices`."""
        return f"at least {self.duration()} between notices"

    def exclude(self) -> str:
        """`exclude "..." when ...`."""
        return f'exclude "{self.text("exclude")}" when {self.conditions.narrow()}'

    def hold(self) -> str:
        """`hold "..." while ...`, often with a stopped clock."""
        stopped = ", clock stopped" if self.often(60) else ""
        return f'hold "{self.text("hold")}" while {self.conditions.narrow()}{stopped}'

    def text(self, what: str) -> str:
        """A text that is different each time, as the checker may want it."""
        self.texts = getattr(self, "texts", 0) + 1
        return f"{what} {self.texts}"

    # --------------------------------------------------------------------------- stages

    def stage(self, stage: str) -> list[str]:
        """A stage with all it does."""
        title = f' "{stage.title()}"' if self.often(50) else ""
        lines = [f"stage {stage}{title}"]
        if self.often(90):
            lines.append(f"  {self.after(stage)}")
        if self.often(20):
            lines.append(f"  when {self.conditions.condition()}")
        does = self.rng.choice(("by", "by", "by", "by and task", "task", "hand over"))
        if "by" in does:
            lines.append(f"  {self.by()}")
            lines += ['  template "letter"'] if self.often(20) else []
        if self.often(70):
            lines.append(f"  {self.fee()}")
        if self.often(45):
            lines.append(f"  pay within {self.duration()}")
        if self.often(10) and "by" in does:
            lines.append(f"  {self.gap()}")
        if "task" in does:
            lines.append(f'  task "Call"{self.rng.choice(("", " by phone"))}')
        if does == "hand over":
            lines.append('  hand over to "Inkasso Nord"')
        if self.often(30):
            modes = ("send automatically at 09:00", "draft only", "suggest only", "finalize only")
            lines.append(f"  {self.rng.choice(modes)}")
        lines += ["  needs approval by credit_manager"] if self.often(10) else []
        return lines

    def after(self, stage: str) -> str:
        """`after 7 days and 14 days overdue`."""
        count = self.rng.choice((1, 1, 1, 2, 3))
        terms = dict.fromkeys(self.term(stage) for _ in range(count))
        text = " and ".join(terms)
        return text if text.startswith("from") else f"after {text}"

    def term(self, stage: str) -> str:
        """One term of a wait, without the word `after`."""
        before = self.stages[: self.stages.index(stage)]
        kinds = ["overdue", "overdue", "", "", "", "past deadline", "since invoice date", "month"]
        kinds += ["before due"] * 3 if stage in self.stages[:2] else []
        kinds += ["since"] * 2 if before else []
        kind = self.rng.choice(kinds)
        match kind:
            case "":
                return self.duration()
            case "overdue":
                return f"{self.duration(1)} overdue"
            case "month":
                return f"{self.duration(1)} overdue at the end of that month"
            case "before due":
                return f"from {self.duration(1)} before due"
            case "since invoice date" if self.often(50):
                return f"{self.rng.randint(0, 40)} days since invoice date"
            case "since":
                return f"{self.duration()} since {self.rng.choice(before)}"
            case _:
                return f"{self.duration()} {kind}"

    def by(self) -> str:
        """`by email else post and sms`."""
        channels = ["registered_post", "sms", "phone", "portal", "webhook"]
        self.rng.shuffle(channels)
        channels = self.rng.sample(["email", "post", *channels[:2]], self.rng.randint(1, 4))
        choices = channels[:1]
        for channel in channels[1:]:
            choices.append(self.rng.choice((" and ", " else ")) + channel)
        return "by " + "".join(choices)

    def fee(self) -> str:
        """`fee 2% of open amount at least ... at most ... once`."""
        if self.often(10):
            return "no fee"
        parts = [self.fee_part() for _ in range(self.rng.choice((1, 1, 1, 2, 3)))]
        formula = " + ".join(parts)
        bounds = self.rng.choice(("", "", "", "least", "most", "both"))
        if bounds in ("least", "both"):
            formula += f" at least {self.conditions.money(1, 10)}"
        if bounds in ("most", "both"):
            formula += f" at most {self.conditions.money(10, 30)}"
        return f"fee {formula}{' once' if self.often(35) else ''}"

    def fee_part(self) -> str:
        """An amount or a percentage."""
        if self.often(50):
            return self.conditions.money(0, 40)
        percent = self.rng.choice(("1", "2.5", "0.25", "12.5", "33.333", "0", "10"))
        return f"{percent}% of {self.rng.choice(('open amount', 'original amount'))}"

    # ----------------------------------------------------------------------- exceptions

    def block(self) -> list[str]:
        """A `for` block with some of everything that may stand in one."""
        rng = self.rng
        head = f"for {self.conditions.for_condition()}"
        first = words.DUE + datetime.timedelta(days=rng.randint(-10, 25))
        if self.often(25):
            head += f" from {first}"
        if self.often(25):
            head += f" until {first + datetime.timedelta(days=rng.randint(0, 20))}"
        wait = f"wait {self.duration(1)} {rng.choice(('longer', 'longer', 'shorter'))}"
        skipped = rng.sample(self.stages, rng.randint(1, max(1, len(self.stages) - 1)))
        simple = [
            wait,
            f"skip {', '.join(skipped)}",
            "no fees",
            f"fees at most {self.cap()}",
            self.gap(),
            self.grace(),
            self.exclude(),
            self.hold(),
        ]
        items = [[item] for item in rng.sample(simple, rng.choice((0, 1, 1, 2, 3)))]
        # What a block skips it may not change as well.
        changed = [s for s in self.stages if s not in skipped or [simple[1]] not in items]
        count = min(len(changed), rng.choice((0, 1, 1, 2)) or (0 if items else 1))
        items += [self.override(stage) for stage in rng.sample(changed, count)]
        rng.shuffle(items)
        return [head, *(f"  {line}" for item in items for line in item)]

    def override(self, stage: str) -> list[str]:
        """A stage inside a block: the clauses that are replaced."""
        clauses = [
            self.after(stage),
            f"when {self.conditions.condition()}",
            self.by(),
            self.fee(),
            f"pay within {self.duration()}",
            self.gap(),
        ]
        chosen = self.rng.sample(clauses, self.rng.choice((1, 1, 2, 3)))
        return [f"stage {stage}", *(f"  {clause}" for clause in chosen)]
