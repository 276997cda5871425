import base64
import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_examples import Examples

from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event, Linking
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.storage.library import SqlLibrary
from tracker.storage.paging import after_cursor
from tracker.storage.store import SqlStore

ENDS = [date(2020, 1, 6), None, date(2020, 1, 6), date(2019, 4, 4), date(2020, 6, 5), None, date(2020, 1, 6)]
GNA = Attribution("GNA", AttributionMethod.OUTLET, 1.0)


@pytest.fixture
def events(examples: Examples, keep: Callable[..., None]) -> list[Event]:
    document = examples.document()
    statements = [examples.statement(document, start) for start in range(len(ENDS))]
    statements[0] = examples.statement(document, 0, attribution=GNA)
    events = [examples.event(s, end=end, start=end) for s, end in zip(statements, ENDS, strict=True)]
    keep([document], statements, events)
    return sorted(events, key=lambda event: (-(event.end or date.min).toordinal(), event.id))


def pages(library: SqlLibrary, size: int, party: str | None = None) -> list[list[str]]:
    after, found = None, []
    while True:
        page = library.events_page(after, size, party)
        found.append([row.event.id for row in page.rows])
        after = page.following
        if after is None:
            return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(size=st.integers(1, 9))
def test_pages_of_any_size_hold_every_event_once_newest_first(
    library: SqlLibrary, events: list[Event], size: int
) -> None:
    found = pages(library, size)
    assert [key for page in found for key in page] == [event.id for event in events]
    assert all(len(page) == size for page in found[:-1])
    assert 1 <= len(found[-1]) <= size


def test_a_page_says_how_many_events_there_are(library: SqlLibrary, events: list[Event]) -> None:
    assert library.events_page(None, 2).total == len(events)
    assert library.events_page(None, 2, "GNA").total == 1
    assert library.events_page(None, 2, "TUR").total == 0


def test_a_page_can_be_kept_to_the_events_of_a_party(library: SqlLibrary, events: list[Event]) -> None:
    ours = library.events_page(None, 10, "GNA").rows
    assert [row.parties for row in ours] == [(("GNA", 1),)]
    assert sum(len(page) for page in pages(library, 2, "LNA")) == len(events) - 1


def test_a_cursor_stays_right_when_the_event_before_it_goes(
    library: SqlLibrary, store: SqlStore, events: list[Event], examples: Examples
) -> None:
    following = library.events_page(None, 3).following
    with store.writing() as session:
        emptied = tuple(examples.event(id=event.id, end=event.end) for event in events[:3])
        session.apply_linking(Linking(emptied, {}))
    rest = library.events_page(following, 10)
    assert [row.event.id for row in rest.rows] == [event.id for event in events[3:]]
    assert rest.total == len(events) - 3


def encoded(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "AAAA",
        "A",
        encoded([1, "e1"]),
        encoded(["soon", "e1"]),
        encoded(["2020-01-06"]),
        encoded(7),
    ],
)
def test_a_cursor_that_was_not_given_out_is_not_found(library: SqlLibrary, cursor: str) -> None:
    with pytest.raises(NotFoundError, match="no page after"):
        library.events_page(cursor, 10)


@given(st.text(max_size=40))
def test_any_other_text_is_no_cursor_and_no_failure(text: str) -> None:
    with pytest.raises(NotFoundError):
        after_cursor(text)


def test_a_page_without_rows_is_refused(library: SqlLibrary) -> None:
    with pytest.raises(ValueError, match="no page"):
        library.events_page(None, 0)
