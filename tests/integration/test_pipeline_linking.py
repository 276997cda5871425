"""Linking over a real database and index, with vectors that a test chooses."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from newsroom import PUBLISHED, Newsroom, WordEmbedder

from tracker.domain.errors import ModelMismatchError
from tracker.domain.events import Linking, Membership
from tracker.services.embedding import EmbeddingService
from tracker.services.linking import LinkingService


def test_statements_alike_meet_in_one_event_and_the_others_in_theirs(newsroom: Newsroom) -> None:
    sirte = newsroom.file("Sirte fell.", "Sirte is held.")
    tripoli = newsroom.file("Tripoli was shelled.", "Tripoli is quiet.")
    (alone,) = newsroom.file("Derna is far away.")
    newsroom.link()
    assert newsroom.happenings() == {frozenset(sirte), frozenset(tripoli)}
    assert newsroom.store.events_of([alone]) == {}
    assert newsroom.store.unlinked() == []


def test_a_statement_that_comes_later_joins_the_event_that_is_there(newsroom: Newsroom) -> None:
    newsroom.file("Sirte fell.", "Sirte is held.")
    newsroom.link()
    (before,) = newsroom.events()
    (later,) = newsroom.file("Sirte was entered.")
    newsroom.link()
    (after,) = newsroom.events()
    assert after.id == before.id
    assert set(after.statements) == {*before.statements, later}


def test_a_lone_statement_founds_an_event_once_a_second_one_comes(newsroom: Newsroom) -> None:
    first = newsroom.file("Sirte fell.")
    newsroom.link()
    assert newsroom.events() == []
    second = newsroom.file("Sirte is held.")
    newsroom.link()
    assert [set(event.statements) for event in newsroom.events()] == [{*first, *second}]


def test_statements_in_several_batches_end_in_the_same_events(
    open_newsroom: Callable[..., Newsroom], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 3)
    newsroom = open_newsroom()
    sirte = newsroom.file(*(f"Sirte is told of {number} times." for number in range(5)))
    tripoli = newsroom.file(*(f"Tripoli is told of {number} times." for number in range(5)))
    told: list[tuple[str, int, int]] = []
    newsroom.linking.link_pending(lambda stage, done, total: told.append((stage, done, total)))
    assert told == [("linking", 3, 10), ("linking", 6, 10), ("linking", 9, 10), ("linking", 10, 10)]
    assert newsroom.happenings() == {frozenset(sirte), frozenset(tripoli)}


def test_conflicts_are_found_between_old_and_new_statements_of_an_event(newsroom: Newsroom) -> None:
    (old,) = newsroom.file("Sirte fell.", party="LNA")
    newsroom.link()
    (new,) = newsroom.file("Sirte is held.", party="GNA")
    newsroom.link()
    (conflict,) = newsroom.store.all_conflicts()
    assert {conflict.one, conflict.other} == {old, new}
    assert [conflict.event] == [event.id for event in newsroom.events()]


def test_what_one_process_linked_is_found_by_the_next(open_newsroom: Callable[..., Newsroom]) -> None:
    newsroom = open_newsroom()
    first = newsroom.file("Sirte fell.")
    newsroom.link()
    another = open_newsroom()
    second = another.file("Sirte is held and quiet.")
    another.link()
    assert [set(event.statements) for event in another.events()] == [{*first, *second}]


def test_no_statement_falls_out_of_a_large_event_when_another_joins(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with 80 and more, in less time.
    monkeypatch.setattr("tracker.services.linking._LARGEST_EVENT", 4)
    monkeypatch.setattr("tracker.services.linking.NEIGHBOURS", 2)
    members = newsroom.file(*(f"Sirte is told of {number} times." for number in range(9)))
    newsroom.link()
    joining = newsroom.file("Sirte is told of again.")
    newsroom.link()
    (event,) = newsroom.events()
    assert set(event.statements) == {*members, *joining}


def test_an_event_is_looked_at_as_a_whole_and_parted_where_its_statements_are_not_alike(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the nearest statement is found by search; the rest of its event is still looked at.
    monkeypatch.setattr("tracker.services.linking.NEIGHBOURS", 1)
    sirte = newsroom.file("Sirte fell.", "Sirte is held.")
    newsroom.link()
    (event,) = newsroom.events()
    others = newsroom.file("Tripoli was shelled.", "Tripoli is quiet.", "Tripoli is far.")
    members = (*event.members, *(Membership(other, 0.5, "as a former version had it") for other in others))
    with newsroom.store.writing() as session:
        session.apply_linking(Linking((replace(event, members=members),), {}))
        session.mark_linked(others)
    later = newsroom.file("Sirte was entered.")
    newsroom.link()
    assert newsroom.happenings() == {frozenset([*sirte, *later]), frozenset(others)}


def filed_over_weeks(newsroom: Newsroom, order: Sequence[int], *, link_each: bool) -> None:
    """Eight statements about three happenings, in any order of arrival."""
    quotes = ("Sirte fell.", "Tripoli was shelled.", "Sirte is held.", "Sirte is quiet.")
    quotes += ("Tripoli is quiet.", "Derna is far.", "Derna is near.", "Kufra is alone.")
    for number in order:
        newsroom.file(quotes[number], published=PUBLISHED + timedelta(days=number))
        if link_each:
            newsroom.link()
    newsroom.link()


@pytest.mark.parametrize("link_each", [False, True])
@pytest.mark.parametrize("order", [list(range(8)), [7, 6, 5, 4, 3, 2, 1, 0], [3, 6, 1, 7, 0, 4, 2, 5]])
def test_one_by_one_or_all_at_once_in_any_order_they_end_in_the_same_events(
    newsroom: Newsroom,
    order: list[int],
    link_each: bool,  # noqa: FBT001
) -> None:
    filed_over_weeks(newsroom, order, link_each=link_each)
    assert newsroom.quotes() == {
        frozenset({"Sirte fell.", "Sirte is held.", "Sirte is quiet."}),
        frozenset({"Tripoli was shelled.", "Tripoli is quiet."}),
        frozenset({"Derna is far.", "Derna is near."}),
    }


def test_in_order_of_publication_one_by_one_gives_the_very_events_of_one_batch(
    newsroom: Newsroom,
) -> None:
    filed_over_weeks(newsroom, range(8), link_each=True)
    before = newsroom.events()
    newsroom.relink()
    assert newsroom.events() == before


def test_statements_without_any_day_are_linked_too(newsroom: Newsroom) -> None:
    undated = newsroom.file("Sirte fell.", published=None)
    dated = newsroom.file("Sirte is held.")
    newsroom.link()
    assert newsroom.happenings() == {frozenset([*undated, *dated])}
    more = newsroom.file("Sirte is quiet.", published=None)
    newsroom.link()
    assert newsroom.happenings() == {frozenset([*undated, *dated, *more])}


def test_linking_anew_ends_in_the_same_events_under_the_same_ids(newsroom: Newsroom) -> None:
    newsroom.file("Sirte fell.", "Tripoli was shelled.", party="LNA")
    newsroom.link()
    newsroom.file("Sirte is held.", "Tripoli is quiet.")
    newsroom.link()
    before, conflicts = newsroom.events(), list(newsroom.store.all_conflicts())
    stages: list[str] = []
    newsroom.linking.relink(lambda stage, _done, _total: stages.append(stage))
    assert newsroom.events() == before
    assert list(newsroom.store.all_conflicts()) == conflicts
    assert stages == ["embedding", "linking"]
    assert len(conflicts) == 2


def test_linking_anew_in_several_batches_ends_in_the_same_events(
    newsroom: Newsroom, windows: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 2)
    filed_over_weeks(newsroom, range(8), link_each=False)
    before = newsroom.events()
    newsroom.relink()
    assert newsroom.events() == before
    assert len(windows) == 8


def test_an_id_stays_when_earlier_statements_joined_late_and_all_is_linked_anew(newsroom: Newsroom) -> None:
    newsroom.file("Sirte is held.", "Sirte is quiet.")
    newsroom.link()
    newsroom.file("Sirte fell.", published=PUBLISHED - timedelta(days=1))
    newsroom.link()
    (before,) = newsroom.events()
    newsroom.relink()
    (after,) = newsroom.events()
    assert after.statements == before.statements
    assert after.id == before.id


def test_what_the_index_holds_before_it_is_linked_is_linked_once(
    newsroom: Newsroom, windows: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # An index built anew from the database holds what an interrupted ingest stored and did not link.
    monkeypatch.setattr("tracker.services.linking._BATCH", 1)
    stored = newsroom.file("Sirte fell.", "Sirte is held.", "Sirte is quiet.")
    newsroom.linking.index.replace(newsroom.store.all_vectors())
    newsroom.link()
    assert newsroom.happenings() == {frozenset(stored)}
    assert len(windows) == 3


def test_another_model_is_refused_until_linked_anew(open_newsroom: Callable[..., Newsroom]) -> None:
    newsroom = open_newsroom()
    newsroom.linking.check_model()
    newsroom.file("Sirte fell.", "Sirte is held.")
    newsroom.link()
    newsroom.linking.check_model()
    other = LinkingService(
        newsroom.store,
        EmbeddingService(newsroom.store, WordEmbedder(revision="2")),
        newsroom.linking.comparing,
        newsroom.linking.index,
        newsroom.linking.model,
        newsroom.linking.comparator,
    )
    with pytest.raises(ModelMismatchError, match=r"words \(1\).*words \(2\).*tracker relink"):
        other.check_model()
    other.relink(lambda _stage, _done, _total: None)
    other.check_model()
    with pytest.raises(ModelMismatchError):
        newsroom.linking.check_model()
