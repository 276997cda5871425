"""One document to its statements: the stage that all others build on.

A pure function: the same document, registry and language data give the same statements.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from tracker.domain.documents import DateFound, Document, Span
from tracker.domain.identifiers import statement_id
from tracker.domain.parties import Attribution
from tracker.domain.statements import EventDate, PlaceFound, PlaceMention, Polarity, Statement
from tracker.language.dates import find_dates, most_exact
from tracker.language.pack import LanguagePack, language_pack
from tracker.language.phrases import Words
from tracker.language.sentences import Sentence
from tracker.statements.attribution import Reading, Thread, attribute
from tracker.statements.figures import find_figures
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder, choose_place
from tracker.statements.segmentation import Story, segment
from tracker.statements.selection import Pundits, puts_forward

_WORDS_OF_A_TITLE = 12


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the stage knows of the world: parties and their speakers, and places."""

    parties: PartyFinder
    places: PlaceFinder


def with_evident_head(document: Document) -> Document:
    """The document with the title and day that its own head bears, where it came without them."""
    if document.title and document.published:
        return document
    segmented = segment(document.text, document.title, language_pack(document.language))
    if not document.title:
        headings = [story.heading for story in segmented.stories if story.heading]
        first_words = " ".join(document.text.split()[:_WORDS_OF_A_TITLE])
        document = replace(document, title=(headings or [first_words])[0])
    if not document.published and segmented.dateline:
        midnight = datetime.combine(segmented.dateline, time(), tzinfo=UTC)
        document = replace(document, published=midnight, published_found=DateFound.DATELINE)
    return document


def extract_statements(document: Document, knowledge: Knowledge) -> tuple[Statement, ...]:
    """All statements of a document, in order of their spans."""
    pack = language_pack(document.language)
    segmented = segment(document.text, document.title, pack)
    published = document.published.date() if document.published else segmented.dateline
    found: list[Statement] = []
    for story in segmented.stories:
        found += _StoryReader(document, story, pack, knowledge, published).statements()
    return tuple(found)


class _StoryReader:
    """Reads one story, sentence by sentence, carrying over speaker and place."""

    def __init__(
        self,
        document: Document,
        story: Story,
        pack: LanguagePack,
        knowledge: Knowledge,
        published: date | None,
    ) -> None:
        self._document = document
        self._story = story
        self._pack = pack
        self._knowledge = knowledge
        self._published = published
        self._thread = Thread(home=knowledge.parties.home(document.outlet))
        self._pundits = Pundits()
        self._heading_place = self._place_of_heading()
        self._place: PlaceMention | None = None

    def statements(self) -> Iterator[Statement]:
        for sentence in self._story.sentences:
            statement = self._statement(sentence)
            if statement is not None:
                yield statement

    def _place_of_heading(self) -> PlaceMention | None:
        words = Words.of(self._story.heading)
        mentions = self._knowledge.parties.find(words, self._pack, ())
        chosen = choose_place(self._knowledge.places.find(words, self._pack), mentions, self._pack, words)
        return PlaceMention(chosen.place, PlaceFound.TITLE) if chosen else None

    def _statement(self, sentence: Sentence) -> Statement | None:
        quote = sentence.span.of(self._document.text)
        reading = Reading.of(quote, self._pack, self._knowledge.parties)
        attribution, self._thread = attribute(reading, self._thread)
        self._pundits.hear(reading, attribution)
        dates = find_dates(reading.words, self._pack, self._published)
        figures = find_figures(
            reading.words,
            self._pack,
            _dated_words(reading.words, dates),
            reading.mentions,
            subject=reading.subject,
            denied=reading.denies,
        )
        place = self._locate(reading, sentence.span.start)
        if self._pundits.speaks(attribution) or not puts_forward(
            reading, attribution, figures, self._published
        ):
            return None
        start = sentence.span.start
        chosen = most_exact(dates)
        return Statement(
            id=statement_id(self._document.id, sentence.span.start, sentence.span.end),
            document=self._document.id,
            span=sentence.span,
            quote=quote,
            language=self._pack.code if self._document.language == "und" else self._document.language,
            attribution=_shifted(attribution, start),
            polarity=polarity(reading),
            figures=tuple(replace(figure, span=figure.span.shifted(start)) for figure in figures),
            place=place,
            date=_at(chosen, start) if chosen else None,
            story=self._story.number,
            heading=self._story.heading,
        )

    def _locate(self, reading: Reading, start: int) -> PlaceMention | None:
        found = self._knowledge.places.find(reading.words, self._pack)
        chosen = choose_place(found, list(reading.mentions), self._pack, reading.words)
        if chosen is None:
            return self._heading_place or self._place
        self._place = PlaceMention(chosen.place, PlaceFound.NEIGHBOUR)
        return replace(chosen, span=chosen.span.shifted(start) if chosen.span else None)


def polarity(reading: Reading) -> Polarity:
    """Denial by a reporting word ("denied"), or by a negation that reaches the whole claim ("no one")."""
    if reading.denies or reading.pack.negations.contains(reading.words):
        return Polarity.DENIES
    return Polarity.ASSERTS


def _dated_words(words: Words, dates: list[EventDate]) -> set[int]:
    starts = [word.span.start for word in words.words]
    return {
        index
        for one in dates
        if one.span is not None
        for index in range(bisect_left(starts, one.span.start), bisect_left(starts, one.span.end))
    }


def _at(found: EventDate, start: int) -> EventDate:
    return replace(found, span=found.span.shifted(start) if found.span else None)


def _shifted(attribution: Attribution, start: int) -> Attribution:
    def moved(span: Span | None) -> Span | None:
        return span.shifted(start) if span else None

    return replace(
        attribution,
        speaker_span=moved(attribution.speaker_span),
        cue_span=moved(attribution.cue_span),
    )
