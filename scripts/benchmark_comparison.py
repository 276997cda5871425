"""Measure how the comparison of statements grows within one event, and how many conflicts the cap keeps.

    .venv/bin/python scripts/benchmark_comparison.py ../shared/data/libya_2011 \
        ../shared/eval/dev tests/quality/corpora/gharyan tests/quality/corpora/other-years

One event of 20 to 1,000 statements: two fifths are labelled statements of the splits named (those that the
encoder has not seen), whole events one after the other, with their labelled conflicts; the rest are news
sentences of another war, given to the parties in turn. Prints for each size the pairs scored, CPU seconds and
the share of labelled conflicts among the pairs, beside comparing every statement with every other one; then
the exponents that fit.
"""

import argparse
import ast
import csv
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from compared import embeds_as_shipped, members_of
from labelled import Labelled, load_split, unembedded

from tracker.conflicts import candidates
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.members import Member
from tracker.domain.documents import Span
from tracker.domain.identifiers import statement_id
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.registry.loading import load_registry
from tracker.statements.mentions import PartyFinder

SIZES = (20, 50, 100, 200, 500, 1000)
LABELLED_SHARE = 0.4
PARTIES = ("LNA", "GNA", "TUR", "UN", "RUS", "MEDIA")
SEED = 7


Dated = tuple[Statement, date | None]
"""A statement and the day it was published."""


@dataclass(frozen=True, slots=True)
class Planted:
    """Labelled statements in order of their events, and the pairs of them that are in conflict."""

    statements: Sequence[Dated]
    conflicts: frozenset[frozenset[str]]


def planted(splits: Sequence[Labelled]) -> Planted:
    """Whole events of the splits, those with conflicts first."""
    events: defaultdict[tuple[str, str], list[Dated]] = defaultdict(list)
    ours: dict[tuple[str, str], str] = {}
    for split in splits:
        for one, label in zip(split.linkables, split.labels, strict=True):
            if label and label["event"]:
                attribution = replace(one.statement.attribution, party=label["party"])
                ours[split.name, label["id"]] = one.statement.id
                key = split.name, label["event"]
                events[key].append((replace(one.statement, attribution=attribution), one.published))
    conflicts = frozenset(
        frozenset(ours[split.name, one] for one in pair)
        for split in splits
        for pair in split.conflicts
        if all((split.name, one) in ours for one in pair)
    )
    order = list(events.values())
    random.Random(SEED).shuffle(order)  # noqa: S311 - not for secrets
    return Planted([one for members in order for one in members], conflicts)


def filler(folder: Path) -> Iterator[Dated]:
    """Sentences of another war as statements of the parties in turn."""
    with (folder / "crisis_libya_time-sent.csv").open(encoding="utf-8") as file:
        sentences = (
            (sentence, date.fromisoformat(row["time"]), f"filler {line}")
            for line, row in enumerate(csv.DictReader(file))
            for sentence in ast.literal_eval(row["Sentences"])
        )
        for number, (quote, day, document) in enumerate(sentences):
            party = PARTIES[number % len(PARTIES)]
            statement = Statement(
                id=statement_id(document, number, number + len(quote)),
                document=document,
                span=Span(0, len(quote)),
                quote=quote,
                language="en",
                attribution=Attribution(party, AttributionMethod.SPEAKER, 0.9),
                polarity=Polarity.ASSERTS,
            )
            yield statement, day


def measure(comparator: Comparator, members: Sequence[Member], known: Planted) -> tuple[int, float, float]:
    """Pairs scored, CPU seconds, and the share of the labelled conflicts among them that were scored."""
    inside = {one.statement.id for one in members}
    wanted = {pair for pair in known.conflicts if pair <= inside}
    begun = time.process_time()
    comparator.compare("event", members)
    taken = time.process_time() - begun
    read = comparator.aspects([one.statement for one in members])
    pairs = {frozenset((one.one, one.other)) for one in comparator.comparisons(read, members)}
    return len(pairs), taken, len(wanted & pairs) / max(len(wanted), 1)


def main() -> None:
    """Measure with the cap, then without."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("filler", type=Path)
    parser.add_argument("splits", type=Path, nargs="+")
    arguments = parser.parse_args()
    known = planted([load_split(folder, unembedded, spans_given=True) for folder in arguments.splits])
    rest = filler(arguments.filler)
    labelled = int(SIZES[-1] * LABELLED_SHARE)
    added = [next(rest) for _ in range(SIZES[-1] - labelled)]
    statements = [*known.statements[:labelled], *added]
    members = members_of(statements, embeds_as_shipped())
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    comparator = Comparator(registry.parties, finder, ConflictModel.shipped())
    for cap in (candidates.ON_AVERAGE, SIZES[-1]):
        candidates.ON_AVERAGE = cap
        rows = []
        for size in SIZES:
            share = int(size * LABELLED_SHARE)
            event = [*members[:share], *members[labelled : labelled + size - share]]
            pairs, seconds, kept = measure(comparator, event, known)
            rows.append((size, pairs, seconds))
            print(f"{cap} on average: {size} statements, {pairs} pairs, {seconds:.2f} s, {kept:.3f} kept")
        sizes, pairs_of, seconds_of = (np.log(np.array(column)) for column in zip(*rows, strict=True))
        exponents = np.polyfit(sizes, pairs_of, 1)[0], np.polyfit(sizes, seconds_of, 1)[0]
        print(f"exponent of pairs {exponents[0]:.2f}, of seconds {exponents[1]:.2f}")


if __name__ == "__main__":
    main()
