"""The words of reports for values of the domain. A value without words here is an error, not a blank."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from tracker.conflicts.aspects import Control
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.decisions import EventGrade
from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.questions import RangePolicy
from tracker.domain.statements import FigureKind, Polarity
from tracker.language.catalogues import marked

# The pages use the same words (templates/_words.html), and a test holds both to the same translations. By the
# type first: "other" of one is equal to "other" of another.
WORDS: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {
    Polarity: {
        Polarity.ASSERTS: marked("asserts"),
        Polarity.DENIES: marked("denies"),
    },
    ConflictType: {
        ConflictType.CONTROL: marked("Control"),
        ConflictType.CASUALTIES: marked("Casualties"),
        ConflictType.RESPONSIBILITY: marked("Responsibility"),
        ConflictType.OCCURRENCE: marked("Whether it happened"),
        ConflictType.INVOLVEMENT: marked("Involvement"),
        ConflictType.AGREEMENT: marked("Agreement"),
        ConflictType.OTHER: marked("Other"),
    },
    Judgement: {
        Judgement.SUGGESTED: marked("suggested"),
        Judgement.CONFIRMED: marked("confirmed"),
        Judgement.REJECTED: marked("rejected"),
        Judgement.UNSURE: marked("unsure"),
    },
    DateFound: {
        DateFound.GIVEN: marked("given by whoever handed the document in"),
        DateFound.METADATA: marked("read from the page’s metadata"),
        DateFound.DATELINE: marked("read from the dateline"),
        DateFound.EXPLICIT: marked("written in the sentence"),
        DateFound.RELATIVE: marked("reckoned from words such as “yesterday”"),
        DateFound.PUBLICATION: marked("no date in the sentence; the day of publication stands in"),
        DateFound.NEIGHBOUR: marked("named by a sentence before it in the same paragraph"),
        DateFound.REVIEW: marked("set by an analyst"),
    },
    DatePrecision: {
        DatePrecision.DAY: marked("to the day"),
        DatePrecision.WEEK: marked("to the week"),
        DatePrecision.MONTH: marked("to the month"),
        DatePrecision.YEAR: marked("to the year"),
    },
    FigureKind: {
        FigureKind.KILLED: marked("Killed"),
        FigureKind.INJURED: marked("Injured"),
        FigureKind.CAPTURED: marked("Captured"),
        FigureKind.DISPLACED: marked("Displaced"),
        FigureKind.FIGHTERS: marked("Fighters"),
        FigureKind.VEHICLES: marked("Vehicles"),
        FigureKind.AIRCRAFT: marked("Aircraft"),
        FigureKind.OTHER: marked("Other counts"),
    },
    RangePolicy: {
        RangePolicy.EVERY_FIGURE: marked("every figure"),
        RangePolicy.LATEST_OF_EACH: marked("the last figure of each party"),
    },
    Control: {
        Control.GAINED: marked("says it was taken"),
        Control.HELD: marked("says it was held"),
        Control.LOST: marked("says it was left"),
        Control.DENIED: marked("denies that it changed hands"),
    },
    EventGrade: {
        EventGrade.CONFIRMED: marked("Confirmed"),
        EventGrade.FAIR: marked("Fair"),
        EventGrade.WEAK: marked("Weak"),
        EventGrade.CONTESTED: marked("Contested"),
        EventGrade.DISCOUNTED: marked("Discounted"),
    },
}

LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "ar": marked("Arabic"),
    "de": marked("German"),
    "en": marked("English"),
    "fa": marked("Persian"),
    "fr": marked("French"),
    "he": marked("Hebrew"),
    "it": marked("Italian"),
    "ru": marked("Russian"),
    "tr": marked("Turkish"),
    "ur": marked("Urdu"),
    "und": marked("language unknown"),
}

TERMS: Final[Mapping[str, str]] = {
    # Whom a figure counts.
    "civilians": marked("civilians"),
    "combatants": marked("combatants"),
    # What of a statement, a conflict or an event was decided, or differs from an earlier report.
    "judgement": marked("Judgement"),
    "event": marked("Event it stands in"),
    "party": marked("Party that puts it forward"),
    "place": marked("Place"),
    "date": marked("Day it speaks of"),
    "figures": marked("Figures"),
    "polarity": marked("Asserted or denied"),
    "text": marked("Text"),
    "title": marked("Title"),
    "type": marked("Type"),
    "range": marked("Range"),
    "positions": marked("Positions"),
    # How something differs from an earlier report.
    "new": marked("New"),
    "gone": marked("Gone"),
    "changed": marked("Changed"),
}
"""Words for what has a code of its own and no type."""

SUBJECTS: Final[Mapping[str, str]] = {
    "event": marked("Event"),
    "question": marked("Question"),
    "conflict": marked("Conflict"),
    "statement": marked("Statement"),
    "figure": marked("Figure"),
}
"""What may differ from an earlier report."""
