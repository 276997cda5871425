"""Measure the comparison of statements on inference corpora, which nothing here was trained on.

    .venv/bin/python scripts/measure_comparison.py ../shared/data/xnli_dev ../shared/data/ans/stance.dev.csv

Each sentence of a pair is read as a statement of its own, as if two parties had put them forward. Printed for
XNLI (Conneau et al. 2018; evaluate only), by language: how well the score tells contradiction from the rest
(area under the curve), that of the question vectors alone, and the F1 of what would be suggested. For ANS
(Khouja 2020): how many pairs are put on the right side of "disagree" by the better threshold.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from labelled import load_knowledge
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from tracker.conflicts.comparison import Comparator, ConflictModel, Member
from tracker.conflicts.features import features
from tracker.domain.documents import Document, Span
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.embedding import QUESTION_MODEL, load_embedder
from tracker.registry.loading import load_registry
from tracker.services.embedding import question_text
from tracker.statements.extraction import Knowledge, extract_statements
from tracker.statements.mentions import PartyFinder

LANGUAGES = ("en", "ar", "tr", "ru")
MOST = 600  # pairs of a language
PARTIES = ("LNA", "GNA")


@dataclass(frozen=True, slots=True)
class Judged:
    """Two sentences of one language and whether they contradict each other."""

    one: str
    other: str
    language: str
    contradicts: bool


def read_xnli(folder: Path, language: str) -> list[Judged]:
    """The first pairs of a language."""
    with (folder / f"dev-{language}.tsv").open(encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][:MOST]
    return [Judged(one, other, language, label.startswith("contradict")) for one, other, label in rows]


def read_ans(path: Path) -> list[Judged]:
    """The pairs that agree or disagree."""
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["stance"] in {"agree", "disagree"}]
    return [Judged(row["s1"], row["s2"], "ar", row["stance"] == "disagree") for row in rows]


def statement_of(text: str, language: str, party: str, knowledge: Knowledge) -> Statement:
    """A sentence as a statement: read as a document's only one, or taken as it stands where none is found."""
    document = Document(text[:40] + party, None, None, "", "", None, None, language, "", text)
    found = extract_statements(document, knowledge)
    attribution = Attribution(party, AttributionMethod.SPEAKER, 1.0)
    if found:
        longest = max(found, key=lambda one: len(one.span))
        return replace(longest, id=f"{party}{longest.id}", attribution=attribution)
    return Statement(party, document.id, Span(0, len(text)), text, language, attribution, Polarity.ASSERTS)


def scored(
    pairs: Sequence[Judged], comparator: Comparator, model: ConflictModel
) -> Iterator[tuple[float, float]]:
    """For each pair the score of contradiction and the likeness of the question vectors."""
    knowledge = load_knowledge().taking_all()
    embed = load_embedder(QUESTION_MODEL).encode
    for pair in pairs:
        both = [
            statement_of(text, pair.language, party, knowledge)
            for text, party in zip((pair.one, pair.other), PARTIES, strict=True)
        ]
        vectors = embed([question_text(one) for one in both])
        (found,) = comparator.pairs(list(map(Member, both, vectors)))
        yield float(model.scores(features(found))[0]), found.likeness


def f_one(chosen: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall."""
    return float(2 * (chosen & right).sum() / max(chosen.sum() + right.sum(), 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("xnli", type=Path)
    parser.add_argument("ans", type=Path)
    arguments = parser.parse_args()
    registry, model = load_registry(), ConflictModel.shipped()
    comparator = Comparator(registry.parties, PartyFinder(registry.parties, registry.speakers), model)
    for name, pairs in (
        *((f"XNLI {language}", read_xnli(arguments.xnli, language)) for language in LANGUAGES),
        ("ANS ar", read_ans(arguments.ans)),
    ):
        right = np.array([pair.contradicts for pair in pairs])
        scores, likeness = (
            np.array(column) for column in zip(*scored(pairs, comparator, model), strict=True)
        )
        accuracy = max(float(((scores >= at) == right).mean()) for at in np.unique(scores))
        suggested = f_one(scores >= model.threshold, right)
        print(
            f"{name}: {len(pairs)} pairs, AUC {roc_auc_score(right, scores):.3f} (likeness alone "
            f"{roc_auc_score(right, likeness):.3f}), F1 at the threshold {suggested:.3f}, "
            f"best accuracy {accuracy:.3f} (all one side {max(right.mean(), 1 - right.mean()):.3f})"
        )


if __name__ == "__main__":
    main()
