"""How the cost of reading grows with a text: the stages and cases of `scripts/measure_stages.py`, timed."""

import gc
import runpy
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tracker.statements.extraction import Knowledge

_MEASURE = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "measure_stages.py"))

CASES: Mapping[str, tuple[str, str]] = _MEASURE["CASES"]
"""Language and unit of each text that was made to stall a stage."""

UNMEASURABLE = 0.02
"""Seconds below which nothing is made of a difference."""

ATTEMPTS = 6
"""How often a measurement is tried: a busy machine may spoil one, not several."""

_FOUR_TIMES = 9
"""How much longer four times the text may take; the square would be 16."""


def outgrowing(
    unit: str,
    language: str,
    stages: Iterable[str],
    lengths: Sequence[int],
    knowledge: Knowledge | None = None,
) -> set[str]:
    """The stages that four times the text costs more than some four times as much, at any length.

    The text is the unit repeated; each of the lengths is four times the one before it.
    """
    found: set[str] = set()
    short = text_of(unit, language, lengths[0], knowledge)
    for length in lengths[1:]:
        long = text_of(unit, language, length, knowledge)
        # What has broken the bound once would take minutes at the greater lengths.
        found |= {stage for stage in stages if stage not in found and not _in_proportion(stage, short, long)}
        short = long
    return found


def text_of(unit: str, language: str, length: int, knowledge: Knowledge | None = None) -> Any:
    """A unit repeated to so many code points, for the stages to read."""
    return _MEASURE["Text"](_MEASURE["grown"](unit, length), language, knowledge)


def seconds(stage: str, text: Any) -> float:
    """The processor's seconds for one stage of a text, the collecting of garbage left out.

    That comes when it likes, and takes longer the more there is.
    """
    gc.disable()
    try:
        taken: float = _MEASURE["seconds"](stage, text)
    finally:
        gc.enable()
    return taken


def _in_proportion(stage: str, short: Any, long: Any) -> bool:
    for _ in range(ATTEMPTS):
        taken = seconds(stage, long)
        if taken < UNMEASURABLE or taken < _FOUR_TIMES * seconds(stage, short):
            return True
    return False
