"""Random conditions over every kind of fact."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunlang.currencies import MINOR_DIGITS
from tests.oracle import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

ORDER = ("<", "<=", ">", ">=")
EQUAL = ("is", "is not")


@dataclass
class ConditionWriter:
    """Writes conditions of a policy with these currencies, stages and declared facts."""

    rng: Random
    currencies: Sequence[str]
    stages: Sequence[str]
    declared: Sequence[str]
    segments: list[str] = field(default_factory=list)
    invoices: bool = True
    """Whether it may ask about an invoice, which an account as a whole is not."""

    def condition(self, depth: int = 2) -> str:
        """A condition, nested up to a depth."""
        kind = self.rng.choice(("atom", "atom", "and", "or", "not"))
        if depth == 0 or kind == "atom":
            return self.atom()
        if kind == "not":
            return f"not {self.operand(depth)}"
        parts = [self.operand(depth) for _ in range(self.rng.choice((2, 2, 3)))]
        return f" {kind} ".join(parts)

    def operand(self, depth: int) -> str:
        """A part of a condition, in brackets unless it is a single comparison."""
        inner = self.condition(depth - 1)
        nested = any(f" {word} " in f" {inner} " for word in ("and", "or", "not"))
        return f"({inner})" if nested else inner

    def narrow(self) -> str:
        """A condition that seldom holds for long; for excluding and holding."""
        invoice: tuple[str, ...] = (
            "invoice.disputed",
            "invoice.disputed",
            "customer.excluded or invoice.excluded",
            "invoice.excluded",
        )
        often: tuple[str, ...] = (
            *(invoice if self.invoices else ("customer.excluded",)),
            "promise is pending",
            f"days overdue > {self.rng.randint(0, 9)} and days overdue < {self.rng.randint(5, 20)}",
            f"promise is {self.rng.choice(words.PROMISES)}",
            f"open amount < {self.money(0, 60)}",
            f"days overdue < {self.rng.randint(0, 9)} and customer.payment_method is direct_debit",
            f"stage is {self.rng.choice(self.stages)}",
        )
        if self.rng.randint(1, 100) <= 85:
            return self.rng.choice(often)
        return f"{self.atom()} and {self.atom()}"

    def for_condition(self) -> str:
        """A condition of a `for` block: often a segment."""
        if self.segments and self.rng.randint(1, 100) <= 60:
            one = self.rng.choice(self.segments)
            if self.rng.randint(1, 100) <= 25:
                return f"{one} and {self.atom()}"
            return one
        return self.condition()

    def about_customer_or_invoice(self) -> str:
        """A condition that `applies when` may ask."""
        return self.rng.choice((self.of_customer, self.of_invoice))()

    # ---------------------------------------------------------------------------- values

    def money(self, low: int = 0, high: int = 120) -> str:
        """One amount for each currency of the policy."""
        return " | ".join(self.amount(currency, low, high) for currency in self.currencies)

    def amount(self, currency: str, low: int = 0, high: int = 120) -> str:
        """`10.00 EUR`."""
        units = self.rng.randint(low, high) * words.STEP[currency]
        if currency == "JPY" or self.rng.randint(1, 100) <= 60 or units == high:
            return f"{units} {currency}"
        digits = MINOR_DIGITS[currency]
        return f"{units}.{self.rng.randint(0, 10**digits - 1):0{digits}d} {currency}"

    def date(self) -> str:
        """A day in the window."""
        return str(words.DUE + datetime.timedelta(days=self.rng.randint(-40, 40)))

    def some(self, choices: Sequence[str]) -> str:
        """`(a, b)`."""
        return f"({', '.join(self.rng.sample(choices, self.rng.randint(1, 2)))})"

    # ----------------------------------------------------------------------------- atoms

    def atom(self) -> str:
        """One comparison, one yes/no fact or one segment."""
        kinds: list[Callable[[], str]] = [self.of_customer, self.of_case, self.of_case]
        kinds.append(self.of_money)
        kinds += [self.of_invoice] if self.invoices else []
        if self.segments:
            kinds.append(lambda: self.rng.choice(self.segments))
        if self.declared:
            kinds += [self.of_declared, self.of_declared]
        return self.rng.choice(kinds)()

    def choice(self, path: str, choices: Sequence[str]) -> str:
        """`customer.kind is business`, or one of several."""
        if self.rng.randint(1, 100) <= 30:
            return f"{path} {self.rng.choice(('in', 'not in'))} {self.some(choices)}"
        return f"{path} {self.rng.choice(EQUAL)} {self.rng.choice(choices)}"

    def known(self, path: str) -> str:
        """`X is unknown`."""
        return f"{path} is {self.rng.choice(('known', 'unknown'))}"

    def of_customer(self) -> str:
        """About the customer."""
        quoted = [f'"{language}"' for language in words.LANGUAGES]
        paths = ("customer.kind", "customer.country", "customer.language", "customer.email")
        return self.rng.choice(
            (
                self.choice("customer.kind", words.KINDS),
                self.choice("customer.kind", words.KINDS),
                self.choice("customer.country", words.COUNTRIES),
                self.choice("customer.payment_method", words.METHODS),
                self.choice("customer.language", quoted),
                f'customer.tags has "{self.rng.choice(words.TAGS)}"',
                self.known(self.rng.choice(paths)),
                "customer.excluded",
                f"customer.open_invoices {self.rng.choice(ORDER)} {self.rng.randint(1, 3)}",
                f"customer.overdue_invoices {self.rng.choice(ORDER)} {self.rng.randint(1, 3)}",
            )
        )

    def of_invoice(self) -> str:
        """About the invoice."""
        return self.rng.choice(
            (
                f"invoice.due {self.rng.choice(ORDER)} {self.date()}",
                f"invoice.issued {self.rng.choice(ORDER)} {self.date()}",
                f'invoice.id {self.rng.choice(EQUAL)} "I1"',
                f"invoice.amount {self.rng.choice(ORDER)} {self.money()}",
                "invoice.disputed",
                "invoice.excluded",
                f"invoice.disputed {self.rng.choice(EQUAL)} {self.rng.choice(('yes', 'no'))}",
                f"invoice.due {self.rng.choice(EQUAL)} invoice.issued",
            )
        )

    def of_case(self) -> str:
        """About the case and its place on the ladder."""
        stages = [*self.stages, "none"]
        return self.rng.choice(
            (
                f"days overdue {self.rng.choice(ORDER)} {self.rng.randint(0, 20)}",
                f"notices so far {self.rng.choice((*ORDER, *EQUAL))} {self.rng.randint(0, 3)}",
                self.choice("stage", stages),
                self.choice("promise", words.PROMISES),
            )
        )

    def of_money(self) -> str:
        """Amounts against amounts, and against shares of others."""
        own = ["open amount", "original amount", "fees so far"]
        own += ["invoice.amount"] if self.invoices else []
        sums = ("customer.open_amount", "customer.overdue_amount")
        left = self.rng.choice((*own, *sums, *sums, "open amount"))
        share = f"{self.rng.choice(('50', '33.3', '100', '0.5'))}% of"
        right = self.rng.choice(
            (
                self.money(),
                self.money(),
                f"{share} original amount",
                f"{share} {self.money()}",
                f"{share} {self.rng.choice(sums)}",
            )
        )
        if self.rng.randint(1, 100) <= 15:
            left, right = right, left
        return f"{left} {self.rng.choice(ORDER)} {right}"

    def of_declared(self) -> str:
        """About a declared fact."""
        path = self.rng.choice(self.declared)
        if self.rng.randint(1, 100) <= 15:
            return self.known(path)
        order = self.rng.choice(ORDER)
        match words.DECLARED[path]:
            case "money":
                one = self.amount(self.rng.choice(self.currencies))
                others = [p for p in self.declared if words.DECLARED[p] == "money"]
                share = f"50% of {self.rng.choice(('open amount', *others))}"
                other = self.rng.choice((*others, "open amount"))
                return f"{path} {order} {self.rng.choice((one, self.money(), share, other))}"
            case "number":
                counts = ("days overdue", "notices so far", "customer.open_invoices")
                other = self.rng.choice((*counts, *(str(n) for n in range(8))))
                return f"{path} {self.rng.choice((*ORDER, *EQUAL))} {other}"
            case "percent":
                return f"{path} {order} {self.rng.choice(('5', '2.5', '0'))}%"
            case "text":
                return self.choice(path, ('"north"', '"south"', '"west"'))
            case "date":
                other = "invoice.due" if self.invoices else self.date()
                return f"{path} {order} {self.rng.choice((self.date(), other))}"
            case "set of text":
                return f'{path} has "{self.rng.choice(words.TAGS)}"'
            case "yes/no":
                return self.rng.choice((path, f"{path} is {self.rng.choice(('yes', 'no'))}"))
            case _:
                return self.choice(path, words.RISKS)
