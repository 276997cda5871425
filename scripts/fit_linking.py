"""Fit the pair model that links statements into events (tracker/events/pair_model.json).

    .venv/bin/python scripts/fit_linking.py ../shared/eval/train/* --choose ../shared/eval/dev

Each folder is one labelled split. Every split is left out once, to measure on events not trained on and to
choose the threshold, the one after --choose among them, on which nothing is ever trained. The model written
is fitted on all others. Deterministic: no random step.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from labelled import Labelled, load_split
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tracker.events.clustering import average_link
from tracker.events.pairs import FEATURES, PairModel, pair_features

THRESHOLDS = np.round(np.arange(0.10, 0.71, 0.025), 3)
# The splits hold few pages without a date, all about the events beside them. Saved pages often bear none and
# may speak of any year; with the fitted weight alone, such pages are joined across years.
UNDATED_CAUTION = 1.5
OUT = Path(__file__).resolve().parent.parent / "tracker" / "events" / "pair_model.json"


def table(split: Labelled) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Features and same-event labels of all pairs of statements that matched a label with an event."""
    chosen = [n for n, label in enumerate(split.labels) if label and label["event"]]
    events = np.array([split.labels[n]["event"] for n in chosen])  # type: ignore[index]
    kept = [split.linkables[n] for n in chosen]
    upper = np.triu_indices(len(kept), 1)
    features = np.stack([feature[upper] for feature in pair_features(kept, kept)], axis=1)
    return features, (events[:, None] == events[None, :])[upper]


def fit(splits: Sequence[Labelled]) -> LogisticRegression:
    """A logistic regression over the pairs of some splits."""
    tables = [table(split) for split in splits]
    features, same = np.concatenate([t[0] for t in tables]), np.concatenate([t[1] for t in tables])
    return LogisticRegression(C=1.0, max_iter=2000, class_weight=None).fit(features, same)


def model_of(fitted: LogisticRegression, threshold: float) -> PairModel:
    """The fitted regression as the program uses it."""
    weights = fitted.coef_[0].astype(np.float64)
    weights[FEATURES.index("date_unknown")] -= UNDATED_CAUTION
    return PairModel(weights, float(fitted.intercept_[0]), threshold)


def b_cubed(split: Labelled, model: PairModel, threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 (Bagga and Baldwin 1998) of clustering all of a split's statements."""
    probabilities = model.probabilities(pair_features(split.linkables, split.linkables))
    clusters = average_link(probabilities, [[n] for n in range(len(split.linkables))], threshold)
    predicted = {n: number for number, cluster in enumerate(clusters) for n in cluster}
    pairs = [
        (label["event"], predicted[n]) for n, label in enumerate(split.labels) if label and label["event"]
    ]
    both, gold, ours = Counter(pairs), Counter(g for g, _ in pairs), Counter(p for _, p in pairs)
    precision = sum(both[pair] / ours[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / gold[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> None:
    """Cross-validate by split, print, fit on all, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--choose", type=Path, help="a split to choose the threshold with, not to train on")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    splits = [load_split(folder) for folder in arguments.splits]
    measured = [*splits, load_split(arguments.choose)] if arguments.choose else splits
    scores = np.zeros((len(measured), len(THRESHOLDS)))
    for number, held_out in enumerate(measured):
        model = model_of(fit([split for split in splits if split is not held_out]), 0.0)
        features, same = table(held_out)
        auc = roc_auc_score(same, features @ model.weights)
        scores[number] = [b_cubed(held_out, model, threshold)[2] for threshold in THRESHOLDS]
        best = int(scores[number].argmax())
        print(f"{held_out.name}: pair AUC {auc:.3f}", end=", ")
        print(f"best B-cubed F1 {scores[number, best]:.3f} at {THRESHOLDS[best]}")
    mean = np.average(scores, axis=0, weights=[len(split.linkables) for split in measured])
    threshold = float(THRESHOLDS[int(mean.argmax())])
    print(f"threshold {threshold}: B-cubed F1 {mean.max():.3f}, mean of held-out splits by their statements")
    model = model_of(fit(splits), threshold)
    written = {
        "weights": {
            name: round(float(weight), 4) for name, weight in zip(FEATURES, model.weights, strict=True)
        },
        "intercept": round(model.intercept, 4),
        "threshold": threshold,
        "fitted_on": [split.name for split in splits],
    }
    arguments.out.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(written, indent=2))


if __name__ == "__main__":
    main()
