"""Where a sentence is cut because two speak in it."""

import pytest

from tests.unit.statements.statement_examples import sentences


def told(text: str, language: str) -> list[tuple[str, str]]:
    return [(one.party, one.span.of(text)) for one in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "own", "said", "party"),
    [
        ("en", "The talks did not open on Monday,", "but the GNA said they would.", "GNA"),
        ("en", "Shells hit the pier on Monday,", "while Ahmed al-Mismari denied any fire.", "LNA"),
        ("ar", "سقطت قذائف على الميناء يوم الاثنين،", "لكن الجيش الوطني الليبي نفى إطلاق النار.", "LNA"),
        ("tr", "Limana pazartesi günü roketler düştü,", "ancak UMH limanın açık olduğunu açıkladı.", "GNA"),
        ("ru", "В понедельник в порту сгорел склад,", "однако ЛНА заявила, что удара не было.", "LNA"),
    ],
)
def test_what_the_outlet_tells_is_cut_from_what_somebody_says_against_it(
    language: str, own: str, said: str, party: str
) -> None:
    assert told(f"{own} {said}", language) == [("MEDIA", own), (party, said)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        # the speaker follows all of what was said
        ("en", "The pier was taken on Monday, but Haftar is unharmed, Ahmed al-Mismari said."),
        ("ru", "Склад в порту не сгорел, хотя огонь был близко, заявил Ахмед аль-Мисмари."),
        # nobody says the second half
        ("en", "The GNA said the pier was open on Monday, but nobody went there."),
        # no word sets the halves against each other
        ("en", "Shells hit the pier on Monday, as the GNA said in a statement."),
    ],
)
def test_one_speaker_is_not_cut_in_two(language: str, sentence: str) -> None:
    assert [span for _, span in told(sentence, language)] == [sentence]


def test_two_who_speak_are_cut_apart_by_a_mark_alone() -> None:
    first, second = "The LNA said it holds the pier,", "the GNA denied losing it."
    assert told(f"{first} {second}", "en") == [("LNA", first), ("GNA", second)]
