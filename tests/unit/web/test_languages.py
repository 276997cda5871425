"""The language of the interface: who gets which, what it does to a page, and that its words are complete."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.util import module_from_spec, spec_from_file_location
from typing import cast

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from flask import Flask
from lxml import html
from marked_words import Brackets, unmarked_words
from markupsafe import Markup
from people_doubles import NAMES as PEOPLE
from room_stories import BridgeStory
from rooms import BRIDGE, PARTIES, TEMPLATES, TOWN, Shelf, application_of

from tracker.domain.parties import Party
from tracker.domain.people import Role
from tracker.web import languages
from tracker.web.dates import day, moment, month
from tracker.web.languages import (
    CATALOGUES,
    DEFAULT,
    LANGUAGES,
    Language,
    catalogue_of,
    current_language,
    gettext,
    grouped,
    is_local_path,
    ngettext,
    pgettext,
)
from tracker.web.presentation import shown_probability, two_places

ROOT = TEMPLATES.parent

TRANSLATED = [code for code in LANGUAGES if code != DEFAULT.code]

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
def application(story: BridgeStory) -> Flask:
    return application_of(story.shelf.room())


def asked_in(application: Flask, code: str, address: str) -> html.HtmlElement:
    client = application.test_client()
    client.set_cookie("language", code)
    answer = client.get(address)
    assert answer.status_code < 500, address
    return html.document_fromstring(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("ar", "ar"),
        ("ar-LY", "ar"),
        ("AR-ly,en;q=0.5", "ar"),
        ("ru,tr;q=0.9,ar;q=0.3", "tr"),
        ("tr;q=0.2,ar;q=0.8", "ar"),
        ("ru", "en"),
        ("*", "en"),
        (";;,nonsense", "en"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_asks_for(
    application: Flask, header: str | None, expected: str
) -> None:
    answer = application.test_client().get("/events", headers={"Accept-Language": header} if header else {})
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert page.get("lang") == expected
    assert page.get("dir") == ("rtl" if expected == "ar" else "ltr")


def test_what_was_chosen_beats_what_the_browser_asks_for(application: Flask) -> None:
    client = application.test_client()
    client.set_cookie("language", "tr")
    answer = client.get("/events", headers={"Accept-Language": "ar"})
    assert '<html lang="tr" dir="ltr">' in answer.get_data(as_text=True)
    client.set_cookie("language", "xx")
    answer = client.get("/events", headers={"Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl">' in answer.get_data(as_text=True)


def test_caches_are_told_that_pages_and_twins_differ_by_language(application: Flask) -> None:
    client = application.test_client()
    for address in ("/events", "/events.json"):
        assert {"Accept-Language", "Cookie"} <= set(client.get(address).vary)


def test_the_switch_keeps_the_language_and_leads_back(application: Flask) -> None:
    client = application.test_client()
    page = html.document_fromstring(client.get("/events?party=RUS").get_data(as_text=True))
    (form,) = page.find_class("languages")
    assert [(button.get("value"), button.get("lang")) for button in form.xpath(".//button")] == [
        ("en", "en"),
        ("ar", "ar"),
        ("tr", "tr"),
    ]
    assert [button.get("value") for button in form.xpath(".//button[@aria-current]")] == ["en"]
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    answer = client.post(form.get("action"), data={**fields, "language": "ar"})
    assert (answer.status_code, answer.location) == (303, "/events?party=RUS")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert '<html lang="ar" dir="rtl">' in client.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example", "", "/a\nb", "events"]
)
def test_the_switch_leads_nowhere_else(application: Flask, elsewhere: str) -> None:
    assert not is_local_path(elsewhere)
    client = application.test_client()
    page = html.document_fromstring(client.get("/events").get_data(as_text=True))
    fields = {
        field.get("name"): field.get("value") for field in page.xpath("//form[@class='languages']//input")
    }
    answer = client.post("/language", data={**fields, "language": "ar", "next": elsewhere})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_language_that_does_not_exist_is_refused(application: Flask) -> None:
    client = application.test_client()
    page = html.document_fromstring(client.get("/events").get_data(as_text=True))
    fields = {
        field.get("name"): field.get("value") for field in page.xpath("//form[@class='languages']//input")
    }
    answer = client.post("/language", data={**fields, "language": "xx"})
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers or "language=" not in answer.headers["Set-Cookie"]


def test_dates_and_numbers_are_written_as_each_language_does(application: Flask) -> None:
    written = {}
    for code in LANGUAGES:
        with application.test_request_context(headers={"Accept-Language": code}):
            assert current_language().code == code
            written[code] = (
                day(date(2020, 6, 5)),
                month(date(2020, 6, 5)),
                moment(datetime(2020, 6, 5, 14, 20, tzinfo=UTC)),
                grouped(1234567),
                two_places(0.5),
                shown_probability(0.899),
            )
    assert written == {
        "en": ("5 June 2020", "June 2020", "5 June 2020, 14:20 UTC", "1,234,567", "0.50", "0.89"),
        "ar": ("5 يونيو 2020", "يونيو 2020", "5 يونيو 2020، 14:20 UTC", "1.234.567", "0,50", "0,89"),
        "tr": ("5 Haziran 2020", "Haziran 2020", "5 Haziran 2020, 14:20 UTC", "1.234.567", "0,50", "0,89"),
    }


def test_without_a_request_words_are_english() -> None:
    assert current_language() is DEFAULT
    assert gettext("Events") == "Events"
    assert ngettext("%(num)s event", "%(num)s events", 1200) == "1,200 events"
    assert pgettext("day", "unknown") == "unknown"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "لا أحداث"),
        (1, "حدث واحد"),
        (2, "حدثان"),
        (3, "3 أحداث"),
        (11, "11 حدثًا"),
        (100, "100 حدث"),
        (1103, "1.103 أحداث"),
    ],
)
def test_arabic_counts_in_all_its_forms(application: Flask, number: int, expected: str) -> None:
    with application.test_request_context(headers={"Accept-Language": "ar"}):
        assert ngettext("%(num)s event", "%(num)s events", number) == expected


def test_messages_in_templates_escape_what_is_put_into_them(application: Flask) -> None:
    with application.test_request_context():
        written = application.jinja_env.from_string(
            '{{ _("Why %(party)s", party=one) }} {% trans n=number, x=two %}{{ n }} of {{ x }}{% endtrans %}'
        ).render(one="<b>", two=Markup("<i>x</i>"), number=4321)
    assert written == "Why &lt;b&gt; 4,321 of <i>x</i>"


def test_words_of_a_template_follow_each_request(application: Flask) -> None:
    """Templates are loaded once: words must not stay in the language of whoever came first."""
    for code, expected in (("ar", "ينفي"), ("en", "denies"), ("tr", "reddediyor")):
        (mark, *_) = asked_in(application, code, "/search?q=bridge").find_class("polarity-denies")
        assert mark.text_content() == expected


def test_a_constant_in_a_template_is_written_for_each_reader(application: Flask) -> None:
    template = application.jinja_env.from_string("{{ 0.9 | two_places }}")
    written = []
    for code in ("en", "ar"):
        with application.test_request_context(headers={"Accept-Language": code}):
            written.append(template.render())
    assert written == ["0.90", "0,90"]


def test_parties_are_named_in_the_language_of_the_interface(story: BridgeStory) -> None:
    named = {**PARTIES, "LNA": replace(PARTIES["LNA"], label={"en": "Army", "ar": "الجيش"})}
    application = application_of(replace(story.shelf.room(), parties=named))
    for code, expected in (("en", "Army"), ("ar", "الجيش"), ("tr", "Army")):
        page = asked_in(application, code, "/events?party=LNA")
        assert set(page.xpath("//abbr[text()='LNA']/@title")) == {expected}


def test_quotations_keep_their_own_direction_in_a_mirrored_page(story: BridgeStory) -> None:
    application = application_of(story.shelf.room(notices=lambda: ["The index is old."]))
    page = asked_in(application, "ar", f"/events/{story.event.id}")
    assert {(quote.get("lang"), quote.get("dir")) for quote in page.find_class("quote")} == {
        ("en", "ltr"),
        ("ar", "rtl"),
        ("tr", "ltr"),
        ("ru", "ltr"),
    }
    machine = [
        *(part for row in page.find_class("explanation") for part in row.iter("span")),
        *(part for row in page.find_class("reason") for part in row.iterchildren("span")),
        *page.xpath("//section[@class='notices']//li"),
    ]
    assert len(machine) > 3
    assert {(row.get("lang"), row.get("dir")) for row in machine} == {("en", "ltr")}


# Completeness


def messages_of(code: str) -> list[Message]:
    with (CATALOGUES / f"{code}.po").open("rb") as written:
        return [message for message in read_po(written, locale=code) if message.id]


def forms(text: object) -> list[str]:
    return list(text) if isinstance(text, (tuple, list)) else [str(text)]


def name_of(message: Message) -> str:
    return forms(message.id)[0]


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated_in_every_form(code: str) -> None:
    assert [name_of(row) for row in messages_of(code) if not all(forms(row.string))] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_hold_the_same_placeholders(code: str) -> None:
    wrong = []
    for message in messages_of(code):
        wanted = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        for place, text in enumerate(forms(message.string)):
            found = set(PLACEHOLDER.findall(text))
            # Arabic says none, one and two in words.
            in_words = code == "ar" and len(forms(message.string)) > 1 and place < 3
            if found != wanted and not (in_words and found | {"num"} == wanted | {"num"}):
                wrong.append((name_of(message), text))
            if PLACEHOLDER.sub("", text).replace("%%", "").count("%"):
                wrong.append((name_of(message), text))
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_bring_no_markup_of_their_own(code: str) -> None:
    """Templates trust messages: a quote or a tag in one would break out of an attribute."""
    wrong = []
    for message in messages_of(code):
        original = forms(message.id)[-1]
        for text in forms(message.string):
            if sorted(TAG.findall(text)) != sorted(TAG.findall(original)):
                wrong.append(text)
            if any(mark in TAG.sub("", text) for mark in '<>&"'):
                wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_holds_what_its_file_holds(code: str) -> None:
    (message,) = (row for row in messages_of(code) if row.id == "Events")
    assert catalogue_of(code).gettext("Events") == message.string != "Events"


# Forgotten words


PAGES_WITHOUT_ARGUMENTS = (
    "/account",
    "/conflicts",
    "/help",
    "/history",
    "/jobs",
    "/parties",
    "/parties/registry",
    "/people",
    "/places",
    "/reports",
    "/review",
    "/review/attributions",
    "/sources",
    "/upload",
)

# Of parties, people, places and grades; of a format; of the months.
KNOWN_NAMES = (
    *PARTIES,
    *PEOPLE.values(),
    *(place.name for place in (BRIDGE, TOWN)),
    *"ABCDEF",
    "Tripoli",
    "Markdown",
    *Locale("eo").months["format"]["wide"].values(),
)


def addresses_of(story: BridgeStory) -> list[str]:
    return [
        "/events",
        "/events?party=RUS",
        "/events?party=ITA",
        "/events?party=XXX",
        "/events?after=1",
        f"/events/{story.event.id}",
        f"/events/{story.event.id}?range=latest_of_each",
        f"/events/{story.event.id}?range=nonsense",
        f"/events/{story.quiet_event.id}",
        f"/events/{story.event.id}?merged={story.merged}",
        f"/documents/{story.english.document.id}",
        f"/documents/{story.arabic.document.id}",
        *(f"/documents/{document.id}" for document in story.page),
        *(f"/statements/{row.id}" for row in story.english.statements.values()),
        f"/statements/{story.recount.id}",
        "/search",
        "/search?q=bridge",
        "/search?q=bridge&party=GNA&language=de&from=2030-01-01",
        "/search?q=bridge&party=XXX&language=9&from=yesterday&to=2020-01-01",
        "/search?from=2020-06-02&to=2020-06-01",
        "/nowhere",
        *(f"/conflicts/{conflict.id}" for conflict in story.conflicts.values()),
        *PAGES_WITHOUT_ARGUMENTS,
        "/parties/LNA",
        f"/places/{BRIDGE.id}",
    ]


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> dict[str, Party]:
    """A language of the interface that no document is written in; the parties, named in it."""
    esperanto = Language("eo", "⟦Esperanto⟧", "ltr", Locale("eo"))
    monkeypatch.setitem(cast("dict[str, Language]", LANGUAGES), "eo", esperanto)
    monkeypatch.setattr(languages, "catalogue_of", lambda _: Brackets())
    return {code: replace(party, label={"eo": f"⟦{party.label['en']}⟧"}) for code, party in PARTIES.items()}


def test_no_page_shows_a_word_that_is_not_marked(story: BridgeStory, brackets: dict[str, Party]) -> None:
    room = story.shelf.room(notices=lambda: ["The index is old."])
    application = application_of(replace(room, parties=brackets), role=Role.ADMIN)
    forgotten = {
        address: words
        for address in addresses_of(story)
        if (words := unmarked_words(asked_in(application, "eo", address), KNOWN_NAMES))
    }
    assert forgotten == {}


def test_an_empty_library_shows_no_word_that_is_not_marked(brackets: dict[str, Party]) -> None:
    application = application_of(replace(Shelf().room(), parties=brackets))
    for address in ("/", "/events", "/search?q=bridge", *PAGES_WITHOUT_ARGUMENTS):
        assert unmarked_words(asked_in(application, "eo", address), KNOWN_NAMES) == []


def test_a_forgotten_word_is_found() -> None:
    page = html.document_fromstring(
        '<html lang="tr"><p title="Title">⟦Marked <b>and nested</b>⟧ plain</p><q lang="en">quoted</q></html>'
    )
    assert unmarked_words(page) == ["plain", "title: Title"]


def test_templates_leave_dates_to_the_language() -> None:
    assert [
        path.name
        for path in TEMPLATES.rglob("*.html")
        if "reports" not in path.parts and ("strftime('%H" in (text := path.read_text()) or "%Z" in text)
    ] == []


def test_the_catalogues_hold_exactly_the_words_that_are_shown() -> None:
    """What `python scripts/update_translations.py --check` looks at."""
    specification = spec_from_file_location("update_translations", ROOT / "scripts/update_translations.py")
    assert specification is not None
    assert specification.loader is not None
    script = module_from_spec(specification)
    specification.loader.exec_module(script)
    shelf = next(one for one in script.shelves() if one.title == "interface")
    found = script.collect(shelf.sources)
    shown = {(message.context, str(message.id)) for message in found if message.id}
    assert len(shown) > 300
    for code in TRANSLATED:
        assert {(message.context, str(message.id)) for message in messages_of(code)} == shown
