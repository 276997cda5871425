"""Who a figure counts, and whose they are: two tolls clash only where both count the same people."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tracker.domain.parties import MANY_VOICES
from tracker.domain.statements import Figure, Statement
from tracker.language.counting import CountedTerm, Group, Whose
from tracker.language.pack import LanguagePack
from tracker.language.phrases import Match, Words
from tracker.statements.counting import PEOPLE
from tracker.statements.mentions import Mention, MentionKind
from tracker.statements.spacing import BREAKS

T = TypeVar("T")

_REACH = 9  # words between a figure and what says whom it counts


@dataclass(frozen=True, slots=True)
class Toll:
    """A figure for people, with whom it counts as far as the words around it say.

    `party` is the party that those counted belong to; `against` the party whose opponents they are, where
    only that is said ("thirteen attackers").
    """

    figure: Figure
    group: Group | None
    party: str | None
    against: str | None


def tolls_of(
    statement: Statement, words: Words, pack: LanguagePack, mentions: Sequence[Mention]
) -> tuple[Toll, ...]:
    """The figures of a statement that count people, each with whom it counts."""
    groups = pack.counted.groups.find(words)
    reader = _WhoseReader(
        statement,
        words,
        pack.counted.whose.find(words),
        [term for term in pack.counting.terms.find(words) if term.meaning.is_loss],
        [one for one in mentions if one.kind is not MentionKind.METONYM],
    )
    tolls = []
    begin = statement.span.start
    for figure in statement.figures:
        if figure.kind in PEOPLE:
            first = _word_at(words, figure.span.start - begin)
            at = range(first, _word_at(words, figure.span.end - 1 - begin) + 1)
            group = _nearest(words, at, groups)
            tolls.append(Toll(figure, group, *reader.sides(figure, at, group)))
    return tuple(tolls)


@dataclass(frozen=True, slots=True)
class _WhoseReader:
    """What in a statement tells whose people are counted."""

    statement: Statement
    words: Words
    whose: Sequence[Match[Whose]]
    losses: Sequence[Match[CountedTerm]]
    named: Sequence[Mention]

    def sides(self, figure: Figure, at: range, group: Group | None) -> tuple[str | None, str | None]:
        """The party that those counted belong to, and the one whose opponents they are."""
        if group is Group.CIVILIANS:
            return figure.side, None  # they belong to no side unless it is said
        speaker = self.statement.party
        # "The enemy lost twelve of its fighters": its is not the speaker's.
        stances = {one.meaning for one in self.whose if _within(self.words, at, one.first, one.end)}
        party = figure.side or _party(self.statement, self.words, at, self.named)
        if stances == {Whose.OPPOSING}:
            return party, speaker if party is None else None
        # Whoever speaks of a loss and names nobody else has lost them.
        lost = not stances and _nearest(self.words, at, self.losses) is not None
        own = stances == {Whose.OWN} or lost
        if own and speaker not in MANY_VOICES and party in {None, speaker}:
            return speaker, None
        return party, None


def _word_at(words: Words, place: int) -> int:
    return min(bisect_right(words.ends, place), len(words.texts) - 1)


def _nearest(words: Words, at: range, matches: Iterable[Match[T]]) -> T | None:
    """The meaning of the match nearest to a word, within reach and with no break between."""
    found = [
        (_apart(at, match.first, match.end), match.first, match.meaning)
        for match in matches
        if _within(words, at, match.first, match.end)
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def _party(statement: Statement, words: Words, at: range, mentions: Sequence[Mention]) -> str | None:
    """The party named nearest to a figure; its own speaker, and its own name before it, left out."""
    speaker = statement.attribution.speaker_span
    low = speaker.start - statement.span.start if speaker else -1
    high = speaker.end - statement.span.start if speaker else -1
    found = [
        (_apart(at, one.first, one.end), one.first, one.party)
        for one in mentions
        if not low <= one.span.start < high
        and _within(words, at, one.first, one.end)
        and (one.party != statement.party or one.first > at[-1])
    ]
    return min(found)[2] if found else None


def _apart(at: range, first: int, end: int) -> int:
    return first - at[-1] if first > at[-1] else max(at[0] - end + 1, 0)


def _within(words: Words, at: range, first: int, end: int) -> bool:
    if _apart(at, first, end) > _REACH:
        return False
    low, high = (at[-1], first) if first > at[-1] else (min(end - 1, at[0]), at[0])
    return low == high or BREAKS.isdisjoint(words.between(low, high))


@dataclass(frozen=True, slots=True)
class TollPair:
    """Two figures for one kind of fate, and how surely they count the same people (`sameness`)."""

    one: Toll
    other: Toll
    sameness: float

    @property
    def disjoint(self) -> bool:
        """Whether no number fits both."""
        return self.one.figure.disjoint(self.other.figure)

    @property
    def ratio(self) -> float:
        """The logarithm of the greater over the lesser, 0 where both can be the same number."""
        if not self.disjoint:
            return 0.0
        low, high = sorted((self.one.figure, self.other.figure), key=lambda figure: figure.low)
        return math.log((high.low + 1) / ((low.high if low.high is not None else low.low) + 1))


def pair_tolls(
    ones: Sequence[Toll], others: Sequence[Toll], allies: Mapping[str, frozenset[str]]
) -> TollPair | None:
    """The two figures of two statements that most surely count the same people; None where none meet."""
    pairs = [
        TollPair(one, other, sameness(one, other, allies))
        for one in ones
        for other in others
        if one.figure.kind is other.figure.kind
    ]
    # Of pairs as sure, the same one whichever statement comes first.
    return max(pairs, key=lambda pair: (pair.sameness, pair.disjoint, pair.ratio, _names(pair)), default=None)


def _names(pair: TollPair) -> list[tuple[str, ...]]:
    return sorted(
        tuple(map(repr, (one.figure, one.group, one.party, one.against))) for one in (pair.one, pair.other)
    )


def sameness(one: Toll, other: Toll, allies: Mapping[str, frozenset[str]]) -> float:
    """From -2 (surely other people) to 1.5 (surely the same), 0 where nothing is said."""
    total = 0.0
    if one.group and other.group:
        total += 0.5 if one.group is other.group else -1.0
    sides = _side(one, other, allies)
    return total + sides


def are_allied(one: str, other: str, allies: Mapping[str, frozenset[str]]) -> bool:
    """Whether either of two parties names the other as its ally."""
    return other in allies.get(one, ()) or one in allies.get(other, ())


def are_opposed(one: str, other: str, allies: Mapping[str, frozenset[str]]) -> bool:
    """Whether two parties have allies, and stand with none of the same ones: opposite sides of a war."""
    camps = [{party, *allies.get(party, ())} for party in (one, other)]
    return all(len(camp) > 1 for camp in camps) and camps[0].isdisjoint(camps[1])


def _together(one: str, other: str, allies: Mapping[str, frozenset[str]]) -> bool:
    return one == other or are_allied(one, other, allies)


def _side(one: Toll, other: Toll, allies: Mapping[str, frozenset[str]]) -> float:
    if one.party and other.party:
        return 1.0 if _together(one.party, other.party, allies) else -1.0
    for toll, against in ((one, other.against), (other, one.against)):
        if toll.party and against:
            return -1.0 if _together(toll.party, against, allies) else 0.5
    if one.against and other.against:
        return 0.5 if _together(one.against, other.against, allies) else -1.0
    return 0.0
