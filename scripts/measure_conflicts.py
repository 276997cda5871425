"""Measure the comparison that ships on splits that nothing was fitted on.

    python scripts/measure_conflicts.py ../shared/eval/dev tests/quality/corpora/*/

The same tables as `scripts/fit_conflicts.py` prints, with nothing fitted anew: with spans, parties and events
given, and on what we find ourselves.
"""

import argparse
from pathlib import Path

from compared import Reader
from fit_conflicts import print_all
from supporting import WholeModel

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.embedding.loading import DEFAULT_MODEL, QUESTION_MODEL, load_embedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.events.pairs import PairModel
from tracker.registry.loading import load_registry
from tracker.statements.mentions import PartyFinder


def main() -> None:
    """Read each split and print what is reached on it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    arguments = parser.parse_args()
    registry, model = load_registry(), ConflictModel.shipped()
    finder = PartyFinder(registry.parties, registry.speakers)
    reader = Reader(Comparator(registry.parties, finder, model), PairModel.shipped(DEFAULT_MODEL))
    claims, questions = (load_embedder(name).encode for name in (DEFAULT_MODEL, QUESTION_MODEL))
    heard_by = VoiceModel()
    print_all(
        [
            (reader.read(folder, claims, questions, heard_by), WholeModel(model), model.kinds)
            for folder in arguments.splits
        ]
    )


if __name__ == "__main__":
    main()
