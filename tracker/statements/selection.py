"""Which sentences put something forward as so.

What speaks for and against it is a set of named features that a person can read: who speaks and how surely,
what is counted and dated, happenings, appeals, pundits, background. A logistic regression fitted by
`scripts/fit_sentences.py` weighs them. No feature names a party or a place, and of words only the small
ones that carry tense and mood.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.parties import CIVILIANS, MEDIA, OTHER, Attribution, AttributionMethod
from tracker.domain.statements import EventDate, Figure, FigureKind, Place
from tracker.language.dates import find_years
from tracker.language.folding import fold
from tracker.language.pack import Exclusion
from tracker.language.phrases import Match
from tracker.statements.attribution import Heard
from tracker.statements.reading import Reading
from tracker.statements.scene import Origin
from tracker.statements.weighing import LinearModel

_SHORTEST = 3  # words
_RECENT = 92  # days
_FRESH = 14  # days
_INITIALS = 3
_MOST = 3
_LENGTHS = (6, 10, 16, 24, 36)  # words
_LONG_STORIES = (8, 16, 30)  # sentences
_NO_SIDE = (MEDIA, OTHER, CIVILIANS)
_CARRIED = (AttributionMethod.PRONOUN, AttributionMethod.CONTINUATION)
_CASUALTIES = (FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A heard sentence with what else was found in it, and where in its story it stands."""

    heard: Heard
    figures: tuple[Figure, ...]
    dates: Sequence[EventDate]
    published: date | None
    of: int
    is_pundit: bool
    places: tuple[Match[Place], ...]
    before: "Sighting | None" = None


def is_statement(sighting: Sighting, model: LinearModel) -> bool:
    """Whether a sentence is taken for a statement. A question, a scrap or an analyst's view never is."""
    words = sighting.heard.reading.words
    if sighting.heard.is_pundit or len(words.texts) < _SHORTEST or words.folded.text.rstrip().endswith("?"):
        return False
    heeded = sighting.heard.heeded
    return model.says_yes(selection_features(sighting), heeded.put_forward if heeded else None)


def selection_features(sighting: Sighting) -> Iterator[str]:
    """The names of all that speaks for or against a sentence."""
    heard = sighting.heard
    voice = _voice(heard.attribution)
    yield f"voice {voice}"
    for name in _of_speech(heard):
        yield name
        yield f"{name}|{voice}"
    for name in _of_content(sighting):
        yield name
        yield f"{name}|{'outlet' if heard.attribution.party == MEDIA else 'party'}"
    yield from _of_place_in_story(sighting)
    language = heard.reading.pack.code
    yield f"language {language}|{'outlet' if heard.attribution.party == MEDIA else 'party'}"
    named = {i for mention in heard.reading.mentions for i in range(mention.first, mention.end)}
    named |= {i for place in sighting.places for i in range(place.first, place.end)}
    for index, text in enumerate(heard.reading.words.texts):
        if index not in named:
            yield f"word {language} {text}"


def _voice(attribution: Attribution) -> str:
    if attribution.party == MEDIA:
        return "outlet"
    return "people" if attribution.party == CIVILIANS else "other" if attribution.party == OTHER else "side"


def _of_speech(heard: Heard) -> Iterator[str]:
    reading, candidate = heard.reading, heard.chosen
    yield f"origin {candidate.origin}"
    yield f"subject {candidate.subject.kind}"
    yield f"sure {int(heard.attribution.confidence * 5)}"
    yield f"frames {min(len(reading.frames), _MOST)}"
    if reading.frames:
        yield f"frame {reading.frames[0].kind}"
    if reading.is_quotation:
        yield "quotation"
    if candidate.origin is Origin.EARLIER and candidate.earlier is not None and not candidate.earlier.spoke:
        yield "earlier never spoke"
    if reading.is_first_person:
        yield "first person"


def _of_content(sighting: Sighting) -> Iterator[str]:
    reading, pack = sighting.heard.reading, sighting.heard.reading.pack
    excluded = [match.meaning for match in reading.exclusions]
    for kind in Exclusion:
        if kind in excluded:
            yield f"excluded {kind}"
    if Exclusion.APPEAL in excluded:
        yield f"appeal governs {_appeal_governs(reading)}"
    if sighting.is_pundit:
        yield "pundit"
    yield f"happenings {min(len(pack.happenings.find(reading.words)), _MOST)}"
    yield f"figures {min(len(sighting.figures), 2)}"
    if any(figure.kind in _CASUALTIES for figure in sighting.figures):
        yield "casualties"
    if pack.negations.contains(reading.words):
        yield "negation"
    if pack.opinions.contains(reading.words):
        yield "opinion"
    if pack.conditions.contains(reading.words):
        yield "condition"
    yield f"place {bool(sighting.places)}"
    yield f"named {min(len(reading.mentions), 2)}"
    yield from _of_dates(sighting)
    length = sum(len(reading.words.texts) > bound for bound in _LENGTHS)
    yield f"length {length}"
    if reading.words.folded.text.rstrip().endswith(":"):
        yield "ends with colon"


def _of_dates(sighting: Sighting) -> Iterator[str]:
    if sighting.published is None:
        yield "undated page"
        return
    if _recalls(sighting.heard.reading, sighting.published):
        yield "recalls"
    gaps = [(sighting.published - one.day).days for one in sighting.dates]
    if any(0 <= gap <= _FRESH for gap in gaps):
        yield "fresh date"
    elif gaps:
        yield "other date"


def _of_place_in_story(sighting: Sighting) -> Iterator[str]:
    outlet = "outlet" if sighting.heard.attribution.party == MEDIA else "party"
    # Long pages hold more that puts nothing forward.
    yield f"story of {sum(sighting.of > bound for bound in _LONG_STORIES)}|{outlet}"
    before = sighting.before
    if before is not None:
        same = before.heard.attribution.party == sighting.heard.attribution.party
        yield f"before {_voice(before.heard.attribution)}|{outlet}"
        yield f"same voice as before {same}|{outlet}"


def _recalls(reading: Reading, published: date) -> bool:
    """Whether the sentence names a year that was over well before publication."""
    recent = date.fromordinal(max(published.toordinal() - _RECENT, 1)).year
    return any(named < recent for named in find_years(reading.words))


def _appeal_governs(reading: Reading) -> bool:
    """Whether the sentence's first reporting word is an appeal ("urged", "called for")."""
    appeals = [match for match in reading.exclusions if match.meaning is Exclusion.APPEAL]
    if not appeals or not reading.frames:
        return bool(appeals)
    return appeals[0].first < min(frame.cue.first for frame in reading.frames)


class Pundits:
    """Remembers who was introduced as an analyst, so that what they go on to say counts as theirs too."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._speaking = False

    def hear(self, reading: Reading, attribution: Attribution) -> bool:
        """Take note of a sentence; whether a pundit speaks in it."""
        if attribution.method not in _CARRIED:
            found = any(match.meaning is Exclusion.PUNDIT for match in reading.exclusions)
            known = bool(self._of(attribution) & self._names)
            self._speaking = attribution.party in _NO_SIDE and (found or known)
            if self._speaking:
                self._names |= self._of(attribution)
        return self._speaking and attribution.party in _NO_SIDE

    @staticmethod
    def _of(attribution: Attribution) -> set[str]:
        """The names in a speaker's description: its capitalised words, initials left out."""
        words = (attribution.speaker or "").split()
        return {fold(word.strip(",.")) for word in words if word[:1].isupper() and len(word) > _INITIALS}
