"""Parties, sources and places across events, out of a real database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, update
from storage_examples import NOW, PLACE, Examples

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.decisions import Aspect, Key, Reliability, SubjectKind
from tracker.domain.documents import DateFound, DatePrecision, Document, Span
from tracker.domain.dossiers import PartyFilter
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event
from tracker.domain.parties import Attribution, AttributionMethod
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
from tracker.services.decisions import DecisionService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.dossiers import SqlDossiers
from tracker.storage.engine import writing
from tracker.storage.gazetteer import SqlPlaces
from tracker.storage.sources import SqlSources
from tracker.storage.store import SqlStore
from tracker.storage.tables import ConflictRow

Keep = Callable[..., None]
Count = Callable[[Callable[[], object]], int]

WELL = Place("own:well", "The Well", "landmark", 31.0, 16.0, PLACE.id)


def by(party: str, speaker: str | None = None) -> Attribution:
    return Attribution(party, AttributionMethod.SPEAKER, 0.9, speaker=speaker)


def killed(low: int, high: int | None = None) -> tuple[Figure, ...]:
    return (Figure(FigureKind.KILLED, low, high or low, Span(0, 3)),)


@dataclass
class Told:
    """Two events at two places, over three outlets, one of them nameless."""

    examples: Examples

    def __post_init__(self) -> None:
        january = datetime(2020, 1, 9, 8, tzinfo=UTC)
        february = datetime(2020, 2, 1, 23, 30, tzinfo=UTC)
        make, say = self.examples.document, self.examples.statement
        self.first = make(outlet="Example Wire", published=january)
        self.second = make(outlet="Example Wire", published=february, language="ar")
        self.undated = make(outlet="", published=None, published_found=None)
        self.other = make(outlet="Other Post", published=january, language="ar")
        at = PlaceMention(PLACE, PlaceFound.SENTENCE)
        day = EventDate(date(2020, 1, 8), DatePrecision.DAY, DateFound.EXPLICIT)
        self.took = say(self.first, 3, attribution=by("LNA", "Mismari"), place=at, date=day)
        self.lost = say(self.first, 30, attribution=by("GNA"), figures=killed(2), place=at)
        self.more = say(self.second, 3, attribution=by("GNA"), figures=killed(31), language="ar", place=at)
        self.denied = say(
            self.other, 3, attribution=by("GNA"), polarity=Polarity.DENIES, language="ar", place=at
        )
        self.well = say(
            self.undated, 3, attribution=by("GNA", "Qanunu"), place=PlaceMention(WELL, PlaceFound.SENTENCE)
        )
        twice = {"attribution": by("LNA"), "figures": killed(7)}
        self.twice = [say(self.other, 30, **twice), say(self.second, 30, **twice)]
        self.battle = self.examples.event(self.took, self.lost, self.more, self.denied, *self.twice)
        self.dry = self.examples.event(
            self.well, place=WELL, title="Well", start=None, end=None, precision=None
        )
        pair = self.examples.conflict
        self.control = pair(self.battle, self.took, self.denied)
        weak = pair(self.battle, self.took, self.lost)
        self.casualties = replace(weak, verdict=replace(weak.verdict, type=ConflictType.CASUALTIES))

    @property
    def documents(self) -> list[Document]:
        return [self.first, self.second, self.undated, self.other]

    @property
    def statements(self) -> list[Statement]:
        return [self.took, self.lost, self.more, self.denied, self.well, *self.twice]

    @property
    def events(self) -> list[Event]:
        return [self.battle, self.dry]


@pytest.fixture
def told(examples: Examples, keep: Keep) -> Told:
    told = Told(examples)
    keep(told.documents, told.statements, told.events, [told.control, told.casualties])
    return told


@pytest.fixture
def dossiers(engine: Engine) -> SqlDossiers:
    return SqlDossiers(engine)


@pytest.fixture
def sources(engine: Engine) -> SqlSources:
    return SqlSources(engine)


@pytest.fixture
def places(engine: Engine) -> SqlPlaces:
    return SqlPlaces(engine)


def judge(engine: Engine, conflict: str, judgement: Judgement) -> None:
    with writing(engine) as session:
        session.execute(update(ConflictRow).where(ConflictRow.id == conflict).values(judgement=judgement))


def test_parties_are_counted_across_events(dossiers: SqlDossiers, told: Told) -> None:
    parties = dossiers.parties()
    assert set(parties) == {"LNA", "GNA"}
    government = parties["GNA"]
    assert (government.statements, government.denials, government.events) == (4, 1, 2)
    assert government.languages == (("ar", 2), ("en", 2))
    assert government.last == told.second.published
    assert parties["LNA"].last == told.second.published


def test_a_rejected_conflict_is_counted_no_more(dossiers: SqlDossiers, engine: Engine, told: Told) -> None:
    assert dossiers.conflicts() == {"LNA": 2, "GNA": 2}
    assert [(one.party, one.type, one.conflicts) for one in dossiers.clashes(PartyFilter("GNA"))] == [
        ("LNA", ConflictType.CASUALTIES, 1),
        ("LNA", ConflictType.CONTROL, 1),
    ]
    judge(engine, told.control.id, Judgement.REJECTED)
    assert dossiers.conflicts() == {"LNA": 1, "GNA": 1}
    assert [one.type for one in dossiers.clashes(PartyFilter("LNA"))] == [ConflictType.CASUALTIES]


def test_the_numbers_of_a_party_add_up(dossiers: SqlDossiers, told: Told) -> None:
    numbers = dossiers.numbers(PartyFilter("GNA"))
    assert (numbers.statements, numbers.denials, numbers.undated) == (4, 1, 1)
    assert (numbers.first, numbers.last) == (told.first.published, told.second.published)
    assert numbers.months == ((date(2020, 1, 1), 2), (date(2020, 2, 1), 1))
    assert [(one.event, one.statements) for one in numbers.events] == [(told.battle.id, 3), (told.dry.id, 1)]
    assert [(one.place, one.statements) for one in numbers.places] == [(PLACE, 3), (WELL, 1)]
    assert numbers.speakers == (("Qanunu", 1),)


@pytest.mark.usefixtures("told")
def test_a_party_that_says_nothing_has_nothing_but_noughts(dossiers: SqlDossiers) -> None:
    numbers = dossiers.numbers(PartyFilter("TUR"))
    assert (numbers.statements, numbers.first, numbers.months, numbers.events) == (0, None, (), ())
    assert dossiers.statements(PartyFilter("TUR"), denials=False, after=None, size=5) == ((), None)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PartyFilter("GNA"), {"lost", "more", "denied", "well"}),
        (PartyFilter("GNA", start=date(2020, 2, 1)), {"more"}),
        (PartyFilter("GNA", end=date(2020, 1, 9)), {"lost", "denied"}),
        (PartyFilter("GNA", start=date(2020, 1, 9), end=date(2020, 1, 9)), {"lost", "denied"}),
        (PartyFilter("GNA", places=(WELL.id,)), {"well"}),
        (PartyFilter("GNA", places=(WELL.id, PLACE.id), end=date(2020, 1, 31)), {"lost", "denied"}),
    ],
)
def test_days_and_places_hold_all_that_is_told_of_a_party(
    dossiers: SqlDossiers, told: Told, wanted: PartyFilter, expected: set[str]
) -> None:
    ids = {getattr(told, name).id for name in expected}
    found, following = dossiers.statements(wanted, denials=False, after=None, size=9)
    assert (set(found), following) == (ids, None)
    assert dossiers.numbers(wanted).statements == len(ids)


def test_statements_stand_newest_first_those_without_a_day_last_and_pages_meet(
    dossiers: SqlDossiers, told: Told
) -> None:
    whole, _ = dossiers.statements(PartyFilter("GNA"), denials=False, after=None, size=9)
    same_moment = sorted([told.lost.id, told.denied.id])
    assert list(whole) == [told.more.id, *same_moment, told.well.id]
    pages: list[str] = []
    after = None
    for _ in whole:
        page, after = dossiers.statements(PartyFilter("GNA"), denials=False, after=after, size=1)
        pages += page
    assert (pages, after) == (list(whole), None)


def test_denials_can_be_listed_alone(dossiers: SqlDossiers, told: Told) -> None:
    found, _ = dossiers.statements(PartyFilter("GNA"), denials=True, after=None, size=9)
    assert found == (told.denied.id,)


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyIyMDIwLTAxLTAxIiwgIngiXQ", "♠"])
def test_a_cursor_that_no_list_gave_out_is_not_found(
    dossiers: SqlDossiers, sources: SqlSources, cursor: str
) -> None:
    with pytest.raises(NotFoundError):
        dossiers.statements(PartyFilter("GNA"), denials=False, after=cursor, size=2)
    with pytest.raises(NotFoundError):
        sources.documents(1, cursor, 2)


def test_events_are_read_for_revisions_where_a_party_gave_two_figures_on_two_days(
    dossiers: SqlDossiers, told: Told
) -> None:
    found = dossiers.revising(PartyFilter("GNA"), events=5, size=50)
    figures = {told.lost.id, told.more.id, *(one.id for one in told.twice)}
    assert {event: set(ones) for event, ones in found.items()} == {told.battle.id: figures}
    # It gave one figure twice, on two days.
    assert dossiers.revising(PartyFilter("LNA"), events=5, size=50) == {}
    assert dossiers.revising(PartyFilter("GNA", end=date(2020, 1, 31)), events=5, size=50) == {}
    assert sum(map(len, dossiers.revising(PartyFilter("GNA"), events=5, size=1).values())) == 1


def test_what_may_be_an_admission_names_losses_or_is_contested_on_control(
    dossiers: SqlDossiers, engine: Engine, told: Told
) -> None:
    wanted = PartyFilter("GNA")
    assert set(dossiers.admitting(wanted, size=9)) == {told.lost.id, told.more.id, told.denied.id}
    assert dossiers.admitting(wanted, size=1) == (told.more.id,)
    judge(engine, told.control.id, Judgement.REJECTED)
    assert set(dossiers.admitting(wanted, size=9)) == {told.lost.id, told.more.id}


def test_sources_are_counted_those_with_the_most_documents_first(sources: SqlSources, told: Told) -> None:
    wire, post = sources.sources()
    assert (wire.name, wire.documents, wire.languages) == ("Example Wire", 2, (("ar", 1), ("en", 1)))
    assert (wire.first, wire.last) == (told.first.published, told.second.published)
    assert (wire.statements, wire.voice, wire.parties) == (4, 0, (("GNA", 2), ("LNA", 2)))
    assert (post.name, post.documents, post.share_of_voice) == ("Other Post", 1, 0.0)
    assert sources.nameless_documents() == 1


def test_documents_of_a_source_are_paged_the_newest_first(sources: SqlSources, told: Told) -> None:
    wire = sources.sources()[0].id
    first = sources.documents(wire, None, 1)
    assert ([row.id for row in first.rows], first.total) == ([told.second.id], 2)
    second = sources.documents(wire, first.following, 1)
    assert ([row.id for row in second.rows], second.following) == ([told.first.id], None)
    assert (second.rows[0].statements, second.rows[0].published) == (2, told.first.published)


@pytest.mark.usefixtures("told")
def test_the_letter_of_a_source_is_what_a_person_gave_it(sources: SqlSources, engine: Engine) -> None:
    wire = sources.sources()[0].id
    service = DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)
    assert sources.letters() == {}
    service.rate(str(wire), Reliability.USUALLY, by="amal", reason="checked")
    assert sources.letters() == {wire: Reliability.USUALLY}
    service.rate(str(wire), None, by="amal")
    assert sources.letters() == {}


@pytest.mark.usefixtures("told")
def test_places_are_counted_those_with_the_most_statements_first(places: SqlPlaces) -> None:
    battle, well = places.places()
    assert (battle.place, battle.statements, battle.events) == (PLACE, 4, 1)
    assert battle.last == date(2020, 1, 8)
    assert (well.place, well.statements, well.events, well.last) == (WELL, 1, 1, None)
    assert places.parties(PLACE.id) == (("GNA", 3), ("LNA", 1))


def test_events_and_statements_of_a_place_are_read(places: SqlPlaces, told: Told) -> None:
    page = places.events(PLACE.id, None, 5)
    assert ([row.event.id for row in page.rows], page.total, page.following) == ([told.battle.id], 1, None)
    newest, *rest = places.statements(PLACE.id, 9)
    assert (newest, len(rest)) == (told.more.id, 3)
    assert places.statements(PLACE.id, 1) == (told.more.id,)


def test_statements_in_a_conflict_over_control_are_told_apart(
    places: SqlPlaces, engine: Engine, told: Told
) -> None:
    every = [one.id for one in told.statements]
    assert places.contested_control(every) == {told.took.id, told.denied.id}
    assert places.contested_control([told.denied.id]) == {told.denied.id}
    judge(engine, told.control.id, Judgement.REJECTED)
    assert places.contested_control(every) == frozenset()
    assert places.contested_control([]) == frozenset()


def test_each_question_takes_a_fixed_number_of_queries(
    dossiers: SqlDossiers, sources: SqlSources, places: SqlPlaces, told: Told, count_queries: Count
) -> None:
    wanted = PartyFilter("GNA", date(2020, 1, 1), date(2020, 12, 31), (PLACE.id,))
    wire = sources.sources()[0].id
    asked: dict[str, tuple[Callable[[], object], int]] = {
        "state": (dossiers.state, 1),
        "conflict state": (dossiers.conflict_state, 1),
        "parties": (dossiers.parties, 2),
        "conflicts": (dossiers.conflicts, 1),
        "clashes": (lambda: dossiers.clashes(wanted), 1),
        "numbers": (lambda: dossiers.numbers(wanted), 5),
        "statements": (lambda: dossiers.statements(wanted, denials=False, after=None, size=2), 1),
        "revising": (lambda: dossiers.revising(wanted, events=5, size=9), 2),
        "admitting": (lambda: dossiers.admitting(wanted, size=9), 1),
        "sources": (sources.sources, 3),
        "letters": (sources.letters, 1),
        "nameless": (sources.nameless_documents, 1),
        "documents": (lambda: sources.documents(wire, None, 1), 2),
        "places": (places.places, 3),
        "parties there": (lambda: places.parties(PLACE.id), 1),
        "events there": (lambda: places.events(PLACE.id, None, 5), 6),
        "statements there": (lambda: places.statements(PLACE.id, 5), 1),
        "control": (lambda: places.contested_control([told.took.id]), 1),
    }
    assert {name: count_queries(call) for name, (call, _) in asked.items()} == {
        name: number for name, (_, number) in asked.items()
    }


def test_another_state_follows_whatever_changes_statements(
    dossiers: SqlDossiers, store: SqlStore, engine: Engine, examples: Examples, keep: Keep
) -> None:
    seen = [dossiers.state()]

    def is_new() -> bool:
        seen.append(dossiers.state())
        return seen[-1] not in seen[:-1]

    assert dossiers.state() == seen[0]
    told = Told(examples)
    keep(told.documents, told.statements, told.events, [told.control])
    assert is_new(), "documents and statements were stored"
    for one in told.statements[:2]:
        with store.writing() as session:
            session.mark_linked([one.id])
        assert is_new(), "a statement was linked"
    service = DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)
    service.correct(told.well.id, Aspect.POLARITY, "denies", by="amal")
    assert is_new(), "somebody set a statement right"
    service.undo(by="amal")
    assert is_new(), "somebody took that back"
    service.move([told.lost.id], told.dry.id, by="amal")
    assert is_new(), "somebody moved a statement"
    service.move([told.more.id], told.dry.id, by="amal")
    assert is_new(), "somebody moved another one between events that wait to be reckoned anyway"


def test_a_judgement_changes_the_state_of_conflicts_but_not_that_of_statements(
    dossiers: SqlDossiers, places: SqlPlaces, engine: Engine, told: Told
) -> None:
    statements, conflicts = dossiers.state(), dossiers.conflict_state()
    assert (places.state(), places.conflict_state()) == (statements, conflicts)
    service = DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)
    service.judge([told.control.id], Judgement.CONFIRMED, by="amal")
    assert dossiers.state() == statements
    assert dossiers.conflict_state() != conflicts


@pytest.mark.usefixtures("told")
def test_rating_a_source_changes_neither_state(
    dossiers: SqlDossiers, sources: SqlSources, engine: Engine
) -> None:
    before = dossiers.state(), dossiers.conflict_state(), sources.state()
    service = DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)
    service.rate(str(sources.sources()[0].id), Reliability.FAIRLY, by="amal", reason="mixed")
    assert (dossiers.state(), dossiers.conflict_state(), sources.state()) == before
    key = Key(SubjectKind.SOURCE, str(sources.sources()[0].id), Aspect.RELIABILITY)
    assert service.decisions.values([key]) == {key: "C"}
