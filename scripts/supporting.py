"""How much the rest of an event says for a conflict, fitted on tables of pairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from compared import CONTRADICTS, Compared, Numbers, Reader, Table
from sklearn.linear_model import LogisticRegression

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.support import WORDS_ALONE, SupportWeights, company, log_odds
from tracker.embedding.loading import DEFAULT_MODEL, QUESTION_MODEL, load_embedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.events.pair_model import PairModel
from tracker.registry.loading import load_registry
from tracker.statements.mentions import PartyFinder

STEPS = 30  # of Newton's method; it stands still after some seven


class Scored(NamedTuple):
    """A table with what its words alone give by relation, and how much each of its pairs counts."""

    table: Table
    shares: Numbers
    weight: float = 1.0


def fit_support(scored: Sequence[Scored]) -> SupportWeights:
    """The weights that suit some tables best, beside the log odds that their words alone have there.

    Those odds are set right first, since they are less sure than they might be where the encoders have seen a
    table; the weights are told on the scale of the odds as they come.
    """
    alone = np.concatenate([log_odds(one.shares[:, CONTRADICTS]) for one in scored])
    neighbours = [one.table.neighbours(one.shares) for one in scored]
    strength = np.concatenate([found for found, _ in neighbours])
    others = np.concatenate([company(sizes) for _, sizes in neighbours])
    conflict = np.concatenate([one.table.conflict for one in scored])
    weights = np.repeat([one.weight for one in scored], [len(one.shares) for one in scored])
    by_words = LogisticRegression().fit(alone[:, None], conflict, sample_weight=weights)
    sharpness, offset = float(by_words.coef_[0, 0]), float(by_words.intercept_[0])
    rows = np.stack([strength, others], axis=1)
    support, company_weight = _beside(sharpness * alone + offset, rows, conflict.astype(float), weights)
    return SupportWeights(float(support) / sharpness, float(company_weight) / sharpness)


def _beside(offset: Numbers, rows: Numbers, wanted: Numbers, weights: Numbers) -> Numbers:
    """The weights of a logistic regression over `rows`, beside log odds that stand; by Newton's method."""
    found = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        shares = 1 / (1 + np.exp(-(offset + rows @ found)))
        slope = rows.T @ (weights * (wanted - shares)) - found
        curve = (rows * (weights * shares * (1 - shares))[:, None]).T @ rows + np.eye(len(found))
        found = found + np.linalg.solve(curve, slope)
    return found


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
    """A model as it is used: by the words of the pairs, and then by what the rest of their event says."""

    model: ConflictModel

    def shares(self, table: Table) -> Numbers:
        """The probability of each relation by the words alone."""
        return np.stack([self.model.scores(row) for row in table.features])

    def scores(self, table: Table) -> Numbers:
        """By pair, the probability of a contradiction."""
        return table.scores(self.shares(table), self.model.support)


def reading_as_shipped(model: ConflictModel) -> Callable[[Path], Compared]:
    """What reads a split with the encoders and the linking that ship."""
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    reader = Reader(Comparator(registry.parties, finder, model), PairModel.shipped(DEFAULT_MODEL))
    claims, questions = (load_embedder(name).encode for name in (DEFAULT_MODEL, QUESTION_MODEL))
    heard_by = VoiceModel()
    return lambda folder: reader.read(folder, claims, questions, heard_by)
