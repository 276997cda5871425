"""Measure search: whether the first ten hold who says the same in another language, and how long it takes.

    .venv/bin/python scripts/measure_search.py ../shared/eval/dev [--modes hybrid semantic lexical]
    .venv/bin/python scripts/measure_search.py --latency var/benchmark

The first reads a labelled split into a database of its own, and searches for the words of each labelled
statement that has a counterpart: a statement about the same event in another language. For each mode and
language it prints the share with at least one counterpart among the first 10, in three ways of counting:

- own words too: the first 10 as they come, the statement itself and its document's others among them;
- without own: its document's statements are taken out of the results, the next ones move up;
- unseen: its document's statements are nowhere, as if the text came from outside.

The second takes a database of 100,000 statements (`scripts/benchmark_pages.py` makes one there), gives each
statement words by Zipf's law, in memory, and prints how long searching by words takes.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from labelled import label_of, read_documents

from tracker.bootstrap import Installation, initialise, installation
from tracker.domain.identifiers import vector_key
from tracker.domain.search import SearchMode, WordHit
from tracker.domain.statements import Statement
from tracker.domain.views import StatementFilter, StatementView
from tracker.reading.reader import FileReader
from tracker.services.ports import Keys
from tracker.services.search import SearchService
from tracker.services.search_ports import FullText, StatementFilters
from tracker.settings import Settings
from tracker.storage.engine import make_engine
from tracker.storage.full_text import SqlFullText, words_columns
from tracker.storage.statement_columns import SqlStatementColumns

FIRST = 10
WAYS = ("own words too", "without own", "unseen")
Label = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Without:
    """Filters and full text that know nothing of some statements."""

    filters: StatementFilters
    full_text: FullText
    hidden: Keys

    def matching_keys(self, wanted: StatementFilter) -> Keys:
        """As the port has it, without those hidden."""
        return self._seen(self.filters.matching_keys(wanted))

    def keys_by_language(self, wanted: StatementFilter) -> Mapping[str, Keys]:
        """As the port has it, without those hidden."""
        parts = {code: self._seen(keys) for code, keys in self.filters.keys_by_language(wanted).items()}
        return {code: keys for code, keys in parts.items() if len(keys)}

    def search(
        self, text: str, k: int, allowed: Keys | None = None, *, phrases: bool = True
    ) -> list[WordHit]:
        """As the port has it: what is hidden is never allowed."""
        return self.full_text.search(text, k, allowed, phrases=phrases)

    def same_words(self, text: str) -> Keys:
        """As the port has it, without those hidden."""
        return self._seen(self.full_text.same_words(text))

    def _seen(self, keys: Keys) -> Keys:
        return np.setdiff1d(keys, self.hidden)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A split that has been read: its labels with their language, and the label of each statement found."""

    labels: Sequence[Label]
    label_by_statement: Mapping[str, Label]
    own: Mapping[str, Keys]
    """The keys of each document's statements, by the caller's id."""


def read_corpus(installed: Installation, split: Path) -> Corpus:
    """Ingest a split, and match what was found with its labels."""
    installed.update_registry()
    installed.ingest.ingest(FileReader().read([split / "documents.jsonl"]), lambda *_: None)
    found: defaultdict[str, list[Statement]] = defaultdict(list)
    names = {one.id: one.external_id or "" for one in installed.store.all_documents()}
    for statement in installed.store.all_statements():
        found[names[statement.document]].append(statement)
    labels: list[Label] = []
    matched: dict[str, Label] = {}
    for document, own in read_documents(split):
        labels += [{**one, "language": document.language} for one in own]
        for statement in found[document.id]:
            label = label_of(statement.span, own)
            if label is not None:
                matched[statement.id] = {**label, "language": document.language}
    keys = {name: np.array(sorted(vector_key(one.id) for one in some)) for name, some in found.items()}
    return Corpus(labels, matched, keys)


def measure(installed: Installation, corpus: Corpus, mode: SearchMode) -> None:
    """Print the shares of a mode."""
    hits = {way: Counter[str]() for way in WAYS}
    asked: Counter[str] = Counter()
    for label in corpus.labels:
        if not label["event"] or not any(_is_counterpart(other, label) for other in corpus.labels):
            continue
        asked[label["language"]] += 1
        for way in WAYS:
            first = _search(installed.search, corpus, label, mode, way)
            known = (corpus.label_by_statement.get(view.statement.id) for view in first)
            hits[way][label["language"]] += any(one and _is_counterpart(one, label) for one in known)
    print(f"{mode}: {asked.total()} statements with a counterpart")
    for way, found in hits.items():
        parts = ", ".join(f"{code} {found[code] / asked[code]:.3f}" for code in sorted(asked))
        print(f"  {way:14} {found.total() / asked.total():.3f}  ({parts})")


def _is_counterpart(one: Label, label: Label) -> bool:
    return bool(one["event"] == label["event"] and one["language"] != label["language"])


def _search(
    service: SearchService, corpus: Corpus, label: Label, mode: SearchMode, way: str
) -> Sequence[StatementView]:
    own, everything = corpus.own.get(label["doc"], np.zeros(0, dtype=np.int64)), StatementFilter()
    if way == "own words too":
        return service.search(label["quote"], FIRST, everything, mode)
    if way == "without own":
        found = service.search(label["quote"], FIRST + len(own), everything, mode)
        return [view for view in found if view.document.external_id != label["doc"]][:FIRST]
    without = Without(service.filters, service.full_text, own)
    # A filter that all pass, so that the filters are asked.
    unseen = replace(service, filters=without, full_text=without)
    return unseen.search(label["quote"], FIRST, replace(everything, constructed=False), mode)


def measure_latency(home: Path) -> None:
    """Print how long searching by words takes over a copy of a large database."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tracker.sqlite3"
        with closing(sqlite3.connect(home / copy.name)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        settings = Settings(home=Path(folder))
        initialise(settings)
        texts = _give_words(copy)
        engine = make_engine(settings.database)
        columns = SqlStatementColumns(engine)
        begun = time.perf_counter()
        columns.now()
        print(f"columns of {len(texts)} statements read in {time.perf_counter() - begun:.1f} s")
        full_text = SqlFullText(engine, columns)
        chosen = np.random.default_rng(7)
        queries = [texts[one] for one in chosen.choice(len(texts), 60, replace=False)]
        some = columns.matching_keys(StatementFilter(parties=("RUS",)))
        words = [" ".join(chosen.choice(text.split(), 3)) for text in queries]
        _time("a whole sentence", lambda text: full_text.search(text, 500, phrases=False), queries)
        _time("three words", lambda text: full_text.search(text, 30), words)
        _time(f"three words among {len(some)}", lambda text: full_text.search(text, 30, some), words)
        _time("a filter by party", lambda _: columns.matching_keys(StatementFilter(parties=("RUS",))), words)
        engine.dispose()


def _give_words(database: Path) -> list[str]:
    """Give the statements words of a made-up vocabulary by Zipf's law, 10 to 29 each; the texts."""
    chance = np.random.default_rng(1)
    syllables = {
        "Latin": "ka lo mi ter on san re pi du al ing est",
        "Arabic": "كا مد سر تا قو رب نا لي حف تر شر بن",
    }
    vocabulary = {
        script: sorted(
            {"".join(chance.choice(some.split(), chance.integers(1, 6))) for _ in range(60_000)},
            key=lambda word: len(word) + chance.random() * 6,
        )[:20_000]
        for script, some in syllables.items()
    }
    weights = 1 / np.arange(1, 20_001)
    weights /= weights.sum()
    texts = []
    with closing(sqlite3.connect(database)) as connection, connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM statement ORDER BY id")]
        connection.execute("DELETE FROM statement_words")
        for number, key in enumerate(ids):
            known = vocabulary["Latin" if number % 2 else "Arabic"]
            drawn = chance.choice(
                len(known), chance.integers(10, 30), p=weights[: len(known)] / weights[: len(known)].sum()
            )
            texts.append(" ".join(known[one] for one in drawn))
            row = words_columns(key, texts[-1])
            connection.execute(
                "INSERT INTO statement_words (statement_id, words, digest)"
                " VALUES (:statement_id, :words, :digest)",
                row,
            )
    return texts


def _time(what: str, ask: Callable[[str], object], texts: Sequence[str]) -> None:
    clock, cpu = [], []
    for text in texts:
        begun, used = time.perf_counter(), time.process_time()
        ask(text)
        clock.append((time.perf_counter() - begun) * 1_000)
        cpu.append((time.process_time() - used) * 1_000)
    print(f"{what:28} CPU p50 {statistics.median(cpu):6.1f} p95 {np.quantile(cpu, 0.95):6.1f} ms", end="")
    print(f"   clock p50 {statistics.median(clock):6.1f} p95 {np.quantile(clock, 0.95):6.1f} ms")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("split", type=Path, nargs="?")
    parser.add_argument("--modes", nargs="*", default=list(SearchMode), type=SearchMode)
    parser.add_argument("--latency", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.latency:
        measure_latency(arguments.latency)
    if arguments.split:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(home=Path(folder))
            initialise(settings)
            with installation(settings, print) as installed:
                corpus = read_corpus(installed, arguments.split)
                for mode in arguments.modes:
                    measure(installed, corpus, mode)


if __name__ == "__main__":
    main()
