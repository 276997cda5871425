"""Figures of none: "no one was killed", "without dead or wounded", "denied any casualties"."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, TypeVar

from tracker.domain.documents import Span
from tracker.domain.statements import Figure, FigureKind
from tracker.language.phrases import Match
from tracker.statements.counting import BESIDE, PEOPLE, THINGS, Counting, InOrder

T = TypeVar("T")

_NONE_REACH = 6  # words
_EXCEPTION_REACH = 8  # words
_LONGEST_EXCEPTION = 3  # words


def find_absences(counting: Counting, *, denied: bool) -> list[Figure]:
    """What a sentence says there were none of. `denied` whether a word of denial reports it."""
    words, known = counting.words, counting.pack.counting
    whole, any_at_all, after = known.zeros.find(words), known.any.find(words), known.none_after.find(words)
    if not (whole or counting.none or any_at_all or after):
        return []
    contrasts = {match.first for match in counting.pack.contrasts.find(words)}
    excepted = InOrder.of(match for match in known.exceptions.find(words) if match.first not in contrasts)

    def standing(found: Iterable[Match[T]]) -> list[Match[T]]:
        return [match for match in found if not _is_excepted(counting, match, excepted)]

    zeros = {match.meaning: match.span for match in standing(whole)}
    for match in standing(counting.none):
        _rule_out(counting, match, zeros)
        if counting.terms.beginning(match.end, match.end + BESIDE):  # "lost no drone", but not "lost no time"
            _rule_out_lost(counting, match, zeros)
    particles = [match.first for match in known.particles.find(words)]
    for match in standing(any_at_all):
        at = bisect_left(particles, match.first - _NONE_REACH + 1)
        if denied or (at < len(particles) and particles[at] < match.first + _NONE_REACH):
            _rule_out(counting, match, zeros)
            _rule_out_before(counting, match, zeros)
    for match in standing(after):
        _rule_out_before(counting, match, zeros)
    return [Figure(kind, 0, 0, span) for kind, span in zeros.items()]


def _is_excepted(counting: Counting, none: Match[Any], exceptions: InOrder[str]) -> bool:
    """Whether there were some after all: "lost no one except a guard", "except for a guard nobody died"."""
    near = none.first - _EXCEPTION_REACH - _LONGEST_EXCEPTION, none.end + _EXCEPTION_REACH
    for match in exceptions.beginning(*near):
        first, end = (none.end, match.first) if none.first < match.first else (match.end, none.first)
        if 0 <= end - first < _EXCEPTION_REACH and not counting.stops(first - 1, end):
            return True
    return False


def _rule_out(counting: Counting, none: Match[str], zeros: dict[FigureKind, Span]) -> None:
    """What a word for none rules out: what befell people in reach and what is joined on to that."""
    terms = [
        term
        for term in counting.near(none.first, none.end)
        if 0 <= term.first - none.end < _NONE_REACH
        and not counting.stops(none.end - 1, term.first)
        and not counting.spacing.numbers_within(none.end, term.first)
    ]
    fates = [term for term in terms if term.meaning.kind in PEOPLE]
    if fates and fates[0].meaning.is_loss:
        _rule_out_loss(counting, none, fates[0], zeros)
        return
    for before, term in zip([None, *fates], fates, strict=False):
        if before is None or term.first - before.end < BESIDE:
            zeros.setdefault(term.meaning.kind, Span(none.span.start, term.span.end))


def _rule_out_before(counting: Counting, none: Match[str], zeros: dict[FigureKind, Span]) -> None:
    _rule_out_lost(counting, none, zeros)
    for term in counting.near(none.first, none.first):
        befell = term.meaning.kind in PEOPLE and not term.meaning.is_loss
        if befell and 0 <= none.first - term.end < BESIDE:
            zeros.setdefault(term.meaning.kind, Span(term.span.start, none.span.end))


def _rule_out_lost(counting: Counting, none: Match[str], zeros: dict[FigureKind, Span]) -> None:
    for term in counting.near(none.first, none.first):
        if term.meaning.is_loss and 0 <= none.first - term.end < BESIDE:
            _rule_out_loss(counting, term, none, zeros)


def _rule_out_loss(
    counting: Counting, one: Match[Any], other: Match[Any], zeros: dict[FigureKind, Span]
) -> None:
    """What a word for none and one for losses rule out: the things named right behind, or else people."""
    nouns = counting.terms.beginning(other.end, other.end + BESIDE)
    kind = next((term.meaning.kind for term in nouns), FigureKind.KILLED)
    if kind in THINGS:
        zeros.setdefault(kind, Span(one.span.start, nouns[0].span.end))
    elif kind in PEOPLE or kind is FigureKind.FIGHTERS:
        zeros.setdefault(FigureKind.KILLED, Span(one.span.start, other.span.end))
