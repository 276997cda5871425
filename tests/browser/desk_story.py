"""Two events in a real database, for people to part, merge and set right in a browser."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "web"))

from likeness import AlikeInContext
from newsroom import QuestionEmbedder, WordEmbedder
from rooms import Shelf, application_of

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.members import Member
from tracker.domain.documents import DateFound, DatePrecision, Document, IncomingDocument, Span
from tracker.domain.events import Event, Linking, Membership
from tracker.domain.identifiers import document_id, event_id, statement_id, text_digest
from tracker.domain.models import ModelIdentity
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.people import Role
from tracker.domain.statements import (
    EventDate,
    Figure,
    FigureKind,
    Place,
    PlaceFound,
    PlaceMention,
    Polarity,
    Statement,
)
from tracker.index import FaissIndex
from tracker.registry.loading import load_places, load_registry
from tracker.resources import MIGRATIONS
from tracker.services.comparing import ComparisonVectors
from tracker.services.decisions import DecisionService
from tracker.services.disputes import DisputeService
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.linking import LinkingService
from tracker.statements.mentions import PartyFinder
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import make_engine
from tracker.storage.event_desk import SqlEventDesk
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import upgrade
from tracker.storage.registry import sync_registry
from tracker.storage.store import SqlStore
from tracker.storage.trail import SqlTrail

SIDRA = Place("own:test-sidra", "Qasr Sidra", "town", 31.2, 16.6)
TRIPOLI = "geonames:2210247"


@dataclass(frozen=True)
class Said:
    """A statement to store: alone in its document."""

    name: str
    words: str
    party: str
    language: str = "en"
    outlet: str = "Sidra Courier"
    day: int = 4
    denies: bool = False
    killed: tuple[int, int | None] | None = None
    place: Place | None = SIDRA


BRIDGE = (
    Said("holds", "bridge at Qasr Sidra is in the hands of our brigade since dawn", "LNA", day=3),
    Said("denial", "bridge was never left by our units, the spokesman said", "GNA", denies=True),
    Said("killed", "bridge cost the other side 31 fighters", "LNA", killed=(31, 31)),
    Said("losses", "bridge cost us two men, the ministry said", "GNA", killed=(2, 2), day=5),
    Said("clinic", "bridge dead counted in the clinic are nine or more", "CIV", killed=(9, None), day=6),
    Said("entry", "الجسر بيد قواتنا منذ الفجر دون قتال", "LNA", "ar", "صحيفة الوادي"),
    Said("fall", "الجسر لم يسقط وما زالت وحداتنا على ضفتيه", "GNA", "ar", "صحيفة الوادي", denies=True),
    Said("talks", "well talks in the town go on, the mission said", "UN", day=7),
)
WELL = (Said("well", "well of the town was handed to the council", "UN", day=7),)


@dataclass(frozen=True)
class DeskStory:
    """The application, and ids by short names."""

    application: Flask
    bridge: str
    well: str
    statements: dict[str, str]
    decisions: DecisionService
    library: SqlLibrary


def desk_story(folder: Path, role: Role = Role.ANALYST) -> DeskStory:
    """Store both events and wire the services that decide on them; nothing is linked by likeness."""
    address = f"sqlite:///{folder / 'desk.sqlite3'}"
    upgrade(address, MIGRATIONS)
    engine = make_engine(address)
    registry = load_registry()
    sync_registry(engine, registry.parties, registry.speakers)
    finder = PartyFinder(registry.parties, registry.speakers)

    def now() -> datetime:
        return datetime.now(UTC)

    store, library, words = SqlStore(engine, now), SqlLibrary(engine), WordEmbedder()
    comparator = Comparator(registry.parties, finder, ConflictModel.shipped())
    questions = ComparisonVectors(TextVectors(store, QuestionEmbedder()))
    model = ModelIdentity(words.name, words.revision, words.dimension)
    index = FaissIndex.create(folder / "index", model)
    unlike = AlikeInContext(factor=0.0)
    linking = LinkingService(store, EmbeddingService(store, words), questions, index, unlike, comparator)
    decisions = DecisionService(SqlDecisions(engine, now), linking.refresh)
    told = {one.name: _stored(store, one) for one in (*BRIDGE, *WELL)}
    embeddings = linking.embeddings
    with store.writing() as session:
        session.set_model(model)
        embeddings.write(session, list(told.values()), embeddings.missing(list(told.values())))
    bridge = _event(
        store, comparator, "Both sides claim the bridge at Qasr Sidra", [told[one.name] for one in BRIDGE]
    )
    well = _event(store, comparator, "The well of Qasr Sidra", [told[one.name] for one in WELL])
    room = replace(
        Shelf().room(),
        library=library,
        search=lambda *_: [],
        dispute=DisputeService(library, questions, comparator).dispute_in,
        decisions=decisions,
        desk=SqlEventDesk(engine),
        places=load_places(),
        parties={party.code: party for party in registry.parties},
        trail=SqlTrail(engine),
    )
    ids = {name: statement.id for name, statement in told.items()}
    return DeskStory(application_of(room, role=role), bridge, well, ids, decisions, library)


def _stored(store: SqlStore, said: Said) -> Statement:
    original = f"{said.words} ({said.name})".encode()
    digest = text_digest(original.decode())
    address = f"https://courier.example/{said.name}"
    key = document_id(digest, None, address)
    document = Document(
        id=key,
        external_id=None,
        url=address,
        title=said.words[:40],
        outlet=said.outlet,
        published=datetime(2020, 6, said.day, tzinfo=UTC),
        published_found=DateFound.METADATA,
        language=said.language,
        sha256=digest,
        text=said.words,
        constructed=True,
    )
    span = Span(0, len(said.words))
    figures = (Figure(FigureKind.KILLED, *said.killed, span=span),) if said.killed else ()
    statement = Statement(
        id=statement_id(key, span.start, span.end),
        document=key,
        span=span,
        quote=said.words,
        language=said.language,
        attribution=Attribution(said.party, AttributionMethod.SPEAKER, 0.72, speaker="Colonel Farhat"),
        polarity=Polarity.DENIES if said.denies else Polarity.ASSERTS,
        figures=figures,
        place=PlaceMention(said.place, PlaceFound.SENTENCE) if said.place else None,
        date=EventDate(date(2020, 6, said.day), DatePrecision.DAY, DateFound.EXPLICIT),
    )
    with store.writing() as session:
        source = IncomingDocument("page.txt", original, "text/plain", said.words)
        session.add_document(document, source, datetime(2020, 6, 8, tzinfo=UTC))
        session.add_statements([statement])
    return statement


def _event(store: SqlStore, comparator: Comparator, title: str, statements: Sequence[Statement]) -> str:
    days = [one.date.day for one in statements if one.date]
    members = tuple(Membership(one.id, 0.71, "the same place and days") for one in statements)
    key = event_id(statements[0].id)
    event = Event(key, title, "en", SIDRA, min(days), max(days), DatePrecision.DAY, members)
    vectors = QuestionEmbedder().encode([f"{one.party}: {one.quote}" for one in statements])
    conflicts = comparator.compare(key, list(map(Member, statements, vectors)))
    with store.writing() as session:
        session.apply_linking(Linking((event,), {}))
        session.replace_conflicts([key], conflicts)
        session.mark_linked([one.id for one in statements])
    return key
