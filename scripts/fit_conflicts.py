"""Fit the model that scores conflicts (tracker/conflicts/conflict_model.json).

    .venv/bin/python scripts/fit_conflicts.py ../shared/eval/train/* --unseen var/told-a.safetensors=1,2

Each folder is one labelled split; --unseen as with fit_linking.py. Pairs are those of different parties
within one labelled event. Every split is left out once, to measure on events not trained on and to choose the
threshold; the model written is fitted on all of them. Deterministic: no random step.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from labelled import Labelled, load_split
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from unseen import unseen_embedders

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.explanation import explain
from tracker.conflicts.features import FEATURES, Pair, features
from tracker.domain.statements import Statement
from tracker.registry.loading import load_registry
from tracker.statements.mentions import PartyFinder

THRESHOLDS = np.round(np.arange(0.10, 0.81, 0.05), 2)
# A wrong suggestion costs an analyst more than a missed one: the threshold chosen is the highest that costs
# no more F1 than this.
PRICE_OF_PRECISION = 0.03
OUT = Path(__file__).resolve().parent.parent / "tracker" / "conflicts" / "conflict_model.json"


@dataclass(frozen=True, slots=True)
class Table:
    """The pairs of a split with their features, whether they are labelled conflicts, and the label's type."""

    name: str
    pairs: list[Pair]
    features: NDArray[np.float64]
    conflict: NDArray[np.bool_]
    types: list[str | None]
    labelled: int


def tables(splits: Sequence[Labelled]) -> Iterator[Table]:
    """One table a split."""
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    blank = ConflictModel(np.zeros(len(FEATURES)), 0.0, 0.0)
    comparator = Comparator(registry.parties, finder, blank)
    for split in splits:
        pairs = [pair for members in _events(split) for pair in comparator.pairs(members)]
        label_of = {
            one.statement.id: label["id"]
            for one, label in zip(split.linkables, split.labels, strict=True)
            if label
        }
        types = [
            split.conflicts.get(frozenset((label_of[p.one.statement.id], label_of[p.other.statement.id])))
            for p in pairs
        ]
        conflict = np.array([kind is not None for kind in types])
        yield Table(
            split.name, pairs, np.stack([features(p) for p in pairs]), conflict, types, len(split.conflicts)
        )


def _events(split: Labelled) -> Iterator[list[tuple[Statement, NDArray[np.float32]]]]:
    events = defaultdict(list)
    for one, quote, label in zip(split.linkables, split.quotes, split.labels, strict=True):
        if label and label["event"]:
            events[label["event"]].append((one.statement, quote))
    yield from events.values()


def fit(chosen: Sequence[Table]) -> LogisticRegression:
    """A logistic regression over the pairs of some splits."""
    rows = np.concatenate([one.features for one in chosen])
    return LogisticRegression(C=1.0, max_iter=2000).fit(
        rows, np.concatenate([one.conflict for one in chosen])
    )


def f_one(table: Table, scores: NDArray[np.float64], threshold: float) -> tuple[float, float, float]:
    """Precision, recall over all labelled conflicts of the split, and F1."""
    chosen = scores >= threshold
    hits = int((chosen & table.conflict).sum())
    precision = hits / max(int(chosen.sum()), 1)
    recall = hits / table.labelled
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def types_right(table: Table, scores: NDArray[np.float64], threshold: float) -> float:
    """The share of found conflicts whose type is the labelled one."""
    found = np.flatnonzero((scores >= threshold) & table.conflict)
    return sum(explain(table.pairs[n])[0].value == table.types[n] for n in found) / max(len(found), 1)


def main() -> None:
    """Cross-validate by split, print, fit on all, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--unseen", action="append", default=[], metavar="FILE=SPLIT,SPLIT")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    unseen = unseen_embedders(arguments.unseen)
    every = list(tables([load_split(folder, unseen.get(folder.name)) for folder in arguments.splits]))
    curves = np.zeros((len(every), len(THRESHOLDS)))
    held: list[tuple[Table, NDArray[np.float64]]] = []
    for number, table in enumerate(every):
        fitted = fit([one for one in every if one is not table])
        scores = fitted.predict_proba(table.features)[:, 1]
        held.append((table, scores))
        curves[number] = [f_one(table, scores, threshold)[2] for threshold in THRESHOLDS]
        auc = roc_auc_score(table.conflict, scores)
        best = int(curves[number].argmax())
        print(f"{table.name}: AUC {auc:.3f}, best F1 {curves[number, best]:.3f} at {THRESHOLDS[best]}")
    mean = curves.mean(axis=0)
    threshold = float(THRESHOLDS[np.flatnonzero(mean >= mean.max() - PRICE_OF_PRECISION).max()])
    for table, scores in held:
        precision, recall, f1 = f_one(table, scores, threshold)
        kinds = types_right(table, scores, threshold)
        print(f"{table.name}: at {threshold}", end=" ")
        print(f"precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f} types {kinds:.3f}")
    fitted = fit(every)
    written = {
        "weights": {
            name: round(float(weight), 4) for name, weight in zip(FEATURES, fitted.coef_[0], strict=True)
        },
        "intercept": round(float(fitted.intercept_[0]), 4),
        "threshold": threshold,
        "fitted_on": [table.name for table in every],
    }
    arguments.out.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(written, indent=2))


if __name__ == "__main__":
    main()
