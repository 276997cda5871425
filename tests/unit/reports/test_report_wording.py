"""The words of reports: in three languages, complete, and the same as those of the pages."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tracker.domain.conflicts import ConflictType, Evidence, Verdict
from tracker.domain.documents import Span
from tracker.domain.errors import SettingsError
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Figure, FigureKind, Place, PlaceFound, PlaceMention, Polarity, Statement
from tracker.reports import WeeklyReport
from tracker.reports.explaining import Explaining
from tracker.reports.markup import Html, Markdown, Messages
from tracker.reports.rendering import render_html, render_markdown
from tracker.reports.wording import CATALOGUES, Wording
from tracker.reports.words import LANGUAGE_NAMES, WORDS
from tracker.web.languages import CATALOGUES as OF_PAGES

Select = Callable[..., WeeklyReport]
ROOT = Path(__file__).parents[3]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TOWN = Place("t1", "Qasr Sidra", "town", 31.2, 16.4)


def catalogue(folder: Path, code: str) -> Catalog:
    with (folder / f"{code}.po").open("rb") as written:
        return read_po(written, locale=code)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    specification = spec_from_file_location("update_words", ROOT / "scripts/update_translations.py")
    assert specification is not None
    assert specification.loader is not None
    module = module_from_spec(specification)
    sys.modules["update_words"] = module
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("code", ["ar", "tr"])
def test_every_word_of_a_report_is_translated(code: str, script: ModuleType) -> None:
    shelf = next(one for one in script.shelves() if one.title == "reports")
    wanted = script.updated(shelf, code, script.collect(shelf.sources))
    assert [message.id for message in script.untranslated(wanted)] == []
    assert script.as_text(wanted) == (CATALOGUES / f"{code}.po").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ["ar", "tr"])
def test_translations_keep_what_is_to_be_filled_in(code: str) -> None:
    def asked(message: Message) -> set[str]:
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        return {name for one in ids for name in PLACEHOLDER.findall(one)}

    for message in catalogue(CATALOGUES, code):
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        for form in forms if message.id else ():
            given = set(PLACEHOLDER.findall(form))
            # One and two may be said in words alone.
            assert given <= asked(message), message.id
            assert given | {"num"} >= asked(message), message.id


@pytest.mark.parametrize("code", ["ar", "tr"])
def test_pages_and_reports_call_the_values_of_the_domain_alike(code: str) -> None:
    pages, reports = catalogue(OF_PAGES, code), catalogue(CATALOGUES, code)
    values = [message for words in WORDS.values() for message in words.values()]
    for message in (*values, *LANGUAGE_NAMES.values()):
        known = pages.get(message)
        if known is not None:
            ours = reports.get(message)
            assert ours is not None
            assert ours.string == known.string, message


@pytest.mark.parametrize("kind", WORDS)
def test_every_value_of_the_domain_has_words(kind: type[StrEnum]) -> None:
    assert set(WORDS[kind]) == set(kind)


def test_values_that_are_spelt_alike_keep_words_of_their_own() -> None:
    wording = Wording("en")
    assert wording.word(ConflictType.OTHER) == "Other"
    assert wording.word(FigureKind.OTHER) == "Other counts"


@pytest.mark.parametrize(
    ("code", "day", "moment", "number", "share", "interval"),
    [
        ("en", "5 June 2020", "5 June 2020, 14:05 UTC", "12,345", "12%", "2 to 9"),
        ("ar", "5 يونيو 2020", "5 يونيو 2020، 14:05 UTC", "12.345", "12%", "من 2 إلى 9"),
        ("tr", "5 Haziran 2020", "5 Haziran 2020, 14:05 UTC", "12.345", "%12", "2 ile 9 arası"),
    ],
)
def test_dates_and_numbers_are_those_of_the_language(
    code: str, day: str, moment: str, number: str, share: str, interval: str
) -> None:
    wording = Wording(code)
    assert wording.day(date(2020, 6, 5)) == day
    assert wording.moment(datetime(2020, 6, 5, 14, 5, tzinfo=UTC)) == moment
    assert wording.moment(datetime(2020, 6, 5, tzinfo=UTC)) == day
    assert wording.number(12_345) == number
    assert wording.percent(0.123).replace("\u200e", "") == share
    assert wording.interval(2, 9) == interval


def test_a_language_that_reports_are_not_written_in_is_refused() -> None:
    with pytest.raises(SettingsError, match="'ru'; use one of en, ar, tr"):
        Wording("ru")


def test_parties_and_places_have_the_names_that_they_are_given() -> None:
    wording = Wording("tr", parties={"LNA": "Libya Ulusal Ordusu"}, places={"t1": "Kasr Sidra"})
    assert wording.party("LNA") == "Libya Ulusal Ordusu"
    assert wording.party("XYZ") == "XYZ"
    assert wording.place(TOWN) == "Kasr Sidra"
    assert wording.place(replace(TOWN, id="t2")) == "Qasr Sidra"


def statement(party: str, quote: str, polarity: Polarity, *figures: Figure) -> Statement:
    attribution = Attribution(party=party, method=AttributionMethod.SPEAKER, confidence=0.9)
    return Statement(
        id=f"s-{party}",
        document="d1",
        span=Span(0, len(quote)),
        quote=quote,
        language="en",
        attribution=attribution,
        polarity=polarity,
        figures=figures,
        place=PlaceMention(TOWN, PlaceFound.SENTENCE),
    )


SAID = statement("LNA", "The town <b>was taken</b>.", Polarity.ASSERTS)
DENIED = statement("GNA", "That the town fell is untrue.", Polarity.DENIES)
DENIAL = Verdict(
    type=ConflictType.CONTROL,
    score=0.5,
    explanation="GNA denies what LNA asserts.",
    comparator="denial",
    evidence=(Evidence(SAID.id, Span(9, 25)), Evidence(DENIED.id, Span(22, 28))),
)


def test_what_clashes_is_said_in_the_language_of_the_report() -> None:
    wording = Wording("tr")
    said = Explaining(wording, Html(wording)).sentence(DENIAL, DENIED, SAID)
    assert said == (
        'GNA (“<bdi lang="en" dir="ltr">untrue</bdi>”) yalanlıyor, LNA '
        '(“<bdi lang="en" dir="ltr">&lt;b&gt;was taken&lt;/b&gt;</bdi>”) öne sürüyor; '
        "ayrıştıkları konu: yerin kimin elinde olduğu."
    )


def test_latin_words_are_kept_apart_in_an_arabic_sentence() -> None:
    wording = Wording("ar")
    said = str(Explaining(wording, Markdown(wording)).sentence(DENIAL, DENIED, SAID))
    assert said.startswith("ينفي \u2068GNA\u2069 («\u2068untrue\u2069») ما يؤكده \u2068LNA\u2069")


def test_the_stored_sentence_stands_marked_where_nothing_better_can_be_said() -> None:
    wording = Wording("ar")
    unknown = replace(DENIAL, comparator="oracle-9")
    said = Explaining(wording, Html(wording)).sentence(unknown, DENIED, SAID)
    assert said == '<bdi lang="en" dir="ltr">GNA denies what LNA asserts.</bdi>'
    english = Wording("en")
    assert Explaining(english, Html(english)).sentence(DENIAL, DENIED, SAID) == DENIAL.explanation


def test_what_fills_a_message_is_never_markup() -> None:
    wording = Wording("en")
    html = Messages(wording, Html(wording)).gettext("%(first)s to %(last)s", first="<i>", last=1_000)
    assert html == "&lt;i&gt; to 1,000"
    markdown = Messages(wording, Markdown(wording)).gettext("%(first)s to %(last)s", first="*a*", last="b")
    assert markdown == r"\*a\* to b"


@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [
        ("en", "ltr", "Contested events"),
        ("ar", "rtl", "أحداث متنازع عليها"),
        ("tr", "ltr", "Tartışmalı olaylar"),
    ],
)
def test_a_report_is_in_its_language_throughout(
    language: str, direction: str, words: str, select: Select, templates: Path
) -> None:
    report = select(language=language)
    page = render_html(report, templates)
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert words in page
    assert words in render_markdown(report, templates)
    if language != "en":
        for english in ("Sources", "Conflicts", "At a glance", "How this report was made", "published"):
            assert f">{english}<" not in page
