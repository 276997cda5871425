"""Conflicts and doubtful attributions as lists: their order, their filters, and places in them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from storage_examples import NOW, Examples

from tracker.domain.conflict_lists import IN_ORDER, WAITING, ConflictFilter, DoubtFilter
from tracker.domain.conflicts import Conflict, ConflictType, Judgement
from tracker.domain.decisions import Aspect
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Statement
from tracker.services.decisions import DecisionService
from tracker.storage.conflict_lists import SqlConflictLists
from tracker.storage.conflict_places import ConflictPlace, cursor_of_conflict
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import writing
from tracker.storage.store import SqlStore
from tracker.storage.tables import ConflictRow, EventRow

Keep = Callable[..., None]
Count = Callable[[Callable[[], object]], int]

EVERY = ConflictFilter()
WAITS = ConflictFilter(judgements=WAITING)


def by(
    party: str, confidence: float = 0.9, method: AttributionMethod = AttributionMethod.SPEAKER
) -> Attribution:
    return Attribution(party, method, confidence)


class Told:
    """Events with two statements each, which clash: state, score, last day, type, parties, languages."""

    def __init__(self, examples: Examples, keep: Keep, rows: list[tuple[object, ...]]) -> None:
        self.conflicts: list[Conflict] = []
        self.statements: list[Statement] = []
        events: list[Event] = []
        documents = []
        for judgement, score, end, kind, parties, languages in rows:
            sides = []
            for party, language in zip(parties, languages, strict=True):  # type: ignore[call-overload]
                document = examples.document(language=language)
                documents.append(document)
                sides.append(examples.statement(document, language=language, attribution=by(party)))
            event = examples.event(*sides, start=end, end=end, precision=None, place=None)
            conflict = examples.conflict(event, *sides, score=score)  # type: ignore[arg-type,misc]
            verdict = replace(conflict.verdict, type=kind)  # type: ignore[arg-type]
            self.conflicts.append(replace(conflict, verdict=verdict, judgement=judgement))  # type: ignore[arg-type]
            self.statements += sides
            events.append(event)
        keep(documents, self.statements, events, self.conflicts)

    @property
    def ids(self) -> list[str]:
        return [conflict.id for conflict in self.conflicts]


SUGGESTED, UNSURE, CONFIRMED, REJECTED = IN_ORDER
EARLY, LATE = date(2019, 4, 4), date(2020, 6, 5)
CONTROL, DEATHS = ConflictType.CONTROL, ConflictType.CASUALTIES
ROWS: list[tuple[object, ...]] = [
    (SUGGESTED, 0.9, LATE, CONTROL, ("LNA", "GNA"), ("en", "ar")),
    (SUGGESTED, 0.9, EARLY, DEATHS, ("LNA", "TUR"), ("ar", "en")),
    (SUGGESTED, 0.9, None, CONTROL, ("GNA", "TUR"), ("en", "en")),
    (SUGGESTED, 0.4, LATE, CONTROL, ("LNA", "GNA"), ("ar", "ar")),
    (UNSURE, 0.95, LATE, DEATHS, ("LNA", "GNA"), ("en", "tr")),
    (CONFIRMED, 0.99, LATE, CONTROL, ("LNA", "TUR"), ("en", "ar")),
    (REJECTED, 0.3, LATE, CONTROL, ("LNA", "GNA"), ("en", "ar")),
]


@pytest.fixture
def lists(engine: Engine) -> SqlConflictLists:
    return SqlConflictLists(engine)


@pytest.fixture
def told(examples: Examples, keep: Keep) -> Told:
    # Stored the other way round, so that no order comes about by itself.
    told = Told(examples, keep, ROWS[::-1])
    told.conflicts.reverse()
    return told


def ids_of(lists: SqlConflictLists, wanted: ConflictFilter, size: int = 100) -> list[str]:
    return [view.conflict.id for view in lists.conflicts(wanted, None, size).rows]


def test_what_waits_comes_first_then_the_surest_then_the_newest_event(
    lists: SqlConflictLists, told: Told
) -> None:
    assert ids_of(lists, EVERY) == told.ids


def test_a_conflict_comes_with_both_statements_and_its_event(lists: SqlConflictLists, told: Told) -> None:
    view = lists.conflict(told.ids[0])
    assert view.conflict == told.conflicts[0]
    assert {view.one.statement.id, view.other.statement.id} == {view.conflict.one, view.conflict.other}
    assert view.event_title == "Battle for Gharyan"


def test_an_unknown_conflict_is_not_found(lists: SqlConflictLists) -> None:
    with pytest.raises(NotFoundError, match="no conflict is stored under c9"):
        lists.conflict("c9")
    with pytest.raises(NotFoundError, match="no conflict is stored under c9"):
        lists.conflict_slot(EVERY, "c9")


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (WAITS, [0, 1, 2, 3, 4]),
        (ConflictFilter(judgements=(REJECTED,)), [6]),
        (ConflictFilter(judgements=(CONFIRMED, UNSURE)), [5, 4]),
        (ConflictFilter(type=DEATHS), [1, 4]),
        (ConflictFilter(parties=("TUR",)), [1, 2, 5]),
        (ConflictFilter(parties=("GNA", "TUR")), [2]),
        (ConflictFilter(parties=("LNA", "GNA")), [0, 3, 4, 6]),
        (ConflictFilter(parties=("GNA", "LNA"), type=DEATHS), [4]),
        (ConflictFilter(parties=("LNA", "LNA")), []),
        (ConflictFilter(languages=("tr",)), [4]),
        (ConflictFilter(languages=("ar", "en")), [0, 1, 5, 6]),
        (ConflictFilter(languages=("en", "ar")), [0, 1, 5, 6]),
        (ConflictFilter(languages=("ar", "ar")), [3]),
        (ConflictFilter(parties=("GNA",), languages=("en", "ar"), judgements=(SUGGESTED,)), [0]),
        (ConflictFilter(parties=("TUR",), type=DEATHS, judgements=(REJECTED,)), []),
    ],
)
def test_a_filter_holds_the_list_its_count_and_its_slots(
    lists: SqlConflictLists, told: Told, wanted: ConflictFilter, places: list[int]
) -> None:
    expected = [told.ids[place] for place in places]
    page = lists.conflicts(wanted, None, 100)
    assert [view.conflict.id for view in page.rows] == expected
    assert (page.total, page.following) == (len(expected), None)
    slot = lists.conflict_slot(wanted, None)
    assert (slot.row.conflict.id if slot else None) == (expected[0] if expected else None)


def test_the_list_can_be_held_to_an_event(lists: SqlConflictLists, told: Told) -> None:
    event = told.conflicts[2].event
    assert ids_of(lists, ConflictFilter(event=event)) == [told.ids[2]]


def test_pages_follow_one_another_without_a_gap(lists: SqlConflictLists, told: Told) -> None:
    for size in (1, 2, 3, 6, 7):
        found: list[str] = []
        after: str | None = None
        for _ in range(len(ROWS) + 1):
            page = lists.conflicts(EVERY, after, size)
            assert page.total == len(ROWS)
            found += [view.conflict.id for view in page.rows]
            after = page.following
            if after is None:
                break
        assert found == told.ids, size


def test_a_cursor_keeps_its_place_when_what_stood_before_it_is_judged(
    lists: SqlConflictLists, told: Told, store: SqlStore
) -> None:
    first = lists.conflicts(WAITS, None, 2)
    with store.writing() as session:
        gone = [replace(told.conflicts[place], judgement=CONFIRMED) for place in (0, 1)]
        session.replace_conflicts([conflict.event for conflict in gone], [])
    rest = lists.conflicts(WAITS, first.following, 10)
    assert [view.conflict.id for view in rest.rows] == told.ids[2:5]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "ü",
        cursor_of_conflict(ConflictPlace(SUGGESTED, 0.5, None, "c"))[:-3],
        "WyJub25lIiwgMC41LCBudWxsLCAiYyJd",  # ["none", 0.5, null, "c"]
        "WyJzdWdnZXN0ZWQiLCAiMSIsIG51bGwsICJjIl0",  # ["suggested", "1", null, "c"]
    ],
)
def test_a_cursor_of_no_such_list_is_not_found(lists: SqlConflictLists, cursor: str) -> None:
    with pytest.raises(NotFoundError, match="has no page after"):
        lists.conflicts(EVERY, cursor, 10)


def test_a_page_has_a_row(lists: SqlConflictLists) -> None:
    with pytest.raises(ValueError, match="no page: 0 rows"):
        lists.conflicts(EVERY, None, 0)


def test_counts_leave_the_states_and_types_of_the_filter_out_of_account(
    lists: SqlConflictLists, told: Told
) -> None:
    del told
    every = lists.counts(ConflictFilter(judgements=(REJECTED,), type=DEATHS))
    assert every == {
        (SUGGESTED, CONTROL): 3,
        (SUGGESTED, DEATHS): 1,
        (UNSURE, DEATHS): 1,
        (CONFIRMED, CONTROL): 1,
        (REJECTED, CONTROL): 1,
    }
    assert lists.counts(ConflictFilter(parties=("TUR",))) == {
        (SUGGESTED, CONTROL): 1,
        (SUGGESTED, DEATHS): 1,
        (CONFIRMED, CONTROL): 1,
    }


def test_a_slot_knows_its_place_and_its_neighbours(lists: SqlConflictLists, told: Told) -> None:
    waiting = told.ids[:5]
    for place, name in enumerate(waiting):
        slot = lists.conflict_slot(WAITS, name)
        assert slot is not None
        assert (slot.row.conflict.id, slot.position, slot.total) == (name, place + 1, 5)
        assert slot.previous == (waiting[place - 1] if place else None)
        following = slot.following.conflict.id if slot.following else None
        assert following == (waiting[place + 1] if place < 4 else None)


def test_what_was_judged_meanwhile_keeps_its_place_among_the_suggested(
    lists: SqlConflictLists, told: Told
) -> None:
    slot = lists.conflict_slot(WAITS, told.ids[5])  # confirmed, with the highest score
    assert slot is not None
    assert (slot.row.conflict.judgement, slot.position, slot.total) == (CONFIRMED, 1, 5)
    assert slot.previous is None
    assert slot.following is not None
    assert slot.following.conflict.id == told.ids[0]


def test_an_empty_queue_has_no_slot(lists: SqlConflictLists) -> None:
    assert lists.conflict_slot(WAITS, None) is None
    assert lists.doubtful_slot(DoubtFilter(), 0.6, None) is None
    assert lists.counts(EVERY) == {}


def test_counts_are_kept_until_somebody_decides(
    engine: Engine, lists: SqlConflictLists, told: Told, count_queries: Count
) -> None:
    def counts() -> object:
        return (lists.counts(EVERY), lists.count_doubtful(DoubtFilter(), 0.95))

    before = counts()
    # Whether they are out of date is asked each time, the counting itself is not done again.
    assert count_queries(counts) == 2
    decisions = DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)
    decisions.judge([told.ids[0]], REJECTED, by="amal")
    value = {"party": "TUR", "method": "review", "confidence": 1.0}
    decisions.correct(told.statements[0].id, Aspect.PARTY, value, by="amal")
    counted = lists.counts(EVERY)
    assert (counted[SUGGESTED, CONTROL], counted[REJECTED, CONTROL]) == (2, 2)
    assert lists.count_doubtful(DoubtFilter(), 0.95) == len(told.statements) - 1
    decisions.undo(by="amal")
    decisions.undo(by="amal")
    assert counts() == before


def test_rows_are_the_very_same_until_somebody_decides(
    engine: Engine, lists: SqlConflictLists, told: Told, count_queries: Count
) -> None:
    page, slot = lists.conflicts(EVERY, None, 10), lists.conflict_slot(WAITS, told.ids[0])
    assert lists.conflicts(EVERY, None, 10).rows is page.rows
    assert lists.conflict_slot(WAITS, told.ids[0]) is slot
    assert count_queries(lambda: lists.conflicts(EVERY, None, 10)) == 1
    DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None).judge([told.ids[0]], REJECTED, by="amal")
    assert ids_of(lists, EVERY, 10) == [*told.ids[1:6], told.ids[0], told.ids[6]]
    again = lists.conflict_slot(WAITS, told.ids[0])
    assert again is not None
    assert again.row.conflict.judgement is REJECTED


def test_a_page_that_is_written_to_a_file_is_not_kept(lists: SqlConflictLists, told: Told) -> None:
    del told
    assert lists.conflicts(EVERY, None, 500).rows is not lists.conflicts(EVERY, None, 500).rows


@pytest.mark.parametrize("rows", [1, 7])
def test_queries_do_not_grow_with_the_list(
    lists: SqlConflictLists, examples: Examples, keep: Keep, count_queries: Count, rows: int
) -> None:
    Told(examples, keep, ROWS[:rows])
    assert count_queries(lambda: lists.conflicts(EVERY, None, 10)) <= 13
    assert count_queries(lambda: lists.conflict_slot(WAITS, None)) <= 14


LINES = st.tuples(
    st.sampled_from(IN_ORDER), st.sampled_from([0.1, 0.25, 0.9]), st.sampled_from([None, EARLY, LATE])
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(LINES, min_size=len(ROWS), max_size=len(ROWS)),
    st.sampled_from([(), WAITING, (REJECTED,), (CONFIRMED, SUGGESTED)]),
)
def test_slots_pages_and_order_agree(
    engine: Engine,
    told: Told,
    lines: list[tuple[Judgement, float, date | None]],
    judgements: tuple[Judgement, ...],
) -> None:
    with writing(engine) as session:
        for conflict, (judgement, score, end) in zip(told.conflicts, lines, strict=True):
            row = update(ConflictRow).where(ConflictRow.id == conflict.id)
            session.execute(row.values(judgement=judgement, score=score))
            session.execute(update(EventRow).where(EventRow.id == conflict.event).values(end=end))
    lists = SqlConflictLists(engine)  # what nobody decided leaves the counts of another one as they were
    order = judgements or IN_ORDER
    expected = sorted(
        (order.index(judgement), -score, -end.toordinal() if end else 0, conflict.id)
        for conflict, (judgement, score, end) in zip(told.conflicts, lines, strict=True)
        if judgement in order
    )
    wanted = ConflictFilter(judgements=judgements)
    found: list[str] = []
    slot = lists.conflict_slot(wanted, None)
    while slot is not None:
        assert (slot.position, slot.total) == (len(found) + 1, len(expected))
        assert slot.previous == (found[-1] if found else None)
        found.append(slot.row.conflict.id)
        slot = lists.conflict_slot(wanted, slot.following.conflict.id) if slot.following else None
    assert found == [name for *_, name in expected] == ids_of(lists, wanted)


@pytest.fixture
def doubts(examples: Examples, keep: Keep) -> list[Statement]:
    english, arabic = examples.document(), examples.document(language="ar")
    statements = [
        examples.statement(english, 0, attribution=by("LNA", 0.2)),
        examples.statement(arabic, 1, attribution=by("GNA", 0.3)),
        examples.statement(english, 2, attribution=by("LNA", 0.59)),
        examples.statement(english, 3, attribution=by("LNA", 0.6)),
        examples.statement(english, 4, attribution=by("GNA", 0.1, AttributionMethod.REVIEW)),
    ]
    keep([english, arabic], statements, [examples.event(statements[2])])
    return statements


def test_doubtful_statements_come_with_the_least_sure_first(
    lists: SqlConflictLists, doubts: list[Statement]
) -> None:
    found = []
    slot = lists.doubtful_slot(DoubtFilter(), 0.6, None)
    while slot is not None:
        found.append((slot.row.statement.id, slot.position, slot.total, slot.previous))
        following = slot.following
        slot = lists.doubtful_slot(DoubtFilter(), 0.6, following.statement.id) if following else None
    names = [row.id for row in doubts]
    assert found == [
        (names[0], 1, 3, None),
        (names[1], 2, 3, names[0]),
        (names[2], 3, 3, names[1]),
    ]
    assert lists.count_doubtful(DoubtFilter(), 0.6) == 3


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (DoubtFilter(party="LNA"), [0, 2]),
        (DoubtFilter(language="ar"), [1]),
        (DoubtFilter(party="GNA", language="en"), []),
    ],
)
def test_doubtful_statements_can_be_filtered(
    lists: SqlConflictLists, doubts: list[Statement], wanted: DoubtFilter, places: list[int]
) -> None:
    assert lists.count_doubtful(wanted, 0.6) == len(places)
    slot = lists.doubtful_slot(wanted, 0.6, None)
    assert (slot.row.statement.id if slot else None) == (doubts[places[0]].id if places else None)


def test_doubtful_statements_can_be_held_to_an_event(
    lists: SqlConflictLists, doubts: list[Statement], examples: Examples
) -> None:
    event = examples.event(doubts[2]).id
    slot = lists.doubtful_slot(DoubtFilter(event=event), 0.6, None)
    assert slot is not None
    assert (slot.row.statement.id, slot.total) == (doubts[2].id, 1)


def test_an_unknown_statement_has_no_place_among_the_doubtful(lists: SqlConflictLists) -> None:
    with pytest.raises(NotFoundError, match="no statement is stored under s9"):
        lists.doubtful_slot(DoubtFilter(), 0.6, "s9")
