"""Fit the model that says who speaks (tracker/statements/speaker_model.json).

    .venv/bin/python scripts/fit_speakers.py ../shared/eval/train/* scripts/corpora/*/

With `--unseen FILE=SPLIT,SPLIT,...` for every split, what the voice encoder says is weighed beside the
named features (voiced_speaker_model.json); each FILE is the adapter of a voice encoder that was trained
without those splits. What is measured with `--measure` is then read by the encoder that ships.

Each folder is one labelled split. Every split is left out once, to measure on texts not trained on: share
of right parties, and how often a confidence of 0.9 and above is right. The model written is fitted on all
of them. Deterministic: no random step.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from labelled import label_of, load_knowledge, read_documents
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from unseen import unseen_voices, voices_of

from tracker.embedding.own_models import VOICES
from tracker.services.listening import VoiceReader
from tracker.statements.candidates import Candidate
from tracker.statements.extraction import Knowledge, all_sightings, tellings
from tracker.statements.speakers import SpeakerModel

FOLDER = Path(__file__).resolve().parent.parent / "tracker" / "statements"
FEWEST = 4  # sentences in which a feature must be seen to get a weight
PENALTY = 0.6  # of the squared weights, against a loss summed over sentences
NEGLIGIBLE = 1e-3  # a weight not worth writing down
FIRST = SpeakerModel({}, voice=1.0)
ROUNDS = 2  # what a story remembers depends on the model, so it is fitted again on what it remembers
TEMPERATURES = np.round(np.arange(0.8, 2.01, 0.1), 1)
MAIN = {"LNA", "GNA", "TUR", "MEDIA"}
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence: its candidates, what the voice encoder says of each, the party of its label."""

    split: str
    candidates: tuple[Candidate, ...]
    heard: tuple[float, ...] | None
    party: str


def examples(
    folders: Sequence[Path],
    model: SpeakerModel,
    knowledge: Knowledge,
    voices: Mapping[str, VoiceReader],
) -> list[Example]:
    """All labelled sentences, each with the candidates that the story leaves it under this model."""
    weights = replace(knowledge.plain, speakers=model)
    knowledge = replace(knowledge, plain=weights, voiced=weights)
    found = []
    for folder in folders:
        reader = voices.get(folder.name)
        for document, labels in read_documents(folder):
            marks = reader.read(tellings(document)) if reader else None
            for sighting in all_sightings(document, knowledge, marks):
                heard = sighting.heard
                label = label_of(heard.sentence.span, labels)
                if label is not None:
                    said = heard.heeded.speakers if heard.heeded else None
                    found.append(Example(folder.name, heard.candidates, said, label["party"]))
    return found


def fit(sample: Sequence[Example]) -> SpeakerModel:
    """The weights that make the labelled parties likeliest."""
    seen = Counter(name for one in sample for name in {name for c in one.candidates for name in c.features})
    names = sorted(name for name, count in seen.items() if count >= FEWEST)
    column = {name: index for index, name in enumerate(names)}
    usable = [one for one in sample if any(c.party == one.party for c in one.candidates)]
    rows, owners, right = [], [], []
    for number, one in enumerate(usable):
        for candidate in one.candidates:
            rows.append([column[name] for name in candidate.features if name in column])
            owners.append(number)
            right.append(candidate.party == one.party)
    said = [value for one in usable for value in one.heard or [0.0] * len(one.candidates)]
    table = hstack([_table(rows, len(names)), csr_matrix(np.array(said)[:, None])]).tocsr()
    owner, is_right = np.array(owners), np.array(right)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = table @ weights
        all_odds = _softmax(scores, owner, len(usable))
        right_scores = np.where(is_right, scores, -np.inf)
        right_odds = _softmax(right_scores, owner, len(usable))
        mass = np.bincount(owner, weights=np.where(is_right, all_odds, 0.0), minlength=len(usable))
        value = -np.log(np.maximum(mass, 1e-12)).sum() + PENALTY * weights @ weights
        gradient = table.T @ (all_odds - right_odds) + 2 * PENALTY * weights
        return float(value), np.asarray(gradient)

    result = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    *weights, voice = result.x.tolist()
    return SpeakerModel(dict(zip(names, weights, strict=True)), voice=voice)


def _table(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    pointers = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([index for row in rows for index in row])
    return csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(rows), width))


def _softmax(scores: NDArray[np.float64], owner: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, owner, scores)
    odds = np.exp(scores - highest[owner])
    return np.asarray(odds / np.bincount(owner, weights=odds, minlength=count)[owner])


def measure(model: SpeakerModel, sample: Sequence[Example]) -> str:
    """Share of right parties, and of those with a confidence of 0.9 and above, as one line."""
    chosen = [(model.choose(one.candidates, one.heard), one) for one in sample]
    hits = [_coarse(c.candidate.party) == _coarse(one.party) for c, one in chosen]
    sure = [hit for hit, (c, _) in zip(hits, chosen, strict=True) if c.probability >= SURE]
    best = np.mean([any(_coarse(c.party) == _coarse(one.party) for c in one.candidates) for one in sample])
    return (
        f"{len(sample):5} statements  right party {np.mean(hits):.3f} (at most {best:.3f})"
        f"  confidence >= {SURE}: {len(sure) / len(sample):.2f} of them, right {np.mean(sure):.3f}"
    )


def _surprise(models: Mapping[str, SpeakerModel], sample: Sequence[Example], temperature: float) -> float:
    """The mean surprise at whether the chosen party is right, each split judged by the model without it."""
    lost = []
    for one in sample:
        chosen = replace(models[one.split], temperature=temperature).choose(one.candidates, one.heard)
        is_right = _coarse(chosen.candidate.party) == _coarse(one.party)
        lost.append(-np.log(max(chosen.probability if is_right else 1 - chosen.probability, 1e-9)))
    return float(np.mean(lost))


def _coarse(party: str) -> str:
    return party if party in MAIN else "ELSE"


def main() -> None:
    """Fit, measure on each split left out, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--measure", nargs="*", type=Path, default=[], help="splits never fitted on")
    parser.add_argument("--unseen", action="append", default=[], metavar="FILE=SPLIT,SPLIT,...")
    arguments = parser.parse_args()
    knowledge, voices = load_knowledge(), dict(unseen_voices(arguments.unseen))
    if voices and arguments.measure:
        voices |= dict.fromkeys((one.name for one in arguments.measure), voices_of(VOICES.adapter_path()))
    model = FIRST
    for _ in range(ROUNDS):
        sample = examples(arguments.splits, model, knowledge, voices)
        model = fit(sample)
    names = list(dict.fromkeys(one.split for one in sample))
    left_out = {name: fit([one for one in sample if one.split != name]) for name in names}
    temperature = min(TEMPERATURES, key=lambda one: _surprise(left_out, sample, one))
    for name in names:
        cooled = replace(left_out[name], temperature=temperature)
        print(f"left out {name:12}", measure(cooled, [one for one in sample if one.split == name]))
    model = replace(model, temperature=float(temperature))
    for folder in arguments.measure:
        print(f"never in {folder.name:12}", measure(model, examples([folder], model, knowledge, voices)))
    print("fitted on all   ", measure(model, sample))
    weights = {
        name: round(weight, 4) for name, weight in sorted(model.weights.items()) if abs(weight) > NEGLIGIBLE
    }
    written = {
        "fitted_on": [folder.name for folder in arguments.splits],
        "temperature": model.temperature,
        **({"voice": round(model.voice, 4)} if voices else {}),
        "weights": weights,
    }
    out = FOLDER / f"{'voiced_' if voices else ''}speaker_model.json"
    out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"{len(weights)} weights written to {out.name}")


if __name__ == "__main__":
    main()
