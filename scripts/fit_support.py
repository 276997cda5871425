"""Fit what the rest of an event says for a conflict (`support` in tracker/conflicts/conflict_model.json).

    python scripts/fit_support.py ../shared/eval/train/* --ours scripts/corpora/*/ scripts/voices/*/ \
        --measure ../shared/eval/dev tests/quality/corpora/*/

Reads each split twice, as `scripts/fit_conflicts.py` does, with the encoders and the model that ship. These
have seen the splits they are fitted on, so that their words alone count for somewhat more there than on texts
to come, and the rest of the event for less. A pair that has no others is left as its words have it.
--measure only measures. Deterministic: no random step.
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from fit_conflicts import OURS, OUT, print_all, write
from supporting import Scored, WholeModel, fit_support, reading_as_shipped

from tracker.conflicts.comparison import ConflictModel
from tracker.conflicts.support import WORDS_ALONE


def main() -> None:
    """Fit, write, and measure by the words alone and with the rest of the event."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("splits", nargs="+", type=Path)
    parser.add_argument("--ours", nargs="*", type=Path, default=[])
    parser.add_argument("--measure", nargs="*", type=Path, default=[])
    arguments = parser.parse_args()
    model = ConflictModel.shipped()
    read = reading_as_shipped(model)
    scored = [
        Scored(table, WholeModel(model).shares(table), weight)
        for folders, weight in ((arguments.splits, 1.0), (arguments.ours, OURS))
        for folder in folders
        for split in (read(folder),)
        for table in (split.given, split.linked)
    ]
    fitted = fit_support(scored)
    print(fitted)
    weights = {name: round(weight, 4) for name, weight in asdict(fitted).items()}
    write({**json.loads(OUT.read_text(encoding="utf-8")), "support": weights})
    measured = [read(folder) for folder in arguments.measure]
    for words, support in (("by the words alone", WORDS_ALONE), ("with the rest of the event", fitted)):
        print(words)
        whole = WholeModel(replace(model, support=support))
        print_all([(split, whole, model.kinds) for split in measured])


if __name__ == "__main__":
    main()
