"""The one layout of a policy.

The formatter changes nothing but blanks, line ends and parentheses without a meaning. It does not
trust itself: what it wrote is read again and compared before anyone gets to see it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic, has_errors
from dunlang.printing.comments import blank_above, read_comments
from dunlang.printing.page import BLOCKS, Line, page
from dunlang.printing.policy import rows
from dunlang.printing.remarks import Remarks
from dunlang.reading.parsing import is_shared, parse, parse_shared
from dunlang.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.policy import Policy, Shared
    from dunlang.printing.comments import Comment, Comments
    from dunlang.printing.policy import Row

BUG = "D090"
"""The formatter's own code: what it wrote is not what it read."""
LIMITS = frozenset({"D001", "D017", "D018"})
"""What is too large, too deep or too long; see `limits`."""


def format_source(source: Source) -> tuple[str | None, list[Diagnostic]]:
    """The text of a policy or a shared file in the one layout, with the warnings of reading it.

    None if the text has errors, which are returned, or if the formatter finds that it would have
    changed more than the layout.
    """
    tree, problems = _read(source)
    if tree is None or has_errors(problems):
        return None, problems
    comments = read_comments(source)
    text = _written(tree, source, comments)
    mistake = _mistake(tree, source, comments, text)
    return (None, [mistake]) if mistake else (text, problems)


def _read(source: Source) -> tuple[Policy | Shared | None, list[Diagnostic]]:
    return parse_shared(source) if is_shared(source) else parse(source)


def format_policy(policy: Policy | Shared) -> str:
    """A tree as text, without comments; a blank line parts top-level statements of one kind."""
    lines: list[Line] = []
    above: Row | None = None
    for row in rows(policy, Remarks()):
        parted = above is not None and row.depth == 0 and row.group != above.group
        lines.append(Line(row.depth, row.group, row.rest, row.cells, parted))
        above = row
    return page(lines)


def _mistake(
    tree: Policy | Shared, source: Source, comments: Comments, text: str
) -> Diagnostic | None:
    """What is wrong with the formatter's own text, if anything."""
    own = Source(source.name, text)
    tree_again, problems = _read(own)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors and all(problem.code in LIMITS for problem in errors):
        return _beyond_limits(source, errors[0])
    if errors or tree_again is None:
        return _bug(source, "it could not be read again")
    if tree_again != tree:
        return _bug(source, "it did not mean the same")
    comments_again = read_comments(own)
    if comments_again.texts != comments.texts:
        return _bug(source, "its comments were not the same")
    if _written(tree_again, own, comments_again) != text:
        return _bug(source, "formatting it once more would have changed it again")
    return None


def _bug(source: Source, difference: str) -> Diagnostic:
    return Diagnostic(
        BUG,
        Span(source, 0, 0),
        f"the file was left as it is, because the formatter made a mistake: {difference}",
        notes=("this is a bug in dunlang, not in the policy: please report it with the file",),
    )


def _beyond_limits(source: Source, problem: Diagnostic) -> Diagnostic:
    """The text is at the limit of what is read, and lines that are broken need parentheses."""
    return Diagnostic(
        problem.code,
        Span(source, 0, 0),
        f"the file was left as it is, because formatted it could not be read: {problem.message}",
        problem.hint,
    )


def _written(tree: Policy | Shared, source: Source, comments: Comments) -> str:
    return page(list(_lines(tree, source, comments)))


def _lines(tree: Policy | Shared, source: Source, comments: Comments) -> Iterator[Line]:
    """Statements with the comments that stand between them, each at its depth."""
    remarks = Remarks(comments.within, comments.brackets)
    between = list(reversed(comments.between))
    columns: list[int] = []
    above: Row | None = None
    for row in rows(tree, remarks):
        span = row.node.span
        line_number, column = source.position(span.start)
        own: list[Comment] = []
        while between and between[-1].start < span.start:
            own.append(between.pop())
        leading = list(_own_lines(own, columns, above, row.depth))
        end = _end_of_statement(span.start, comments, source)
        homeless = [_comment_line(each.text, row.depth) for each in remarks.take(end)]
        beside = between.pop().text if between and between[-1].start < end else ""
        line = Line(row.depth, row.group, row.rest, row.cells, comment=beside)
        first = homeless[0] if homeless else line
        first.blank_above = blank_above(source, line_number)
        yield from (*leading, *homeless, line)
        columns[row.depth :] = [column - 1]
        above = row
    for line in _own_lines(list(reversed(between)), columns, above, 0):
        line.leads = False  # nothing follows
        yield line


def _end_of_statement(start: int, comments: Comments, source: Source) -> int:
    at = bisect_left(comments.line_ends, start)
    return comments.line_ends[at] if at < len(comments.line_ends) else len(source.text)


def _own_lines(
    comments: list[Comment], columns: list[int], above: Row | None, depth: int
) -> Iterator[Line]:
    """Comments on lines of their own between one statement and the next, which has this depth.

    One that is indented like the block that ends here stays in that block; all others belong to
    the next statement.
    """
    if above is None:
        deepest = 0
    else:
        opens = above.group in BLOCKS
        deepest = above.depth + opens
        if opens:
            columns = [*columns, columns[-1] + 1]
    for comment in comments:
        while deepest > depth and comment.column < columns[deepest]:
            deepest -= 1
        at = max(deepest, depth)
        yield _comment_line(comment.text, at, leads=deepest <= depth, blank=comment.above_is_blank)


def _comment_line(text: str, depth: int, *, leads: bool = True, blank: bool = False) -> Line:
    return Line(depth, None, text, blank_above=blank, leads=leads)
