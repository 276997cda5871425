import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import Document, Span


@given(st.text(), st.data())
def test_a_span_holds_as_many_code_points_as_it_is_long(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert len(Span(start, end).of(text)) == len(Span(start, end)) == end - start


@given(st.text(), st.text(min_size=1))
def test_a_span_shifted_by_what_stands_before_finds_the_same_words(before: str, words: str) -> None:
    assert Span(0, len(words)).shifted(len(before)).of(before + words) == words


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (4, 3), (-2, -1)])
def test_a_range_that_runs_backwards_or_begins_before_the_text_is_no_span(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"no span: {start} to {end}"):
        Span(start, end)


def test_code_points_outside_the_basic_plane_count_as_one_each() -> None:
    assert Span(2, 6).of("🚢 سرت ") == "سرت "


def document(external_id: str | None) -> Document:
    return Document(
        id="d1",
        external_id=external_id,
        url=None,
        title="",
        outlet="",
        published=None,
        published_found=None,
        language="und",
        sha256="",
        text="",
    )


def test_a_document_is_exported_under_the_callers_id_where_one_was_given() -> None:
    assert document("wire-7").public_id == "wire-7"
    assert document(None).public_id == "d1"
