from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, update
from storage_examples import NOW, Examples

from tracker.domain.conflicts import Judgement
from tracker.domain.documents import DateFound, DatePrecision, Document
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event, Linking
from tracker.domain.identifiers import vector_key
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import EventDate, Statement
from tracker.domain.views import Counts, StatementFilter
from tracker.storage.engine import writing
from tracker.storage.library import SqlLibrary
from tracker.storage.statement_columns import SqlStatementColumns
from tracker.storage.store import SqlStore
from tracker.storage.tables import ConflictRow

Keep = Callable[..., None]
Count = Callable[[Callable[[], object]], int]


def by(party: str) -> Attribution:
    return Attribution(party, AttributionMethod.OUTLET, 1.0)


class Gharyan:
    """One event told by two documents in two languages, with two conflicts."""

    def __init__(self, examples: Examples) -> None:
        self.late = examples.document(
            language="ru", published=datetime(2020, 1, 9, tzinfo=UTC), constructed=True
        )
        self.early = examples.document(external_id="caller-7")
        self.told_late = examples.statement(self.late, 10, attribution=by("GNA"))
        self.told_early = [
            examples.statement(self.early, 40, attribution=by("LNA")),
            examples.statement(self.early, 3, attribution=by("GNA")),
        ]
        self.statements = [self.told_late, *self.told_early]
        self.event = examples.event(*self.statements)
        self.weak = examples.conflict(self.event, self.told_early[0], self.told_early[1], score=0.4)
        self.strong = examples.conflict(self.event, self.told_early[0], self.told_late, score=0.9)

    @property
    def documents(self) -> list[Document]:
        return [self.late, self.early]


@pytest.fixture
def gharyan(examples: Examples, keep: Keep) -> Gharyan:
    told = Gharyan(examples)
    keep(told.documents, told.statements, [told.event], [told.weak, told.strong])
    return told


def reject(engine: Engine, conflict_id: str) -> None:
    with writing(engine) as session:
        session.execute(
            update(ConflictRow).where(ConflictRow.id == conflict_id).values(judgement=Judgement.REJECTED)
        )


def test_a_summary_adds_up_what_its_statements_say(library: SqlLibrary, gharyan: Gharyan) -> None:
    (summary,) = library.events_page(None, 10).rows
    assert summary.event == gharyan.event
    assert (summary.statements, summary.documents, summary.conflicts) == (3, 2, 2)
    assert summary.parties == (("GNA", 2), ("LNA", 1))
    assert summary.languages == (("en", 2), ("ru", 1))
    assert summary.latest == gharyan.late.published
    assert summary.constructed


def test_an_event_of_published_documents_is_not_marked_as_constructed(
    library: SqlLibrary, examples: Examples, keep: Keep
) -> None:
    document = examples.document(published=None, published_found=None)
    statement = examples.statement(document)
    keep([document], [statement], [examples.event(statement)])
    (summary,) = library.events_page(None, 10).rows
    assert not summary.constructed
    assert summary.latest is None


def test_an_event_shows_its_statements_by_publication_and_span(library: SqlLibrary, gharyan: Gharyan) -> None:
    detail = library.event(gharyan.event.id)
    assert [view.statement for view in detail.statements] == [
        gharyan.told_early[1],
        gharyan.told_early[0],
        gharyan.told_late,
    ]
    assert [view.document for view in detail.statements] == [gharyan.early, gharyan.early, gharyan.late]
    assert detail.summary == library.events_page(None, 1).rows[0]


def test_an_event_shows_its_conflicts_the_surest_first(library: SqlLibrary, gharyan: Gharyan) -> None:
    strong, weak = library.event(gharyan.event.id).conflicts
    assert [strong.conflict, weak.conflict] == [gharyan.strong, gharyan.weak]
    assert (strong.one.statement.id, strong.other.statement.id) == (gharyan.strong.one, gharyan.strong.other)
    assert (strong.event_title, strong.event_title_language) == ("Battle for Gharyan", "en")


def test_many_statements_and_conflicts_come_in_order(
    library: SqlLibrary, examples: Examples, keep: Keep
) -> None:
    hours = [5, 0, 7, 3, None, 1, 6, None, 2, 4]
    documents = [
        examples.document(published=None if hour is None else datetime(2020, 1, 6, hour, tzinfo=UTC))
        for hour in hours
    ]
    statements = [examples.statement(document) for document in documents]
    event = examples.event(*statements)
    conflicts = [
        examples.conflict(event, statements[0], other, score=(place * 7 % 9) / 9)
        for place, other in enumerate(statements[1:])
    ]
    keep(documents, statements, [event], conflicts)
    detail = library.event(event.id)
    dated = [view.document.published.hour for view in detail.statements if view.document.published]
    undated = [view.document.id for view in detail.statements[len(dated) :]]
    assert dated == list(range(8))
    assert undated == sorted(undated)
    assert len(undated) == 2
    scores = [view.conflict.verdict.score for view in detail.conflicts]
    assert scores == [place / 9 for place in range(8, -1, -1)]


def test_rejected_conflicts_are_listed_but_not_counted(
    library: SqlLibrary, gharyan: Gharyan, engine: Engine
) -> None:
    reject(engine, gharyan.strong.id)
    detail = library.event(gharyan.event.id)
    assert [view.conflict.judgement for view in detail.conflicts] == [Judgement.REJECTED, Judgement.SUGGESTED]
    assert detail.summary.conflicts == 1
    assert library.statement(gharyan.told_late.id).conflicts == 0
    assert library.statement(gharyan.told_early[0].id).conflicts == 1
    assert library.counts() == Counts(documents=2, statements=3, events=1, conflicts=1)


def test_a_statement_stands_beside_its_document_and_event(library: SqlLibrary, gharyan: Gharyan) -> None:
    view = library.statement(gharyan.told_early[0].id)
    assert view.statement == gharyan.told_early[0]
    assert view.document == gharyan.early
    assert (view.event_id, view.event_title, view.event_title_language) == (
        gharyan.event.id,
        "Battle for Gharyan",
        "en",
    )
    assert view.membership_reason == "same place and day"
    assert view.conflicts == 2
    assert view.score is None


def test_a_statement_without_event_says_so(library: SqlLibrary, examples: Examples, keep: Keep) -> None:
    document = examples.document()
    statement = examples.full_statement(document)
    keep([document], [statement])
    view = library.statement(statement.id)
    assert view.statement == statement
    assert (view.event_id, view.event_title, view.conflicts, view.membership_reason) == (None, None, 0, "")


def test_statement_views_come_in_the_order_asked_for_without_unknown_ones(
    library: SqlLibrary, gharyan: Gharyan
) -> None:
    ids = [gharyan.told_late.id, "s1", gharyan.told_early[1].id, gharyan.told_late.id]
    assert [view.statement.id for view in library.statement_views(ids)] == [ids[0], ids[2], ids[0]]


@pytest.mark.parametrize("key", ["id", "external_id"])
def test_a_document_is_found_by_our_id_and_by_the_callers(
    library: SqlLibrary, examples: Examples, gharyan: Gharyan, key: str
) -> None:
    view = library.document(getattr(gharyan.early, key))
    assert view.document == gharyan.early
    assert (view.captured_at, view.media_type) == (NOW, "text/plain")
    assert view.size == len(examples.sources[gharyan.early.id].original)
    assert [row.statement for row in view.statements] == gharyan.told_early[::-1]


def test_our_own_id_goes_before_a_callers_id_that_looks_like_it(
    library: SqlLibrary, examples: Examples, gharyan: Gharyan, keep: Keep
) -> None:
    keep([examples.document(external_id=gharyan.early.id)])
    assert library.document(gharyan.early.id).document == gharyan.early


def test_the_stories_of_a_page_know_of_one_another_in_their_order(
    library: SqlLibrary, examples: Examples, keep: Keep
) -> None:
    page = {"sha256": "5" * 64, "url": "https://outlet.example/page"}
    third, first = [examples.document(part=part, title=f"Story {part}", **page) for part in (3, 1)]
    elsewhere = examples.document(part=1, sha256=page["sha256"], url="https://mirror.example/page")
    another = examples.document(part=1, url=page["url"])
    whole = examples.document(external_id="the whole page", **page)
    keep([third, elsewhere, another, whole, first])
    stories = [(first.id, "Story 1"), (third.id, "Story 3")]
    assert library.parts_of(first.id) == library.parts_of(third.id) == stories
    assert library.parts_of(elsewhere.id) == [(elsewhere.id, elsewhere.title)]


def test_stories_of_a_page_without_an_address_know_of_one_another(
    library: SqlLibrary, examples: Examples, keep: Keep
) -> None:
    stories = [examples.document(part=part, sha256="5" * 64, url=None) for part in (0, 1)]
    keep(stories)
    assert [key for key, _ in library.parts_of(stories[1].id)] == [story.id for story in stories]


def test_a_page_of_one_story_has_no_parts(library: SqlLibrary, gharyan: Gharyan) -> None:
    assert library.parts_of(gharyan.early.id) == []
    assert library.parts_of("x1") == []


def test_conflicts_of_a_statement_show_both_sides(library: SqlLibrary, gharyan: Gharyan) -> None:
    assert [view.conflict for view in library.conflicts_of(gharyan.told_early[0].id)] == [
        gharyan.strong,
        gharyan.weak,
    ]
    assert [view.conflict for view in library.conflicts_of(gharyan.told_late.id)] == [gharyan.strong]
    assert library.conflicts_of("s1") == []


@pytest.mark.parametrize("method", ["event", "document", "statement"])
def test_what_is_not_stored_is_not_found(library: SqlLibrary, method: str) -> None:
    with pytest.raises(NotFoundError, match=f"no {method} is stored under x1"):
        getattr(library, method)("x1")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (StatementFilter(), {"late", "early LNA", "early GNA"}),
        (StatementFilter(parties=("GNA",)), {"late", "early GNA"}),
        (StatementFilter(parties=("GNA", "LNA"), languages=("en",)), {"early LNA", "early GNA"}),
        (StatementFilter(languages=("ru", "ar")), {"late"}),
        (StatementFilter(published_from=date(2020, 1, 7)), {"late"}),
        (StatementFilter(published_from=date(2020, 1, 6)), {"late", "early LNA", "early GNA"}),
        (StatementFilter(published_to=date(2020, 1, 6)), {"early LNA", "early GNA"}),
        (StatementFilter(published_to=date(2020, 1, 5)), set()),
        (StatementFilter(published_from=date(2020, 1, 9), published_to=date(2020, 1, 9)), {"late"}),
        (StatementFilter(published_to=date.max), {"late", "early LNA", "early GNA"}),
        (StatementFilter(parties=("TUR",)), set()),
    ],
)
def test_a_filter_gives_the_keys_of_what_passes(
    engine: Engine, gharyan: Gharyan, wanted: StatementFilter, expected: set[str]
) -> None:
    names = dict(zip([s.id for s in gharyan.statements], ["late", "early LNA", "early GNA"], strict=True))
    keys = SqlStatementColumns(engine).matching_keys(wanted)
    assert keys.dtype == "int64"
    assert {names[key] for key in names if vector_key(key) in keys} == expected
    assert list(keys) == sorted(vector_key(key) for key, name in names.items() if name in expected)


def test_undated_documents_pass_no_filter_by_date(engine: Engine, examples: Examples, keep: Keep) -> None:
    document = examples.document(published=None, published_found=None)
    keep([document], [examples.statement(document)])
    columns = SqlStatementColumns(engine)
    assert len(columns.matching_keys(StatementFilter(published_from=date(1900, 1, 1)))) == 0
    assert len(columns.matching_keys(StatementFilter(published_to=date(2100, 1, 1)))) == 0


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (date(2020, 1, 8), date(2020, 1, 9), ["by publication"]),
        (date(2020, 1, 9), date(2020, 1, 10), ["by publication"]),
        (date(2020, 1, 10), date(2020, 1, 11), []),
        (date(2020, 1, 3), date(2020, 1, 3), ["by day"]),
        (date(2020, 1, 1), date(2020, 1, 31), ["by publication", "by day"]),
    ],
)
def test_events_between_two_days_are_found_by_publication_and_by_day(
    library: SqlLibrary, examples: Examples, keep: Keep, start: date, end: date, found: list[str]
) -> None:
    # Still the 9th in UTC, though the 10th where it was published.
    night = datetime(2020, 1, 10, 1, 0, tzinfo=timezone(timedelta(hours=3)))
    published = examples.document(published=night)
    undated = examples.document(published=None, published_found=None)
    day = EventDate(date(2020, 1, 3), DatePrecision.DAY, DateFound.EXPLICIT)
    statements = [examples.statement(published), examples.statement(undated, date=day)]
    events = [
        examples.event(statements[0], title="by publication", end=date(2020, 1, 9)),
        examples.event(statements[1], title="by day", end=date(2020, 1, 3)),
    ]
    keep([published, undated], statements, events)
    details = library.events_between(start, end)
    assert [detail.summary.event.title for detail in details] == found
    assert all(len(detail.statements) == 1 for detail in details)


def test_an_event_between_two_days_comes_whole(library: SqlLibrary, gharyan: Gharyan) -> None:
    assert library.events_between(date(2020, 1, 9), date(2020, 1, 9)) == [library.event(gharyan.event.id)]


def crowd(
    examples: Examples, events: int, statements: int
) -> tuple[list[Document], list[Statement], list[Event]]:
    documents = [examples.document() for _ in range(events)]
    told = [[examples.statement(document, start) for start in range(statements)] for document in documents]
    return documents, [one for part in told for one in part], [examples.event(*part) for part in told]


@pytest.mark.parametrize(("events", "statements"), [(1, 2), (12, 30)])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    library: SqlLibrary,
    store: SqlStore,
    examples: Examples,
    keep: Keep,
    count_queries: Count,
    events: int,
    statements: int,
) -> None:
    documents, told, stored = crowd(examples, events, statements)
    conflicts = [
        examples.conflict(event, told[0], other) for event in stored[:1] for other in told[1:statements]
    ]
    keep(documents, told, stored, conflicts)
    assert count_queries(lambda: library.events_page(None, events)) == 6
    assert count_queries(lambda: library.event(stored[0].id)) == 10
    assert count_queries(lambda: library.events_between(date(2020, 1, 1), date(2020, 1, 9))) == 11
    assert count_queries(lambda: library.document(documents[0].id)) == 6
    assert count_queries(lambda: library.parts_of(documents[0].id)) == 1
    assert count_queries(lambda: library.conflicts_of(told[0].id)) == 6
    assert count_queries(lambda: library.statement_views([one.id for one in told])) == 6
    assert count_queries(lambda: store.events([event.id for event in stored])) == 2
    assert len(library.event(stored[0].id).conflicts) == statements - 1


def test_a_conflict_shows_a_statement_that_has_left_the_event(
    library: SqlLibrary, store: SqlStore, gharyan: Gharyan
) -> None:
    left = replace(gharyan.event, members=gharyan.event.members[:1])
    new = replace(gharyan.event, id="e" + "0" * 15, members=gharyan.event.members[1:])
    with store.writing() as session:
        session.apply_linking(Linking((left, new), {}))
    assert [view.conflict.id for view in library.event(new.id).conflicts] == [gharyan.weak.id]
    (parted,) = library.event(left.id).conflicts
    assert parted.conflict == gharyan.strong
    assert {parted.one.event_id, parted.other.event_id} == {left.id, new.id}
    assert [view.statement for view in library.event(left.id).statements] == [gharyan.told_late]
