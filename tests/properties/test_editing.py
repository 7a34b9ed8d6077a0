"""Whatever somebody has typed so far, an editor can ask about it anywhere."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from dunlang.editing.complete import complete
from dunlang.editing.fixes import apply, fixes
from dunlang.editing.highlight import highlight, highlight_line
from dunlang.editing.hover import definition, hover
from dunlang.editing.names import outline
from dunlang.reading import grammar
from dunlang.reading.parsing import parse
from dunlang.source import Source

STANDARD = (Path(__file__).parents[1] / "golden" / "policies" / "de_standard.dun").read_text(
    "utf-8"
)
PIECES = [*grammar.words().values(), *",:()|+%<>#\"'=!;\t\n€\u00a0\ufeff\0", "5", "EUR", "DE", "  "]
PIECES += ["customer.kind", "2026-01-01", "09:00", '"text"', "==", "🙂", "漢", "\n  ", "\n    "]
pieces = st.lists(st.sampled_from(PIECES), max_size=30)
texts = st.one_of(st.text(max_size=150), pieces.map(" ".join), pieces.map("".join))
cuts = st.tuples(st.integers(0, len(STANDARD)), st.integers(0, 200))


def ask_everything(text: str, at: int) -> None:
    """Whatever is answered lies inside the text, and what is offered goes on from what is typed."""
    source = Source("any.dun", text)
    for item in complete(source, at).items:
        assert 0 <= item.start <= at
        assert item.text
    for span in (definition(source, at), getattr(hover(source, at), "span", None)):
        assert span is None or 0 <= span.start <= span.end <= len(text)
    for named in outline(source):
        assert named.span.start <= named.span.end <= len(text)


@given(texts, st.integers(0, 150))
def test_any_text_can_be_asked_about_anywhere(text: str, at: int) -> None:
    ask_everything(text, min(at, len(text)))


@given(cuts)
def test_a_policy_can_be_asked_about_while_it_is_typed(cut: tuple[int, int]) -> None:
    end, back = cut
    ask_everything(STANDARD[:end], max(0, end - back))


@given(texts)
def test_a_text_looks_as_its_lines_do(text: str) -> None:
    lines = text.split("\n")
    whole, start = [], 0
    for line in lines:
        bare = line.removesuffix("\r")
        whole += [(start + a, start + b, look) for a, b, look in highlight_line(bare)]
        start += len(line) + 1
    assert [tuple(each) for each in highlight(Source("x", text))] == whole


@given(texts)
@example("\u00a0")
@example("\u200bpolicy p version 1\n")
def test_every_fix_changes_the_text_where_it_says(text: str) -> None:
    source = Source("any.dun", text)
    for problem in parse(source)[1]:
        for fix in fixes(problem):
            assert all(0 <= e.span.start <= e.span.end <= len(text) for e in fix.edits)
            assert apply(source, fix.edits) != text
