"""The sentence that says what clashes in a conflict, told again in the language of whoever reads it.

What is stored is English text. It is not translated: it is put together anew from what is stored beside it,
which comparator found the conflict and the words that it rests on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tracker.conflicts.aspects import Control, control_of
from tracker.domain.conflicts import ConflictType, Verdict
from tracker.domain.documents import Span
from tracker.domain.statements import Figure, FigureKind, Place, Polarity, Statement
from tracker.language.catalogues import marked
from tracker.language.phrases import Words

SUBJECTS: Final[Mapping[ConflictType, str]] = {
    ConflictType.CONTROL: marked("who holds the place"),
    ConflictType.CASUALTIES: marked("how many were hurt"),
    ConflictType.RESPONSIBILITY: marked("who did it"),
    ConflictType.OCCURRENCE: marked("whether it happened"),
    ConflictType.INVOLVEMENT: marked("whether foreign forces or arms took part"),
    ConflictType.AGREEMENT: marked("what was agreed or kept"),
    ConflictType.OTHER: marked("what happened"),
}
"""What parties differ on: a message for each type of conflict, to stand after a colon."""

STANCES: Final[Mapping[Control, str]] = {
    Control.GAINED: marked("says it was taken"),
    Control.HELD: marked("says it was held"),
    Control.LOST: marked("says it was left"),
    Control.DENIED: marked("denies that it changed hands"),
}

COUNTS: Final[Mapping[FigureKind, str]] = {
    FigureKind.KILLED: marked("%(amount)s killed"),
    FigureKind.INJURED: marked("%(amount)s injured"),
    FigureKind.CAPTURED: marked("%(amount)s captured"),
    FigureKind.DISPLACED: marked("%(amount)s displaced"),
    FigureKind.FIGHTERS: marked("%(amount)s fighters"),
    FigureKind.VEHICLES: marked("%(amount)s vehicles"),
    FigureKind.AIRCRAFT: marked("%(amount)s aircraft"),
    FigureKind.OTHER: marked("%(amount)s counted"),
}


@dataclass(frozen=True, slots=True)
class Voice:
    """A party in a sentence, by its code, with the words of its own that the sentence rests on, if any."""

    party: str
    words: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure in a sentence, with the text's own words for who or what is counted, if any."""

    figure: Figure
    language: str


Part = Voice | Counted | Place | str
"""What fills a sentence; a string is a message of its own."""


@dataclass(frozen=True, slots=True)
class Retold:
    """A message with `%(name)s` in it, and what stands there."""

    message: str
    parts: Mapping[str, Part]


def retell(verdict: Verdict, one: Statement, other: Statement) -> Retold | None:
    """The sentence of a conflict, to be told in any language; None where what is stored does not suffice.

    `one` and `other` are the statements of the conflict, in its order.
    """
    match verdict.comparator:
        case "figures":
            return _figures(verdict, one, other)
        case "control":
            return _control(verdict, one, other)
        case "denial":
            return _denial(verdict, one, other)
        case "difference":
            return _difference(verdict, one, other)
        case "stance":
            return _sides(verdict, one, other)
        case _:
            return None


def _figures(verdict: Verdict, one: Statement, other: Statement) -> Retold | None:
    first, second = _figure(verdict, one), _figure(verdict, other)
    if first is None or second is None:
        return None
    return Retold(
        marked("%(one)s counts %(first)s, %(other)s counts %(second)s."),
        {
            "one": Voice(one.party, None, one.language),
            "first": Counted(first, one.language),
            "other": Voice(other.party, None, other.language),
            "second": Counted(second, other.language),
        },
    )


def _control(verdict: Verdict, one: Statement, other: Statement) -> Retold | None:
    said, answered = _stance(verdict, one), _stance(verdict, other)
    if said is None or answered is None:
        return None
    parts: dict[str, Part] = {
        "one": _voice(verdict, one),
        "said": STANCES[said],
        "other": _voice(verdict, other),
        "answered": STANCES[answered],
    }
    place = one.place or other.place
    if place is None:
        return Retold(
            marked("The accounts exclude each other: %(one)s %(said)s, %(other)s %(answered)s."), parts
        )
    return Retold(
        marked("The accounts on %(place)s exclude each other: %(one)s %(said)s, %(other)s %(answered)s."),
        {**parts, "place": place.place},
    )


def _denial(verdict: Verdict, one: Statement, other: Statement) -> Retold | None:
    if one.polarity is other.polarity:
        # Whoever denied does so no more, since an analyst corrected it: the stored words are of then.
        return None
    denier, claimant = (one, other) if one.polarity is Polarity.DENIES else (other, one)
    return Retold(
        marked("%(denier)s denies what %(claimant)s asserts: they differ on %(subject)s."),
        {
            "denier": _voice(verdict, denier),
            "claimant": _voice(verdict, claimant),
            "subject": SUBJECTS[verdict.type],
        },
    )


def _difference(verdict: Verdict, one: Statement, other: Statement) -> Retold:
    message = marked("%(one)s and %(other)s give accounts that differ on %(subject)s.")
    return Retold(message, _of_both(verdict, one, other))


def _sides(verdict: Verdict, one: Statement, other: Statement) -> Retold:
    message = marked(
        "%(one)s and %(other)s seem to take different sides on %(subject)s, which no word shows by itself."
    )
    return Retold(message, _of_both(verdict, one, other))


def _of_both(verdict: Verdict, one: Statement, other: Statement) -> Mapping[str, Part]:
    return {
        "one": _voice(verdict, one),
        "other": _voice(verdict, other),
        "subject": SUBJECTS[verdict.type],
    }


def _voice(verdict: Verdict, statement: Statement) -> Voice:
    span = _span(verdict, statement)
    words = span.shifted(-statement.span.start).of(statement.quote) if span else None
    return Voice(statement.party, words, statement.language)


def _figure(verdict: Verdict, statement: Statement) -> Figure | None:
    span = _span(verdict, statement)
    return next((figure for figure in statement.figures if figure.span == span), None)


def _stance(verdict: Verdict, statement: Statement) -> Control | None:
    span = _span(verdict, statement)
    told = control_of(statement, Words.of(statement.quote))
    return next((stance for stance, words in told.items() if words.span == span), None)


def _span(verdict: Verdict, statement: Statement) -> Span | None:
    """Where the words of a statement stand that the verdict rests on: in its quote, else None."""
    for evidence in verdict.evidence:
        if evidence.statement == statement.id:
            span, quote = evidence.span, statement.span
            return span if quote.start <= span.start and span.end <= quote.end else None
    return None
