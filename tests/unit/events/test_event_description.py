from datetime import date, timedelta

from event_examples import AIRFIELD, HARBOUR, PUBLISHED, linkable

from tracker.domain.documents import DatePrecision
from tracker.domain.events import Event, Membership
from tracker.domain.statements import PlaceFound
from tracker.events.description import describe_event, in_order
from tracker.events.linkable import Linkable


def described(*inside: Linkable) -> Event:
    members = tuple(Membership(one.statement.id, 0.5, "alike") for one in inside)
    return describe_event(inside, members, "e-harbour")


def test_the_title_is_the_heading_of_the_statement_most_like_all() -> None:
    event = described(
        linkable("s1", heading="Harbour shelled", vector=(1.0, 0.3)),
        linkable("s2", heading="Weather forecast", vector=(0.0, 1.0)),
        linkable("s3", heading="Shells near the pier", vector=(1.0, 0.0)),
    )
    assert (event.title, event.title_language) == ("Harbour shelled", "en")


def test_an_english_heading_comes_before_a_closer_one_in_another_language() -> None:
    event = described(
        linkable("s1", heading="Liman bombalandı", language="tr"),
        linkable("s2", heading="Harbour shelled", vector=(1.0, 0.8)),
    )
    assert (event.title, event.title_language) == ("Harbour shelled", "en")


def test_without_english_the_title_is_in_the_language_there_is() -> None:
    event = described(linkable("s1", heading="Порт обстрелян", language="ru"))
    assert (event.title, event.title_language) == ("Порт обстрелян", "ru")


def test_without_headings_the_title_is_a_quote() -> None:
    assert described(linkable("s1")).title == "What s1 says."


def test_a_long_title_is_cut_and_says_so() -> None:
    heading = "harbour " * 40
    title = described(linkable("s1", heading=heading)).title
    assert len(title) == 140
    assert title.endswith("…")
    assert heading.startswith(title[:-1])


def test_a_title_that_just_fits_is_left_whole() -> None:
    heading = "h" * 140
    assert described(linkable("s1", heading=heading)).title == heading


def test_the_place_is_the_one_most_statements_name() -> None:
    event = described(
        linkable("s1", place=AIRFIELD), linkable("s2", place=HARBOUR), linkable("s3", place=HARBOUR)
    )
    assert event.place == HARBOUR


def test_a_place_named_in_the_sentence_counts_twice_one_taken_from_around_it() -> None:
    around = [linkable(f"s{n}", place=AIRFIELD, found=PlaceFound.TITLE) for n in range(3)]
    named = [linkable(f"t{n}", place=HARBOUR) for n in range(2)]
    assert described(*around, *named).place == HARBOUR
    assert described(*around, named[0]).place == AIRFIELD


def test_places_named_equally_often_are_told_apart_the_same_way_in_any_order() -> None:
    one, other = linkable("s1", place=AIRFIELD), linkable("s2", place=HARBOUR)
    assert described(one, other).place == described(other, one).place


def test_without_places_an_event_has_none() -> None:
    assert described(linkable("s1"), linkable("s2")).place is None


def test_the_days_span_from_first_to_last_named() -> None:
    event = described(
        linkable("s1", day=date(2020, 3, 8)),
        linkable("s2", day=date(2020, 3, 8)),
        linkable("s3", day=date(2020, 3, 10)),
    )
    assert (event.start, event.end) == (date(2020, 3, 8), date(2020, 3, 10))
    assert event.precision is DatePrecision.DAY


def test_days_recalled_from_long_before_are_left_out() -> None:
    event = described(
        linkable("s1", day=date(2020, 3, 8)),
        linkable("s2", day=date(2020, 3, 8)),
        linkable("s3", day=date(2019, 4, 4)),
    )
    assert (event.start, event.end) == (date(2020, 3, 8), date(2020, 3, 8))


def test_where_no_day_is_named_the_first_day_of_publication_stands_in() -> None:
    event = described(
        linkable("s1", published=PUBLISHED + timedelta(days=2)),
        linkable("s2", day=date(2020, 3, 1), precision=DatePrecision.MONTH),
    )
    assert (event.start, event.end) == (PUBLISHED, PUBLISHED)


def test_without_any_day_an_event_has_no_days_and_no_precision() -> None:
    event = described(linkable("s1", published=None), linkable("s2", published=None))
    assert (event.start, event.end, event.precision) == (None, None, None)


def test_an_event_stands_under_the_id_it_is_given() -> None:
    assert described(linkable("s1"), linkable("s2", start=5)).id == "e-harbour"


def test_statements_are_in_order_of_publication_then_of_document_and_position() -> None:
    early = linkable("s9", published=PUBLISHED - timedelta(days=1), document="z", start=90)
    late = linkable("s1", document="a", start=50)
    beside = linkable("s2", document="a", start=6)
    undated = linkable("s0", published=None, document="a")
    ordered = sorted([undated, late, beside, early], key=in_order)
    assert [one.statement.id for one in ordered] == ["s9", "s2", "s1", "s0"]


def test_the_order_in_which_statements_are_given_changes_nothing() -> None:
    inside = [
        linkable("s1", heading="Harbour shelled", place=HARBOUR, day=date(2020, 3, 8)),
        linkable("s2", heading="Harbour hit", place=AIRFIELD, day=date(2020, 3, 9)),
        linkable("s3", published=None, vector=(1.0, 1.0)),
    ]
    assert described(*inside) == described(*inside[::-1])


def test_members_stand_by_their_ids() -> None:
    assert described(linkable("s3"), linkable("s1"), linkable("s2")).statements == ("s1", "s2", "s3")
