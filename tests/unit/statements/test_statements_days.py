from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statement_examples import GULLIBLE, day, document, sentences

from tracker.domain.documents import DateFound, DatePrecision, Span
from tracker.domain.statements import EventDate, NamedPlace, Place
from tracker.language.sentences import Sentence
from tracker.statements.days import Days, outside_names
from tracker.statements.extraction import extract_statements
from tracker.statements.places import PlaceFinder

EARLIER = "On 6 January 2020 rockets hit Gharyan."


def sentence(number: int, *, line: int = 0) -> Sentence:
    return Sentence(Span(number * 100, number * 100 + 80), line, whole_line=False)


def dated(number: int = 6) -> EventDate:
    return EventDate(date(2020, 1, number), DatePrecision.DAY, DateFound.EXPLICIT, Span(3, 17))


def test_a_day_holds_for_the_sentences_that_follow_in_its_paragraph() -> None:
    found = sentences(f"{EARLIER} Two men died. The road was cut.")
    assert [(day(one), one.date.found) for one in found if one.date] == [
        (date(2020, 1, 6), DateFound.EXPLICIT),
        (date(2020, 1, 6), DateFound.NEIGHBOUR),
        (date(2020, 1, 6), DateFound.NEIGHBOUR),
    ]


def test_a_day_does_not_reach_the_next_paragraph_nor_back() -> None:
    found = sentences(f"Two men died. {EARLIER}\nThe road was cut for hours, residents of the town said.")
    assert [day(one) for one in found] == [None, date(2020, 1, 6), None]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "قصفت صواريخ غريان في 6 يناير 2020. قتل رجلان من السكان في القصف."),
        ("tr", "6 Ocak 2020'de Garyan'a roketler düştü. İki kişi öldü."),
        ("ru", "6 января 2020 года ракеты попали в Гарьян. Погибли двое жителей города."),
    ],
)
def test_it_is_so_in_every_language(language: str, text: str) -> None:
    assert [day(one) for one in sentences(text, language)] == [date(2020, 1, 6)] * 2


def test_another_day_takes_the_place_of_the_one_before() -> None:
    found = sentences(f"{EARLIER} On 7 January 2020 the road was cut. Two men died.")
    assert [day(one) for one in found] == [date(2020, 1, 6), date(2020, 1, 7), date(2020, 1, 7)]


def test_the_span_of_a_day_carried_over_leads_to_the_words_that_name_it() -> None:
    days = Days()
    own = days.hear(sentence(2), [dated()])
    carried = days.hear(sentence(3), [])
    assert own is not None
    assert carried is not None
    assert own.span == carried.span == Span(203, 217)
    assert (own.found, carried.found) == (DateFound.EXPLICIT, DateFound.NEIGHBOUR)


def test_a_day_holds_for_five_sentences_where_a_page_has_no_paragraphs() -> None:
    days = Days()
    days.hear(sentence(0), [dated()])
    assert [days.hear(sentence(number), []) is not None for number in range(1, 8)] == [True] * 5 + [False] * 2


def test_paragraphs_without_a_day_have_none() -> None:
    days = Days()
    assert days.hear(sentence(0), []) is None
    days.hear(sentence(1, line=1), [dated()])
    assert days.hear(sentence(2, line=2), []) is None


def test_the_day_that_a_market_is_named_after_is_none() -> None:
    market = NamedPlace(
        Place("p:souq", "Souq al-Jumaa", "neighbourhood", 32.9, 13.2), {"ar": ("سوق الجمعة",)}
    )
    world = replace(GULLIBLE, places=PlaceFinder([market]))
    text = "قالت حكومة الوفاق إن قذائف سقطت في سوق الجمعة. وقالت إنها سقطت الثلاثاء في سوق الجمعة."
    found = extract_statements(document(text, "ar"), world)
    assert [day(one) for one in found] == [None, date(2020, 1, 7)]


@given(st.data())
def test_only_dates_that_touch_no_name_stand_alone(data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, 60), max_size=12)))
    names = [Span(start, end) for start, end in pairwise(edges)][::2]
    start = data.draw(st.integers(0, 60))
    one = replace(dated(), span=Span(start, start + data.draw(st.integers(1, 9))))
    touched = any(name.start < one.span.end and one.span.start < name.end for name in names if one.span)
    assert outside_names([one], names) == ([] if touched else [one])


def test_a_date_without_a_span_is_part_of_no_name() -> None:
    given_beside_the_text = replace(dated(), span=None)
    assert outside_names([given_beside_the_text], [Span(0, 9)]) == [given_beside_the_text]
