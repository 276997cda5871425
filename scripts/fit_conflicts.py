"""Fit the model that compares statements (tracker/conflicts/conflict_model.json).

    .venv/bin/python scripts/fit_conflicts.py ../shared/eval/train/* --ours scripts/corpora/*/ \
        --untyped scripts/voices/*/ \
        --unseen var/questions-a.safetensors=1,2 --unseen-claims var/claims-a.safetensors=1,2 \
        --unseen-voices var/voices-a.safetensors=1,2 --measure ../shared/eval/dev tests/quality/corpora/*/

Each folder is one labelled split, read twice (scripts/compared.py): with spans, parties and events given, and
with our own. --unseen names question encoders (scripts/train_questions.py), --unseen-claims claim encoders
(scripts/train_encoder.py) and --unseen-voices voice encoders (scripts/train_voices.py) that have not seen the
events of these splits; the shipped ones are used for the rest. Every split is left out once, to measure; the
model written is fitted on all of them, on the pairs of both readings. --measure only measures, with the
shipped encoders. Without --unseen-voices nothing is heard. What is --ours was labelled by other hands than
what is to come, and counts less for what clashes; --untyped are splits of ours whose types do not count.
What counts beside the words is fitted afterwards (scripts/fit_together.py): until then stances do not count.

What finds statements, gives them to parties and joins them to events was fitted on these splits too, and is
not fitted anew without the one that is left out: on texts to come our own reading is a little worse.

Two statements agree where both are labelled as in conflict with a third and not with each other.
Deterministic: no random step.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from compared import CONTRADICTS, Compared, Embeds, Reader, Table
from near_misses import counterfactuals
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from supporting import THRESHOLD, Fitted, Scored, fit_support
from unseen import unseen_embedders, unseen_voices

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.conflicts.kinds import KIND_FEATURES, KindModel, kind_features
from tracker.conflicts.shares import RELATIONS, Numbers
from tracker.conflicts.stances import WORDS_ONLY
from tracker.domain.conflicts import ConflictType
from tracker.embedding.loading import DEFAULT_MODEL, QUESTION_MODEL, load_embedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.events.pair_model import PairModel
from tracker.registry.loading import load_registry
from tracker.statements.mentions import PartyFinder

STRENGTH, STRENGTH_OF_TYPES = 1.0, 0.3  # the inverse of the penalty on weights
WEIGHT_OF_MATTER = 2.0  # beside what the words speak of, where the type is told: its numbers are small
BANDS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
STEPS = np.arange(0.2, 0.51, 0.02)
OUT = Path(__file__).resolve().parent.parent / "tracker" / "conflicts" / "conflict_model.json"

WEIGHT_OF_COUNTERFACTUALS = 0.8  # beside the mean of the pairs
OURS = 0.3  # how much a pair of a split of ours weighs beside one of the others


class Split(NamedTuple):
    """A split to fit on, how much each of its pairs counts, and whether their types do."""

    compared: Compared
    weight: float = 1.0
    typed: bool = True

    @property
    def tables(self) -> tuple[Table, Table]:
        """Its pairs in both readings."""
        return self.compared.given, self.compared.linked


def fit(chosen: Sequence[Split]) -> LogisticRegression:
    """How pairs stand to each other, over the pairs of some splits and their counterfactuals."""
    rows = np.concatenate([table.features for one in chosen for table in one.tables])
    relations = np.concatenate([table.relations for one in chosen for table in one.tables])
    weights = np.repeat(
        [one.weight for one in chosen], [sum(len(table.relations) for table in one.tables) for one in chosen]
    )
    altered, standing = counterfactuals(rows[relations == CONTRADICTS])
    of_altered = np.full(len(altered), WEIGHT_OF_COUNTERFACTUALS * weights.mean())
    return LogisticRegression(C=STRENGTH, max_iter=4000).fit(
        np.concatenate([rows, altered]),
        np.concatenate([relations, standing]),
        sample_weight=np.concatenate([weights, of_altered]),
    )


def fit_types(chosen: Sequence[Split]) -> KindModel:
    """The type of a conflict, over the conflicts of some splits."""
    found = [
        (np.concatenate([kind_features(pair), WEIGHT_OF_MATTER * pair.matter]), kind)
        for one in chosen
        if one.typed
        for table in one.tables
        for pair, kind in zip(table.pairs, table.types, strict=True)
        if kind
    ]
    fitted = LogisticRegression(C=STRENGTH_OF_TYPES, max_iter=6000)
    fitted.fit(np.stack([row for row, _ in found]), [kind for _, kind in found])
    weights, matters = np.split(fitted.coef_, [len(KIND_FEATURES)], axis=1)
    types = tuple(map(ConflictType, fitted.classes_))
    return KindModel(types, weights, fitted.intercept_, WEIGHT_OF_MATTER * matters)


def f_one(table: Table, scores: Numbers, threshold: float) -> tuple[float, float, float]:
    """Precision, recall over all labelled conflicts of the split, and F1."""
    chosen = scores >= threshold
    hits = int((chosen & table.conflict).sum())
    precision = hits / max(int(chosen.sum()), 1)
    recall = hits / table.labelled
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def best_f_one(table: Table, scores: Numbers) -> float:
    """The F1 at whatever threshold suits the split best."""
    return max(f_one(table, scores, float(threshold))[2] for threshold in np.arange(0.1, 0.8, 0.025))


def types_right(table: Table, scores: Numbers, kinds: KindModel) -> float:
    """The share of found conflicts whose type is the labelled one."""
    found = np.flatnonzero((scores >= THRESHOLD) & table.conflict)
    return sum(kinds.type_of(table.pairs[n]).value == table.types[n] for n in found) / max(len(found), 1)


def by_language(table: Table, scores: Numbers) -> str:
    """F1 for pairs in one language and across languages; recall counts the pairs compared only."""
    across = np.array([p.one.statement.language != p.other.statement.language for p in table.pairs])
    parts = []
    for name, rows in (("same", ~across), ("across", across)):
        chosen, labelled = (scores >= THRESHOLD) & rows, table.conflict & rows
        hits = int((chosen & labelled).sum())
        parts.append(f"{name} {2 * hits / max(int(chosen.sum() + labelled.sum()), 1):.3f}")
    return ", ".join(parts)


def print_row(table: Table, scores: Numbers, kinds: KindModel) -> None:
    """What one split reaches."""
    precision, recall, f1 = f_one(table, scores, THRESHOLD)
    right = types_right(table, scores, kinds)
    compared = int(table.conflict.sum()) / table.labelled
    print(
        f"{table.name}: AUC {roc_auc_score(table.conflict, scores):.3f}, precision {precision:.3f} "
        f"recall {recall:.3f} (of {compared:.3f} compared) F1 {f1:.3f} "
        f"(best {best_f_one(table, scores):.3f}), types {right:.3f}, "
        f"by language: {by_language(table, scores)}"
    )


def print_calibration(tables: Sequence[tuple[Table, Numbers]]) -> None:
    """How many are right in each band of scores."""
    scores = np.concatenate([one for _, one in tables])
    right = np.concatenate([table.conflict for table, _ in tables])
    for low, high in pairwise(BANDS):
        rows = (scores >= low) & (scores < high)
        if rows.any():
            print(f"  {low:.1f} to {min(high, 1.0):.1f}: {right[rows].mean():.3f} right of {int(rows.sum())}")


def written(fitted: Fitted, kinds: KindModel, names: list[str]) -> Any:  # noqa: ANN401
    """What the model file holds."""
    matters = () if kinds.matters is None else kinds.matters
    by_words = fitted.by_words

    def weights(names: Sequence[str], row: Numbers, intercept: float) -> dict[str, float]:
        pairs = {name: round(float(weight), 4) for name, weight in zip(names, row, strict=True)}
        return {**pairs, "intercept": round(float(intercept), 4)}

    return {
        "relations": {
            relation.value: weights(FEATURES, by_words.coef_[row], by_words.intercept_[row])
            for row, relation in enumerate(RELATIONS)
        },
        "types": {
            kind.value: weights(KIND_FEATURES, kinds.weights[row], kinds.intercepts[row])
            for row, kind in enumerate(kinds.types)
        },
        "matters": {
            kind.value: np.round(row, 3).tolist() for kind, row in zip(kinds.types, matters, strict=True)
        },
        "stances": asdict(WORDS_ONLY),
        "support": asdict(fitted.support),
        "threshold": THRESHOLD,
        "fitted_on": names,
    }


def write(model: Any, out: Path = OUT) -> None:  # noqa: ANN401
    """Write a model file, the numbers of a vector on one line."""
    text = re.sub(r"\n\s+(?=-?\d)", " ", json.dumps(model, indent=1))
    out.write_text(text + "\n", encoding="utf-8")


def print_steps(tables: Sequence[tuple[Table, Numbers]]) -> None:
    """Precision, recall and F1 over all splits together, threshold by threshold."""
    labelled = sum(table.labelled for table, _ in tables)
    scores = np.concatenate([one for _, one in tables])
    right = np.concatenate([table.conflict for table, _ in tables])
    for threshold in STEPS:
        chosen = scores >= threshold
        hits = int((chosen & right).sum())
        precision, recall = hits / max(int(chosen.sum()), 1), hits / labelled
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"  from {threshold:.2f}: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}")


class Scorer(Protocol):
    """What tells how likely two statements contradict each other."""

    def scores(self, table: Table, /) -> Numbers:
        """By pair of a table."""


Reading = Callable[[Compared], Table]
READINGS: tuple[tuple[str, Reading], ...] = (
    ("spans, parties and events given", lambda one: one.given),
    ("end to end", lambda one: one.linked),
)


def print_all(measured: Sequence[tuple[Compared, Scorer, KindModel]]) -> None:
    """What each split reaches with a model of its own, in both readings; then all of them together."""
    for words, reading in READINGS:
        print(f"{words}:")
        scored = []
        for split, fitted, kinds in measured:
            table = reading(split)
            scored.append((table, fitted.scores(table)))
            print_row(*scored[-1], kinds)
        print_calibration(scored)
        print_steps(scored)


def main() -> None:
    """Cross-validate by split, print, fit on all, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--ours", nargs="*", type=Path, default=[])
    parser.add_argument("--untyped", nargs="*", type=Path, default=[])
    parser.add_argument("--unseen", action="append", default=[], metavar="FILE=SPLIT,SPLIT")
    parser.add_argument("--unseen-claims", action="append", default=[], metavar="FILE=SPLIT,SPLIT")
    parser.add_argument("--unseen-voices", action="append", default=[], metavar="FILE=SPLIT,SPLIT")
    parser.add_argument("--measure", nargs="*", type=Path, default=[])
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    registry = load_registry()
    blank = ConflictModel(np.zeros((3, len(FEATURES))), np.zeros(3), 0.0, KindModel.of({}))
    finder = PartyFinder(registry.parties, registry.speakers)
    reader = Reader(Comparator(registry.parties, finder, blank), PairModel.shipped(DEFAULT_MODEL))
    shipped = load_embedder(DEFAULT_MODEL).encode, load_embedder(QUESTION_MODEL).encode
    claims, questions = unseen_embedders(arguments.unseen_claims), unseen_embedders(arguments.unseen)
    voices = unseen_voices(arguments.unseen_voices)
    heard_by = VoiceModel() if voices else None

    def read(folder: Path) -> Compared:
        return reader.read(
            folder,
            claims.get(folder.name, shipped[0]),
            Embeds(questions.get(folder.name, shipped[1])),
            voices.get(folder.name, heard_by),
        )

    every = [
        *(Split(read(folder)) for folder in arguments.splits),
        *(Split(read(folder), OURS) for folder in arguments.ours),
        *(Split(read(folder), OURS, typed=False) for folder in arguments.untyped),
    ]
    print("every split left out once")
    left_out = []
    for split in every:
        others = [one for one in every if one is not split]
        left_out.append((split, Fitted(fit(others)), fit_types(others)))
    # Of two numbers, fitted on scores of models that have not seen the split: they are not left out again.
    support = fit_support(
        [
            Scored(table, alone.shares(table), split.weight)
            for split, alone, _ in left_out
            for table in split.tables
        ]
    )
    print_all([(split.compared, alone._replace(support=support), kinds) for split, alone, kinds in left_out])
    fitted, kinds = Fitted(fit(every), support), fit_types(every)
    if arguments.measure:
        print("never fitted on")
        print_all([(read(folder), fitted, kinds) for folder in arguments.measure])
    model = written(fitted, kinds, [split.compared.name for split in every])
    write(model, arguments.out)
    print(Counter(int(one) for split in every for table in split.tables for one in table.relations))


if __name__ == "__main__":
    main()
