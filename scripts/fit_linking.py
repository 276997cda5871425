"""Fit the pair model that links statements into events (tracker/events/pair_model.json).

    .venv/bin/python scripts/fit_linking.py scripts/later/*/ \
        --measure ../shared/eval/dev tests/quality/corpora/*/

Each folder is one labelled split that the claim encoder has not learned from: one trained on an event
finds its statements more alike than those of events to come. Every split is left out once, to measure on
events not fitted on and to choose the threshold; those after --measure are never fitted on and choose
nothing. The model written is fitted on all others. Deterministic: what is sampled is the same each time.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from fitted_trees import as_lines, boosted, rows_of, start_of
from labelled import Labelled, load_split
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from tracker.embedding import DEFAULT_MODEL, load_embedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.events.linkable import Coder
from tracker.events.pair_model import PairModel
from tracker.events.pairs import FEATURES, pair_features
from tracker.events.window import OpenWindow

THRESHOLDS = np.round(np.arange(0.10, 0.61, 0.025), 3)
TREES, RATE, FEWEST, CAUTION = 100, 0.15, 200, 5.0
"""Trees, what each counts, the pairs at an end of a tree at least, and how little ends with few pairs say."""
SPEAKS_FOR = {"context": 1, "quote": 1, "gap": -1, "same_place": 1, "other_place": -1, "adjacent": 1}
"""Features of which more never speaks against one happening (1), or never for it (-1)."""
# Of thresholds about as good, the highest: two events that are one are joined by one act of a person, of one
# that is two each statement has to be looked at.
ABOUT_AS_GOOD = 0.005
OUT = Path(__file__).resolve().parent.parent / "tracker" / "events" / "pair_model.json"


def table(split: Labelled) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Features and same-event labels of all pairs of statements that matched a label with an event."""
    chosen = [n for n, label in enumerate(split.labels) if label and label["event"]]
    events = np.array([split.labels[n]["event"] for n in chosen])  # type: ignore[index]
    columns = Coder().columns([split.linkables[n] for n in chosen])
    ones, others = np.triu_indices(len(chosen), 1)
    return pair_features(columns, ones, others), events[ones] == events[others]


def fit(splits: Sequence[Labelled]) -> HistGradientBoostingClassifier:
    """Boosted trees over the pairs of some splits.

    The pairs of one event grow with the square of its statements: so that a few large events do not decide
    alone, the pairs of a split weigh the less the more of them are of one event.
    """
    tables = [table(split) for split in splits]
    features, same = np.concatenate([t[0] for t in tables]), np.concatenate([t[1] for t in tables])
    weights = np.concatenate([np.full(len(t[1]), 1 / max(int(t[1].sum()), 1)) for t in tables])
    speaks_for = [SPEAKS_FOR.get(name, 0) for name in FEATURES]
    return boosted(TREES, RATE, FEWEST, CAUTION, speaks_for, in_twos=True).fit(
        features, same, sample_weight=weights / weights.mean()
    )


def entry_of(fitted: HistGradientBoostingClassifier, threshold: float) -> dict[str, Any]:
    """The fitted trees as `PairModel.from_entry` reads them."""
    return {
        "threshold": threshold,
        "start": start_of(fitted)[0],
        "trees": rows_of(fitted, FEATURES),
    }


def b_cubed(split: Labelled, model: PairModel) -> tuple[float, float, float]:
    """Precision, recall and F1 (Bagga and Baldwin 1998) of linking all of a split's statements."""
    window = OpenWindow(model)
    window.arrive(split.linkables)
    window.repair()
    pairs = [
        (label["event"], window.cluster_of[row])
        for row, label in enumerate(split.labels)
        if label and label["event"]
    ]
    both, gold, ours = Counter(pairs), Counter(g for g, _ in pairs), Counter(p for _, p in pairs)
    precision = sum(both[pair] / ours[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / gold[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def measure(split: Labelled, others: Sequence[Labelled]) -> NDArray[np.float64]:
    """Print how a model fitted on others does on a split; B-cubed F1 at each threshold."""
    entry = entry_of(fit(others), 0.0)
    features, same = table(split)
    scores = np.array(
        [
            b_cubed(split, PairModel.from_entry({**entry, "threshold": float(threshold)}))[2]
            for threshold in THRESHOLDS
        ]
    )
    best = int(scores.argmax())
    auc = roc_auc_score(same, PairModel.from_entry(entry).probabilities(features))
    print(f"{split.name}: pair AUC {auc:.3f}, best B-cubed F1 {scores[best]:.3f} at {THRESHOLDS[best]}")
    return scores


def write(path: Path, name: str, entry: Mapping[str, object]) -> None:
    """Put one embedding model's entry into the file, beside those of others."""
    models = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    models[name] = entry
    path.write_text(as_lines(dict(sorted(models.items()))), encoding="utf-8")


def main() -> None:
    """Cross-validate by split, print, fit on all, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--measure", nargs="*", type=Path, default=[], help="splits that choose nothing")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="the embedding model to fit for")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    embed, voices = load_embedder(arguments.model).encode, VoiceModel()
    splits = [load_split(folder, embed, voices=voices) for folder in arguments.splits]
    apart = [load_split(folder, embed, voices=voices) for folder in arguments.measure]
    left_out = [measure(one, [other for other in splits if other is not one]) for one in splits]
    mean = np.average(left_out, axis=0, weights=[len(split.linkables) for split in splits])
    chosen = int(np.flatnonzero(mean >= mean.max() - ABOUT_AS_GOOD)[-1])
    threshold = float(THRESHOLDS[chosen])
    print("B-cubed F1, mean of left-out splits by their statements:")
    print(f"threshold {threshold}: {mean[chosen]:.3f}, best {mean.max():.3f} at {THRESHOLDS[mean.argmax()]}")
    for one, scores in zip(splits, left_out, strict=True):
        print(f"{one.name}: left out, at {threshold} F1 {scores[chosen]:.3f}")
    fitted = fit(splits)
    entry = entry_of(fitted, threshold)
    model = PairModel.from_entry(entry)
    for one in apart:
        measure(one, splits)
        print(
            f"{one.name}: at {threshold} precision, recall, F1:", *(f"{n:.3f}" for n in b_cubed(one, model))
        )
    write(arguments.out, arguments.model, {"fitted_on": [split.name for split in splits], **entry})


if __name__ == "__main__":
    main()
