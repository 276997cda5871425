"""Whether a statement asserts or denies.

A sentence that mixes both follows its main proposition, so where a denial or negation stands counts: in the
reporting word, right behind it, in the quotation, in a clause at the end. A logistic regression fitted by
`scripts/fit_sentences.py` weighs these features.
"""

from collections.abc import Iterator

from tracker.domain.statements import Figure, Polarity
from tracker.language.pack import Reporting
from tracker.statements.attribution import Heard
from tracker.statements.reading import Reading
from tracker.statements.weighing import LinearModel

_MOST = 2
_NEAR, _FAR = 4, 10  # words


def polarity(heard: Heard, figures: tuple[Figure, ...], model: LinearModel) -> Polarity:
    """Asserts or denies, by the model."""
    heeded = heard.heeded
    denies = model.says_yes(polarity_features(heard, figures), heeded.denied if heeded else None)
    return Polarity.DENIES if denies else Polarity.ASSERTS


def polarity_features(heard: Heard, figures: tuple[Figure, ...]) -> Iterator[str]:
    """The names of what speaks for or against a denial."""
    reading, pack = heard.reading, heard.reading.pack
    language = pack.code
    kinds = [frame.kind for frame in reading.frames]
    yield f"language {language}"
    yield f"first frame {kinds[0] if kinds else 'none'}"
    yield f"last frame {kinds[-1] if kinds else 'none'}"
    for kind in (Reporting.DENIES, Reporting.DENYING_PARTICIPLE):
        if kind in kinds:
            yield f"has {kind}"
            yield f"has {kind}|{language}"
            yield f"has {kind}|{'only' if set(kinds) <= {kind} else 'among others'}"
    chosen = heard.chosen.frame
    yield f"chosen frame {chosen.kind if chosen else 'none'}"
    negations = [match.first for match in pack.negations.find(reading.words)]
    yield f"negations {min(len(negations), _MOST)}"
    yield f"negations {min(len(negations), _MOST)}|{language}"
    yield from _of_place(reading, negations)
    particles = [match.first for match in pack.counting.particles.find(reading.words)]
    yield f"particles {min(len(particles), _MOST)}|{language}"
    if pack.counting.none.contains(reading.words):
        yield "none"
    if pack.counting.any.contains(reading.words):
        yield f"any|{'denied' if reading.denies else 'not denied'}"
    zeros = [figure for figure in figures if figure.high == 0]
    yield f"zeros {bool(zeros)}|{'other figures' if len(zeros) < len(figures) else 'no other'}"
    for index, text in enumerate(reading.words.texts):
        yield f"word {language} {text}"
        if index < _NEAR:
            yield f"opening word {language} {text}"


def _of_place(reading: Reading, negations: list[int]) -> Iterator[str]:
    """Where the first negation stands: in the sentence, in quotation marks, behind the reporting word."""
    if not negations:
        return
    first, count = negations[0], len(reading.words.texts)
    yield f"negation in the {('first', 'second', 'last')[min(3 * first // count, 2)]} third"
    yield f"negation {'inside' if first in reading.quoted else 'outside'} quotation"
    if reading.frames:
        gap = first - reading.frames[0].cue.end
        side = "before" if gap < 0 else "near" if gap < _NEAR else "middling" if gap < _FAR else "far"
        yield f"negation {side} of frame"
        yield f"negation {side} of frame {reading.frames[0].kind}"
