from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.language.search_words import find_words, read_query, search_form

TEXTS = st.text(max_size=80) | st.text(alphabet="aIİıçéё ةهىيأإآاًّـ٣3\"«'-ﷺ", max_size=40)


@given(TEXTS)
@example("İDLİB ﷺ ١٢")
def test_a_search_form_is_its_own_search_form(text: str) -> None:
    form = search_form(text)
    assert search_form(form) == form


@given(TEXTS)
def test_a_search_form_is_words_with_single_spaces_around(text: str) -> None:
    form = search_form(text)
    assert form == "" or form == f" {' '.join(form.split())} "


@given(TEXTS, TEXTS)
def test_words_found_are_ascending_spans_of_the_text_that_fold_to_what_was_asked(
    text: str, asked: str
) -> None:
    wanted = read_query(asked)
    spans = find_words(text, wanted)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for span in spans:
        assert span.end <= len(text)
        assert any(fragment.strip() in search_form(span.of(text)) for fragment in wanted.fragments)


@given(TEXTS)
def test_the_words_of_a_text_are_found_in_it(text: str) -> None:
    form = search_form(text)
    assert all(fragment in form for fragment in read_query(text, phrases=False).fragments)


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("Trablus'taki liman", "trablus", ["Trablus"]),
        ("The UN said; unable", "UN", ["UN"]),
        ("12 men, 120 cars", "12", ["12"]),
        ("وَلِلْقُوَّاتِ كلمة", "القوات", ["وَلِلْقُوَّاتِ"]),
        ("one two three", '"two three" nine', ["two three"]),
        ("ёлка и елки", "ёлк", ["ёлка", "елки"]),
    ],
)
def test_whole_words_are_marked_as_they_stand(text: str, asked: str, found: list[str]) -> None:
    assert [span.of(text) for span in find_words(text, read_query(asked))] == found


def test_quotation_marks_of_a_pasted_text_mean_nothing() -> None:
    assert read_query('He said "we hold it"', phrases=False).phrases == ()
    assert read_query('He said "we hold it"').phrases == (" we hold it",)
