"""Pairs of statements of the labelled splits as the comparison sees them, for the fitting scripts.

Two tables of a split: in the one spans, parties and events are the labelled ones; in the other statements,
parties and events are our own, so that it holds what the comparison meets at work as well: statements that
match no label, words given to the wrong party, and pairs of two happenings that were taken for one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from labelled import Embed, Labelled, load_split, unembedded
from numpy.typing import NDArray

from tracker.conflicts.comparison import Comparator, heard
from tracker.conflicts.features import Pair, features
from tracker.conflicts.members import Member, same_among
from tracker.conflicts.shares import RELATIONS, Numbers
from tracker.conflicts.support import SupportWeights
from tracker.domain.statements import Statement
from tracker.embedding.loading import QUESTION_MODEL, STANCE_MODEL, load_embedder
from tracker.events.linkable import Linkable
from tracker.events.pair_model import PairModel
from tracker.events.window import OpenWindow
from tracker.services.embedding import question_text
from tracker.services.listening import VoiceReader

CONTRADICTS, AGREES, UNRELATED = range(3)

_Group = Sequence[tuple[Linkable, dict[str, Any] | None]]
"""Statements of one event, each with the label that it matches."""


@dataclass(frozen=True, slots=True)
class Circle:
    """The members of one event, and which two of them each of its pairs is, by their places."""

    members: list[Member]
    chosen: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Table:
    """The pairs of a split with their features, how they stand to each other, and the label's type.

    The pairs of the first of `circles` come first, and so on. `labelled` is the number of labelled conflicts,
    compared or not.
    """

    name: str
    pairs: list[Pair]
    features: Numbers
    relations: NDArray[np.int64]
    types: list[str | None]
    labelled: int
    circles: list[Circle]

    def neighbours(self, shares: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
        """By pair, how strongly the rest of its event speaks for it, and the statements in that event.

        `shares` gives the probability of each relation by the words of the pairs: shape (pairs, 3).
        """
        strength, sizes = np.zeros(len(shares)), np.zeros(len(shares), dtype=np.int64)
        begin = 0
        for circle in self.circles:
            rows = slice(begin, begin + len(circle.chosen))
            strength[rows] = heard(circle.chosen, shares[rows], same_among(circle.members)).strength
            sizes[rows] = len(circle.members)
            begin = rows.stop
        return strength, sizes

    def scores(self, shares: Numbers, weights: SupportWeights) -> Numbers:
        """By pair, the probability of a contradiction once the rest of its event was heard."""
        strength, sizes = self.neighbours(shares)
        return weights.contradiction(shares[:, CONTRADICTS], strength, sizes)

    @property
    def stances(self) -> Numbers:
        """By pair, the probability of each relation by the stances of both: shape (pairs, 3).

        No numbers (NaN) for two who are alone in their event.
        """
        unheard = np.full(len(RELATIONS), np.nan)
        return np.array([unheard if pair.stances is None else pair.stances for pair in self.pairs])

    @property
    def conflict(self) -> NDArray[np.bool_]:
        """Which pairs are labelled conflicts."""
        found: NDArray[np.bool_] = self.relations == CONTRADICTS
        return found


@dataclass(frozen=True, slots=True)
class Compared:
    """A split's pairs within the labelled events, and within those that we link."""

    given: Table
    linked: Table

    @property
    def name(self) -> str:
        """That of the split."""
        return self.given.name


class Embeds(NamedTuple):
    """The encoders of the comparison; without one of stances the words decide alone."""

    questions: Embed
    stances: Embed | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What turns a split into pairs. The encoders must not have seen its events, if it is fitted on."""

    comparator: Comparator
    linking: PairModel

    def read(
        self, folder: Path, claims: Embed, compare: Embeds, voices: VoiceReader | None = None
    ) -> Compared:
        """Both tables of a split.

        `claims` embeds for linking, `compare` for the comparison; `voices` hears who speaks.
        """
        labelled = load_split(folder, unembedded, spans_given=True, voices=voices)
        given = self._table(labelled, _labelled_events(labelled), compare)
        ours = load_split(folder, claims, voices=voices)
        return Compared(given, self._table(ours, self._linked_events(ours), compare))

    def _linked_events(self, split: Labelled) -> Iterable[_Group]:
        window = OpenWindow(self.linking)
        window.arrive(split.linkables)
        for rows in window.repair():
            yield [(split.linkables[row], split.labels[row]) for row in rows]

    def _table(self, split: Labelled, groups: Iterable[_Group], compare: Embeds) -> Table:
        against = _opponents(split)
        pairs: list[Pair] = []
        relations: list[int] = []
        types: list[str | None] = []
        circles: list[Circle] = []
        for group in groups:
            label_of = {one.statement.id: label["id"] for one, label in group if label}
            members = members_of([(one.statement, one.published) for one, _ in group], compare)
            place = {one.statement.id: number for number, one in enumerate(members)}
            circle = Circle(members, [])
            for pair in self.comparator.pairs(members):
                circle.chosen.append((place[pair.one.statement.id], place[pair.other.statement.id]))
                one, other = (label_of.get(side.statement.id, "") for side in (pair.one, pair.other))
                kind = split.conflicts.get(frozenset((one, other)))
                shared = against[one] & against[other]
                pairs.append(pair)
                types.append(kind)
                relations.append(CONTRADICTS if kind else AGREES if shared else UNRELATED)
            circles += [circle] if circle.chosen else []
        found = np.stack([features(pair) for pair in pairs])
        return Table(split.name, pairs, found, np.array(relations), types, len(split.conflicts), circles)


def members_of(dated: Sequence[tuple[Statement, date | None]], compare: Embeds) -> list[Member]:
    """Statements, each with the day it was published, as the comparison is told of them."""
    texts = [question_text(one) for one, _ in dated]
    vectors = compare.questions(texts)
    stances = [None] * len(texts) if compare.stances is None else compare.stances(texts)
    told = zip(dated, vectors, stances, strict=True)
    return [Member(one, vector, day, stance) for (one, day), vector, stance in told]


def embeds_as_shipped() -> Embeds:
    """The encoders of the comparison that ship."""
    return Embeds(*(load_embedder(name).encode for name in (QUESTION_MODEL, STANCE_MODEL)))


def _opponents(split: Labelled) -> defaultdict[str, set[str]]:
    """By label, those it is labelled in conflict with; none for what matches no label."""
    against: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in map(tuple, split.conflicts):
        against[one].add(other)
        against[other].add(one)
    return against


def _labelled_events(split: Labelled) -> Iterable[_Group]:
    """The statements of each labelled event, given to the labelled party."""
    groups: defaultdict[str, list[tuple[Linkable, dict[str, Any] | None]]] = defaultdict(list)
    for one, label in zip(split.linkables, split.labels, strict=True):
        if label and label["event"]:
            attribution = replace(one.statement.attribution, party=label["party"])
            given = replace(one.statement, attribution=attribution)
            groups[label["event"]].append((replace(one, statement=given), label))
    return groups.values()
