"""Which sentences put something forward as so."""

from datetime import date

from tracker.domain.parties import CIVILIANS, MEDIA, OTHER, Attribution, AttributionMethod
from tracker.domain.statements import Figure
from tracker.language.dates import find_years
from tracker.language.folding import fold
from tracker.language.pack import Exclusion, SpeakerStands
from tracker.language.phrases import Words
from tracker.statements.attribution import Reading

_SHORTEST = 3  # words
_RECENT = 92  # days
_INITIALS = 3
_NO_SIDE = (MEDIA, OTHER, CIVILIANS)
_CARRIED = (AttributionMethod.PRONOUN, AttributionMethod.CONTINUATION)


class Pundits:
    """Remembers who was introduced as an analyst, so that what they go on to say is left out too."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._speaking = False

    def hear(self, reading: Reading, attribution: Attribution) -> None:
        """Take note of a sentence: who speaks in it, and whether as a pundit."""
        if attribution.method in _CARRIED:
            return
        found = any(
            match.meaning is Exclusion.PUNDIT for match in reading.pack.exclusions.find(reading.words)
        )
        self._speaking = attribution.party in _NO_SIDE and (found or bool(self._known(attribution)))
        if self._speaking:
            self._names |= self._of(attribution)

    def speaks(self, attribution: Attribution) -> bool:
        """Whether the sentence just heard is a pundit's."""
        return self._speaking and attribution.party in _NO_SIDE

    def _known(self, attribution: Attribution) -> set[str]:
        return self._of(attribution) & self._names

    @staticmethod
    def _of(attribution: Attribution) -> set[str]:
        """The names in a speaker's description: its capitalised words, initials left out."""
        words = (attribution.speaker or "").split()
        return {fold(word.strip(",.")) for word in words if word[:1].isupper() and len(word) > _INITIALS}


def puts_forward(
    reading: Reading, attribution: Attribution, figures: tuple[Figure, ...], published: date | None
) -> bool:
    """Whether a sentence is a statement: not a question, appeal, pundit's view or bare background."""
    words = reading.words
    if len(words.words) < _SHORTEST or words.folded.text.rstrip().endswith("?"):
        return False
    excluded = {match.meaning for match in reading.pack.exclusions.find(words)}
    if Exclusion.SILENCE in excluded:
        return False
    if attribution.party == MEDIA:
        return _outlet_reports(reading, excluded, figures, published)
    if Exclusion.PUNDIT in excluded and not figures:
        return False
    return not _appeal_governs(reading)


def _outlet_reports(
    reading: Reading, excluded: set[Exclusion], figures: tuple[Figure, ...], published: date | None
) -> bool:
    """Whether the outlet itself reports a happening rather than background, an appeal or a view."""
    if excluded & {Exclusion.APPEAL, Exclusion.PUNDIT, Exclusion.BACKGROUND}:
        return False
    if published is not None and _recalls(reading.words, published):
        return False
    return bool(figures) or reading.pack.happenings.contains(reading.words)


def _recalls(words: Words, published: date) -> bool:
    """Whether the sentence names a year that was over well before publication."""
    recent = date.fromordinal(max(published.toordinal() - _RECENT, 1)).year
    return any(named < recent for named in find_years(words))


def _appeal_governs(reading: Reading) -> bool:
    """Whether the sentence's first reporting word is an appeal ("urged", "called for")."""
    appeals = [
        match for match in reading.pack.exclusions.find(reading.words) if match.meaning is Exclusion.APPEAL
    ]
    if not appeals:
        return False
    if not reading.frames:
        return True
    first = min(frame.cue.first for frame in reading.frames)
    # Where the verb ends the sentence, a reporting verb after the appeal governs it.
    return reading.pack.speaker_stands is not SpeakerStands.BEFORE and appeals[0].first < first
