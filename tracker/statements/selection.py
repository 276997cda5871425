"""Which sentences put something forward as so."""

from tracker.domain.parties import MEDIA, Attribution
from tracker.domain.statements import EventDate, Figure
from tracker.language.pack import Exclusion
from tracker.language.phrases import Words
from tracker.statements.attribution import Reading

_SHORTEST = 3  # words
_YEAR = 2000


def puts_forward(
    reading: Reading, attribution: Attribution, figures: tuple[Figure, ...], year: int | None
) -> bool:
    """Whether a sentence is a statement: not a question, appeal, pundit's view or bare background."""
    words = reading.words
    if len(words.words) < _SHORTEST or words.folded.text.rstrip().endswith("?"):
        return False
    excluded = {match.meaning for match in reading.pack.exclusions.find(words)}
    if Exclusion.SILENCE in excluded:
        return False
    if attribution.party == MEDIA:
        return _outlet_reports(reading, excluded, figures, year)
    if Exclusion.PUNDIT in excluded and not figures:
        return False
    governs = _appeal_governs(reading)
    return not governs


def _outlet_reports(
    reading: Reading, excluded: set[Exclusion], figures: tuple[Figure, ...], year: int | None
) -> bool:
    """Whether the outlet itself reports a happening rather than background, an appeal or a view."""
    if excluded & {Exclusion.APPEAL, Exclusion.PUNDIT, Exclusion.BACKGROUND}:
        return False
    if year is not None and any(named < year - 1 for named in _years(reading.words)):
        return False
    return bool(figures) or reading.pack.happenings.contains(reading.words) or bool(reading.frames)


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
    return appeals[0].first < first if reading.pack.code != "tr" else False


def _years(words: Words) -> list[int]:
    return [
        int(word.text)
        for word in words.words
        if len(word.text) == len("2020") and word.text.isascii() and word.text.isdigit()
        and _YEAR - 100 < int(word.text) < _YEAR + 100
    ]  # fmt: skip


def main_date(dates: list[EventDate]) -> EventDate | None:
    """The date a sentence is about: the most exact, then the first."""
    order = ["day", "week", "month", "year"]
    return min(dates, key=lambda one: order.index(one.precision.value), default=None)
