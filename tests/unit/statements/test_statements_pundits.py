"""Analysts speak for no party, whichever parties they speak of."""

import pytest
from statement_examples import WORLD, document, having_spoken, heard, statements, who

from tracker.statements.extraction import all_sightings
from tracker.statements.memory import Memory

ANALYSTS = [
    ("en", "Omar Delmar, head of the Harbour Institute, said the battle hung on Haftar's next step."),
    ("en", "Omar Delmar, a fellow at a London think tank, believes Haftar lost the pier."),
    ("en", '"Haftar lost the pier," said Omar Delmar, a researcher in Tunis, adding the GNA lost it too.'),
    ("en", "A professor in Tunis said Haftar had lost forty men at the pier."),
    ("en", "A Turkish analyst said Haftar had lost forty men at the pier."),
    ("ar", "قال عمر الدلمار، الباحث في معهد الموانئ، إن حفتر خسر أربعين رجلا."),
    ("ar", "وقال المحلل السياسي عمر الدلمار إن قوات حفتر خسرت الميناء."),
    ("tr", "Liman Enstitüsü araştırmacısı Ömer Delmar, Hafter'in kırk adam kaybettiğini söyledi."),
    ("ru", "Омар Дельмар, директор института гавани, заявил, что Хафтар потерял сорок человек."),
    ("ru", "«ЛНА захватила порт», — сказал политолог Омар Дельмар, добавив, что Хафтар потерял порт."),
]


@pytest.mark.parametrize(("language", "sentence"), ANALYSTS)
def test_a_party_spoken_of_by_an_analyst_does_not_speak(language: str, sentence: str) -> None:
    assert who(sentence, language).party == "OTHER"


@pytest.mark.parametrize(("language", "sentence"), ANALYSTS)
def test_what_an_analyst_says_is_no_statement(language: str, sentence: str) -> None:
    assert statements(sentence, language) == []


LATER = [
    (
        "en",
        "Omar Delmar, head of the Harbour Institute, said the battle would drag on.",
        [
            "Delmar said Haftar had lost the pier, and it could be explained by the GNA's advance.",
            "He said the LNA had captured the airport.",
            '"Haftar lost the pier," Delmar said.',
        ],
    ),
    (
        "ar",
        "قال عمر الدلمار، الباحث في معهد الموانئ، إن المعركة ستطول.",
        ["وقال الدلمار إن الجيش الوطني سيطر على المطار.", "وأضاف أن حفتر قصف الميناء."],
    ),
    (
        "tr",
        "Liman Enstitüsü araştırmacısı Ömer Delmar, çatışmanın uzayacağını söyledi.",
        ["Delmar, LUO'nun havalimanını ele geçirdiğini belirtti."],
    ),
    (
        "ru",
        "Омар Дельмар, директор института гавани, заявил, что бои затянутся.",
        ["Дельмар сообщил, что ЛНА захватила аэропорт.", "По его словам, Хафтар обстрелял порт."],
    ),
]


@pytest.mark.parametrize(("language", "first", "later"), LATER)
def test_what_follows_under_the_same_name_or_a_pronoun_is_the_analysts_too(
    language: str, first: str, later: list[str]
) -> None:
    text = " ".join([first, *later])
    found = [
        (one.heard.attribution.party, one.heard.is_pundit)
        for one in all_sightings(document(text, language), WORLD)
    ]
    assert found == [("OTHER", True)] * (1 + len(later))
    assert statements(text, language) == []


@pytest.mark.parametrize(
    ("language", "sentence", "party"),
    [
        ("en", "Experts of the United Nations said the LNA had shelled the pier, killing two guards.", "UN"),
        ("en", "Retired general Khalifa Haftar said his men had taken the pier.", "LNA"),
        ("en", "Haftar, a former professor, said his men had taken the pier.", "LNA"),
        ("en", "The LNA told researchers that its men had taken the pier.", "LNA"),
        ("ru", "Эксперты ООН сообщили, что ЛНА обстреляла порт, погибли двое.", "UN"),
    ],
)
def test_a_party_with_experts_of_its_own_speaks_for_itself(language: str, sentence: str, party: str) -> None:
    assert who(sentence, language).party == party
    assert [one.party for one in statements(sentence, language)] == [party]


@pytest.mark.parametrize(
    ("sentence", "party"),
    [
        ("Omar Delmar, a researcher at the Harbour Centre, said the LNA had denied losing the pier.", "LNA"),
        (
            "Omar Delmar, a fellow in Tunis, said Haftar lost, but the GNA denied that it took the pier.",
            "GNA",
        ),
    ],
)
def test_a_party_with_a_reporting_word_of_its_own_speaks_beside_an_analyst(sentence: str, party: str) -> None:
    assert who(sentence).party == party


def test_a_party_that_speaks_after_an_analyst_is_heard_and_he_is_the_party_again() -> None:
    found = statements(
        "Omar Delmar, head of the Harbour Institute, said the battle would drag on. The LNA's spokesman "
        "Ahmed al-Mismari said two guards were killed at the pier. He said the LNA had captured the airport."
    )
    assert [one.party for one in found] == ["LNA", "LNA"]


def test_a_quotation_that_goes_on_after_an_analyst_is_the_analysts() -> None:
    _, memory = heard('"Haftar lost the pier," said Omar Delmar, an analyst in Tunis.')
    assert who('"The LNA has captured the airport."', memory=memory).party == "OTHER"


def test_a_pronoun_leads_to_no_analyst_where_none_has_spoken() -> None:
    assert (
        who("He said the LNA had captured the airport.", memory=having_spoken("LNA", "Haftar")).party == "LNA"
    )


def test_a_story_remembers_only_so_many_analysts() -> None:
    memory = Memory()
    for number in range(300):
        memory = memory.after_pundit(frozenset({f"name{number}", f"surname{number}"}))
    assert len(memory.pundits) < 110
    assert memory.pundit == {"name299", "surname299"}
