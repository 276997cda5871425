"""Parts of pages that are kept once rendered, and never shown when they are out of date."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_stories import BridgeStory
from rooms import PARTIES, Reader, application_of

from tracker.domain.conflicts import Judgement
from tracker.domain.parties import Party
from tracker.domain.people import Role
from tracker.web.signing_in import SESSION_COOKIE


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


class Renderings:
    """Counts how often each template is rendered."""

    def __init__(self, application: Flask) -> None:
        self.done: list[str] = []
        known = application.jinja_env.get_or_select_template

        def counted(name: object, *rest: object, **more: object) -> object:
            self.done.append(str(name))
            return known(name, *rest, **more)  # type: ignore[arg-type]

        application.jinja_env.get_or_select_template = counted  # type: ignore[assignment]

    def of(self, name: str) -> int:
        return self.done.count(name)


@pytest.fixture
def client(story: BridgeStory) -> FlaskClient:
    return application_of(story.shelf.room()).test_client()


@pytest.fixture
def renderings(client: FlaskClient) -> Renderings:
    return Renderings(client.application)


def test_a_page_that_was_shown_before_renders_its_parts_no_more(
    story: BridgeStory, read: Reader, renderings: Renderings
) -> None:
    first = words(read(f"/events/{story.event.id}").get_element_by_id("comparison"))
    assert renderings.of("events/_card.html") == len(story.event.statements)
    assert words(read(f"/events/{story.event.id}").get_element_by_id("comparison")) == first
    assert renderings.of("events/_card.html") == len(story.event.statements)
    assert renderings.of("events/_contested.html") == 1


def test_a_judgement_is_shown_at_once_and_renders_only_what_it_concerns(
    story: BridgeStory, read: Reader, renderings: Renderings
) -> None:
    conflicts = story.shelf.library.conflicts
    judged = story.conflicts["entry"]
    page = read(f"/events/{story.event.id}")
    assert "conflict-suggested" in page.get_element_by_id(judged.id).get("class")
    conflicts[conflicts.index(judged)] = replace(judged, judgement=Judgement.CONFIRMED)
    page = read(f"/events/{story.event.id}")
    assert "conflict-confirmed" in page.get_element_by_id(judged.id).get("class")
    assert renderings.of("events/_card.html") == len(story.event.statements) + 2


def test_words_that_were_set_right_are_shown_at_once(story: BridgeStory, read: Reader) -> None:
    read(f"/events/{story.event.id}")
    killed = story.english["killed"]
    attribution = replace(killed.attribution, speaker="Colonel Idris", speaker_span=None)
    story.shelf.library.statements[killed.id] = replace(killed, attribution=attribution)
    assert "Colonel Idris" in words(read(f"/events/{story.event.id}").get_element_by_id("comparison"))


def test_each_language_has_its_own(story: BridgeStory, client: FlaskClient) -> None:
    def heading(language: str) -> str:
        answer = client.get(f"/events/{story.event.id}", headers={"Accept-Language": language})
        page = html.document_fromstring(answer.get_data(as_text=True))
        return words(page.get_element_by_id("questions-heading"))

    assert [heading(language) for language in ("en", "tr", "en")] == [
        heading("en"),
        heading("tr"),
        heading("en"),
    ]
    assert heading("tr") != heading("en")


def test_readers_who_may_only_read_get_no_ticks_of_those_who_may_more(story: BridgeStory) -> None:
    room = story.shelf.room()
    application = application_of(room, role=Role.ANALYST)
    path = f"/events/{story.event.id}"
    assert 'name="statement"' in application.test_client().get(path).get_data(as_text=True)
    office = application.extensions["office"]
    viewer = application.test_client()
    viewer.set_cookie(SESSION_COOKIE, office.token_of(NAMES[Role.VIEWER]))
    assert 'name="statement"' not in viewer.get(path).get_data(as_text=True)


class Changing(Mapping[str, Party]):
    """Parties that can be replaced."""

    def __init__(self, parties: dict[str, Party]) -> None:
        self.now = parties

    def __getitem__(self, code: str) -> Party:
        return self.now[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.now)

    def __len__(self) -> int:
        return len(self.now)


def test_a_party_that_is_named_otherwise_is_shown_so_at_once(story: BridgeStory) -> None:
    parties = Changing(dict(PARTIES))
    client = application_of(replace(story.shelf.room(), parties=parties)).test_client()
    path = f"/events/{story.event.id}"
    assert "Army of the Sidra" not in client.get(path).get_data(as_text=True)
    parties.now = {**parties.now, "LNA": replace(PARTIES["LNA"], label={"en": "Army of the Sidra"})}
    assert "Army of the Sidra" in client.get(path).get_data(as_text=True)
