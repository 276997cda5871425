"""Months of news over a real database and index: what is far apart, let go, and found again."""

from datetime import UTC, datetime, timedelta

import pytest
from newsroom import PUBLISHED, Newsroom


def test_the_same_words_months_apart_are_two_happenings(newsroom: Newsroom) -> None:
    spring = newsroom.file("Sirte fell.", "Sirte is held.")
    summer = newsroom.file("Sirte fell.", "Sirte is held.", published=PUBLISHED + timedelta(days=120))
    newsroom.link()
    assert newsroom.happenings() == {frozenset(spring), frozenset(summer)}
    later = newsroom.file("Sirte is quiet.", published=PUBLISHED + timedelta(days=121))
    newsroom.link()
    assert newsroom.happenings() == {frozenset(spring), frozenset([*summer, *later])}


def test_a_recall_that_names_the_old_day_joins_the_old_event(newsroom: Newsroom) -> None:
    spring = newsroom.file("Sirte fell.", "Sirte is held.")
    summer = newsroom.file("Sirte fell.", "Sirte is held.", published=PUBLISHED + timedelta(days=120))
    newsroom.link()
    recall = newsroom.file(
        "Sirte fell in spring.", published=PUBLISHED + timedelta(days=125), day=PUBLISHED.date()
    )
    newsroom.link()
    assert newsroom.happenings() == {frozenset([*spring, *recall]), frozenset(summer)}


def test_the_window_lets_go_of_old_statements_and_the_index_finds_their_event_again(
    newsroom: Newsroom, windows: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 2)
    old = newsroom.file("Sirte fell.", "Sirte is held.")
    for number in range(1, 6):
        last = PUBLISHED + timedelta(days=100 * number)
        newsroom.file("Tripoli was shelled.", "Tripoli is quiet.", published=last)
    recall = newsroom.file("Sirte fell in spring.", published=last + timedelta(days=1), day=PUBLISHED.date())
    newsroom.link()
    assert [len(window) for window in windows] == [0, 0, 0, 0, 0, 0, 4]
    assert set(old) <= windows[-1]
    assert frozenset([*old, *recall]) in newsroom.happenings()
    assert len(newsroom.events()) == 6


def test_what_was_let_go_keeps_its_place_in_an_event_that_goes_on(
    newsroom: Newsroom, windows: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 1)
    january = datetime(2020, 1, 10, tzinfo=UTC)
    begun = newsroom.file("Sirte fell.", "Sirte is held.", published=january)
    between = newsroom.file("Sirte is quiet.", "Sirte is far.", published=january + timedelta(days=40))
    last = newsroom.file("Sirte is told of.", published=january + timedelta(days=80))
    newsroom.link()
    assert windows[-1] == set(between)
    assert newsroom.happenings() == {frozenset([*begun, *between, *last])}


def test_the_larger_part_of_an_event_keeps_its_id_though_it_is_outside_the_window(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._LARGEST_EVENT", 2)
    members = newsroom.file(*(f"Sirte is told of {number} times." for number in range(6)))
    newsroom.link()
    (event,) = newsroom.events()
    (joining,) = newsroom.file("Sirte is told of again.")
    newsroom.link()
    assert newsroom.store.events_of([joining]) == {joining: event.id}
    assert newsroom.happenings() == {frozenset([*members, joining])}


@pytest.mark.parametrize(
    "published", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)], ids=["first", "last"]
)
def test_the_ends_of_the_calendar_are_days_like_others(newsroom: Newsroom, published: datetime) -> None:
    edge = newsroom.file("Sirte fell.", "Sirte is held.", published=published)
    newsroom.link()
    assert newsroom.happenings() == {frozenset(edge)}
