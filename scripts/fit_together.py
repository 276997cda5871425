"""Fit what is heard of a pair beside its weighed findings: trees, stances, the rest of its event.

    .venv/bin/python scripts/fit_together.py scripts/later/*/ \
        --learned chancelleries harbours coastline crossings decade frontlines wells agreements brigades \
        --measure ../shared/eval/dev tests/quality/corpora/*/

Writes conflict_trees.json, and `stances`, `support` and `threshold` of conflict_model.json, all of them in
tracker/conflicts.

Each folder is one labelled split that no encoder of claims, questions or voices has learned from, read with
the encoders, the linking and the regression that ship (`scripts/fit_conflicts.py`). --learned names those
that the stance encoder has learned from (`scripts/train_stances.py`).

Trees over the findings are fitted on all; every split is left out once. More pairs of these splits are
labelled as conflicts than of those that the regression was fitted on: how many contradict, in the mean, stays
as the regression has it. Then how much stances count beside words, and last what the rest of an event says,
on those splits that the stance encoder has not seen, each with trees that were fitted without it. --measure
only measures. Deterministic: what is sampled is the same each time.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from compared import CONTRADICTS, Compared, Table
from fit_conflicts import OUT as MODEL
from fit_conflicts import print_all, write
from fitted_trees import as_lines, boosted, rows_of, start_of
from sklearn.ensemble import HistGradientBoostingClassifier
from supporting import THRESHOLD, Scored, fit_pooling, fit_support, pooled, reading_as_shipped

from tracker.conflicts.comparison import ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.conflicts.shares import Numbers, log_odds, shares_of
from tracker.conflicts.stances import Pooling
from tracker.conflicts.support import SupportWeights
from tracker.conflicts.together import ODDS, between

TREES, RATE, FEWEST, CAUTION = 60, 0.08, 60, 20.0
"""Trees of each relation, what each counts, fewest pairs at an end, how little ends with few pairs say."""
OUT = MODEL.with_name("conflict_trees.json")
_STEPS = 60  # of halving, to a precision that nothing shows


class Read(NamedTuple):
    """A split, and by table what the trees are told of each pair."""

    compared: Compared
    told: tuple[Numbers, Numbers]

    @property
    def tables(self) -> tuple[Table, Table]:
        """Within the labelled events, and within those that we link."""
        return self.compared.given, self.compared.linked


def read_with(model: ConflictModel, table: Table) -> Numbers:
    """The features of each pair and the log odds by the regression."""
    by_weights = np.stack([model.by_weights(row) for row in table.features])
    return np.concatenate([table.features, log_odds(by_weights)], axis=1)


def fit(splits: Sequence[Read]) -> HistGradientBoostingClassifier:
    """The trees over some splits; each table counts as much as any other."""
    told = np.concatenate([rows for split in splits for rows in split.told])
    relations = np.concatenate([table.relations for split in splits for table in split.tables])
    sizes = [len(table.relations) for split in splits for table in split.tables]
    weights = np.concatenate([np.full(size, 1 / size) for size in sizes])
    return boosted(TREES, RATE, FEWEST, CAUTION).fit(told, relations, sample_weight=weights / weights.mean())


def offset_of(fitted: HistGradientBoostingClassifier, splits: Sequence[Read]) -> float:
    """What is added to the logit of a contradiction so that as many contradict as by the regression."""
    told = np.concatenate([rows for split in splits for rows in split.told])
    odds = told[:, len(FEATURES) + CONTRADICTS]
    wanted = float((1 / (1 + np.exp(-odds))).mean())
    logits = np.log(fitted.predict_proba(told))
    low, high = -5.0, 5.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        reached = float(_shifted(logits, middle)[:, CONTRADICTS].mean())
        low, high = (middle, high) if reached < wanted else (low, middle)
    return (low + high) / 2


def _shifted(logits: Numbers, offset: float) -> Numbers:
    return shares_of(logits + offset * (np.arange(logits.shape[1]) == CONTRADICTS))


@dataclass(frozen=True, slots=True)
class Words:
    """What the findings say of a pair, by trees and regression."""

    fitted: HistGradientBoostingClassifier
    offset: float
    model: ConflictModel

    def shares(self, table: Table) -> Numbers:
        """The probability of each relation by the words of the pairs."""
        by_weights = np.stack([self.model.by_weights(row) for row in table.features])
        logits = np.log(self.fitted.predict_proba(read_with(self.model, table)))
        return between(by_weights, _shifted(logits, self.offset))


class Trial(NamedTuple):
    """A fit as `print_all` asks for it."""

    words: Words
    pooling: Pooling
    support: SupportWeights

    def shares(self, table: Table) -> Numbers:
        """The probability of each relation by the words and the stances of the pairs."""
        return pooled(self.pooling, Scored(table, self.words.shares(table)))

    def scores(self, table: Table) -> Numbers:
        """By pair, the probability of a contradiction once the rest of its event was heard."""
        return table.scores(self.shares(table), self.support)


def fit_beside(unseen: Sequence[tuple[Read, Words]]) -> tuple[Pooling, SupportWeights]:
    """How much stances and the rest of an event count, on splits that neither words nor stances have seen."""
    by_words = [Scored(table, words.shares(table)) for split, words in unseen for table in split.tables]
    pooling = fit_pooling(by_words)
    return pooling, fit_support([one._replace(shares=pooled(pooling, one)) for one in by_words])


def main() -> None:
    """Measure, fit, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--learned", nargs="*", default=[])
    parser.add_argument("--measure", nargs="*", type=Path, default=[])
    arguments = parser.parse_args()
    model = ConflictModel.shipped()
    reader = reading_as_shipped(model)

    def read(folder: Path) -> Read:
        compared = reader(folder)
        return Read(compared, (read_with(model, compared.given), read_with(model, compared.linked)))

    def words_of(splits: Sequence[Read]) -> Words:
        fitted = fit(splits)
        return Words(fitted, offset_of(fitted, splits), model)

    every = [read(folder) for folder in arguments.splits]
    unseen = [
        (split, words_of([one for one in every if one is not split]))
        for split in every
        if split.compared.name not in arguments.learned
    ]
    pooling, support = fit_beside(unseen)
    print(pooling, support)
    print("splits left out once, of those that no encoder has seen")
    print_all([(split.compared, Trial(words, pooling, support), model.kinds) for split, words in unseen])
    whole = words_of(every)
    print("never fitted on")
    trial = Trial(whole, pooling, support)
    print_all([(read(folder).compared, trial, model.kinds) for folder in arguments.measure])
    start = start_of(whole.fitted)
    start[CONTRADICTS] += whole.offset
    print(f"offset {whole.offset:.3f}")
    entry = {
        "fitted_on": [split.compared.name for split in every],
        "start": [round(one, 5) for one in start],
        "trees": rows_of(whole.fitted, (*FEATURES, *ODDS)),
    }
    OUT.write_text(as_lines(entry), encoding="utf-8")
    beside = {"stances": asdict(pooling), "support": asdict(support), "threshold": THRESHOLD}
    write({**json.loads(MODEL.read_text(encoding="utf-8")), **beside})


if __name__ == "__main__":
    main()
