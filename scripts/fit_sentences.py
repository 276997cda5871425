"""Fit the models that say which sentences are statements, and which of those deny.

    .venv/bin/python scripts/fit_sentences.py ../shared/eval/train/* scripts/corpora/*/

They go to tracker/statements/selection_model.json and polarity_model.json; with `--unseen` as
`scripts/fit_speakers.py` has it, what the voice encoder says is weighed as well (voiced_selection_model.json,
voiced_polarity_model.json). Each folder is one labelled split. Every split is left out once, to measure on
texts not trained on and to choose the threshold; the models written are fitted on all of them. Run
scripts/fit_speakers.py first: who speaks is among the features. Deterministic: no random step.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from labelled import label_of, load_knowledge, read_documents
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from unseen import unseen_voices, voices_of

from tracker.embedding.own_models import VOICES
from tracker.services.listening import VoiceReader
from tracker.statements.extraction import all_sightings, tellings
from tracker.statements.polarity import polarity_features
from tracker.statements.selection import selection_features
from tracker.statements.weighing import LinearModel

FOLDER = Path(__file__).resolve().parent.parent / "tracker" / "statements"
FEWEST = 5  # sentences in which a feature must be seen to get a weight
SMALL_WORDS = 60  # words a language, the most frequent ones: they carry tense and mood, not topics
INVERSE_PENALTY = 0.15
NEGLIGIBLE = 1e-3  # a weight not worth writing down
THRESHOLDS = np.round(np.arange(0.30, 0.71, 0.02), 2)

Scored = list[tuple[float, bool]]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence's features, what the voice encoder says, the right answer, and its split."""

    split: str
    names: frozenset[str]
    heard: float | None
    answer: bool


def examples(
    folders: Sequence[Path], voices: Mapping[str, VoiceReader]
) -> tuple[list[Example], list[Example]]:
    """For selection all sentences that segmentation leaves, for polarity the labelled statements."""
    knowledge = load_knowledge()
    selection, polarity = [], []
    for folder in folders:
        reader = voices.get(folder.name)
        for document, labels in read_documents(folder):
            marks = reader.read(tellings(document)) if reader else None
            for sighting in all_sightings(document, knowledge, marks):
                heeded = sighting.heard.heeded
                label = label_of(sighting.heard.sentence.span, labels)
                names = frozenset(selection_features(sighting))
                heard = heeded.put_forward if heeded else None
                selection.append(Example(folder.name, names, heard, label is not None))
                if label is not None:
                    names = frozenset(polarity_features(sighting.heard, sighting.figures))
                    heard = heeded.denied if heeded else None
                    polarity.append(Example(folder.name, names, heard, label["polarity"] == "denies"))
    return selection, polarity


def vocabulary(sample: Sequence[Example]) -> list[str]:
    """The features that get a weight: frequent ones, and of words only the small ones of each language."""
    counts = Counter(name for one in sample for name in one.names)
    words: dict[str, list[tuple[int, str]]] = {}
    for name, count in counts.items():
        if "word " in name:
            words.setdefault(name.rsplit(" ", 1)[0], []).append((count, name))
    small = {name for listed in words.values() for _, name in sorted(listed, reverse=True)[:SMALL_WORDS]}
    return sorted(
        name for name, count in counts.items() if count >= FEWEST and ("word " not in name or name in small)
    )


def fit(sample: Sequence[Example]) -> LinearModel:
    """The regression over a sample; its threshold is left at one half."""
    names = vocabulary(sample)
    column = {name: index for index, name in enumerate(names)}
    rows = [[column[name] for name in sorted(one.names) if name in column] for one in sample]
    pointers = np.cumsum([0, *(len(row) for row in rows)])
    indices = np.array([index for row in rows for index in row])
    named = csr_matrix((np.ones(len(indices)), indices, pointers), shape=(len(rows), len(names)))
    table = hstack([named, csr_matrix(np.array([[one.heard or 0.0] for one in sample]))]).tocsr()
    regression = LogisticRegression(C=INVERSE_PENALTY, max_iter=2000)
    regression.fit(table, [one.answer for one in sample])
    *weights, voice = regression.coef_[0].tolist()
    return LinearModel(dict(zip(names, weights, strict=True)), float(regression.intercept_[0]), 0.5, voice)


def scored(model: LinearModel, sample: Sequence[Example]) -> Scored:
    """The model's probability beside the right answer."""
    return [(model.probability(one.names, one.heard), one.answer) for one in sample]


def f1(answers: Scored, threshold: float) -> float:
    """F1 of the sentences taken for statements."""
    hits = sum(answer for probability, answer in answers if probability >= threshold)
    taken = sum(probability >= threshold for probability, _ in answers)
    return 2 * hits / max(taken + sum(answer for _, answer in answers), 1)


def accuracy(answers: Scored, threshold: float) -> float:
    """Share of right answers."""
    return float(np.mean([(probability >= threshold) == answer for probability, answer in answers]))


def choose(
    name: str,
    sample: Sequence[Example],
    never: Sequence[Example],
    measure: Callable[[Scored, float], float],
    fitted_on: Sequence[str],
) -> None:
    """Measure with each split left out, choose the threshold, fit on all, measure on others, write."""
    held_out: dict[str, Scored] = {}
    for split in dict.fromkeys(one.split for one in sample):
        model = fit([one for one in sample if one.split != split])
        held_out[split] = scored(model, [one for one in sample if one.split == split])
    # Every split counts alike, however dense it is: real pages are sparser than most of these.
    threshold = max(THRESHOLDS, key=lambda one: np.mean([measure(s, one) for s in held_out.values()]))
    for split, answers in held_out.items():
        print(f"{name}: left out {split:12} {measure.__name__} {measure(answers, threshold):.3f}")
    model = fit(sample)
    for split in dict.fromkeys(one.split for one in never):
        answers = scored(model, [one for one in never if one.split == split])
        print(f"{name}: never in {split:12} {measure.__name__} {measure(answers, threshold):.3f}")
    weights = {
        key: round(weight, 4) for key, weight in sorted(model.weights.items()) if abs(weight) > NEGLIGIBLE
    }
    written = {
        "fitted_on": list(fitted_on),
        "threshold": float(threshold),
        "intercept": round(model.intercept, 4),
        **({"voice": round(model.voice, 4)} if model.voice else {}),
        "weights": weights,
    }
    text = json.dumps(written, indent=1, ensure_ascii=False) + "\n"
    kind = "voiced_" if model.voice else ""
    (FOLDER / f"{kind}{name}_model.json").write_text(text, encoding="utf-8")
    print(f"{name}: {len(weights)} weights, threshold {threshold}")


def main() -> None:
    """Fit and write both models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--measure", nargs="*", type=Path, default=[], help="splits never fitted on")
    parser.add_argument("--unseen", action="append", default=[], metavar="FILE=SPLIT,SPLIT,...")
    arguments = parser.parse_args()
    voices = dict(unseen_voices(arguments.unseen))
    if voices and arguments.measure:
        voices |= dict.fromkeys((one.name for one in arguments.measure), voices_of(VOICES.adapter_path()))
    selection, polarity = examples(arguments.splits, voices)
    never_selection, never_polarity = examples(arguments.measure, voices)
    fitted_on = [folder.name for folder in arguments.splits]
    choose("selection", selection, never_selection, f1, fitted_on)
    choose("polarity", polarity, never_polarity, accuracy, fitted_on)


if __name__ == "__main__":
    main()
