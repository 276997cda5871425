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
    days = {index for index, text in enumerate(words.texts) if text == "الاحد"}
    assert figures(sentence, "ar", days) == expected


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "No one was killed except a guard.", []),
        ("en", "Except for a guard nobody was killed.", []),
        (
            "en",
            "No one was killed, except that three were wounded.",
            [(Kind.INJURED, 3, 3), (Kind.KILLED, 0, 0)],
        ),
        ("ar", "لم نفقد سوى ثلاثة جنود.", [(Kind.KILLED, 3, 3)]),
        ("ar", "لم يُقتل أحد سوى حارس واحد.", []),
        ("ar", "لم يُقتل أحد إلا أن ثلاثة جرحوا.", [(Kind.INJURED, 3, 3), (Kind.KILLED, 0, 0)]),
        ("tr", "Bir bekçi dışında kimse ölmedi.", []),
        ("ru", "Никто не погиб за исключением охранника.", []),
    ],
)
def test_where_there_were_some_after_all_it_is_not_none(
    language: str, sentence: str, expected: list[tuple[Kind, int, int | None]]
) -> None:
    assert figures(sentence, language) == expected


@pytest.mark.parametrize(
    ("language", "sentence", "left"),
    [
        ("en", "Sixteen attackers were killed that morning, not thirty.", 16),
        ("ru", "Погибли двенадцать человек, а не двадцать человек.", 12),
        ("tr", "Ölü sayısı yirmi değil on ikidir.", 12),
        ("tr", "Ölü sayısı on iki, yirmi değil.", 12),
    ],
)
def test_of_two_numbers_the_one_set_aside_does_not_count(language: str, sentence: str, left: int) -> None:
    assert figures(sentence, language) == [(Kind.KILLED, left, left)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Two truck drivers were killed."),
        ("ar", "مقتل اثنين من سائقي الشاحنات."),
        ("tr", "İki kamyon sürücüsünün can verdiğini doğruladı."),
        ("ru", "Погибли два водителя грузовиков."),
    ],
)
def test_drivers_are_people_whatever_they_drive(language: str, sentence: str) -> None:
    assert figures(sentence, language) == [(Kind.KILLED, 2, 2)]


def test_but_a_truck_beside_its_driver_counts() -> None:
    assert figures("Two trucks, drivers and all, were burned.") == [(Kind.VEHICLES, 2, 2)]


@pytest.mark.parametrize(
    "sentence", ["One man was killed.", "One man, a watchman, was killed.", "Only one villager was killed."]
)
def test_one_who_was_killed_counts(sentence: str) -> None:
    assert figures(sentence) == [(Kind.KILLED, 1, 1)]


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


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Nine guards, both porters and cooks, were killed.", [(Kind.KILLED, 9, 9)]),
        ("en", "At least six guards, among them a cook of fifty, have died.", [(Kind.KILLED, 6, None)]),
        ("en", "Six guards in all, three of them cooks, had been killed.", [(Kind.KILLED, 6, 6)]),
        ("en", "Nine guards were, the clinic told us over the phone, injured.", [(Kind.INJURED, 9, 9)]),
        ("ru", "Число погибших, по словам врачей местной больницы, достигло 29.", [(Kind.KILLED, 29, 29)]),
        # What is told between commas of others is no aside.
        ("en", "Nine guards, four of whom were injured, died.", [(Kind.INJURED, 4, 4)]),
    ],
)
def test_what_stands_between_two_commas_does_not_part_a_number_from_what_it_counts(
    language: str, sentence: str, expected: list[tuple[Kind, int, int | None]]
) -> None:
    assert set(expected) <= set(figures(sentence, language))


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        (
            "en",
            "Nine were killed and that four guards were later hurt.",
            [(Kind.KILLED, 9), (Kind.INJURED, 4)],
        ),
        (
            "ar",
            "قال إن خمسة حراس استشهدوا وأن ثمانية من حراس الميناء أصيبوا.",
            [(Kind.KILLED, 5), (Kind.INJURED, 8)],
        ),
    ],
)
def test_a_number_belongs_to_the_clause_that_it_stands_in(
    language: str, sentence: str, expected: list[tuple[Kind, int]]
) -> None:
    assert [(kind, low) for kind, low, _ in figures(sentence, language)] == expected


def test_a_part_of_what_is_counted_is_none_but_what_befell_it_is() -> None:
    assert figures("ارتفع عدد القتلى إلى 141، منهم 103 من اللواء.", "ar") == [(Kind.KILLED, 141, 141)]
    assert figures("The ferry had 111 passengers, of whom 82 were guards.") == [(Kind.OTHER, 111, 111)]
    assert figures("The blast killed seven guards, three of them women.") == [(Kind.KILLED, 7, 7)]
    assert figures("Of the guards five of them were killed.") == [(Kind.KILLED, 5, 5)]


def test_the_number_of_the_dead_is_no_part_of_them() -> None:
    assert figures("Kızılay, ölenlerin sayısının 43 olduğunu bildirdi.", "tr") == [(Kind.KILLED, 43, 43)]
    [dead] = figures("Saldırıda 43 kişi öldü, ölenlerin 12'si sivildi.", "tr")
    assert dead == (Kind.KILLED, 43, 43)


@pytest.mark.parametrize("sentence", ["Not one guard was killed.", "Not a single guard was killed."])
def test_not_one_is_none(sentence: str) -> None:
    assert figures(sentence) == [(Kind.KILLED, 0, 0)]


def test_what_was_not_lost_is_what_is_named_or_else_people() -> None:
    assert figures("The army denied having lost any aircraft.") == [(Kind.AIRCRAFT, 0, 0)]
    assert figures("The army has lost no drone.") == [(Kind.AIRCRAFT, 0, 0)]
    assert figures("The army has lost no soldier.") == [(Kind.KILLED, 0, 0)]
    assert figures("The army has lost no hospital.") == []


def test_bodies_and_wounded_are_counted_apart() -> None:
    expected = [(Kind.OTHER, 3, 3), (Kind.INJURED, 4, 4)]
    assert figures("Three bodies and four wounded guards were brought in.") == expected


def test_more_than_sets_no_number_aside() -> None:
    assert figures("44 killed, more than 130 hurt.") == [(Kind.KILLED, 44, 44), (Kind.INJURED, 130, None)]
    assert figures("Four were killed, not seven.") == [(Kind.KILLED, 4, 4)]


def test_an_age_between_commas_counts_nobody() -> None:
    assert figures("The mayor, 71, had been handed over.") == []
    assert figures("Handed over were, he said, 71 guards.") == [(Kind.CAPTURED, 71, 71)]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Seven members of one family, four of them children, were killed.", [(Kind.KILLED, 7, 7)]),
        ("en", "Three brothers from one household died.", [(Kind.KILLED, 3, 3)]),
        ("ar", "مقتل 7 أشخاص من أسرة واحدة في قصف", [(Kind.KILLED, 7, 7)]),
        ("ar", "قال السكان إن سبعة أفراد من عائلة واحدة قتلوا", [(Kind.KILLED, 7, 7)]),
        ("tr", "Saldırıda bir aileden yedi kişi öldü.", [(Kind.KILLED, 7, 7)]),
        ("ru", "Погибли семь членов одной семьи.", [(Kind.KILLED, 7, 7)]),
    ],
)
def test_the_one_family_of_many_dead_is_no_figure(
    language: str, sentence: str, expected: list[tuple[Kind, int, int | None]]
) -> None:
    assert figures(sentence, language) == expected


def test_nobody_harmed_is_a_figure_of_none() -> None:
    assert figures("No civilian was harmed.") == [(Kind.INJURED, 0, 0)]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "He spoke of nine strikes, ruined radars and casualties.", [(Kind.OTHER, 9, 9)]),
        ("en", "Nine strikes killed two men.", [(Kind.OTHER, 9, 9), (Kind.KILLED, 2, 2)]),
        ("en", "Twelve hospital workers were killed.", [(Kind.KILLED, 12, 12)]),
        ("en", "Nine mines engineers were killed.", [(Kind.KILLED, 9, 9)]),
        ("en", "In all 30 died in the strikes.", [(Kind.KILLED, 30, 30)]),
        ("ar", "أصيب المركز بثلاث قذائف", [(Kind.OTHER, 3, 3)]),
    ],
)
def test_things_right_behind_a_number_did_not_die(
    language: str, sentence: str, expected: list[tuple[Kind, int, int | None]]
) -> None:
    assert figures(sentence, language) == expected
