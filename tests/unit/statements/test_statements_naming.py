import pytest
from statement_examples import heard, who

SPEAKERS = [
    ("en", "A source in the LNA said the pier was open.", "source in the LNA"),
    ("en", "A field commander loyal to the GNA said the pier was open.", "field commander loyal to the GNA"),
    ("en", "The GNA's military spokesman said the pier was open.", "GNA's military spokesman"),
    ("en", "According to a spokesman for the GNA, the pier is open.", "spokesman for the GNA"),
    ("en", "An adviser to Haftar said the pier was open.", "adviser to Haftar"),
    ("en", "Spokesman Ahmed al-Mismari said the pier was open.", "Ahmed al-Mismari"),
    ("en", "Colonel Ahmed al-Mesmary, of the LNA, said the pier was open.", "Ahmed al-Mesmary"),
    ("en", "The commander of the Western District Khalifa Haftar said the pier was open.", "Khalifa Haftar"),
    ("ar", "قال مصدر عسكري في الجيش الوطني الليبي إن الميناء مفتوح.", "مصدر عسكري في الجيش الوطني الليبي"),
    ("ar", "قال المتحدث باسم حكومة الوفاق إن الميناء مفتوح.", "المتحدث باسم حكومة الوفاق"),
    ("tr", "UMH'nin askeri sözcüsü limanın açık olduğunu söyledi.", "UMH'nin askeri sözcüsü"),
    (
        "tr",
        "Libya Ulusal Ordusu'na yakın kaynaklar limanın açık olduğunu söyledi.",
        "Libya Ulusal Ordusu'na yakın kaynaklar",
    ),
    ("ru", "Источник в ЛНА сообщил, что порт открыт.", "Источник в ЛНА"),
]


@pytest.mark.parametrize(("language", "sentence", "speaker"), SPEAKERS)
def test_whoever_speaks_for_a_party_is_named_with_their_office(
    language: str, sentence: str, speaker: str
) -> None:
    found, _ = heard(sentence, language)
    assert found.speaker == speaker
    assert found.speaker_span is not None
    assert found.speaker_span.of(sentence) == speaker
    assert found.chain[-1] == speaker


NAMES_ALONE = [
    ("en", "The GNA said, officials of the port having fled, that it was open.", "GNA"),
    ("ar", "أعلنت حكومة الوفاق أن المتحدث فر.", "حكومة الوفاق"),
    ("tr", "UMH ise sözcünün kaçtığını söyledi.", "UMH"),
    ("ru", "ПНС сообщило, что представитель бежал.", "ПНС"),
]


@pytest.mark.parametrize(("language", "sentence", "speaker"), NAMES_ALONE)
def test_an_office_that_is_spoken_of_does_not_speak(language: str, sentence: str, speaker: str) -> None:
    assert who(sentence, language).speaker == speaker


def test_a_pronoun_leads_back_to_the_office_as_well() -> None:
    first, memory = heard("A source in the LNA said the pier was open.")
    second, _ = heard("He said the port was open, too.", memory=memory)
    assert first.speaker == second.speaker == "source in the LNA"
    assert second.chain[-1] == "source in the LNA"
