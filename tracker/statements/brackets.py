"""Names with a bracket in them: "the Government of National Accord (GNA)"."""

import re
from collections.abc import Sequence

from tracker.domain.documents import Span

_SUFFIX = re.compile(r"(?:['\u2019]\w+)?\s*")  # Turkish: "Hükümeti'nin (UMH)"


def with_whole_brackets(text: str, span: Span, names: Sequence[Span]) -> Span:
    """The words of a name, with both halves of a bracket or with none.

    What a bracket abbreviates stands before it: where that is among `names`, spans of the same bearer in
    order, a name that would begin within the bracket begins there.
    """
    words = span.of(text)
    if words.count("(") > words.count(")") and text.startswith(")", span.end):
        return Span(span.start, span.end + 1)
    closing = words.find(")")
    if closing < 0 or "(" in words[:closing]:
        return span
    in_full = _before_bracket(text, text.rfind("(", 0, span.start), names)
    if in_full is not None:
        return Span(in_full.start, span.end)
    outside = range(span.start + closing + 1, span.end)
    start = next((place for place in outside if text[place].isalnum()), span.start)
    return Span(start, span.end)


def with_full_name(text: str, span: Span, names: Sequence[Span]) -> Span:
    """An abbreviation in a bracket of its own, with the name before it; any other span as it is."""
    if span.start == 0 or text[span.start - 1] != "(" or not text.startswith(")", span.end):
        return span
    in_full = _before_bracket(text, span.start - 1, names)
    return span if in_full is None else Span(in_full.start, span.end + 1)


def _before_bracket(text: str, opening: int, names: Sequence[Span]) -> Span | None:
    """The last of some names, in order, where nothing but a suffix stands between it and a bracket."""
    before = next((name for name in reversed(names) if name.end <= opening), None)
    return before if before is not None and _SUFFIX.fullmatch(text, before.end, opening) else None
