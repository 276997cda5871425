"""Places that people set right, against a real database."""

import pytest
from newsroom import Newsroom

from tracker.domain.decisions import Aspect, Key, StaleError, SubjectKind
from tracker.domain.statements import Place, PlaceFound
from tracker.registry.loading import load_places

FERRY = Place("own:test-ferry", "Sidra ferry", "landmark", 31.1, 17.2)
"""A place of which no statement has ever spoken."""


def place_key(statement: str) -> Key:
    return Key(SubjectKind.STATEMENT, statement, Aspect.PLACE)


def place_of(newsroom: Newsroom, statement: str) -> Place | None:
    (found,) = newsroom.store.statements([statement])
    return found.place.place if found.place else None


def test_a_place_that_nothing_spoke_of_is_stored_with_the_act(newsroom: Newsroom) -> None:
    (statement,) = newsroom.file("ferry was shelled")
    newsroom.link()
    newsroom.decisions.locate(statement, FERRY, by="amal", reason="the ferry is named in the title")
    (stored,) = newsroom.store.statements([statement])
    assert stored.place is not None
    assert (stored.place.place, stored.place.found, stored.place.span) == (FERRY, PlaceFound.REVIEW, None)
    assert newsroom.audit("correct")[-1].reason == "the ferry is named in the title"


def test_undoing_it_leaves_the_statement_without_a_place_and_redoing_gives_it_back(
    newsroom: Newsroom,
) -> None:
    (statement,) = newsroom.file("ferry was shelled")
    newsroom.link()
    newsroom.decisions.locate(statement, FERRY, by="amal")
    newsroom.decisions.undo(by="amal")
    assert place_of(newsroom, statement) is None
    newsroom.decisions.redo(by="amal")
    assert place_of(newsroom, statement) == FERRY


def test_a_place_can_be_taken_away(newsroom: Newsroom) -> None:
    (statement,) = newsroom.file("ferry was shelled")
    newsroom.link()
    newsroom.decisions.locate(statement, FERRY, by="amal")
    newsroom.decisions.locate(statement, None, by="badr")
    assert place_of(newsroom, statement) is None


def test_of_two_people_the_second_is_told_and_the_place_of_the_first_stands(newsroom: Newsroom) -> None:
    (statement,) = newsroom.file("ferry was shelled")
    newsroom.link()
    seen = newsroom.decisions.stamp([place_key(statement)])
    newsroom.decisions.locate(statement, FERRY, by="amal", seen=seen)
    elsewhere = Place("own:test-quay", "Sidra quay", "port", 31.2, 17.3)
    with pytest.raises(StaleError) as told:
        newsroom.decisions.locate(statement, elsewhere, by="badr", seen=seen)
    assert told.value.latest is not None
    assert told.value.latest.actor == "amal"
    assert place_of(newsroom, statement) == FERRY


def test_the_event_is_described_anew_by_the_place_set_right(newsroom: Newsroom) -> None:
    tripoli = next(one.place for one in load_places() if one.place.name == "Tripoli")
    one, other = newsroom.file("harbour was shelled at dawn", "harbour was shelled by night")
    newsroom.link()
    assert newsroom.is_one(one, other)
    for statement in (one, other):
        newsroom.decisions.locate(statement, tripoli, by="amal")
    (event,) = newsroom.events()
    assert event.place == tripoli
