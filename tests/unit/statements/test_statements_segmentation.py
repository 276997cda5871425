from datetime import date

import pytest
from statement_examples import sentences, statements

from tracker.language.pack import language_pack
from tracker.statements.segmentation import segment


def read(text: str, language: str = "en", title: str = "") -> list[tuple[str, list[str]]]:
    """The stories of a text: heading and sentences, as written."""
    cut = segment(text, title, language_pack(language))
    assert [story.number for story in cut.stories] == list(range(len(cut.stories)))
    return [(story.heading, [one.span.of(text) for one in story.sentences]) for story in cut.stories]


def body(text: str, language: str = "en") -> list[str]:
    return [sentence for _, sentences in read(text, language) for sentence in sentences]


def dateline(text: str, language: str = "en") -> date | None:
    return segment(text, "", language_pack(language)).dateline


PAGE = """Harbour talks stall in Zuwara
By A Reporter
6 January 2020

The mayor said both crews had left the room. No date was set.

Read more: Crews walk out
Share this
Facebook Twitter WhatsApp
Related articles
Crews walk out
Tanker held off the harbour
Copyright 2020 Example Wire. All rights reserved.
Leave a Reply
Your email address will not be published.
Required fields are marked *
"""


def test_of_a_page_only_the_paragraphs_of_its_story_are_read() -> None:
    assert read(PAGE) == [
        (
            "Harbour talks stall in Zuwara",
            ["The mayor said both crews had left the room.", "No date was set."],
        )
    ]


def test_the_title_given_beside_the_text_is_the_heading() -> None:
    assert read("Some headline here\nCrews left.", title="Given title") == [("Given title", ["Crews left."])]


def test_a_text_that_begins_with_its_body_has_no_heading() -> None:
    assert read("Crews left.\nSome headline here") == [("", ["Crews left."])]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Read more: Rockets hit the harbour."),
        ("en", "Related articles: rockets hit the harbour."),
        ("en", "Rockets hit the harbour as crews..."),
        ("en", "Rockets hit the harbour, killing two…"),
        ("en", "Rockets hit the harbour, two killed"),
        ("en", "Share this on Facebook."),
        ("en", "Your email address will not be published."),
        ("en", "Copyright 2020 Example Wire. All rights reserved."),
        ("en", "Click here to subscribe to our newsletter."),
        ("en", "Follow us on Twitter."),
        ("en", "Photo: Example Wire."),
        ("en", "Читайте также: ракеты упали на порт."),
        ("en", "اقرأ أيضا: صواريخ تسقط على الميناء."),
        ("ar", "اقرأ أيضا: صواريخ تسقط على الميناء."),
        ("ar", "جميع الحقوق محفوظة."),
        ("ar", "اترك تعليقا."),
        ("ar", "صواريخ تسقط على الميناء"),
        ("ar", "Read more: Rockets hit the harbour."),
        ("tr", "İlgili haberler: Limana roket düştü."),
        ("tr", "Tüm hakları saklıdır."),
        ("tr", "Yorum yaz."),
        ("tr", "Limana roket düştü, iki ölü"),
        ("ru", "Читайте также: ракеты упали на порт."),
        ("ru", "Все права защищены."),
        ("ru", "Подписывайтесь на наш канал."),
        ("ru", "При любом использовании материалов гиперссылка обязательна."),
        ("ru", "Ракеты упали на порт, двое погибших"),
    ],
)
def test_teasers_share_lines_comment_forms_notices_and_headings_give_no_statement(
    language: str, line: str
) -> None:
    assert body(line, language) == []
    assert statements(line, language) == []


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "The mayor wrote on Facebook that rockets had hit the harbour at dawn."),
        ("en", "Witnesses shared photos of the harbour."),
        ("ar", "نشرت البلدية على فيسبوك أن صواريخ سقطت على الميناء فجرا."),
        ("tr", "Belediye, Facebook hesabından limana roket düştüğünü duyurdu."),
        ("ru", "Мэрия опубликовала видео удара по порту."),
    ],
)
def test_a_sentence_about_sharing_or_photos_is_no_litter(language: str, line: str) -> None:
    assert body(line, language) == [line]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        pytest.param("ar", "شاهد عيان قال إن الميناء أغلق.", id="an eyewitness"),
        pytest.param("ar", "المزيد من القوات وصلت إلى الميناء.", id="more forces"),
        pytest.param("en", "Video showed rockets hitting the harbour.", id="video showed"),
        pytest.param("ru", "Источник сообщил о двух погибших.", id="a source"),
        pytest.param("tr", "Kaynak, iki kişinin öldüğünü söyledi.", id="a source in Turkish"),
    ],
)
def test_a_short_sentence_that_begins_like_litter_is_read(language: str, line: str) -> None:
    assert body(line, language) == [line]


TWO_STORIES = """Connect with us

Harbour talks stall

The mayor gives up on a deal

Harbour talks stall

The GNA said on Monday that the talks in Gharyan had failed.

Leave a Reply

Rockets hit the airport

Two guards are hurt

Rockets hit the airport

The LNA said on Tuesday that rockets had hit the airport in Tripoli. Two guards were injured.
"""


def test_a_headline_that_stands_twice_opens_a_story_of_its_own() -> None:
    assert read(TWO_STORIES) == [
        ("Harbour talks stall", ["The GNA said on Monday that the talks in Gharyan had failed."]),
        (
            "Rockets hit the airport",
            [
                "The LNA said on Tuesday that rockets had hit the airport in Tripoli.",
                "Two guards were injured.",
            ],
        ),
    ]


def test_two_stories_of_one_page_are_told_apart_in_its_statements() -> None:
    found = sentences(TWO_STORIES)
    assert [(one.story, one.heading, one.party) for one in found] == [
        (0, "Harbour talks stall", "GNA"),
        (1, "Rockets hit the airport", "LNA"),
        (1, "Rockets hit the airport", "MEDIA"),
    ]
    assert [one.place.place.name for one in found if one.place] == ["Gharyan", "Tripoli", "Tripoli"]


def test_neither_speaker_nor_place_is_carried_from_one_story_to_the_next() -> None:
    text = TWO_STORIES.replace("The LNA said on Tuesday that rockets had hit the airport in Tripoli. ", "")
    assert sentences(text)[-1].place is None


def test_a_paragraph_that_stands_twice_is_read_once() -> None:
    twice = "Rockets hit the pier at dawn.\n\nRockets hit the pier at dawn.\n\nGuards fled."
    assert body(twice) == ["Rockets hit the pier at dawn.", "Guards fled."]


def test_a_long_paragraph_without_its_full_stop_is_still_read() -> None:
    paragraph = " ".join(["rockets hit the pier and then the guards fled"] * 4)
    assert body(paragraph) == [paragraph]


@pytest.mark.parametrize(
    ("language", "line", "sentence", "day"),
    [
        ("en", "TUNIS, 4 May 2020 – The pier was closed.", "The pier was closed.", date(2020, 5, 4)),
        ("en", "TUNIS - 4 May 2020: The pier was closed.", "The pier was closed.", date(2020, 5, 4)),
        ("en", "TUNIS, May 4 (Example) — The pier was closed.", "The pier was closed.", None),
        ("en", "Zuwara, Libya - The pier was closed.", "The pier was closed.", None),
        ("ar", "تونس، 4 مايو 2020 - أغلق الميناء فجرا.", "أغلق الميناء فجرا.", date(2020, 5, 4)),
        ("ar", "تونس - أغلق الميناء فجرا.", "أغلق الميناء فجرا.", None),
        ("tr", "Tunus, 4 Mayıs 2020 - Liman bugün kapatıldı.", "Liman bugün kapatıldı.", date(2020, 5, 4)),
        ("ru", "ТУНИС, 4 мая 2020 – Порт сегодня закрыт.", "Порт сегодня закрыт.", date(2020, 5, 4)),
        ("ru", "ТУНИС, 4 мая. Порт сегодня закрыт.", "Порт сегодня закрыт.", None),
    ],
)
def test_a_dateline_is_no_part_of_the_sentence_and_gives_its_day(
    language: str, line: str, sentence: str, day: date | None
) -> None:
    assert body(line, language) == [sentence]
    assert dateline(line, language) == day


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "TUNIS (Example) - The pier was closed."),
        ("ar", "تونس (وكالات) - أغلق الميناء فجرا."),
        ("tr", "TUNUS (Ajans) - Liman bugün kapatıldı."),
    ],
)
def test_a_dateline_may_name_its_agency_in_brackets(language: str, line: str) -> None:
    assert body(line, language) == [line.split(" - ")[1]]


@pytest.mark.parametrize(
    "line",
    [
        "The pier - a long one - was closed.",
        "GNA crews - ten of them - left the pier.",
        "A crew of ten, all from Zuwara - left the pier.",
    ],
)
def test_a_sentence_with_a_dash_is_no_dateline(line: str) -> None:
    assert body(line) == [line]


def test_the_day_in_the_head_of_a_page_dates_it() -> None:
    assert dateline(PAGE) == date(2020, 1, 6)
    assert dateline("Harbour talks stall\nThe mayor left.") is None


def test_what_goes_on_for_pages_without_a_stop_is_no_sentence() -> None:
    endless = "The guard said that " + "rockets fell and " * 400 + "fell."
    assert body(f"Rockets hit the pier at dawn.\n\n{endless}\n\nGuards fled at noon.") == [
        "Rockets hit the pier at dawn.",
        "Guards fled at noon.",
    ]


def test_an_agencys_signature_is_no_part_of_the_last_sentence() -> None:
    assert body("Guards fled at noon. Rockets hit the pier.(AGY).") == [
        "Guards fled at noon.",
        "Rockets hit the pier.",
    ]
