import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.language.folding import fold, fold_with_origins

ANY_TEXT = st.text(alphabet=st.characters())  # every code point, lone surrogates included


@given(ANY_TEXT)
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT, ANY_TEXT)
def test_a_text_folds_the_same_whatever_stands_beside_it(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(ANY_TEXT)
def test_the_way_back_gives_every_folded_character_its_origin_in_order(text: str) -> None:
    folded = fold_with_origins(text)
    assert folded.text == fold(text)
    assert len(folded.origins) == len(folded.text) + 1
    assert folded.origins[-1] == len(text)
    assert list(folded.origins) == sorted(folded.origins)


@given(ANY_TEXT, st.data())
def test_any_range_of_a_folded_text_leads_back_to_words_that_fold_to_it(
    text: str, data: st.DataObject
) -> None:
    folded = fold_with_origins(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    span = folded.original(start, end)
    assert span.end <= len(text)
    assert folded.text[start:end] in fold(span.of(text))


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("Haftar", "HAFTAR"),
        ("أُعْلِنَ", "اعلن"),  # vowel signs and hamza
        ("الجـــيش", "الجيش"),  # tatweel
        ("إلى", "الي"),  # alef with hamza below, alef maqsura
        ("آمر", "امر"),  # alef madda
        ("ٱلوفاق", "الوفاق"),  # alef wasla
        ("حكومة", "حكومه"),  # taa marbuta
        ("کی", "كي"),  # Persian kaf and yeh
        ("مسؤول", "مسوول"),  # hamza on waw
        ("İSTANBUL", "istanbul"),  # dotted capital
        ("ISPARTA", "ısparta"),  # dotless i
        ("Ağır", "agir"),
        ("самолёт", "самолет"),
        ("Élysée", "elysee"),
        ("٤٣", "43"),  # Arabic-Indic digits
        ("۴۳", "43"),  # Persian digits
        ("“нет”", '"нет"'),
        ("«нет»", '"нет"'),
        ("„нет“", '"нет"'),
        ("Libya’nın", "Libya'nın"),
        ("Wi\u2011Fi", "wi-fi"),  # non-breaking hyphen
        ("\u202bسرت\u202c", "سرت"),  # bidi controls
        ("Зави\u0301я", "завия"),  # stress mark
        ("ﻻ", "لا"),  # presentation form
        ("ﬁre", "fire"),
        ("ما؟", "ما?"),
    ],
)
def test_spellings_of_one_word_fold_alike(written: str, otherwise: str) -> None:
    assert fold(written) == fold(otherwise)


@pytest.mark.parametrize(
    ("one", "other"), [("سرت", "سيرت"), ("Misrata", "Misrana"), ("бой", "боя"), ("12", "21"), ("on", "no")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_one_character_that_folds_to_many_leads_back_as_a_whole() -> None:
    folded = fold_with_origins("aﬁb")
    assert folded.text == "afib"
    assert folded.original(1, 2).of("aﬁb") == "ﬁ"
    assert folded.original(1, 3).of("aﬁb") == "ﬁ"


def test_dropped_characters_are_stepped_over_on_the_way_back() -> None:
    text = "قَالَ"
    folded = fold_with_origins(text)
    assert folded.text == "قال"
    assert folded.original(1, 3).of(text) == "ال"


@pytest.mark.parametrize("text", ["aﬁb", "قَالَ", "A plain text", "“Curly”"])
def test_stretches_lead_back_as_each_of_them_would(text: str) -> None:
    folded = fold_with_origins(text)
    starts, ends = tuple(range(len(folded.text))), tuple(range(1, len(folded.text) + 1))
    spans = [folded.original(start, end) for start, end in zip(starts, ends, strict=True)]
    assert folded.places(starts, ends) == (tuple(s.start for s in spans), tuple(s.end for s in spans))


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_folds_as_it_does_among_other_characters(text: str) -> None:
    assert fold(text) + "ق" == fold(text + "ق")


def test_an_empty_range_leads_back_to_an_empty_span() -> None:
    folded = fold_with_origins("aﬁb")
    assert folded.original(3, 3).of("aﬁb") == ""
