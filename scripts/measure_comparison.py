"""Measure the comparison of statements on inference corpora, which nothing here was trained on.

    .venv/bin/python scripts/measure_comparison.py ../shared/data/xnli_dev ../shared/data/ans/stance.dev.csv

Each sentence of a pair is read as a statement of its own, as if two parties had put them forward. Printed for
XNLI (Conneau et al. 2018; evaluate only), by language: how well the score tells contradiction from the rest
(area under the curve), that of the question vectors and of the stances alone (which of two statements alone
are not heard), and the F1 of what would be suggested. For ANS (Khouja 2020): how many pairs are put on the
right side of "disagree" by the better threshold.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from compared import embeds_as_shipped, members_of
from labelled import load_knowledge
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.stances import StanceModel
from tracker.domain.documents import Document, Span
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.registry.loading import load_registry
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
) -> Iterator[tuple[float, float, float]]:
    """For each pair the score of contradiction, the likeness of the question vectors, and by stances."""
    knowledge, compare, stances = load_knowledge().taking_all(), embeds_as_shipped(), StanceModel.shipped()
    for pair in pairs:
        both = [
            statement_of(text, pair.language, party, knowledge)
            for text, party in zip((pair.one, pair.other), PARTIES, strict=True)
        ]
        members = members_of([(one, None) for one in both], compare)
        (found,) = comparator.pairs(members)
        one, other = (stances.stance_of(member.stance) for member in members if member.stance is not None)
        yield float(model.shares(found)[0]), found.likeness, float(stances.shares(one, other)[0])


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
        scores, likeness, stances = (
            np.array(column) for column in zip(*scored(pairs, comparator, model), strict=True)
        )
        accuracy = max(float(((scores >= at) == right).mean()) for at in np.unique(scores))
        suggested = f_one(scores >= model.threshold, right)
        print(
            f"{name}: {len(pairs)} pairs, AUC {roc_auc_score(right, scores):.3f} (likeness alone "
            f"{roc_auc_score(right, likeness):.3f}, stances {roc_auc_score(right, stances):.3f}), "
            f"F1 at the threshold {suggested:.3f}, best accuracy {accuracy:.3f} "
            f"(all one side {max(right.mean(), 1 - right.mean()):.3f})"
        )


if __name__ == "__main__":
    main()
