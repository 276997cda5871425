import pytest
from statement_examples import figures

from tracker.domain.statements import FigureKind as Kind
from tracker.language.pack import language_pack
from tracker.language.phrases import Words
from tracker.statements.figures import find_figures


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Shelling killed 12 people and wounded 30.", [(Kind.KILLED, 12, 12), (Kind.INJURED, 30, 30)]),
        ("en", "Forty-three people were killed.", [(Kind.KILLED, 43, 43)]),
        ("en", "At least 14 guards were killed.", [(Kind.KILLED, 14, None)]),
        ("en", "Dozens were injured at the pier.", [(Kind.INJURED, 24, None)]),
        ("en", "They took 60 prisoners.", [(Kind.CAPTURED, 60, 60)]),
        ("en", "Some 5,000 people were displaced.", [(Kind.DISPLACED, 5000, 5000)]),
        ("en", "He sent 1,500 fighters.", [(Kind.FIGHTERS, 1500, 1500)]),
        ("en", "Guards destroyed nine vehicles.", [(Kind.VEHICLES, 9, 9)]),
        ("en", "They shot down two drones.", [(Kind.AIRCRAFT, 2, 2)]),
        ("en", "Six rockets fell on the pier.", [(Kind.OTHER, 6, 6)]),
        ("en", "Up to 30 guards died.", [(Kind.KILLED, 0, 30)]),
        ("ar", "أسفر القصف عن مقتل ١٢ مدنيا وإصابة ثلاثين.", [(Kind.KILLED, 12, 12), (Kind.INJURED, 30, 30)]),
        ("ar", "قتل ما لا يقل عن ١٤ شخصا.", [(Kind.KILLED, 14, None)]),
        ("ar", "وصل ألف وخمسمائة مقاتل.", [(Kind.FIGHTERS, 1500, 1500)]),
        ("ar", "أصيب العشرات في الميناء.", [(Kind.INJURED, 24, None)]),
        ("ar", "تدمير تسع آليات.", [(Kind.VEHICLES, 9, 9)]),
        ("tr", "Saldırıda on beş kişi öldü.", [(Kind.KILLED, 15, 15)]),
        ("tr", "En az 14 kişi öldü, 30 kişi yaralandı.", [(Kind.KILLED, 14, None), (Kind.INJURED, 30, 30)]),
        ("tr", "Saldırıda 12 kişi öldü, yaralı sayısı 30.", [(Kind.KILLED, 12, 12), (Kind.INJURED, 30, 30)]),
        ("tr", "Dokuz araç imha edildi.", [(Kind.VEHICLES, 9, 9)]),
        ("tr", "Onlarca kişi yaralandı.", [(Kind.INJURED, 24, None)]),
        ("ru", "Погибли не менее 14 человек.", [(Kind.KILLED, 14, None)]),
        ("ru", "Уничтожено девять танков.", [(Kind.VEHICLES, 9, 9)]),
        ("ru", "Десятки людей ранены.", [(Kind.INJURED, 24, None)]),
    ],
)
def test_a_figure_tells_what_is_counted_and_how_many(
    language: str, sentence: str, expected: list[tuple[Kind, int, int | None]]
) -> None:
    assert figures(sentence, language) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("سقط ٢٠ قتيلا و٣٠ جريحا.", [(Kind.KILLED, 20, 20), (Kind.INJURED, 30, 30)]),
        ("قتل يوم الأحد خمسة أشخاص.", [(Kind.KILLED, 5, 5)]),
    ],
)
def test_arabic_tolls_are_counted_beside_a_conjunction_and_a_day(
    sentence: str, expected: list[tuple[Kind, int, int]]
) -> None:
    words = Words.of(sentence)
    days = {index for index, word in enumerate(words.words) if word.text == "الاحد"}
    assert figures(sentence, "ar", days) == expected


def test_of_a_person_killed_in_a_vehicle_the_person_is_counted() -> None:
    assert figures("Four men in a car were killed.") == [(Kind.KILLED, 4, 4)]
    assert figures("Four cars were hit and a man was killed.") == [(Kind.VEHICLES, 4, 4)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The war killed many in 2019."),
        ("en", "Guards died 20 kilometres from the pier."),
        ("en", "The guards were killed within 48 hours."),
        ("en", "A guard aged 30 years was killed."),
        ("en", "Losses rose by 40 percent, the dead included."),
        ("en", "MiG-29 fighters killed the guards."),
        ("en", "One of the guards was killed."),
        ("en", "The bridge has 12 arches."),
        ("ar", "قتل الحارس على بعد ٢٠ كيلومترا من الميناء."),
        ("ar", "قتل الحراس خلال ٤٨ ساعة."),
        ("ar", "قتل كثيرون عام ٢٠١٩."),
        ("tr", "Bekçi limana 20 kilometre uzakta öldü."),
        ("tr", "2019'da çok kişi öldü."),
        ("ru", "Охранник погиб в 20 км от порта."),
        ("ru", "В 2019 году погибли многие."),
        ("ru", "За 48 часов убиты охранники."),
    ],
)
def test_years_distances_times_shares_and_model_numbers_count_nothing(language: str, sentence: str) -> None:
    assert figures(sentence, language) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The 106th Brigade took prisoners."),
        ("tr", "106. Tugay askerleri öldürdü."),
        ("ru", "106-я бригада убила охранников."),
    ],
)
def test_a_units_number_counts_nothing(language: str, sentence: str) -> None:
    assert figures(sentence, language) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Brigade 106 killed the guards."), ("ar", "اللواء 106 قتل الحراس.")],
)
def test_nor_does_a_units_number_after_its_noun(language: str, sentence: str) -> None:
    assert figures(sentence, language) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Shelling killed 12, wounded 30."),
        ("ru", "Убиты 12 человек, ранены 30."),
    ],
)
def test_a_number_belongs_to_the_casualty_word_of_its_own_clause(language: str, sentence: str) -> None:
    assert figures(sentence, language) == [(Kind.KILLED, 12, 12), (Kind.INJURED, 30, 30)]


def test_words_of_a_date_count_nothing() -> None:
    sentence = "On 6 January 30 guards were killed."
    assert figures(sentence, dated={1, 2}) == [(Kind.KILLED, 30, 30)]


def test_a_figure_does_not_reach_over_the_end_of_its_clause() -> None:
    assert figures("The bridge has 12 arches; guards were killed.") == []


def test_a_figures_span_covers_its_number() -> None:
    sentence = "At least forty-three guards were killed."
    [figure] = find_figures(Words.of(sentence), language_pack("en"), set())
    assert figure.span.of(sentence) == "forty-three"


def test_no_casualties_are_a_figure_of_none() -> None:
    assert figures("Nobody was killed.") == [(Kind.KILLED, 0, 0)]
    assert figures("No one was injured.") == [(Kind.INJURED, 0, 0)]


def test_what_is_counted_outright_is_so_behind_a_nearer_word_for_a_fate() -> None:
    assert figures("They hit 12 bomb-wounded vehicles.", "en") == [(Kind.VEHICLES, 12, 12)]


@pytest.mark.parametrize(
    ("language", "sentence"), [("ru", "Ранены кроме погибших 12 человек."), ("ar", "جرح قتلى إلى 12.")]
)
def test_of_words_that_are_as_near_the_first_is_counted_also_where_it_stands_further_out(
    language: str, sentence: str
) -> None:
    assert figures(sentence, language) == [(Kind.INJURED, 12, 12)]
