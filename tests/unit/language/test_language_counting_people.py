"""The words that tell who is counted, in each language."""

import pytest

from tracker.language.counting import Group, Whose, counted_words
from tracker.language.pack import language_pack
from tracker.language.phrases import Words

CIVILIANS, COMBATANTS = Group.CIVILIANS, Group.COMBATANTS
OWN, OPPOSING = Whose.OWN, Whose.OPPOSING


def groups_in(code: str, text: str) -> list[Group]:
    return [match.meaning for match in language_pack(code).counted.groups.find(Words.of(text))]


def whose_in(code: str, text: str) -> list[Whose]:
    return [match.meaning for match in language_pack(code).counted.whose.find(Words.of(text))]


@pytest.mark.parametrize(
    ("code", "civilians", "combatants"),
    [
        ("en", "residents children migrants medics", "soldiers fighters gunmen mercenaries"),
        ("ar", "مدنيين أطفال مهاجرين مسعفين", "جنود مقاتلين مسلحين مرتزقة"),
        ("tr", "siviller çocuklar göçmenler doktorlar", "askerler savaşçılar militanlar subaylar"),
        ("ru", "жителей женщин мигрантов медиков", "солдат бойцов боевиков наемников"),
    ],
)
def test_kinds_of_people_are_told_apart_in_each_language(code: str, civilians: str, combatants: str) -> None:
    for text, group in ((civilians, CIVILIANS), (combatants, COMBATANTS)):
        assert [groups_in(code, word) for word in text.split()] == [[group]] * len(text.split())


@pytest.mark.parametrize(
    ("code", "own", "opposing"),
    [
        ("en", ["our men", "we lost", "its own losses"], ["the enemy", "attackers", "the other side"]),
        ("ar", ["جنودنا", "من قواتنا", "شهداؤنا"], ["العدو", "للمليشيات", "المرتزقة"]),
        ("tr", ["askerimiz", "bizim", "saflarımızda"], ["düşman", "çeteler", "isyancılar"]),
        ("ru", ["наших", "собственных", "мы потеряли"], ["врага", "боевиков", "наемников"]),
    ],
)
def test_our_people_are_told_from_the_others_in_each_language(
    code: str, own: list[str], opposing: list[str]
) -> None:
    assert [set(whose_in(code, text)) for text in own] == [{OWN}] * len(own)
    assert [set(whose_in(code, text)) for text in opposing] == [{OPPOSING}] * len(opposing)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The tower and the town were hours away."),
        ("ar", "وصلت القافلة إلى المطار عند الفجر."),
        ("tr", "Konvoy şafakta havaalanına ulaştı."),
        ("ru", "Колонна прибыла в аэропорт на рассвете."),
    ],
)
def test_words_about_nobody_tell_nothing(code: str, text: str) -> None:
    assert groups_in(code, text) == []
    assert whose_in(code, text) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ru", "Спасатели нашли пятерых."),  # "found" is not "ours"
        ("ru", "Бои против колонны."),  # "against" is a preposition
        ("ru", "Детали удара уточняются."),  # details are no children
        ("tr", "Hastanede hayatını kaybetti."),  # a hospital is no patient
    ],
)
def test_a_word_that_merely_begins_alike_tells_nothing(code: str, text: str) -> None:
    assert groups_in(code, text) == []
    assert whose_in(code, text) == []


@pytest.mark.parametrize("missing", [*Group, *Whose])
def test_a_sort_of_words_that_is_missing_is_an_error(missing: str) -> None:
    data = {sort.value: ["word"] for sort in (*Group, *Whose) if sort != missing}
    with pytest.raises(KeyError, match=str(missing)):
        counted_words(data)
