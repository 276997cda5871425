"""What analysts decide about pairs of statements, over a real database and index."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from newsroom import PUBLISHED, Newsroom

from tracker.domain.events import LinkVerdict


@pytest.mark.parametrize("days", [0, 200])
def test_what_an_analyst_put_together_stays_so_when_more_comes_and_when_linked_anew(
    newsroom: Newsroom, days: int
) -> None:
    then = PUBLISHED + timedelta(days=days)
    (sirte,) = newsroom.file("Sirte fell.")
    newsroom.link()
    (tripoli,) = newsroom.file("Tripoli was shelled.", published=then)
    newsroom.decide(sirte, tripoli, LinkVerdict.TOGETHER)
    newsroom.link()
    assert newsroom.happenings() == {frozenset({sirte, tripoli})}
    for _ in range(3):
        newsroom.file("Tripoli is quiet.", published=then)
        newsroom.file("Sirte is quiet.")
        newsroom.link()
        assert newsroom.is_one(sirte, tripoli)
    newsroom.relink()
    assert newsroom.is_one(sirte, tripoli)


@pytest.mark.parametrize("days", [0, 200])
def test_two_events_put_together_are_one_once_more_is_told_of_either(newsroom: Newsroom, days: int) -> None:
    sirte = newsroom.file("Sirte fell.", "Sirte is held.")
    then = PUBLISHED + timedelta(days=days)
    tripoli = newsroom.file("Tripoli was shelled.", "Tripoli is quiet.", published=then)
    newsroom.link()
    newsroom.decide(sirte[0], tripoli[0], LinkVerdict.TOGETHER)
    newsroom.file("Sirte is quiet.")
    newsroom.link()
    assert newsroom.is_one(sirte[0], tripoli[0])


def test_what_an_analyst_put_apart_stays_so_when_more_comes_and_when_linked_anew(newsroom: Newsroom) -> None:
    one, other, third = newsroom.file("Sirte fell.", "Sirte is held.", "Sirte is quiet.")
    newsroom.link()
    assert newsroom.happenings() == {frozenset({one, other, third})}
    newsroom.decide(one, other, LinkVerdict.APART)
    for _ in range(3):
        newsroom.file("Sirte is told of again.")
        newsroom.link()
        assert not newsroom.is_one(one, other)
    newsroom.relink()
    assert not newsroom.is_one(one, other)


def test_a_decision_taken_back_binds_no_longer(newsroom: Newsroom) -> None:
    one, other = newsroom.file("Sirte fell.", "Sirte is held.")
    newsroom.decide(one, other, LinkVerdict.APART)
    newsroom.link()
    assert newsroom.happenings() == {frozenset({one}), frozenset({other})}
    newsroom.decide(one, other, None)
    newsroom.relink()
    assert newsroom.happenings() == {frozenset({one, other})}


def test_an_event_parted_after_a_decision_leaves_word_of_it(newsroom: Newsroom) -> None:
    one, other, third = newsroom.file("Sirte fell.", "Sirte is held.", "Sirte is quiet.")
    newsroom.link()
    (before,) = newsroom.events()
    assert newsroom.audit("split") == []
    newsroom.decide(one, other, LinkVerdict.APART)
    (fourth,) = newsroom.file("Sirte is told of again.")
    newsroom.link()
    (entry,) = newsroom.audit("split")
    parted = next(event for event in newsroom.events() if event.id == entry.subject_id)
    assert json.loads(entry.before or "") == {"event": before.id}
    assert json.loads(entry.after or "") == {"statements": list(parted.statements)}
    assert before.id in {event.id for event in newsroom.events()} - {parted.id}
    assert frozenset().union(*newsroom.happenings()) == {one, other, third, fourth}


def test_statements_put_together_may_come_in_different_batches(
    newsroom: Newsroom, windows: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 1)
    (sirte,) = newsroom.file("Sirte fell.")
    (tripoli,) = newsroom.file("Tripoli was shelled.", published=PUBLISHED + timedelta(days=200))
    newsroom.decide(sirte, tripoli, LinkVerdict.TOGETHER)
    newsroom.link()
    assert newsroom.happenings() == {frozenset({sirte, tripoli})}
    assert len(windows) == 2


def test_nothing_joins_an_event_whose_part_outside_the_window_it_was_put_apart_from(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 1)
    january = datetime(2020, 1, 10, tzinfo=UTC)
    first, between, last = (
        *newsroom.file("Sirte fell.", published=january),
        *newsroom.file("Sirte is held.", published=january + timedelta(days=40)),
        *newsroom.file("Sirte is quiet.", published=january + timedelta(days=80)),
    )
    newsroom.decide(first, last, LinkVerdict.APART)
    newsroom.link()
    assert newsroom.is_one(first, between)
    assert not newsroom.is_one(first, last)


def test_statements_put_apart_are_parted_in_a_large_event_too(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._LARGEST_EVENT", 3)
    members = sorted(newsroom.file(*(f"Sirte is told of {number} times." for number in range(6))))
    newsroom.link()
    newsroom.decide(members[0], members[1], LinkVerdict.APART)
    newsroom.file("Sirte is told of again.")
    newsroom.link()
    assert not newsroom.is_one(members[0], members[1])


def test_nothing_joins_a_large_event_that_it_was_put_apart_from(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with 80 and more, in less time.
    monkeypatch.setattr("tracker.services.linking._LARGEST_EVENT", 3)
    members = newsroom.file(*(f"Sirte is told of {number} times." for number in range(6)))
    newsroom.link()
    (joining,) = newsroom.file("Sirte is told of again.")
    newsroom.decide(joining, max(members), LinkVerdict.APART)
    newsroom.link()
    assert not newsroom.is_one(joining, max(members))
