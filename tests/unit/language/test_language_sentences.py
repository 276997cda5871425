from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.language.pack import LANGUAGES, language_pack
from tracker.language.sentences import lines, sentences


def cut(text: str, language: str = "en") -> list[str]:
    """The sentences of a text, as written."""
    abbreviations = language_pack(language).abbreviations
    return [
        sentence.span.of(text)
        for number, line in enumerate(lines(text))
        for sentence in sentences(text, line, number, abbreviations)
    ]


@given(st.text(alphabet=st.characters()))
def test_lines_stand_in_order_and_neither_begin_nor_end_with_space(text: str) -> None:
    found = lines(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(line.of(text) == line.of(text).strip() != "" for line in found)


@given(
    st.text(alphabet=st.one_of(st.sampled_from(".!?؟…\"'”»)( \nA1я5ع«"), st.characters())),
    st.sampled_from(LANGUAGES),
)
def test_sentences_stand_in_order_and_leave_out_nothing_but_space(text: str, language: str) -> None:
    abbreviations = language_pack(language).abbreviations
    for number, line in enumerate(lines(text)):
        found = sentences(text, line, number, abbreviations)
        edges = [line.start, *(edge for one in found for edge in (one.span.start, one.span.end)), line.end]
        assert edges == sorted(edges)
        assert all(one.span.start < one.span.end and one.line == number for one in found)
        between = zip(edges[0::2], edges[1::2], strict=True)
        assert all(text[start:end].strip() == "" for start, end in between)
        assert all(one.whole_line == (len(found) == 1) for one in found)


def test_lines_end_at_every_kind_of_line_break() -> None:
    text = "  one\r\n\n\ttwo\u2028three \u2029 four  "
    assert [line.of(text) for line in lines(text)] == ["one", "two", "three", "four"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t\n"])
def test_a_text_of_nothing_but_space_has_no_lines(text: str) -> None:
    assert lines(text) == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The convoy left at dawn.", "Nobody followed it."]),
        ("en", ["Who fired first?", "Both sides did!", "So said the mayor."]),
        ("en", ["They waited…", "Nothing came."]),
        ("en", ["“We hold the bridge.”", "He hung up."]),
        ("en", ['He said: "We hold the bridge."', "Then he hung up."]),
        ("en", ["The guards ran.", "“Nobody paid them,” she said."]),
        ("en", ["(The mayor was away.)", "His deputy came."]),
        ("en", ["The bridge fell in 2019.", "It was never rebuilt."]),
        ("en", ["Tolls were paid on 3 June.", "12 lorries passed."]),
        ("en", ["They counted 12.", "Then more came."]),
        ("ar", ["وصلت القافلة فجرا.", "ولم يتبعها أحد."]),
        ("ar", ["من أطلق النار أولا؟", "الطرفان!", "هكذا قال العميد."]),
        ("ar", ["قال الحارس “الجسر لنا.”", "ثم أغلق الباب."]),
        ("ar", ["عبرت القافلة الجسر، ثم عادت؛ ولم يعرف السبب.", "وصمت الحراس."]),
        ("tr", ["Konvoy şafakta ayrıldı.", "İzleyen olmadı."]),
        ("tr", ["Köprüyü kim kapattı?", "Bekçiler kapattı."]),
        ("tr", ["“Köprü bizde.”", "Sonra telefonu kapattı."]),
        ("ru", ["Колонна ушла на рассвете.", "Ей никто не мешал."]),
        ("ru", ["«Мост наш».", "Он положил трубку."]),
        ("ru", ["Кто стрелял первым?", "Никто не знает."]),
    ],
)
def test_sentences_end_at_full_stops_and_marks_with_their_quotes(language: str, expected: list[str]) -> None:
    assert cut(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Gen. Salem met Dr. Amari and Mr. Tarek on Sept. 5 in the harbour."),
        ("en", "The U.S. Navy spoke to J. Smith and A. B. Jones."),
        ("en", "They met at 5 p.m. On the quay stood No. 4 Company."),
        ("en", "Repairs cost 3.5 million at harbour.example.org yesterday."),
        ("en", "He paused... and went on."),
        ("ar", "قال د. سالم إن الجسر مفتوح."),
        ("ar", "بلغ العمق 3.5 متر في الميناء."),
        ("tr", "5. Kolordu köprüye ulaştı."),
        ("tr", "Prof. Dr. Ayşe Kaya köprüyü gezdi."),
        ("tr", "Konvoy 9. kilometrede durdu."),
        ("ru", "Ранены 3 тыс. Человек упал."),
        ("ru", "А. С. Петров приехал в г. Зуара утром."),
        ("ru", "На мосту стояли танки, пушки и т.д. Водителей не было."),
    ],
)
def test_abbreviations_initials_ordinals_and_decimals_end_no_sentence(language: str, sentence: str) -> None:
    assert cut(sentence, language) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "106. Tugay köprüden çekildi.",
        "Komutan, geçen ay kıyıya sevk edilen 5. Kolordu birliklerinin çekildiğini söyledi.",
    ],
)
def test_a_turkish_units_number_ends_no_sentence_wherever_it_stands(sentence: str) -> None:
    assert cut(sentence, "tr") == [sentence]


def test_a_sentence_never_runs_over_the_end_of_its_line() -> None:
    assert cut("The bridge is\nclosed. It was\nopen") == ["The bridge is", "closed.", "It was", "open"]


def test_a_sentence_that_is_the_whole_of_its_line_is_marked_so() -> None:
    text = "Alone here.\nFirst one. Second one."
    marked = [
        sentence.whole_line
        for number, line in enumerate(lines(text))
        for sentence in sentences(text, line, number, frozenset())
    ]
    assert marked == [True, False, False]
