import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_stories import BridgeStory
from rooms import application_of

from tracker.domain.audit import AuditEntry, seal
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, EventGrade, SubjectKind
from tracker.domain.people import Role
from tracker.services.decisions import DecisionService
from tracker.web.histories import describe_entry, mentioned_in
from tracker.web.histories_pages import PAGE_SIZE

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def desk(story: BridgeStory) -> DecisionService:
    return story.shelf.room().decisions


@pytest.fixture
def application(story: BridgeStory) -> Flask:
    return application_of(story.shelf.room())


@pytest.fixture
def reader(application: Flask) -> FlaskClient:
    return application.test_client()


def page_at(client: FlaskClient, address: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return html.document_fromstring(answer.get_data(as_text=True))


def conflict_of(story: BridgeStory) -> str:
    return next(row.id for row in story.shelf.library.conflicts if row.judgement is Judgement.SUGGESTED)


def entries(page: html.HtmlElement) -> list[str]:
    return [words(entry) for entry in page.find_class("entry")]


def test_an_entry_says_who_did_what_to_what_and_why(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    conflict = conflict_of(story)
    desk.judge([conflict], Judgement.CONFIRMED, by=ADIL, reason="both are clear <b>")
    page = page_at(reader, "/history")
    (told,) = entries(page)
    assert told.startswith("adil judged a conflict")
    assert "Why: both are clear <b>" in told
    assert "Judgement: suggested became confirmed" in told.replace("→", "").replace("  ", " ")
    (link,) = page.xpath("//p[@class='act']//a/@href")
    assert conflict in link


def test_the_latest_stands_first_and_names_are_looked_up(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    desk.grade(story.event.id, EventGrade.WEAK, by=ADIL)
    statement = story.recount.id
    desk.assign(SubjectKind.STATEMENT, statement, AMAL, by=ADIL)
    assigned, graded = entries(page_at(reader, "/history"))
    assert f"adil graded {story.event.title}" in graded
    assert "Grade: nothing" in graded
    assert story.recount.quote[:30] in assigned


def test_what_a_person_moved_names_the_events(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    desk.move([story.recount.id], story.quiet_event.id, by=AMAL)
    page = page_at(reader, "/history")
    changed = [words(item) for item in page.xpath("//ul[@class='changes']/li")]
    assert any(story.event.title in one and story.quiet_event.title in one for one in changed)
    assert page.find_class("changes-more"), "verdicts on pairs are folded"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=adil", 1),
        ("actor=nobody", 0),
        ("action=judge", 1),
        ("action=grade", 1),
        ("kind=event", 1),
        ("from=2026-11-25", 2),
        ("to=2026-11-24", 0),
    ],
)
def test_the_history_can_be_filtered(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient, query: str, found: int
) -> None:
    desk.judge([conflict_of(story)], Judgement.CONFIRMED, by=ADIL)
    desk.grade(story.event.id, EventGrade.FAIR, by=AMAL)
    page = page_at(reader, f"/history?{query}")
    assert len(entries(page)) == found
    if not found:
        assert "No entry matches this" in words(page)


def test_the_history_of_one_thing(story: BridgeStory, desk: DecisionService, reader: FlaskClient) -> None:
    desk.grade(story.event.id, EventGrade.FAIR, by=AMAL)
    desk.grade(story.quiet_event.id, EventGrade.FAIR, by=AMAL)
    assert len(entries(page_at(reader, f"/history?kind=event&id={story.event.id}"))) == 1


def test_a_day_that_is_none_is_said_beside_its_field(reader: FlaskClient) -> None:
    page = page_at(reader, "/history?to=soon", 400)
    assert "year-month-day" in words(page.get_element_by_id("to-fault"))


def test_pages_follow_one_another(story: BridgeStory, desk: DecisionService, reader: FlaskClient) -> None:
    for number in range(PAGE_SIZE + 3):
        desk.grade(story.event.id, EventGrade.FAIR if number % 2 else EventGrade.WEAK, by=AMAL)
    first = page_at(reader, "/history")
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = page_at(reader, following)
    assert (len(entries(first)), len(entries(second))) == (PAGE_SIZE, 3)
    assert page_at(reader, "/history?before=x", 404) is not None


def test_what_was_taken_back_says_by_whom_and_has_no_button(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    entry = desk.grade(story.event.id, EventGrade.FAIR, by=AMAL)
    assert entry is not None
    assert page_at(reader, "/history").find_class("take-back-link")
    desk.take_back(entry.id, by=ADIL)
    page = page_at(reader, f"/history/{entry.id}")
    assert "Taken back by adil" in words(page)
    assert page.xpath("//*[@id='take-back']") == []
    assert "It takes back entry 1" in words(page_at(reader, f"/history/{entry.id + 1}"))
    desk.undo(by=ADIL)
    assert page_at(reader, f"/history/{entry.id}").find_class("take-back")


def test_a_viewer_is_offered_no_button(story: BridgeStory, desk: DecisionService) -> None:
    desk.grade(story.event.id, EventGrade.FAIR, by=AMAL)
    viewer = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    page = page_at(viewer, "/history")
    assert len(entries(page)) == 1
    assert not page.find_class("take-back-link")
    assert page_at(viewer, "/history/1").xpath("//form[contains(@action, 'take-back')]") == []


def test_the_button_takes_the_act_back(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    desk.grade(story.event.id, EventGrade.FAIR, by=AMAL)
    (link,) = page_at(reader, "/history").find_class("take-back-link")
    (form,) = page_at(reader, link.get("href").partition("#")[0]).xpath("//section[@id='take-back']/form")
    answer = reader.post(form.get("action"), data={**dict(form.form_values()), "reason": "too soon"})
    assert (answer.status_code, answer.location) == (303, "/history/1")
    assert story.shelf.decided.entries[-1].undoes == 1
    assert story.shelf.decided.entries[-1].reason == "too soon"


def test_the_trail_is_checked_when_asked(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    desk.grade(story.event.id, EventGrade.FAIR, by=AMAL)
    desk.grade(story.event.id, EventGrade.WEAK, by=AMAL)
    assert "Check all seals now" in words(page_at(reader, "/history"))
    assert "✓ Whole. The seals of all 2 entries fit." in words(page_at(reader, "/history?verify=1"))
    story.shelf.decided.entries[0] = replace(story.shelf.decided.entries[0], reason="forged")
    broken = page_at(reader, "/history?verify=1")
    assert "✗ Broken. Entry 1 was changed" in words(broken)
    assert "does not fit its content" in words(page_at(reader, "/history/1"))


def test_the_export_holds_every_entry_so_that_others_can_check_it(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    desk.grade(story.event.id, EventGrade.FAIR, by=AMAL)
    desk.judge([conflict_of(story)], Judgement.REJECTED, by=ADIL, reason="عن")
    answer = reader.get("/history.jsonl")
    lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert answer.mimetype == "application/jsonl"
    assert [line["sha256"] for line in lines] == [one.sha256 for one in story.shelf.decided.entries]
    assert lines[1]["reason"] == "عن"
    assert len(reader.get("/history.jsonl?actor=adil").get_data(as_text=True).splitlines()) == 1


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "9" * 40, "١"])
def test_an_entry_that_there_is_not_is_not_found(reader: FlaskClient, number: str) -> None:
    page_at(reader, f"/history/{number}", 404)


def test_an_empty_history_says_so(reader: FlaskClient) -> None:
    assert "Nothing has been changed yet" in words(page_at(reader, "/history"))


def account_entry(**changes: object) -> AuditEntry:
    entry = AuditEntry(
        id=1,
        actor=ADIL,
        action="set_role",
        subject_kind="user",
        subject_id=AMAL,
        at=datetime(2026, 11, 25, tzinfo=UTC),
        before='{"role": "viewer"}',
        after='{"role": "analyst"}',
        reason="",
        undoes=None,
        redoes=None,
        previous="0" * 64,
        sha256="",
    )
    entry = replace(entry, **changes)  # type: ignore[arg-type]
    return replace(entry, sha256=seal(entry))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "adil gave amal another role"),
        ({"action": "sign_in", "before": None, "after": '{"session": "ab12"}'}, "adil signed in as amal"),
        ({"action": "merge", "actor": "machine", "subject_kind": "event", "subject_id": "e9",
          "before": '{"title": "T", "redirects_to": null, "statements": ["s1"]}',
          "after": '{"redirects_to": "e8"}', "reason": "alike"}, "The machine merged an event e9"),
        ({"action": "unheard_of", "before": None, "after": None}, "adil, unheard_of, amal"),
        ({"before": "[1]", "after": "[2]"}, "adil gave amal another role"),
    ],
)  # fmt: skip
def test_entries_that_are_no_decisions_have_words_too(
    story: BridgeStory, reader: FlaskClient, changes: dict[str, object], told: str
) -> None:
    story.shelf.decided.entries.append(account_entry(**changes))
    (entry,) = entries(page_at(reader, "/history"))
    assert entry.startswith(told)
    assert not page_at(reader, "/history").find_class("take-back-link")


def test_every_act_has_words_and_every_value_is_shown(
    story: BridgeStory, desk: DecisionService, reader: FlaskClient
) -> None:
    statement = story.recount.id
    desk.correct(statement, Aspect.PARTY, {"party": "UN", "speaker": "a clerk"}, by=AMAL)
    desk.correct(statement, Aspect.POLARITY, "denies", by=AMAL)
    desk.correct(
        statement, Aspect.DATE, {"day": "2020-06-01", "precision": "day", "found": "review"}, by=AMAL
    )
    figure = {"kind": "killed", "low": 3, "high": None, "start": 0, "end": 1, "counted": "men", "side": "GNA"}
    desk.correct(statement, Aspect.FIGURES, [figure], by=AMAL)
    desk.correct(statement, Aspect.PLACE, {"place": "p1", "found": "review"}, by=AMAL)
    desk.note(SubjectKind.STATEMENT, statement, "see the clerk", by=AMAL)
    told = " ".join(entries(page_at(reader, "/history")))
    for shown in ("UN a clerk", "denies", "2020-06-01", "at least 3 killed (men) of GNA", "see the clerk"):
        assert shown in told, shown


def test_mentions_are_what_has_to_be_looked_up(
    story: BridgeStory, desk: DecisionService, application: Flask
) -> None:
    entry = desk.move([story.recount.id], story.quiet_event.id, by=AMAL)
    assert entry is not None
    found = mentioned_in(entry)
    assert {("event", story.event.id), ("event", story.quiet_event.id)} < found
    assert ("statement", story.recount.id) in found
    with application.test_request_context():
        view = describe_entry(entry)
    assert view.can_be_taken_back
    assert view.subject.name is None
