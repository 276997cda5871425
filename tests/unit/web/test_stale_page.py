"""The page of those who came too late: yours, theirs, and what can be done. Nothing is lost."""

from datetime import UTC, datetime

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_stories import BridgeStory
from rooms import application_of
from werkzeug.datastructures import MultiDict

from tracker.domain.audit import AuditEntry
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, Key, StaleError, SubjectKind, Value, stamp
from tracker.domain.people import Role
from tracker.services.acts import judgement_key
from tracker.web.stale import address_of, show_stale

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def parsed(answer: Response) -> html.HtmlElement:
    return html.document_fromstring(answer.get_data(as_text=True))


def fields_of(page: html.HtmlElement) -> list[tuple[str, str]]:
    return [
        (field.get("name"), field.get("value"))
        for field in page.xpath("//div[@class='choices']//input")
        if field.get("name") != "csrf_token"
    ]


@pytest.fixture
def raced(story: BridgeStory, client: FlaskClient) -> html.HtmlElement:
    """Amal opens a conflict, Adil rejects it, Amal confirms it."""
    name = story.conflicts["control"].id
    page = html.document_fromstring(client.get(f"/conflicts/{name}").get_data(as_text=True))
    (seen,) = page.xpath("//form[@id='decide']/input[@name='seen']/@value")
    story.shelf.room().decisions.judge([name], Judgement.REJECTED, by=ADIL, reason="another bridge")
    form = {"judgement": "confirmed", "reason": "the same bridge", "seen": seen, "next": "/review?item=c2"}
    answer = client.post(f"/conflicts/{name}/judge", data=form)
    assert answer.status_code == 409
    assert answer.headers["HX-Push-Url"] == "false"
    return parsed(answer)


def test_it_says_what_you_wanted_what_stands_and_whose_that_is(
    story: BridgeStory, raced: html.HtmlElement
) -> None:
    name = story.conflicts["control"].id
    assert story.shelf.decided.value(judgement_key(name)) == "rejected"
    (row,) = raced.xpath("//table//tbody/tr")
    assert [words(cell) for cell in row] == ["Judgement (a conflict)", "confirmed", "rejected"]
    assert row.xpath("./th/a/@href") == [f"/conflicts/{name}"]
    said = words(raced.find_class("stale")[0])
    assert f"{ADIL} decided on it (25 November 2026, 12:00 UTC)." in said
    assert "Their reason: another bridge" in said
    assert "Your reason, which is kept: the same bridge" in said


def test_keeping_theirs_goes_on_to_where_the_form_would_have_led(raced: html.HtmlElement) -> None:
    assert raced.xpath("//div[@class='choices']/a/@href") == ["/review?item=c2"]


def test_applying_mine_all_the_same_is_the_same_form_with_a_fresh_stamp(
    story: BridgeStory, client: FlaskClient, raced: html.HtmlElement
) -> None:
    name = story.conflicts["control"].id
    (form,) = raced.xpath("//div[@class='choices']/form")
    assert form.get("action") == f"/conflicts/{name}/judge"
    fields = dict(fields_of(raced))
    assert fields.keys() == {"judgement", "reason", "seen", "next"}
    answer = client.post(form.get("action"), data=fields)
    assert (answer.status_code, answer.location) == (303, "/review?item=c2")
    assert story.shelf.decided.value(judgement_key(name)) == "confirmed"
    assert story.shelf.decided.entries[-1].reason == "the same bridge"


def test_should_it_change_once_more_the_page_comes_once_more(
    story: BridgeStory, client: FlaskClient, raced: html.HtmlElement
) -> None:
    name = story.conflicts["control"].id
    story.shelf.room().decisions.judge([name], Judgement.UNSURE, by=ADIL)
    answer = client.post(f"/conflicts/{name}/judge", data=dict(fields_of(raced)))
    assert answer.status_code == 409
    assert story.shelf.decided.value(judgement_key(name)) == "unsure"


def entry(actor: str = ADIL, reason: str = "") -> AuditEntry:
    return AuditEntry(
        id=7,
        actor=actor,
        action="correct",
        subject_kind="statement",
        subject_id="s1",
        at=datetime(2026, 11, 25, 8, 5, tzinfo=UTC),
        before=None,
        after=None,
        reason=reason,
        undoes=None,
        redoes=None,
        previous="",
        sha256="",
    )


PARTY = {"party": "GNA", "speaker": "a spokesman", "method": "review", "confidence": 1.0}
FIGURE = {"kind": "killed", "low": 9, "high": None, "start": 0, "end": 1, "counted": "men", "side": "LNA"}
VALUES: list[tuple[Aspect, Value, str]] = [
    (Aspect.JUDGEMENT, "unsure", "unsure"),
    (Aspect.EVENT, {"event": "e2", "score": 0.5, "reason": "alike"}, "an event e2"),
    (Aspect.PARTY, PARTY, "gna a spokesman"),
    (Aspect.PLACE, {"place": "p1", "found": "review", "start": None, "end": None}, "p1"),
    (
        Aspect.DATE,
        {"day": "2020-06-05", "precision": "day", "found": "review"},
        "2020-06-05",
    ),
    (Aspect.FIGURES, [FIGURE], "at least 9 killed"),
    (Aspect.POLARITY, "denies", "denies"),
    (Aspect.LINK, "apart", "apart"),
    (Aspect.REDIRECT, "e3", "an event e3"),
    (Aspect.GRADE, "fair", "fair"),
    (Aspect.RELIABILITY, "B", "b"),
    (Aspect.ASSIGNEE, "amal", "amal"),
    (Aspect.NOTE, {"text": "<i>look</i>", "author": "amal", "at": "2026-11-25T12:00:00"}, "<i>look</i>"),
]


def shown(application: Flask, error: StaleError, **options: object) -> html.HtmlElement:
    with application.test_request_context("/somewhere", method="POST"):
        application.preprocess_request()
        return parsed(show_stale(error, **{"action": "/somewhere", "form": {}, **options}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("aspect", "value", "said"), VALUES, ids=[aspect for aspect, *_ in VALUES])
def test_every_aspect_has_words(story: BridgeStory, aspect: Aspect, value: Value, said: str) -> None:
    application = application_of(story.shelf.room())
    number = ":11-25" if aspect is Aspect.NOTE else ""
    key = Key(SubjectKind.STATEMENT, "s1", f"{aspect}{number}")
    page = shown(application, StaleError({key: value}, {key: None}, entry()))
    _, yours, theirs = page.xpath("//table//tbody/tr/*")
    assert said in words(yours).casefold()
    assert words(theirs) == "nothing"
    mirrored = shown(application, StaleError({key: None}, {key: value}, entry()))
    assert words(mirrored.xpath("//table//tbody/tr/*")[2]) == words(yours)


def test_every_aspect_is_tried_above() -> None:
    assert {aspect for aspect, *_ in VALUES} == set(Aspect)


def test_where_the_machine_changed_it_nobody_is_named(story: BridgeStory) -> None:
    key = Key(SubjectKind.STATEMENT, "s1", Aspect.EVENT)
    error = StaleError({key: {"event": "e1"}}, {key: {"event": "e2"}}, None)
    page = shown(application_of(story.shelf.room()), error)
    assert "The machine has reckoned it anew" in words(page.find_class("stale")[0])


def test_only_what_differs_is_shown_but_the_stamp_is_of_all(story: BridgeStory) -> None:
    one, other = (Key(SubjectKind.CONFLICT, name, Aspect.JUDGEMENT) for name in ("c1", "c2"))
    yours, theirs = {one: "confirmed", other: "confirmed"}, {one: "confirmed", other: "rejected"}
    page = shown(application_of(story.shelf.room()), StaleError(yours, theirs, entry()))
    assert page.xpath("//table//tbody/tr/th/a/@href") == ["/conflicts/c2"]
    assert fields_of(page) == [("seen", stamp(theirs))]


def test_repeated_fields_are_all_kept(story: BridgeStory) -> None:
    key = Key(SubjectKind.CONFLICT, "c1", Aspect.JUDGEMENT)
    error = StaleError({key: "confirmed"}, {key: "rejected"}, None)
    chosen = [("conflict", "c1"), ("conflict", "c2"), ("reason", "“r”")]
    form = MultiDict([*chosen, ("seen", "old"), ("csrf_token", "t")])
    page = shown(application_of(story.shelf.room()), error, form=form)
    assert fields_of(page) == [*chosen, ("seen", stamp(error.theirs))]


def test_what_cannot_be_asked_for_again_has_no_such_button(story: BridgeStory) -> None:
    key = Key(SubjectKind.CONFLICT, "c1", Aspect.JUDGEMENT)
    error = StaleError({key: "confirmed"}, {key: "rejected"}, entry())
    page = shown(application_of(story.shelf.room()), error, action=None, back="/history")
    assert not page.xpath("//div[@class='choices']/form")
    assert page.xpath("//div[@class='choices']/a/@href") == ["/history"]
    assert "Take the later decision back first" in words(page.find_class("stale")[0])


def test_without_a_way_on_keeping_theirs_leads_to_what_it_is_about(story: BridgeStory) -> None:
    application = application_of(story.shelf.room())
    for kind, led in ((SubjectKind.STATEMENT, "/statements/x"), (SubjectKind.PAIR, "/")):
        key = Key(kind, "x", Aspect.LINK)
        page = shown(application, StaleError({key: "apart"}, {key: None}, None), form={"next": "//e.example"})
        assert page.xpath("//div[@class='choices']/a/@href") == [led]


def test_pages_of_what_can_be_decided_on(story: BridgeStory) -> None:
    with application_of(story.shelf.room()).test_request_context():
        assert address_of("conflict", "c1") == "/conflicts/c1"
        assert address_of("event", "e1") == "/events/e1"
        assert address_of("pair", "s1 s2") is None
        assert address_of("session", "x") is None
