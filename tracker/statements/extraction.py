"""One document to its statements: the stage that all others build on.

A pure function: the same document, registry and language data give the same statements.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from tracker.domain.documents import DateFound, Document, Span
from tracker.domain.identifiers import document_id, statement_id
from tracker.domain.parties import Attribution
from tracker.domain.statements import EventDate, PlaceFound, PlaceMention, Statement
from tracker.domain.voices import StoryMarks, Telling
from tracker.language.dates import find_dates, timed_words
from tracker.language.pack import LanguagePack, language_pack
from tracker.language.phrases import Words
from tracker.statements.attribution import Heard, Listening, first_memory, hear
from tracker.statements.days import Days, outside_names
from tracker.statements.figures import find_figures
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder, choose_place
from tracker.statements.polarity import polarity
from tracker.statements.segmentation import Segmented, Story, segment
from tracker.statements.selection import Pundits, Sighting, is_statement
from tracker.statements.speakers import SpeakerModel, shipped_model
from tracker.statements.voices import Voices
from tracker.statements.weighing import LinearModel, shipped

_WORDS_OF_A_TITLE = 12
_SEVERAL = 2
_MOST_PARTS = 30  # stories


@dataclass(frozen=True, slots=True)
class Weights:
    """How to weigh what speaks for each candidate, for a statement, and for a denial."""

    speakers: SpeakerModel
    selection: LinearModel
    polarity: LinearModel

    @classmethod
    def shipped(cls, kind: str = "") -> "Weights":
        """Those in the package: of the named features alone, or `voiced_` for them and the voice encoder."""
        speakers = shipped_model(f"{kind}speaker_model")
        return cls(speakers, shipped(f"{kind}selection_model"), shipped(f"{kind}polarity_model"))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the stage knows of the world: parties and their speakers, places, and how to weigh.

    `voiced` weighs the sentences that the voice encoder has read, `plain` the others.
    """

    parties: PartyFinder
    places: PlaceFinder
    plain: Weights = field(default_factory=Weights.shipped)
    voiced: Weights = field(default_factory=lambda: Weights.shipped("voiced_"))

    def weights_for(self, heard: Heard) -> Weights:
        """Those by which a sentence is judged."""
        return self.plain if heard.heeded is None else self.voiced

    def taking_all(self) -> "Knowledge":
        """The same, but every sentence is taken for a statement."""
        every = LinearModel({}, intercept=0.0, threshold=0.0)
        return replace(
            self,
            plain=replace(self.plain, selection=every),
            voiced=replace(self.voiced, selection=every),
        )


def with_evident_head(document: Document) -> Document:
    """The document with the title and day that its own head bears, where it came without them."""
    if document.title and document.published:
        return document
    segmented = _segmented(document)
    if not document.title:
        headings = [story.heading for story in segmented.stories if story.heading]
        first_words = " ".join(document.text.split()[:_WORDS_OF_A_TITLE])
        document = replace(document, title=(headings or [first_words])[0])
    if not document.published and segmented.dateline:
        midnight = datetime.combine(segmented.dateline, time(), tzinfo=UTC)
        document = replace(document, published=midnight, published_found=DateFound.DATELINE)
    return document


def documents_of(page: Document) -> tuple[Document, ...]:
    """The documents that a page amounts to: one for each of its stories, itself where it holds only one.

    A caller who gave it an id of their own wants one document back, and gets one. So does a page of more
    stories than any front page holds: each document keeps the whole text.
    """
    pack = language_pack(page.language)
    stories = [story for story in segment(page.text, "", pack).stories if story.sentences]
    if page.external_id is not None or not _SEVERAL <= len(stories) <= _MOST_PARTS:
        return (page,)
    return tuple(_part(page, story) for story in stories)


def _part(page: Document, story: Story) -> Document:
    published, found = page.published, page.published_found
    if story.dateline and found in (None, DateFound.DATELINE):
        published = datetime.combine(story.dateline, time(), tzinfo=UTC)
        found = DateFound.DATELINE
    return replace(
        page,
        id=document_id(page.sha256, page.external_id, page.url, story.number),
        title=story.heading or page.title,
        published=published,
        published_found=found,
        part=story.number,
    )


def _segmented(document: Document) -> Segmented:
    title = "" if document.part is not None else document.title
    return segment(document.text, title, language_pack(document.language))


def tellings(document: Document) -> tuple[Telling, ...]:
    """The stories of a document as the voice encoder is to read them."""
    return tuple(
        Telling(
            outlet=document.outlet,
            heading=story.heading,
            sentences=tuple(one.span.of(document.text) for one in story.sentences),
            paragraphs=tuple(one.line for one in story.sentences),
        )
        for story in _own_stories(document, _segmented(document))
    )


def extract_statements(
    document: Document, knowledge: Knowledge, marks: StoryMarks | None = None
) -> tuple[Statement, ...]:
    """All statements of a document, in order of their spans.

    `marks`: what the voice encoder noted on each sentence of each of its `tellings`, if it has read them.
    """
    return tuple(one for story in _stories(document, knowledge, marks) for one in story.statements())


def all_sightings(
    document: Document, knowledge: Knowledge, marks: StoryMarks | None = None
) -> Iterator[Sighting]:
    """Every sentence of a document as selection sees it, statement or not, in order."""
    for story in _stories(document, knowledge, marks):
        yield from story.sightings()


def _own_stories(document: Document, segmented: Segmented) -> list[Story]:
    return [one for one in segmented.stories if document.part is None or one.number == document.part]


def _stories(document: Document, knowledge: Knowledge, marks: StoryMarks | None) -> Iterator["_StoryReader"]:
    pack = language_pack(document.language)
    segmented = _segmented(document)
    published = document.published.date() if document.published else segmented.dateline
    stories = _own_stories(document, segmented)
    for number, story in enumerate(stories):
        listening = None
        if marks is not None:
            voices = Voices.of([one.span for one in story.sentences], marks[number])
            listening = Listening(voices, knowledge.voiced.speakers)
        yield _StoryReader(document, story, pack, knowledge, published, listening)


class _StoryReader:
    """Reads one story, sentence by sentence, carrying over speaker, place and day."""

    def __init__(
        self,
        document: Document,
        story: Story,
        pack: LanguagePack,
        knowledge: Knowledge,
        published: date | None,
        listening: Listening | None,
    ) -> None:
        self._document = document
        self._listening = listening
        self._story = story
        self._pack = pack
        self._knowledge = knowledge
        self._published = published
        self._heading_place = self._place_of_heading()
        self._place: PlaceMention | None = None

    def statements(self) -> Iterator[Statement]:
        days = Days()
        for sighting in self.sightings():
            place, day = self._locate(sighting), days.hear(sighting.heard.sentence, sighting.dates)
            if is_statement(sighting, self._knowledge.weights_for(sighting.heard).selection):
                yield self._statement(sighting, place, day)

    def sightings(self) -> Iterator[Sighting]:
        """Every sentence of the story, statement or not, with what was found in it."""
        pundits, before = Pundits(), None
        for heard in self._heard():
            reading = heard.reading
            places = tuple(self._knowledge.places.find(reading.words, self._pack))
            dates = outside_names(
                find_dates(reading.words, self._pack, self._published), [place.span for place in places]
            )
            figures = find_figures(
                reading.words,
                self._pack,
                _dated_words(reading.words, dates) | timed_words(reading.words, self._pack),
                reading.mentions,
                subject=reading.subject,
                denied=reading.denies,
            )
            before = Sighting(
                heard=heard,
                figures=figures,
                dates=tuple(dates),
                published=self._published,
                of=len(self._story.sentences),
                is_pundit=pundits.hear(reading, heard.attribution) or heard.is_pundit,
                places=places,
                before=replace(before, before=None) if before else None,
            )
            yield before

    def _heard(self) -> Iterator[Heard]:
        return hear(
            self._document.text,
            self._story.sentences,
            self._pack,
            self._knowledge.parties,
            self._knowledge.plain.speakers,
            first_memory(self._document.outlet, self._knowledge.parties, self._published),
            self._published,
            self._listening,
        )

    def _place_of_heading(self) -> PlaceMention | None:
        words = Words.of(self._story.heading)
        mentions = self._knowledge.parties.find(words, self._pack, (), self._published)
        chosen = choose_place(self._knowledge.places.find(words, self._pack), mentions, self._pack, words)
        return PlaceMention(chosen.place, PlaceFound.TITLE) if chosen else None

    def _statement(self, sighting: Sighting, place: PlaceMention | None, day: EventDate | None) -> Statement:
        reading, span = sighting.heard.reading, sighting.heard.sentence.span
        weights = self._knowledge.weights_for(sighting.heard)
        return Statement(
            id=statement_id(self._document.id, span.start, span.end),
            document=self._document.id,
            span=span,
            quote=reading.words.original,
            language=self._pack.code if self._document.language == "und" else self._document.language,
            attribution=_shifted(sighting.heard.attribution, span.start),
            polarity=polarity(sighting.heard, sighting.figures, weights.polarity),
            figures=tuple(replace(one, span=one.span.shifted(span.start)) for one in sighting.figures),
            place=place,
            date=day,
            story=self._story.number,
            heading=self._story.heading,
        )

    def _locate(self, sighting: Sighting) -> PlaceMention | None:
        reading, start = sighting.heard.reading, sighting.heard.sentence.span.start
        chosen = choose_place(list(sighting.places), list(reading.mentions), self._pack, reading.words)
        if chosen is None:
            return self._heading_place or self._place
        self._place = PlaceMention(chosen.place, PlaceFound.NEIGHBOUR)
        return replace(chosen, span=chosen.span.shifted(start) if chosen.span else None)


def _dated_words(words: Words, dates: list[EventDate]) -> set[int]:
    starts = words.starts
    return {
        index
        for one in dates
        if one.span is not None
        for index in range(bisect_left(starts, one.span.start), bisect_left(starts, one.span.end))
    }


def _shifted(attribution: Attribution, start: int) -> Attribution:
    def moved(span: Span | None) -> Span | None:
        return span.shifted(start) if span else None

    return replace(
        attribution,
        speaker_span=moved(attribution.speaker_span),
        cue_span=moved(attribution.cue_span),
    )
