"""The list of events follows every change, whoever makes it, and says what else there is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from storage_examples import NOW, PLACE, Examples

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, EventGrade, Reliability, SubjectKind
from tracker.domain.errors import NotFoundError
from tracker.domain.event_lists import EventFilter, EventOrder, Facet, ListedEvent
from tracker.domain.events import Event, Linking
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.services.decisions import DecisionService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import writing
from tracker.storage.event_lists import SqlEventLists
from tracker.storage.event_summaries import complete_summaries
from tracker.storage.library import SqlLibrary
from tracker.storage.store import SqlStore
from tracker.storage.tables import EventSummaryRow

Keep = Callable[..., None]
Count = Callable[[Callable[[], object]], int]

ALL = EventFilter({})


def by(party: str) -> Attribution:
    return Attribution(party, AttributionMethod.OUTLET, 1.0)


def having(**chosen: str | tuple[str, ...]) -> EventFilter:
    person = str(chosen.pop("person", ""))
    values = {Facet(name): (value,) if isinstance(value, str) else value for name, value in chosen.items()}
    return EventFilter(values, person=person)


class Told:
    """Two events: one contested by two parties in two languages, and a quiet one without day or place."""

    def __init__(self, examples: Examples) -> None:
        self.arabic = examples.document(language="ar", constructed=True)
        self.english = examples.document()
        self.lna = examples.statement(self.arabic, 0, attribution=by("LNA"))
        self.gna = examples.statement(self.english, 0, attribution=by("GNA"))
        self.more = examples.statement(self.english, 25, attribution=by("GNA"))
        self.tur = examples.statement(self.english, 50, attribution=by("TUR"))
        self.loud = examples.event(self.lna, self.gna, self.more)
        self.quiet = examples.event(self.tur, place=None, start=None, end=None, precision=None)
        self.conflict = examples.conflict(self.loud, self.lna, self.gna)


@pytest.fixture
def told(examples: Examples, keep: Keep) -> Told:
    told = Told(examples)
    statements = [told.lna, told.gna, told.more, told.tur]
    keep([told.arabic, told.english], statements, [told.loud, told.quiet], [told.conflict])
    return told


@pytest.fixture
def lists(engine: Engine) -> SqlEventLists:
    return SqlEventLists(engine)


@pytest.fixture
def desk(engine: Engine) -> DecisionService:
    return DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)


def ids(lists: SqlEventLists, wanted: EventFilter = ALL, order: EventOrder = EventOrder.NEWEST) -> list[str]:
    return [row.id for row in lists.page(wanted, order, None, 10).rows]


def row_of(lists: SqlEventLists, event: str) -> ListedEvent:
    return next(row for row in lists.page(ALL, EventOrder.NEWEST, None, 10).rows if row.id == event)


def facets(lists: SqlEventLists, wanted: EventFilter = ALL) -> dict[str, dict[str, int]]:
    found = lists.page(wanted, EventOrder.NEWEST, None, 10).facets
    return {str(facet): {one.value: one.count for one in counts} for facet, counts in found.items()}


def test_a_row_adds_up_what_its_statements_say(lists: SqlEventLists, library: SqlLibrary, told: Told) -> None:
    row, summary = row_of(lists, told.loud.id), library.event(told.loud.id).summary
    assert (row.statements, row.documents, row.conflicts) == (3, 2, 1)
    assert (row.parties, row.languages) == (summary.parties, summary.languages)
    assert (row.title, row.place, row.place_name) == (told.loud.title, PLACE.id, PLACE.name)
    assert (row.start, row.end, row.latest) == (told.loud.start, told.loud.end, summary.latest)
    assert (row.waiting, row.judged, row.constructed) == (1, 0, True)
    assert (row.first_captured, row.last_captured) == (NOW, NOW)


@pytest.mark.usefixtures("told")
def test_facets_count_the_events_with_each_value(lists: SqlEventLists) -> None:
    assert facets(lists) == {
        "party": {"GNA": 1, "LNA": 1, "TUR": 1},
        "language": {"en": 2, "ar": 1},
        "place": {PLACE.id: 1},
        "type": {"control": 1},
        "review": {"waiting": 1},
        "constructed": {"no": 1, "yes": 1},
    }
    assert facets(lists, having(party="TUR"))["party"] == {"TUR": 1}
    assert facets(lists, having(constructed="no"))["constructed"] == {"no": 1, "yes": 1}
    assert facets(lists, having(constructed="no"))["party"] == {"TUR": 1}


def test_filters_can_be_put_together(lists: SqlEventLists, told: Told) -> None:
    assert ids(lists, having(party=("LNA", "GNA"))) == [told.loud.id]
    assert ids(lists, having(party=("LNA", "TUR"))) == []
    assert ids(lists, having(language="en", type="control")) == [told.loud.id]
    assert ids(lists, having(place=(PLACE.id, "gn:0"))) == [told.loud.id]
    assert ids(lists, having(place="gn:0")) == []


def test_orders(lists: SqlEventLists, told: Told, examples: Examples, keep: Keep) -> None:
    document = examples.document()
    late = examples.event(examples.statement(document), end=date(2021, 1, 1))
    keep([document], [examples.statement(document)], [late])
    assert ids(lists) == [late.id, told.loud.id, told.quiet.id]
    assert ids(lists, ALL, EventOrder.CONTESTED)[0] == told.loud.id


def test_days_and_times(lists: SqlEventLists, told: Told) -> None:
    assert ids(lists, EventFilter({}, start=date(2020, 1, 6))) == [told.loud.id]
    assert ids(lists, EventFilter({}, start=date(2020, 1, 7))) == []
    assert ids(lists, EventFilter({}, end=date(2020, 1, 4))) == []
    assert ids(lists, EventFilter({}, came_since=NOW)) == [told.loud.id, told.quiet.id]
    assert ids(lists, EventFilter({}, came_since=NOW + timedelta(seconds=1))) == []
    assert ids(lists, EventFilter({}, published_since=date(2020, 1, 7))) == [told.loud.id, told.quiet.id]
    assert ids(lists, EventFilter({}, published_since=date(2020, 1, 8))) == []


def test_pages_hold_each_event_once_also_while_events_change(
    lists: SqlEventLists, examples: Examples, keep: Keep
) -> None:
    made = []
    for number in range(11):
        document = examples.document()
        statement = examples.statement(document)
        made.append(examples.event(statement, end=date(2020, 1, 1) + timedelta(days=number // 2)))
        keep([document], [statement], [made[-1]])
    seen: list[str] = []
    after: str | None = None
    while True:
        page = lists.page(ALL, EventOrder.NEWEST, after, 2)
        assert (page.total, page.everything) == (11, 11)
        seen += [row.id for row in page.rows]
        after = page.following
        if after is None:
            break
        keep([], [], [replace(made[0], title=f"Renamed {len(seen)}")])
    wanted = sorted(made, key=lambda event: (-(event.end or date.min).toordinal(), event.id))
    assert seen == [event.id for event in wanted]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("cursor", ["", "x", "é", "W10", "bnVsbA", "WyJuZXdlc3QiLCAiYSIsICJiIl0"])
def test_any_other_cursor_is_refused(lists: SqlEventLists, cursor: str) -> None:
    with pytest.raises(NotFoundError):
        lists.page(ALL, EventOrder.NEWEST, cursor, 2)
    with pytest.raises(ValueError, match="0 rows"):
        lists.page(ALL, EventOrder.NEWEST, None, 0)


def test_a_judgement_is_seen_at_once(lists: SqlEventLists, told: Told, desk: DecisionService) -> None:
    assert ids(lists, having(review="waiting")) == [told.loud.id]
    desk.judge([told.conflict.id], Judgement.CONFIRMED, by="amal")
    assert ids(lists, having(review="waiting")) == []
    assert ids(lists, having(review="judged")) == [told.loud.id]
    desk.judge([told.conflict.id], Judgement.REJECTED, by="amal")
    assert row_of(lists, told.loud.id).conflicts == 0
    assert "type" in facets(lists)
    assert facets(lists)["type"] == {}
    desk.undo(by="amal")
    assert row_of(lists, told.loud.id).conflicts == 1


def test_grades_and_assignments_are_seen_at_once(
    lists: SqlEventLists, told: Told, desk: DecisionService
) -> None:
    desk.grade(told.quiet.id, EventGrade.WEAK, by="amal")
    assert row_of(lists, told.quiet.id).grade == "weak"
    assert ids(lists, having(review="graded")) == [told.quiet.id]
    desk.assign(SubjectKind.CONFLICT, told.conflict.id, "omar", by="amal")
    desk.assign(SubjectKind.STATEMENT, told.tur.id, "amal", by="amal")
    desk.assign(SubjectKind.EVENT, told.loud.id, "amal", by="amal")
    assert row_of(lists, told.loud.id).assignees == ("amal", "omar")
    assert ids(lists, having(review="mine", person="omar")) == [told.loud.id]
    assert ids(lists, having(review="mine", person="amal")) == [told.loud.id, told.quiet.id]
    desk.assign(SubjectKind.CONFLICT, told.conflict.id, None, by="amal")
    assert ids(lists, having(review="mine", person="omar")) == []
    assert "mine" not in facets(lists, having(person="omar"))["review"]


def test_a_corrected_party_is_seen_at_once(lists: SqlEventLists, told: Told, desk: DecisionService) -> None:
    desk.correct(told.gna.id, Aspect.PARTY, {"party": "TUR"}, by="amal")
    assert row_of(lists, told.loud.id).parties == (("GNA", 1), ("LNA", 1), ("TUR", 1))
    assert [(one.one, one.other) for one in row_of(lists, told.loud.id).clashes] == [("LNA", "TUR")]


def test_moved_statements_are_seen_at_once_in_both_events(
    lists: SqlEventLists, told: Told, desk: DecisionService
) -> None:
    desk.move([told.more.id], told.quiet.id, by="amal")
    assert (row_of(lists, told.loud.id).statements, row_of(lists, told.quiet.id).statements) == (2, 2)
    desk.merge(told.quiet.id, told.loud.id, by="amal")
    assert ids(lists) == [told.loud.id]
    desk.undo(by="amal")
    assert set(ids(lists)) == {told.loud.id, told.quiet.id}


@pytest.mark.usefixtures("told")
def test_a_source_that_is_rated_changes_no_event(lists: SqlEventLists, desk: DecisionService) -> None:
    before = ids(lists)
    desk.rate("1", Reliability.FAIRLY, by="amal")
    assert ids(lists) == before


def test_relinking_from_the_beginning_empties_the_list_and_fills_it_again(
    lists: SqlEventLists, store: SqlStore, told: Told
) -> None:
    assert len(ids(lists)) == 2
    with store.writing() as session:
        session.clear_linking()
    assert ids(lists) == []
    with store.writing() as session:
        session.apply_linking(Linking((told.quiet,), {}))
    assert ids(lists) == [told.quiet.id]


def test_what_fails_is_not_shown(lists: SqlEventLists, store: SqlStore, told: Told) -> None:
    before = row_of(lists, told.loud.id)

    def fail() -> None:
        with store.writing() as session:
            session.apply_linking(Linking((replace(told.loud, title="Never"),), {}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert row_of(lists, told.loud.id) == before


def test_two_processes_see_each_others_changes(
    engine: Engine, lists: SqlEventLists, told: Told, desk: DecisionService
) -> None:
    other = SqlEventLists(engine)
    assert ids(other) == ids(lists)
    desk.grade(told.quiet.id, EventGrade.FAIR, by="amal")
    assert row_of(other, told.quiet.id) == row_of(lists, told.quiet.id)


def test_a_database_that_was_put_back_is_read_anew(
    engine: Engine, lists: SqlEventLists, told: Told, desk: DecisionService
) -> None:
    desk.grade(told.quiet.id, EventGrade.FAIR, by="amal")
    assert row_of(lists, told.quiet.id).grade == "fair"
    with writing(engine) as session:
        for row in session.query(EventSummaryRow):
            row.revision, row.grade = 1, None
    assert row_of(lists, told.quiet.id).grade is None


@pytest.mark.usefixtures("told")
def test_a_migrated_database_gets_its_summaries(engine: Engine) -> None:
    wanted = ids(SqlEventLists(engine))
    with writing(engine) as session:
        session.query(EventSummaryRow).delete()
    assert ids(SqlEventLists(engine)) == []
    assert complete_summaries(engine) == 2
    assert ids(SqlEventLists(engine)) == wanted
    assert complete_summaries(engine) == 0


def test_an_unchanged_list_takes_one_query_and_a_changed_one_two(
    lists: SqlEventLists, told: Told, desk: DecisionService, count_queries: Count
) -> None:
    assert count_queries(lambda: ids(lists)) == 2
    assert count_queries(lambda: ids(lists, having(party="LNA"))) == 1
    desk.grade(told.quiet.id, EventGrade.FAIR, by="amal")
    assert count_queries(lambda: ids(lists)) == 2


def test_many_events_are_reckoned_in_a_fixed_number_of_queries(
    store: SqlStore, examples: Examples, keep: Keep, count_queries: Count
) -> None:
    def linking(count: int) -> int:
        documents = [examples.document() for _ in range(count)]
        statements = [examples.statement(document) for document in documents]
        events = [examples.event(statement) for statement in statements]
        return count_queries(lambda: keep(documents, statements, events)) - count * 3

    def write(event: Event) -> None:
        with store.writing() as session:
            session.apply_linking(Linking((event,), {}))

    few, many = linking(3), linking(30)
    assert many - few <= 3
    document = examples.document(published=datetime(2020, 1, 1, tzinfo=UTC))
    statement = examples.statement(document)
    event = examples.event(statement)
    keep([document], [statement], [event])
    assert count_queries(lambda: write(event)) < 40
