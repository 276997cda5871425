"""Measure linking alone, on vectors made beforehand: beside BERTopic, as it grows, and in shuffled order.

    .venv/bin/python scripts/benchmark_linking.py peer ../shared/eval/dev ../shared/eval/train/*
    .venv/bin/python scripts/benchmark_linking.py growth ../shared/data/libya_2011
    .venv/bin/python scripts/benchmark_linking.py order ../shared/eval/dev
    .venv/bin/python scripts/benchmark_linking.py spans ../shared/eval/dev

`peer` needs `pip install bertopic` and prints statements a second of CPU time and B-cubed F1 of both on the
same vectors, one thread each. `growth` streams 10,000 to 100,000 dated news sentences (the corpus repeated
with shifted dates) through the window and fits the exponent. `order` links the same documents in ten shuffled
orders of arrival, document by document, and compares the outcomes with each other. `spans` links the labelled
statements alone, and says for each pair of languages which same-event pairs were found.
"""

import argparse
import ast
import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
from labelled import Labelled, load_split

from tracker.domain.documents import Span
from tracker.domain.identifiers import statement_id
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.embedding import DEFAULT_MODEL, load_embedder
from tracker.events.linkable import Linkable
from tracker.events.pair_model import PairModel
from tracker.events.pairs import LONGEST_GAP
from tracker.events.window import OpenWindow

BATCH = 400
ORDERS = 10
SIZES = (10_000, 20_000, 50_000, 100_000)
STATEMENTS_A_DOCUMENT = 6


def stream(linkables: Sequence[Linkable], model: PairModel) -> tuple[list[int], float, int]:
    """Link in order of arrival, a batch at a time; the clusters, CPU seconds, and the fullest window."""
    window = OpenWindow(model)
    clusters: dict[str, int] = {}
    begun, fullest = time.process_time(), 0
    for start in range(0, len(linkables), BATCH):
        new = linkables[start : start + BATCH]
        days = [one.published for one in new if one.published]
        if days:
            window.let_go(before=min(days) - timedelta(days=int(LONGEST_GAP)))
        window.arrive(new)
        window.repair()
        fullest = max(fullest, len(window))
        for row, one in enumerate(window.linkables):
            clusters[one.statement.id] = window.cluster_of[row]
    return [clusters[one.statement.id] for one in linkables], time.process_time() - begun, fullest


def b_cubed(ones: Sequence[object], others: Sequence[object]) -> float:
    """B-cubed F1 (Bagga and Baldwin 1998) of two partitions of the same things."""
    both, left, right = Counter(zip(ones, others, strict=True)), Counter(ones), Counter(others)
    pairs = list(zip(ones, others, strict=True))
    precision = sum(both[one, other] / right[other] for one, other in pairs) / len(pairs)
    recall = sum(both[one, other] / left[one] for one, other in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall)


def labelled_score(splits: Sequence[Labelled], clusters: Sequence[int]) -> float:
    """B-cubed F1 over the statements that have a labelled event."""
    labels = [
        (split.name, label["event"]) if label and label["event"] else None
        for split in splits
        for label in split.labels
    ]
    kept = [(label, cluster) for label, cluster in zip(labels, clusters, strict=True) if label]
    return b_cubed([label for label, _ in kept], [cluster for _, cluster in kept])


def peer(folders: Sequence[Path]) -> None:
    """Beside BERTopic's fit_transform."""
    from bertopic import BERTopic  # noqa: PLC0415 - only this measure needs it

    splits = [load_split(folder) for folder in folders]
    linkables = [one for split in splits for one in split.linkables]
    order = sorted(range(len(linkables)), key=lambda row: (linkables[row].published or date.max, row))
    model = PairModel.shipped(DEFAULT_MODEL)
    ours = []
    for _ in range(3):
        found, seconds, _ = stream([linkables[row] for row in order], model)
        ours.append(seconds)
    clusters = [0] * len(linkables)
    for row, cluster in zip(order, found, strict=True):
        clusters[row] = cluster
    texts = [one.statement.quote for one in linkables]
    vectors = np.stack([one.context for one in linkables])
    begun = time.process_time()
    topics, _ = BERTopic(min_topic_size=2, calculate_probabilities=False).fit_transform(texts, vectors)
    seconds = time.process_time() - begun
    # Its outliers share the topic -1; each counts as an event of its own, which is kinder to it.
    topics = [topic if topic >= 0 else -2 - row for row, topic in enumerate(topics)]
    count, median = len(linkables), float(np.median(ours))
    print(
        f"{count} statements; ours {count / median:.0f}/s, BERTopic {count / seconds:.0f}/s: "
        f"{seconds / median:.0f} times; B-cubed F1 ours {labelled_score(splits, clusters):.3f}, "
        f"BERTopic {labelled_score(splits, topics):.3f}"
    )


def growth(folder: Path) -> None:
    """The cost of streams of several lengths, and its exponent."""
    dated = dated_sentences(folder)
    vectors = load_embedder(DEFAULT_MODEL).encode([text for _, text in dated])
    period = (dated[-1][0] - dated[0][0]).days + 2 * int(LONGEST_GAP)
    model = PairModel.shipped(DEFAULT_MODEL)
    costs = []
    for size in SIZES:
        linkables = [sentence(number, dated, vectors, period) for number in range(size)]
        _, seconds, fullest = stream(linkables, model)
        costs.append(seconds)
        print(f"{size} statements: {seconds:.1f} s, {size / seconds:.0f}/s, at most {fullest} in the window")
    exponent = np.polyfit(np.log(SIZES), np.log(costs), 1)[0]
    print(f"cost grows with an exponent of {exponent:.2f}")


def dated_sentences(folder: Path) -> list[tuple[date, str]]:
    """Sentences of news with their days, in order."""
    csv.field_size_limit(sys.maxsize)
    with (folder / "crisis_libya_time-sent.csv").open(encoding="utf-8") as file:
        return [
            (date.fromisoformat(row["time"]), text)
            for row in csv.DictReader(file)
            for text in ast.literal_eval(row["Sentences"])
        ]


def sentence(number: int, dated: Sequence[tuple[date, str]], vectors: np.ndarray, period: int) -> Linkable:
    """The sentence of a number; past the last, the first again, that many days later."""
    round_, place = divmod(number, len(dated))
    day, text = dated[place]
    document = f"d{number // STATEMENTS_A_DOCUMENT:015x}"
    start = (number % STATEMENTS_A_DOCUMENT) * 200
    statement = Statement(
        id=statement_id(document, start, start + len(text)),
        document=document,
        span=Span(start, start + len(text)),
        quote=text,
        language="en",
        attribution=Attribution("MEDIA", AttributionMethod.SPEAKER, 0.9),
        polarity=Polarity.ASSERTS,
    )
    return Linkable(statement, day + timedelta(days=period * round_), vectors[place], vectors[place])


def order(folders: Sequence[Path]) -> None:
    """How alike the outcomes of several orders of arrival are."""
    model = PairModel.shipped(DEFAULT_MODEL)
    for folder in folders:
        split = load_split(folder)
        documents = sorted({one.statement.document for one in split.linkables})
        outcomes = []
        for seed in range(ORDERS):
            shuffled = random.Random(seed).sample(documents, len(documents))  # noqa: S311 - not for secrets
            window = OpenWindow(model)
            for document in shuffled:
                window.arrive([one for one in split.linkables if one.statement.document == document])
                window.repair()
            outcomes.append([window.cluster_of[window.row_of[one.statement.id]] for one in split.linkables])
        likeness = [b_cubed(one, other) for one, other in combinations(outcomes, 2)]
        print(
            f"{split.name}: {ORDERS} orders, B-cubed F1 between them: least {min(likeness):.3f}, "
            f"mean {np.mean(likeness):.3f}"
        )


def spans(folders: Sequence[Path]) -> None:
    """Linking alone: with labelled spans given, whole and by pair of languages."""
    model = PairModel.shipped(DEFAULT_MODEL)
    for folder in folders:
        split = load_split(folder, spans_given=True)
        clusters, _, _ = stream(split.linkables, model)
        print(f"{split.name}: {len(clusters)} spans, B-cubed F1 {labelled_score([split], clusters):.3f}")
        told = [
            (label["event"], cluster, one.statement.language)
            for label, cluster, one in zip(split.labels, clusters, split.linkables, strict=True)
            if label and label["event"]
        ]
        pairs: dict[str, Counter[str]] = {}
        for one, other in combinations(told, 2):
            counts = pairs.setdefault(" ".join(sorted((one[2], other[2]))), Counter())
            same, found = one[0] == other[0], one[1] == other[1]
            counts.update({"same": same, "found": found, "both": same and found})
        for languages, counts in sorted(pairs.items()):
            precision = counts["both"] / max(counts["found"], 1)
            recall = counts["both"] / max(counts["same"], 1)
            print(f"  {languages}: {counts['same']} pairs, precision {precision:.2f}, recall {recall:.2f}")


def main() -> None:
    """Run one measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    measures = parser.add_subparsers(required=True)
    for name, run, many in (
        ("peer", peer, True),
        ("growth", growth, False),
        ("order", order, True),
        ("spans", spans, True),
    ):
        one = measures.add_parser(name)
        one.add_argument("given", type=Path, nargs="+" if many else None)
        one.set_defaults(run=run)
    arguments = parser.parse_args()
    arguments.run(arguments.given)


if __name__ == "__main__":
    main()
