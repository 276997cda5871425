"""Lists that callers read on: every row once, whatever is added meanwhile; every filter exact."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, update
from storage_examples import Examples

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DateFound, DatePrecision, Document
from tracker.domain.errors import NotFoundError
from tracker.domain.event_lists import EventFilter, EventOrder, Facet
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.reading_lists import (
    ConflictListFilter,
    DocumentFilter,
    Slice,
    StatementListFilter,
)
from tracker.domain.statements import EventDate, FigureKind, Polarity, Statement
from tracker.domain.views import StatementFilter
from tracker.storage.conflict_lists import SqlConflictLists
from tracker.storage.engine import writing
from tracker.storage.event_lists import SqlEventLists
from tracker.storage.reading_lists import SqlReadingLists
from tracker.storage.tables import ConflictRow

Keep = Callable[..., None]
DAY = datetime(2020, 1, 6, 12, tzinfo=UTC)


@pytest.fixture
def lists(engine: Engine) -> SqlReadingLists:
    return SqlReadingLists(engine, SqlEventLists(engine), SqlConflictLists(engine))


class Archive:
    """Four documents, one without a date; eight statements of two parties; two events, three conflicts."""

    def __init__(self, examples: Examples) -> None:
        self.examples = examples
        days = (DAY, DAY, DAY + timedelta(days=2), None)
        languages = ("en", "ar", "tr", "ru")
        self.documents = [
            examples.document(
                published=day,
                published_found=None if day is None else DateFound.METADATA,
                language=language,
                external_id=f"caller/{language}",
                outlet="Wire" if language in {"en", "ar"} else "Post",
                constructed=language == "ru",
            )
            for day, language in zip(days, languages, strict=True)
        ]
        self.statements = [
            self._told(document, start, party)
            for document in self.documents
            for start, party in ((0, "LNA"), (30, "GNA"))
        ]
        self.full = examples.full_statement(self.documents[2])
        one, other = self.statements[:4], self.statements[4:]
        self.events = [examples.event(*one), examples.event(*other, place=None, end=None)]
        self.conflicts = [
            examples.conflict(self.events[0], one[0], one[3], score=0.6),
            examples.conflict(self.events[0], one[1], one[2], score=0.6),
            examples.conflict(self.events[1], other[0], other[3], score=0.9),
        ]

    def _told(self, document: Document, start: int, party: str) -> Statement:
        return self.examples.statement(
            document, start, attribution=Attribution(party, AttributionMethod.SPEAKER, 0.9)
        )


@pytest.fixture
def archive(examples: Examples, keep: Keep) -> Archive:
    told = Archive(examples)
    keep(told.documents, told.statements, told.events, told.conflicts)
    return told


def pages(read: Callable[[str | None], Slice[Any]]) -> Iterator[Any]:
    """All rows of a list, page after page."""
    place = None
    while True:
        found = read(place)
        yield from found.rows
        place = found.following
        if place is None:
            return
        assert found.rows


def ids(rows: Any) -> list[str]:
    return [getattr(row, "id", None) or getattr(row, "statement", None).id for row in rows]


@pytest.mark.parametrize("size", [1, 2, 3, 8, 100])
def test_statements_come_newest_first_and_each_once(
    size: int, archive: Archive, lists: SqlReadingLists
) -> None:
    found = ids(pages(lambda place: lists.statements(StatementListFilter(), place, size)))
    published = {one.id: one.published for one in archive.documents}
    undated = [one.id for one in archive.statements if published[one.document] is None]
    expected = sorted(
        (one for one in archive.statements if published[one.document] is not None),
        key=lambda one: (-published[one.document].timestamp(), one.id),
    )
    assert found == [one.id for one in expected] + sorted(undated)


def test_what_is_added_while_a_list_is_read_moves_nothing(
    archive: Archive, lists: SqlReadingLists, examples: Examples, keep: Keep
) -> None:
    moments = iter([DAY + timedelta(days=9), DAY, DAY - timedelta(days=9), None] * 4)

    def read(place: str | None) -> Slice[Any]:
        found = lists.statements(StatementListFilter(), place, 2)
        moment = next(moments)
        document = examples.document(
            published=moment, published_found=None if moment is None else DateFound.METADATA
        )
        keep([document], [examples.statement(document), examples.statement(document, 30)])
        return found

    found = ids(pages(read))
    assert len(found) == len(set(found))
    assert set(found) >= {one.id for one in archive.statements}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (StatementListFilter(StatementFilter(parties=("GNA",))), [1, 3, 5, 7]),
        (StatementListFilter(StatementFilter(parties=("GNA", "LNA"), languages=("ar",))), [2, 3]),
        (StatementListFilter(StatementFilter(published_from=date(2020, 1, 7))), [4, 5]),
        (StatementListFilter(StatementFilter(published_to=date(2020, 1, 6))), [0, 1, 2, 3]),
        (StatementListFilter(StatementFilter(constructed=True)), [6, 7]),
        (StatementListFilter(StatementFilter(constructed=False)), [0, 1, 2, 3, 4, 5]),
        (StatementListFilter(StatementFilter(polarities=(Polarity.DENIES,))), []),
        (StatementListFilter(documents=("caller/tr", "caller/none")), [4, 5]),
        (StatementListFilter(figures=(FigureKind.KILLED,)), []),
        (StatementListFilter(about_from=date(2020, 1, 1)), []),
    ],
)
def test_a_filter_of_statements_is_exact(
    wanted: StatementListFilter, expected: list[int], archive: Archive, lists: SqlReadingLists
) -> None:
    found = ids(pages(lambda place: lists.statements(wanted, place, 3)))
    assert sorted(found) == sorted(archive.statements[number].id for number in expected)


@pytest.mark.usefixtures("archive")
def test_statements_are_found_by_event_document_place_day_figure_and_polarity(
    lists: SqlReadingLists, examples: Examples, keep: Keep
) -> None:
    document = examples.document(published=DAY)
    full = examples.full_statement(document)
    event = examples.event(full)
    keep([document], [full], [event])
    for wanted in (
        StatementListFilter(StatementFilter(events=(event.id,))),
        StatementListFilter(StatementFilter(places=(full.place.place.id,))),  # type: ignore[union-attr]
        StatementListFilter(StatementFilter(polarities=(Polarity.DENIES,))),
        StatementListFilter(documents=(document.id,)),
        StatementListFilter(figures=(FigureKind.INJURED, FigureKind.AIRCRAFT)),
        StatementListFilter(about_from=date(2020, 1, 6), about_to=date(2020, 1, 6)),
    ):
        assert ids(lists.statements(wanted, None, 5).rows) == [full.id], wanted
    assert lists.statements(StatementListFilter(about_to=date(2020, 1, 5)), None, 5).rows == ()


def test_documents_are_listed_with_what_was_found_in_them(archive: Archive, lists: SqlReadingLists) -> None:
    rows = list(pages(lambda place: lists.documents(DocumentFilter(), place, 1)))
    same_day = sorted(one.id for one in archive.documents[:2])
    assert ids(rows) == [archive.documents[2].id, *same_day, archive.documents[3].id]
    first, source = rows[0], archive.documents[2]
    assert (first.public_id, first.outlet, first.language) == ("caller/tr", "Post", "tr")
    assert (first.published, first.sha256, first.statements) == (source.published, source.sha256, 2)
    assert rows[3].published is None
    assert rows[3].constructed


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DocumentFilter(outlets=("Wire",)), [0, 1]),
        (DocumentFilter(outlets=("Nobody",)), []),
        (DocumentFilter(languages=("ar", "tr")), [1, 2]),
        (DocumentFilter(published_from=date(2020, 1, 8), published_to=date(2020, 1, 8)), [2]),
        (DocumentFilter(constructed=True), [3]),
    ],
)
def test_a_filter_of_documents_is_exact(
    wanted: DocumentFilter, expected: list[int], archive: Archive, lists: SqlReadingLists
) -> None:
    found = ids(pages(lambda place: lists.documents(wanted, place, 1)))
    assert sorted(found) == sorted(archive.documents[number].id for number in expected)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_conflicts_come_surest_first_whatever_was_judged(
    size: int, archive: Archive, lists: SqlReadingLists, engine: Engine
) -> None:
    expected = [one.id for one in sorted(archive.conflicts, key=lambda one: (-one.verdict.score, one.id))]

    def read(place: str | None) -> Slice[Any]:
        found = lists.conflicts(ConflictListFilter(), place, size)
        # Judging one that was already shown must not bring it back, nor hide one to come.
        with writing(engine) as session:
            session.execute(update(ConflictRow).values(judgement=Judgement.CONFIRMED))
        return found

    rows = list(pages(read))
    assert [row.conflict.id for row in rows] == expected
    assert {row.one.statement.id for row in rows} == {one.one for one in archive.conflicts}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ConflictListFilter(judgements=(Judgement.CONFIRMED,)), []),
        (ConflictListFilter(judgements=(Judgement.SUGGESTED, Judgement.REJECTED)), [0, 1, 2]),
        (ConflictListFilter(types=(ConflictType.CONTROL,)), [0, 1, 2]),
        (ConflictListFilter(types=(ConflictType.CASUALTIES,)), []),
        (ConflictListFilter(parties=("GNA",)), [0, 1, 2]),
        (ConflictListFilter(parties=("GNA", "LNA")), [0, 1, 2]),
        (ConflictListFilter(parties=("GNA", "GNA")), []),
        (ConflictListFilter(parties=("UN",)), []),
        (ConflictListFilter(languages=("ru",)), [2]),
        (ConflictListFilter(languages=("ru", "tr")), [2]),
        (ConflictListFilter(languages=("ru", "en")), []),
        (ConflictListFilter(places=("gn:1",)), []),
        (ConflictListFilter(published_from=date(2020, 1, 7)), [2]),
        (ConflictListFilter(published_to=date(2020, 1, 6)), [0, 1]),
    ],
)
def test_a_filter_of_conflicts_is_exact(
    wanted: ConflictListFilter, expected: list[int], archive: Archive, lists: SqlReadingLists
) -> None:
    found = [row.conflict.id for row in pages(lambda place: lists.conflicts(wanted, place, 1))]
    assert sorted(found) == sorted(archive.conflicts[number].id for number in expected)


def test_conflicts_are_found_by_event_and_one_by_its_id(archive: Archive, lists: SqlReadingLists) -> None:
    wanted = ConflictListFilter(events=(archive.events[1].id,))
    assert [row.conflict.id for row in lists.conflicts(wanted, None, 9).rows] == [archive.conflicts[2].id]
    assert lists.conflict(archive.conflicts[2].id).conflict.verdict.score == 0.9
    with pytest.raises(NotFoundError, match="c0"):
        lists.conflict("c0")


@pytest.mark.parametrize("size", [1, 2])
def test_events_come_by_id_while_others_come(
    size: int, archive: Archive, lists: SqlReadingLists, examples: Examples, keep: Keep
) -> None:
    def read(place: str | None) -> Slice[Any]:
        found = lists.events(EventFilter({}), None, place, size)
        if place is None:
            document = examples.document(published=DAY)
            said = examples.statement(document)
            keep([document], [said], [examples.event(said)])
        return found

    found = ids(pages(read))
    assert found == sorted(found)
    assert set(found) >= {one.id for one in archive.events}


def test_events_pass_filters_in_any_order(archive: Archive, lists: SqlReadingLists) -> None:
    arabic = EventFilter({Facet.LANGUAGE: ("ar",)})
    for order in (None, *EventOrder):
        assert ids(pages(lambda place, order=order: lists.events(arabic, order, place, 1))) == [
            archive.events[0].id
        ]
    newest = ids(pages(lambda place: lists.events(EventFilter({}), EventOrder.NEWEST, place, 1)))
    assert newest == [archive.events[0].id, archive.events[1].id]


@pytest.mark.parametrize(
    "place", ["", "x", "[]", "[1]", '["yesterday", "s1"]', '["2020-01-06T12:00:00", "s1"]', "[" * 100_000]
)
def test_a_place_of_no_list_is_not_found(place: str, lists: SqlReadingLists) -> None:
    with pytest.raises(NotFoundError):
        lists.statements(StatementListFilter(), place, 5)
    with pytest.raises(NotFoundError):
        lists.documents(DocumentFilter(), place, 5)
    with pytest.raises(NotFoundError):
        lists.conflicts(ConflictListFilter(), place, 5)


def test_a_list_of_no_rows_is_an_error(lists: SqlReadingLists) -> None:
    for read in (
        lambda: lists.statements(StatementListFilter(), None, 0),
        lambda: lists.documents(DocumentFilter(), None, 0),
        lambda: lists.conflicts(ConflictListFilter(), None, 0),
        lambda: lists.events(EventFilter({}), None, None, 0),
    ):
        with pytest.raises(ValueError, match="0 rows"):
            read()


@pytest.mark.usefixtures("archive")
def test_queries_do_not_grow_with_the_rows(
    lists: SqlReadingLists, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    for most, read in (
        (7, lambda size: lists.statements(StatementListFilter(), None, size)),
        (3, lambda size: lists.documents(DocumentFilter(), None, size)),
        (10, lambda size: lists.conflicts(ConflictListFilter(), None, size)),
    ):
        assert max(count_queries(partial(read, size)) for size in (1, 3, 8)) <= most


def test_an_event_date_of_another_precision_still_counts(
    lists: SqlReadingLists, examples: Examples, keep: Keep
) -> None:
    document = examples.document(published=DAY)
    month = EventDate(date(2020, 1, 1), DatePrecision.MONTH, DateFound.EXPLICIT)
    said = examples.statement(document, date=month)
    keep([document], [said])
    assert ids(lists.statements(StatementListFilter(about_to=date(2020, 1, 1)), None, 5).rows) == [said.id]
