"""Measure how speakers are named, beside the labelled names.

    python scripts/measure_speakers.py ../shared/eval/dev ../shared/eval/train/*

Of the labelled statements with a named speaker that are given to the right party: the share whose speaker we
name in the same words, and F1 over words (as SQuAD counts it: Rajpurkar et al. 2016), without articles and
marks. Spans are given; named features alone hear, since no encoder has a say in the words.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from labelled import load_split, unembedded

from tracker.language.folding import fold

_ARTICLES = frozenset({"a", "an", "the"})


def words_of(name: str) -> list[str]:
    """The folded words of a name."""
    return [word for word in re.findall(r"\w+", fold(name)) if word not in _ARTICLES]


def word_f_one(one: str, other: str) -> float:
    """F1 over the words of two names."""
    ours, theirs = Counter(words_of(one)), Counter(words_of(other))
    return 2 * (ours & theirs).total() / max(ours.total() + theirs.total(), 1)


def named(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Language, our name and the labelled one of each statement that has both, at the right party."""
    split = load_split(folder, unembedded, spans_given=True)
    for one, label in zip(split.linkables, split.labels, strict=True):
        attribution = one.statement.attribution
        if label and label["speaker"] and attribution.speaker and label["party"] == attribution.party:
            yield one.statement.language, attribution.speaker, label["speaker"]


def main() -> None:
    """Print both measures for each split, whole and by language."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    for folder in parser.parse_args().splits:
        found: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for language, ours, theirs in named(folder):
            measured = float(words_of(ours) == words_of(theirs)), word_f_one(ours, theirs)
            for part in ("all", language):
                found[part].append(measured)
        for part, rows in found.items():
            same, overlap = np.mean(rows, axis=0)
            print(
                f"{folder.name} {part}: {len(rows)} named, same words {same:.3f}, F1 over words {overlap:.3f}"
            )


if __name__ == "__main__":
    main()
