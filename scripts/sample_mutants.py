#!/usr/bin/env python3
"""How many small errors in comparing and in deciding the tests find: a mutation score on a sample.

    make mutants
    python scripts/sample_mutants.py [--sample 300] [--seed 1]

mutmut changes one thing at a time in the modules that `[tool.mutmut]` in pyproject.toml names (a comparison
turned round, a number, an argument left out) in a copy of the sources, and runs the tests that reach it. As
many changes are drawn at random of conflicts as of review. Found is what makes a test fail or go on for ever;
what no test reaches counts as not found. Prints both scores and each change that was not found; ends with 1
below 80 %.
"""

import argparse
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
ASKED = 0.80
FOUND = frozenset({"killed", "timeout"})
_ANY_ONE = "tracker.conflicts.ledger.*__mutmut_1"
"""Changes by which all are made, and the tests that reach them noted."""
_RESULT = re.compile(r"\s*(?P<name>\S+__mutmut_\d+): (?P<state>.+)")


def mutmut(*words: str) -> str:
    """Run it in the checkout; what it printed. Raises CalledProcessError."""
    done = subprocess.run(  # noqa: S603 # a program of the development environment
        [sys.executable, "-m", "mutmut", *words], cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def states() -> dict[str, str]:
    """What became of each change, by its name; "not checked" for one that was not tried."""
    found = (_RESULT.fullmatch(line) for line in mutmut("results", "--all", "true").splitlines())
    return {one["name"]: one["state"] for one in found if one is not None}


def area(name: str) -> str:
    """Whether a change is one of conflicts or of review."""
    return "conflicts" if name.startswith("tracker.conflicts.") else "review"


def drawn(names: list[str], size: int, seed: int) -> list[str]:
    """As many of each area, at random."""
    chance = random.Random(seed)  # noqa: S311 # a sample, not a secret
    chosen: list[str] = []
    for each in ("conflicts", "review"):
        of_area = sorted(name for name in names if area(name) == each)
        chosen += chance.sample(of_area, min(size // 2, len(of_area)))
    return chosen


def main() -> None:
    """Draw, try, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sample", type=int, default=300, help="how many changes in all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    mutmut("run", _ANY_ONE)
    names = drawn(list(states()), given.sample, given.seed)
    mutmut("run", *names)
    after = states()
    scores = []
    for each in ("conflicts", "review"):
        counts = Counter(after[name] for name in names if area(name) == each)
        scores.append(sum(counts[state] for state in FOUND) / counts.total())
        told = ", ".join(f"{number} {state}" for state, number in counts.most_common())
        print(f"{each}: {scores[-1]:.1%} of {counts.total()} found ({told})")
    for name in names:
        if after[name] not in FOUND:
            print(f"{after[name]}: {name}")
    sys.exit(min(scores) < ASKED)


if __name__ == "__main__":
    main()
