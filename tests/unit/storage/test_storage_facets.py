"""Filtering and counting in memory: the same as by looking at every event."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.event_lists import (
    SINGLE,
    Clashing,
    EventFilter,
    EventOrder,
    Facet,
    ListedEvent,
)
from tracker.storage.facets import EventBoard

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
CODES = ("GNA", "LNA", "UN")
PEOPLE = ("amal", "omar")


@st.composite
def listed(draw: st.DrawFn) -> ListedEvent:
    parties = draw(st.sets(st.sampled_from(CODES)))
    end = draw(st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 9)))
    clashes = draw(
        st.lists(
            st.builds(
                Clashing,
                type=st.sampled_from(("control", "casualties")),
                one=st.just("GNA"),
                other=st.just("LNA"),
                judgement=st.sampled_from(("suggested", "confirmed", "rejected")),
                count=st.integers(1, 3),
            ),
            max_size=3,
            unique_by=lambda one: (one.type, one.judgement),
        )
    )
    captured = NOON + timedelta(hours=draw(st.integers(0, 5)))
    return ListedEvent(
        id=f"e{draw(st.integers(0, 12))}",
        title="T",
        title_language="en",
        place=draw(st.none() | st.sampled_from(("p1", "p2"))),
        place_name="P",
        start=end,
        end=end,
        precision=None,
        statements=draw(st.integers(0, 3)),
        documents=1,
        parties=tuple((code, 1) for code in sorted(parties)),
        languages=(("en", 1),),
        clashes=tuple(clashes),
        conflicts=sum(one.count for one in clashes if one.judgement != "rejected"),
        waiting=sum(one.count for one in clashes if one.judgement == "suggested"),
        judged=sum(one.count for one in clashes if one.judgement != "suggested"),
        grade=draw(st.none() | st.just("weak")),
        assignees=tuple(sorted(draw(st.sets(st.sampled_from(PEOPLE))))),
        latest=captured,
        first_captured=captured,
        last_captured=captured,
        constructed=draw(st.booleans()),
    )


wanted = st.builds(
    EventFilter,
    chosen=st.fixed_dictionaries(
        {},
        optional={
            Facet.PARTY: st.lists(st.sampled_from(CODES), unique=True).map(tuple),
            Facet.PLACE: st.lists(st.sampled_from(("p1", "p2", "p3")), unique=True).map(tuple),
            Facet.REVIEW: st.lists(st.sampled_from(("waiting", "judged", "graded", "mine")), unique=True).map(
                tuple
            ),
            Facet.TYPE: st.lists(st.sampled_from(("control", "casualties")), unique=True).map(tuple),
            Facet.CONSTRUCTED: st.lists(st.sampled_from(("yes", "no")), unique=True).map(tuple),
        },
    ),
    start=st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 9)),
    end=st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 9)),
    came_since=st.none() | st.just(NOON + timedelta(hours=2)),
    person=st.sampled_from(PEOPLE),
)


def matches(event: ListedEvent, asked: EventFilter) -> bool:
    if not asked.holds(event):
        return False
    for facet, values in asked.chosen.items():
        own = event.values(facet, asked.person)
        found = [value in own for value in values]
        if values and not (any(found) if facet in SINGLE else all(found)):
            return False
    return True


def place(event: ListedEvent, order: EventOrder) -> tuple[int, str]:
    if order is EventOrder.CONTESTED:
        return -event.conflicts, event.id
    return (0 if event.end is None else -event.end.toordinal()), event.id


@settings(max_examples=200, deadline=None)
@given(
    st.lists(listed(), max_size=40),
    wanted,
    st.sampled_from(EventOrder),
    st.integers(1, 4),
    st.sampled_from((1, 16)),
)
def test_pages_counts_and_what_waits_are_those_of_a_plain_look(
    changes: list[ListedEvent], asked: EventFilter, order: EventOrder, size: int, sparse: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tracker.storage.facets._SPARSE", sparse)
        check_against_a_plain_look(changes, asked, order, size)


def check_against_a_plain_look(
    changes: list[ListedEvent], asked: EventFilter, order: EventOrder, size: int
) -> None:
    board = EventBoard()
    for change in changes:
        board.put([change])
    shown = {event.id: event for event in changes}
    plain = [event for event in shown.values() if event.statements]
    expected = sorted((one for one in plain if matches(one, asked)), key=lambda one: place(one, order))

    seen: list[ListedEvent] = []
    after: str | None = None
    while True:
        page = board.page(asked, order, after, size)
        seen += page.rows
        after = page.following
        if after is None:
            break
        assert len(page.rows) == size
    assert seen == expected
    assert (page.total, page.everything) == (len(expected), len(plain))

    for facet, counts in page.facets.items():
        chosen = asked.chosen.get(facet, ())
        for one in counts:
            values = (one.value,) if facet in SINGLE else (*chosen, one.value)
            beside = EventFilter(
                {**asked.chosen, facet: values}, asked.start, asked.end, asked.came_since, None, asked.person
            )
            assert one.count == sum(matches(event, beside) for event in plain), (facet, one)
            assert one.is_chosen == (one.value in chosen)
    waiting = sum(board.waiting.values())
    assert waiting == sum(event.waiting for event in plain)
    since = NOON + timedelta(hours=2)
    came = board.captured_since(since.timestamp())
    assert {event.id for event in came} == {event.id for event in plain if event.last_captured >= since}
