import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import Span
from tracker.statements.brackets import with_full_name, with_whole_brackets


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("the Harbour Guard (HG) said", "Harbour Guard (HG", "Harbour Guard (HG)"),
        ("the Harbour Guard (HG) spokesman said", "HG) spokesman", "Harbour Guard (HG) spokesman"),
        ("the Harbour Guard's (HG) spokesman said", "HG) spokesman", "Harbour Guard's (HG) spokesman"),
        ("(Zuwara) - Guards said", "Zuwara) - Guards", "Guards"),
        ("the Harbour Guard (HG) said", "Harbour Guard", "Harbour Guard"),
        ("the Harbour Guard (HG) said", "HG", "HG"),
        ("the (late) Harbour Guard (HG) said", "(late) Harbour Guard (HG", "(late) Harbour Guard (HG)"),
        ("the Harbour Guard (HG said", "Harbour Guard (HG", "Harbour Guard (HG"),
        ("the harbour) said", "harbour)", "harbour)"),
    ],
)
def test_a_bracket_is_whole_or_left_out(text: str, cut: str, whole: str) -> None:
    start, name = text.index(cut), "Harbour Guard"
    names = [Span(text.index(name), text.index(name) + len(name))] if name in text else []
    assert with_whole_brackets(text, Span(start, start + len(cut)), names).of(text) == whole


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("the Harbour Guard (HG) said", "Harbour Guard (HG)"),
        ("the Harbour Guard left (HG) Zuwara", "HG"),
        ("the Harbour Guard (HG men) said", "HG"),
        ("HG said", "HG"),
    ],
)
def test_an_abbreviation_in_brackets_is_told_with_the_name_before_it(text: str, whole: str) -> None:
    start, name = text.index("HG"), "Harbour Guard"
    names = [Span(text.index(name), text.index(name) + len(name))] if name in text else []
    assert with_full_name(text, Span(start, start + len("HG")), names).of(text) == whole


def test_a_bracket_belongs_to_the_name_right_before_it() -> None:
    text = "the Harbour Guard left (as HG officers said)"
    start, guard = text.index("HG"), text.index("Harbour Guard")
    span = Span(start, len(text))
    assert with_whole_brackets(text, span, [Span(guard, guard + len("Harbour Guard"))]) == span


@given(st.text("ab() ", min_size=1, max_size=30), st.data())
def test_what_comes_back_lies_in_the_text_and_has_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    whole = with_whole_brackets(text, Span(start, end), [])
    assert 0 <= whole.start < whole.end <= len(text)
