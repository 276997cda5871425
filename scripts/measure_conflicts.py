"""Measure the comparison that ships on splits that nothing was fitted on.

    python scripts/measure_conflicts.py ../shared/eval/dev tests/quality/corpora/*/

The same tables as `scripts/fit_conflicts.py` prints, with nothing fitted anew: with spans, parties and events
given, and on what we find ourselves.
"""

import argparse
from pathlib import Path

from fit_conflicts import print_all
from supporting import WholeModel, reading_as_shipped

from tracker.conflicts.comparison import ConflictModel


def main() -> None:
    """Read each split and print what is reached on it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    arguments = parser.parse_args()
    model = ConflictModel.shipped()
    read, whole = reading_as_shipped(model), WholeModel(model)
    print_all([(read(folder), whole, model.kinds) for folder in arguments.splits])


if __name__ == "__main__":
    main()
