import pytest
from statement_examples import polarity_of

from tracker.domain.statements import Polarity


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The LNA denied that its men had fled."),
        ("en", "The GNA rejected the claim."),
        ("en", "The GNA said no one had been hurt."),
        ("en", "The GNA said its men had not left the pier."),
        ("en", "The UN said neither side had signed."),
        ("en", "Ankara called the report baseless."),
        ("ar", "نفت حكومة الوفاق سقوط الميناء."),
        ("ar", "ونفى المتحدث باسم الجيش الوطني انسحاب قواته."),
        ("ar", "قال الجيش الوطني إن قواته لم تنسحب."),
        ("ar", "قالت حكومة الوفاق إنه لا صحة لسقوط الميناء."),
        ("tr", "UMH, limanın düştüğü iddiasını yalanladı."),
        ("tr", "LUO, iddiaları reddetti."),
        ("tr", "UMH, limanda hiçbir askerin bulunmadığını söyledi."),
        ("tr", "Ankara, haberin asılsız olduğunu açıkladı."),
        ("ru", "ПНС опровергло потерю порта."),
        ("ru", "ЛНА отрицает отход своих сил."),
        ("ru", "В ПНС заявили, что никто не пострадал."),
        ("ru", "По словам жителей, ударов не было."),
    ],
)
def test_a_word_of_denial_or_a_negation_of_the_whole_denies(language: str, sentence: str) -> None:
    assert polarity_of(sentence, language) is Polarity.DENIES


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The LNA said its men had taken the pier."),
        ("en", "The GNA admitted that its men had fled."),
        ("en", "The GNA accused the LNA of shelling the pier."),
        ("en", "Nobles of the town met at noon."),
        ("ar", "أعلن الجيش الوطني السيطرة على الميناء."),
        ("ar", "أقرت حكومة الوفاق بانسحاب قواتها."),
        ("tr", "LUO, limanın kontrol altına alındığını duyurdu."),
        ("tr", "UMH, LUO'yu limanı vurmakla suçladı."),
        ("ru", "ЛНА заявила о взятии порта."),
        ("ru", "ПНС признало потерю порта."),
        ("ru", "По данным ООН, погибли не менее 14 человек."),
    ],
)
def test_claims_accusations_and_admissions_assert(language: str, sentence: str) -> None:
    assert polarity_of(sentence, language) is Polarity.ASSERTS


def test_a_denial_inside_a_quotation_reports_nothing() -> None:
    assert polarity_of("“They denied us water,” a resident said.") is Polarity.ASSERTS
