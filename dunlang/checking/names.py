"""Words and facts that nobody declared, and what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.builtins import FACTS
from dunlang.checking.words import said
from dunlang.reading.other_words import OTHER_WORDS
from dunlang.suggest import closest, did_you_mean

if TYPE_CHECKING:
    from dunlang.ast.expressions import Compare, FactRef, Name
    from dunlang.checking.scope import Scope
    from dunlang.types import Type


def unknown_fact(ref: FactRef, scope: Scope) -> None:
    """Report a fact that is neither built in nor declared."""
    meant = _meant_fact(ref.path, scope)
    scope.report_name(
        "D201",
        ref.path,
        ref.span,
        f"there is no fact {ref.path}",
        hint=f"did you mean '{meant}'?" if meant else "",
        notes=(f"a fact of your own is declared with: fact {ref.path} : yes/no",),
    )


def _meant_fact(path: str, scope: Scope) -> str | None:
    """The fact that was meant: one of the same owner, or of the same name and another owner."""
    owner, _, name = path.partition(".")
    mine = [other.partition(".")[2] for other in scope.types if other.startswith(f"{owner}.")]
    if (meant := closest(name, mine)) is not None:
        return f"{owner}.{meant}"
    for other in scope.types:
        if other.partition(".")[2] == name or other.replace(" ", "_") == name:
            return other
    return None


_MISSING = ("unknown", "missing", "empty", "blank", "null", "none", "nothing", "unset", "undefined")
_PRESENT = ("known", "present", "given", "filled", "set")


def asks_whether_known(word: Name, type_: Type, node: Compare, scope: Scope) -> bool:
    """Report `X is not known` and `X is empty`, which ask whether there is a value at all."""
    if word.text in type_.choices or type_.kind == "stage" or node.op not in {"is", "is not"}:
        return False
    if word.text not in _MISSING + _PRESENT:
        return False
    known = (word.text in _PRESENT) == (node.op == "is")
    fact = said(node.right if node.left is word else node.left)
    scope.report(
        "D206",
        node.span,
        f"'{word.text}' is not a value of {fact}",
        hint=f"write {fact} is {'known' if known else 'unknown'}",
    )
    return True


def unknown_word(name: Name, scope: Scope, *, value: bool = False) -> None:
    """Report a bare word that means nothing where it stands.

    `value`: the place asks for something to compare, so that a segment is no help.
    """
    word = name.text
    if word in scope.segments:
        scope.used_segments.add(word)
        scope.report(
            "D203",
            name.span,
            f"'{word}' is a segment: a case is in it or not",
            hint=f"write '{word}' or 'not {word}'",
        )
        return
    fact = _same_letters(word, scope)
    if fact is not None:
        scope.report_name(
            "D202",
            word,
            name.span,
            f"'{word}' means nothing here",
            hint=f"write {fact}",
            notes=(),
        )
        return
    owner = _fact_with_choice(word, scope)
    if owner is not None and not value:
        scope.report_name(
            "D202",
            word,
            name.span,
            f"there is no segment '{word}'",
            hint=did_you_mean(word, scope.segments) or f"did you mean '{owner} is {word}'?",
            notes=(f"a segment is declared with: segment {word} when {owner} is {word}",),
        )
        return
    facts = [path for path in scope.types if "." not in path]
    meant = next((one for one in OTHER_WORDS.get(word, ()) if one in scope.types), None)
    known = facts if value else [*scope.segments, *facts]
    scope.report_name(
        "D202",
        word,
        name.span,
        f"'{word}' is no fact" if value else f"there is no segment or fact '{word}'",
        hint=f"did you mean '{meant}'?"
        if meant
        else did_you_mean(word, known) or _declared(word, value=value),
        notes=(
            (f"the segments are {', '.join(scope.segments)}",)
            if scope.segments and not value
            else ()
        ),
    )


def _declared(word: str, *, value: bool) -> str:
    if value:
        return f"write customer.{word} or invoice.{word}, and add a 'fact' line for it"
    return f"add a line such as: segment {word} when ..."


def _same_letters(word: str, scope: Scope) -> str | None:
    """`open_amount` for `open amount`, `kind` for `customer.kind`."""
    for path in scope.types:
        if path.replace(" ", "_").replace(".", "_") == word.casefold():
            return path
    for path in scope.types:
        if path.partition(".")[2] == word:
            return path
    return None


def _fact_with_choice(word: str, scope: Scope) -> str | None:
    """The fact of which this word is a value."""
    for path, type_ in scope.types.items():
        if word in type_.choices:
            return path
    if word in scope.stages:
        return next(path for path, fact in FACTS.items() if fact.type.kind == "stage")
    return None
