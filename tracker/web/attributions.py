"""How an attribution is shown: speaker and cue in the quote, the path of the words, and how sure it is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from tracker.domain.documents import Span
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Statement

SURE_FROM = 0.9
"""The probability from which an attribution is called sure."""

LIKELY_FROM = 0.6
"""The probability from which it is called likely; below, an analyst is asked to check it."""

_NUDGE = 1e-9  # more than 0.29 * 100 falls short of 29, less than any step that is stored


class Role(StrEnum):
    """What words of a quote give away about who speaks."""

    SPEAKER = "speaker"
    CUE = "cue"


class Assurance(StrEnum):
    """How sure an attribution is, in a word."""

    SURE = "sure"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class QuotePiece:
    """Words of a quote, and what they give away. `roles` is empty for most, both where two spans overlap."""

    words: str
    roles: tuple[Role, ...]


def mark_quote(statement: Statement) -> tuple[QuotePiece, ...]:
    """The quote in pieces, those that name the speaker or hold the cue marked; together they are the quote.

    What lies outside the quote, or only partly in it, is not marked: half a name names somebody else.
    """
    span = statement.span
    marks = [(role, mark.shifted(-span.start)) for role, mark in _marks(statement.attribution, within=span)]
    edges = sorted({0, len(statement.quote), *(edge for _, mark in marks for edge in (mark.start, mark.end))})
    return tuple(
        QuotePiece(
            words=statement.quote[start:end],
            roles=tuple(role for role, mark in marks if mark.start <= start and end <= mark.end),
        )
        for start, end in pairwise(edges)
    )


def _marks(attribution: Attribution, *, within: Span) -> Iterator[tuple[Role, Span]]:
    for role, mark in ((Role.SPEAKER, attribution.speaker_span), (Role.CUE, attribution.cue_span)):
        if mark is not None and len(mark) and within.start <= mark.start and mark.end <= within.end:
            yield role, mark


def path_of(attribution: Attribution) -> tuple[str | None, ...]:
    """Through whom the words came, outermost first; the speaker is last, None where nobody is named."""
    chain, speaker = attribution.chain, attribution.speaker
    if chain and chain[-1] == speaker:
        return chain
    return (*chain, speaker)


def assurance(attribution: Attribution) -> Assurance | None:
    """How sure it is; None where an analyst has decided, since no model was asked."""
    if attribution.method is AttributionMethod.REVIEW:
        return None
    if attribution.confidence >= SURE_FROM:
        return Assurance.SURE
    return Assurance.LIKELY if attribution.confidence >= LIKELY_FROM else Assurance.DOUBTFUL


def is_doubtful(attribution: Attribution) -> bool:
    """Whether an analyst should check it before it is relied on."""
    return assurance(attribution) is Assurance.DOUBTFUL


def probability(share: float) -> str:
    """A probability to two places, cut and not rounded: never surer than it is, nor than the word for it."""
    return f"{math.floor(share * 100 + _NUDGE) / 100:.2f}"
