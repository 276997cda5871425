from datetime import UTC, date, datetime

import pytest
from statement_examples import statements

from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.statements import EventDate
from tracker.language.dates import most_exact


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The LNA said its men had taken the pier."),
        ("en", "The GNA denied losing the pier."),
        ("en", "Rockets hit Mitiga airport early on Monday, killing two guards."),
        ("en", "Two guards were killed at the pier."),
        ("en", "According to residents, the pier is closed."),
        ("ar", "أعلن الجيش الوطني السيطرة على الميناء."),
        ("ar", "سقطت صواريخ على مطار معيتيقة فجر الاثنين وقتل حارسان."),
        ("tr", "LUO, limanı ele geçirdiğini duyurdu."),
        ("tr", "Limana roket düştü ve iki kişi öldü."),
        ("ru", "ЛНА заявила о взятии порта."),
        ("ru", "Ракеты упали на аэропорт Митига утром в понедельник, погибли двое."),
    ],
)
def test_claims_denials_and_reported_happenings_are_statements(language: str, sentence: str) -> None:
    assert [one.quote for one in statements(sentence, language)] == [sentence]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        # appeals
        ("en", "The UN urged both sides to leave the pier."),
        ("en", "The UN called for a truce at the pier."),
        ("en", "The GNA demanded that the LNA leave the pier."),
        ("en", "The UN urged both sides to leave the pier, saying it was a harbour for all."),
        ("ar", "دعت الأمم المتحدة الطرفين إلى مغادرة الميناء."),
        ("ar", "طالبت حكومة الوفاق الجيش الوطني بمغادرة الميناء."),
        ("ru", "ООН призвала стороны покинуть порт."),
        ("tr", "BM, taraflara limandan ayrılma çağrısında bulundu."),
        # pundits
        ("en", "Analysts said the pier was worth a battle."),
        ("en", "A researcher at a London institute said the fighting would drag on."),
        ("ar", "قال محللون إن المعركة على الميناء ستطول."),
        ("tr", "Uzmanlar, çatışmanın uzayacağını söyledi."),
        ("ru", "Эксперты считают, что бои за порт затянутся."),
        # questions
        ("en", "Who took the pier by night?"),
        ("ar", "من سيطر على الميناء ليلا؟"),
        ("tr", "Limanı gece kim ele geçirdi?"),
        ("ru", "Кто захватил порт ночью?"),
        # silence
        ("en", "The LNA did not comment on the attack."),
        ("ar", "لم يعلق الجيش الوطني على الهجوم."),
        # background
        ("en", "Power has been divided between two cabinets ever since."),
        ("en", "The port lies in the west of the country."),
        ("en", "Fighting in 2011 wrecked the pier."),
        ("ar", "تشهد البلاد انقساما منذ سنوات."),
        ("ru", "После свержения правительства в стране двоевластие."),
        # nothing happens
        ("en", "The pier is a fine place for fishing."),
        ("en", "Not so."),
    ],
)
def test_appeals_views_questions_silence_and_background_put_nothing_forward(
    language: str, sentence: str
) -> None:
    assert statements(sentence, language) == []


def test_an_appeal_inside_what_a_party_claims_is_still_a_claim() -> None:
    assert len(statements("The LNA said its men had taken the pier and urged guards to give up.")) == 1


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("An analyst for the UN said 12 men had been killed.", 1),
        ("The UN must act now for the good of all.", 0),
    ],
)
def test_a_partys_pundit_counts_only_with_figures_and_its_appeals_not_at_all(
    sentence: str, count: int
) -> None:
    assert len(statements(sentence)) == count


def test_background_put_forward_by_a_party_is_a_statement() -> None:
    assert len(statements("The LNA said the port lies in its hands.")) == 1


def test_what_the_outlet_recalls_of_earlier_years_is_background_but_not_what_a_party_claims_of_them() -> None:
    june = datetime(2020, 6, 8, tzinfo=UTC)
    assert (
        len(statements("Rockets hit Mitiga airport on 3 May 2020, killing two guards.", published=june)) == 1
    )
    assert statements("Rockets hit Mitiga airport in 2017, killing two guards.", published=june) == []
    assert (
        len(
            statements("The GNA said rockets hit Mitiga airport in 2017, killing two guards.", published=june)
        )
        == 1
    )


def test_news_of_december_is_still_news_in_january() -> None:
    new_year = datetime(2020, 1, 2, tzinfo=UTC)
    assert (
        len(
            statements(
                "Rockets hit Mitiga airport on 30 December 2019, killing two guards.", published=new_year
            )
        )
        == 1
    )


def test_what_an_analyst_once_introduced_goes_on_to_say_is_left_out() -> None:
    found = statements(
        "Omar Delmar, an analyst in London, said the battle would drag on. Delmar said rockets hit the pier. "
        "The GNA said rockets hit the pier."
    )
    assert [one.party for one in found] == ["GNA"]


def on(day: int, precision: DatePrecision) -> EventDate:
    return EventDate(date(2020, 1, day), precision, DateFound.EXPLICIT)


def test_the_date_a_sentence_is_about_is_the_most_exact_then_the_first() -> None:
    month, first, second = (on(1, DatePrecision.MONTH), on(3, DatePrecision.DAY), on(2, DatePrecision.DAY))
    assert most_exact([month, first, second]) == first
    assert most_exact([month]) == month
    assert most_exact([]) is None
