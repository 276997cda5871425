"""What is heard beside the words of a pair, fitted on tables of pairs: stances, and the rest of the event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from compared import CONTRADICTS, Compared, Reader, Table, embeds_as_shipped
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.shares import Numbers, log_odds
from tracker.conflicts.stances import Pooling
from tracker.conflicts.support import WORDS_ALONE, SupportWeights, doublings
from tracker.embedding.loading import DEFAULT_MODEL, load_embedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.events.pair_model import PairModel
from tracker.registry.loading import load_registry
from tracker.statements.mentions import PartyFinder

# More than half of what is suggested on `dev`, end to end, is then a labelled conflict: a wrong one costs an
# analyst more than one missed.
THRESHOLD = 0.29
# A pair alone in its event is suggested only where its words are as plain as this: hardly a labelled event
# has but two statements, so that nothing tells it from a pair that differs from a conflict by one thing.
PLAIN = 0.39
ALONE = round(float(log_odds(np.array(THRESHOLD)) - log_odds(np.array(PLAIN))), 4)
_BEGIN = np.array([1.0, 0.0, 0.0, 0.0])


class Scored(NamedTuple):
    """A table with what each pair alone gives by relation, and how much the table counts."""

    table: Table
    shares: Numbers
    weight: float = 1.0


def fit_pooling(scored: Sequence[Scored]) -> Pooling:
    """How much stances count beside words, by maximum likelihood; each table counts as much as any other.

    `shares` are by the words. Neither they nor the stances may come from what has seen the tables.
    """

    def loss(numbers: Numbers) -> float:
        pooling = _pooling_of(numbers)
        return -sum(float(np.log(_of_labels(pooled(pooling, one), one.table)).mean()) for one in scored)

    return _pooling_of(np.round(minimize(loss, _BEGIN, method="BFGS").x, 4))


def pooled(pooling: Pooling, one: Scored) -> Numbers:
    """What words and stances give for the pairs of a table; the words alone where no stances are heard."""
    stances = one.table.stances
    heard = ~np.isnan(stances).any(axis=1, keepdims=True)
    shares: Numbers = np.where(heard, pooling.shares(one.shares, np.where(heard, stances, 1.0)), one.shares)
    return shares


def _pooling_of(numbers: Numbers) -> Pooling:
    words, stances, contradicts, agrees = map(float, numbers)
    return Pooling(words, stances, (contradicts, agrees, 0.0))


def _of_labels(shares: Numbers, table: Table) -> Numbers:
    given: Numbers = shares[np.arange(len(shares)), table.relations]
    return given


def fit_support(scored: Sequence[Scored]) -> SupportWeights:
    """What the rest of an event weighs beside the log odds of its pairs; tables count as their weight says.

    Those odds are set right first (how sharp they are, and how likely a conflict is in the mean): the weights
    are told on the scale of the odds as they come.
    """
    alone = np.concatenate([log_odds(one.shares[:, CONTRADICTS]) for one in scored])
    neighbours = [one.table.neighbours(one.shares) for one in scored]
    strength = np.concatenate([found for found, _ in neighbours])
    size = np.concatenate([sizes for _, sizes in neighbours])
    weights = np.concatenate([np.full(len(one.shares), one.weight / len(one.shares)) for one in scored])
    fitted = LogisticRegression(C=100.0, max_iter=500).fit(
        np.stack([alone, strength, doublings(size)], axis=1),
        np.concatenate([one.table.conflict for one in scored]),
        sample_weight=weights / weights.mean(),
    )
    sharpness, *told = map(float, (*fitted.coef_[0], fitted.intercept_[0]))
    support, crowd, others = (round(one / sharpness, 4) for one in told)
    return SupportWeights(support, others, crowd, ALONE)


class Fitted(NamedTuple):
    """A fit over the words of pairs, and what the rest of an event adds."""

    by_words: LogisticRegression
    support: SupportWeights = WORDS_ALONE

    def shares(self, table: Table) -> Numbers:
        """The probability of each relation by the words alone: shape (pairs, 3)."""
        found: Numbers = self.by_words.predict_proba(table.features)
        return found

    def scores(self, table: Table) -> Numbers:
        """By pair, the probability of a contradiction."""
        return table.scores(self.shares(table), self.support)


@dataclass(frozen=True, slots=True)
class WholeModel:
    """A model as it is used: by the pairs themselves, and then by what the rest of their event says."""

    model: ConflictModel

    def shares(self, table: Table) -> Numbers:
        """The probability of each relation by a pair alone."""
        return np.stack([self.model.shares(pair) for pair in table.pairs])

    def scores(self, table: Table) -> Numbers:
        """By pair, the probability of a contradiction."""
        return table.scores(self.shares(table), self.model.support)


def reading_as_shipped(model: ConflictModel) -> Callable[[Path], Compared]:
    """What reads a split with the encoders and the linking that ship."""
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    reader = Reader(Comparator(registry.parties, finder, model), PairModel.shipped(DEFAULT_MODEL))
    claims, compare, heard_by = load_embedder(DEFAULT_MODEL).encode, embeds_as_shipped(), VoiceModel()
    return lambda folder: reader.read(folder, claims, compare, heard_by)
