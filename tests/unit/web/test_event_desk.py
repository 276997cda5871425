"""What people do on the page of an event. Where statements stand is looked up in what was decided."""

import json

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import Reader, application_of

from tracker.domain.decisions import Aspect, EventGrade, Key, SubjectKind
from tracker.domain.people import Role
from tracker.services.acts import membership_key, redirect_key
from tracker.services.decisions import LONGEST_NOTE
from tracker.web.event_desks import event_named


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def answer(client: FlaskClient, path: str, status: int, **fields: object) -> html.HtmlElement:
    """Send a form; the page that answers it, after a redirect if there is one."""
    response = client.post(path, data=fields)
    assert response.status_code == status, response.get_data(as_text=True)
    if status == 303:
        response = client.get(response.location.partition("#")[0])
        assert response.status_code in {200, 301}
    return html.document_fromstring(response.get_data(as_text=True))


@pytest.fixture
def address(story: BridgeStory) -> str:
    return f"/events/{story.event.id}"


def home(story: BridgeStory, statement: str) -> object:
    standing = story.shelf.decided.value(membership_key(statement))
    assert isinstance(standing, dict)
    return standing["event"]


def fault(page: html.HtmlElement) -> str:
    """The one fault on a page, which its field is tied to."""
    (found,) = page.xpath("//main//p[@class='fault']")
    tied = page.xpath("//*[@aria-invalid='true']/@aria-describedby")
    assert tied in ([], [found.get("id")])
    return words(found)


def test_who_may_only_read_sees_what_was_decided_and_no_form(story: BridgeStory) -> None:
    room = story.shelf.room()
    room.decisions.grade(story.event.id, EventGrade.FAIR, by="amal", reason="two papers")
    room.decisions.note(SubjectKind.EVENT, story.event.id, "Ask the clinic.", by="amal")
    room.decisions.assign(SubjectKind.EVENT, story.event.id, "amal", by="amal")
    reader = application_of(room, role=Role.VIEWER).test_client()
    page = html.document_fromstring(reader.get(f"/events/{story.event.id}").get_data(as_text=True))
    desk = page.get_element_by_id("desk")
    assert not desk.xpath(".//form")
    assert not page.xpath("//input[@type='checkbox'][@name='statement']")
    said = words(desk)
    for expected in ("Fair", "Two or more sources", "Ask the clinic.", "two papers"):
        assert expected in said
    assert "Looked after by amal" in words(page.find_class("standing-line")[0])


@pytest.mark.parametrize("act", ["merge", "move", "grade"])
def test_who_may_only_read_can_do_nothing(story: BridgeStory, address: str, act: str) -> None:
    reader = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    assert reader.post(f"{address}/{act}", data={"grade": "fair", "reason": "x"}).status_code == 403
    assert story.shelf.decided.entries == []


def test_every_statement_can_be_ticked_for_the_form_above(
    read: Reader, address: str, story: BridgeStory
) -> None:
    page = read(address)
    ticks = page.xpath("//div[@class='comparison']//input[@type='checkbox']")
    assert sorted(tick.get("value") for tick in ticks) == sorted(story.event.statements)
    assert {tick.get("form") for tick in ticks} == {"move"}
    assert page.get_element_by_id("move").get("action") == f"{address}/move"


def test_keys_lead_to_the_acts(read: Reader, address: str) -> None:
    page = read(address)
    keys = {
        one.get("data-key"): one.tag for one in page.get_element_by_id("content").xpath(".//*[@data-key]")
    }
    acts = {"g": "input", "M": "input", "m": "input", "n": "textarea", "s": "button"}
    assert keys == {**acts, "o": "a"}


def test_grades_say_what_they_mean_on_hover_and_in_words(read: Reader, address: str) -> None:
    labels = read(address).xpath("//fieldset[@class='grades']/label[@title]")
    assert len(labels) == len(EventGrade)
    for label in labels:
        assert len(label.get("title")) > 30
        assert label.get("title") in words(label)


def test_a_grade_needs_a_reason_and_what_was_chosen_is_kept(
    client: FlaskClient, address: str, story: BridgeStory
) -> None:
    page = answer(client, f"{address}/grade", 400, grade="weak", reason=" ")
    assert fault(page) == "Please say why: a grade without a reason tells nobody anything."
    assert page.xpath("//input[@name='grade'][@checked]/@value") == ["weak"]
    assert story.shelf.decided.entries == []


def test_a_grade_is_given_and_taken_away(client: FlaskClient, address: str) -> None:
    page = answer(client, f"{address}/grade", 303, grade="contested", reason="two parties are named")
    (mark,) = page.find_class("standing-line")[0].find_class("decided")
    assert words(mark) == "Contested"
    assert "two parties are named" in words(page.get_element_by_id("desk"))
    twin = json.loads(client.get(f"{address}.json").data)
    assert twin["desk"]["grade"] == "contested"
    page = answer(client, f"{address}/grade", 303, grade="", reason="")
    assert "not graded" in words(page.find_class("standing-line")[0])


def test_a_grade_that_does_not_exist_is_refused(client: FlaskClient, address: str) -> None:
    assert fault(answer(client, f"{address}/grade", 400, grade="true", reason="x")) == (
        "Please choose one of the grades."
    )


def test_a_grade_that_somebody_changed_meanwhile_is_shown_beside_mine(
    client: FlaskClient, address: str, story: BridgeStory, read: Reader
) -> None:
    (seen,) = read(address).xpath(f"//form[@action='{address}/grade']//input[@name='seen']/@value")
    story.shelf.room().decisions.grade(story.event.id, EventGrade.WEAK, by="badr", reason="one paper")
    page = answer(client, f"{address}/grade", 409, grade="fair", reason="two papers", seen=seen)
    assert "badr" in words(page)
    assert story.shelf.decided.value(Key(SubjectKind.EVENT, story.event.id, Aspect.GRADE)) == "weak"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Please choose an event, or paste the address of its page."),
        ("the well", "There is no id of an event in that. It looks like e0123456789abcde."),
        ("e000000000000000", "No event is stored under e000000000000000."),
        ("own", "That is this very event. Please choose another one."),
        ("merged", "That is this very event. Please choose another one."),
    ],
)
def test_an_event_that_cannot_be_merged_with_is_refused_in_words(
    client: FlaskClient, address: str, story: BridgeStory, typed: str, said: str
) -> None:
    typed = {"own": story.event.id, "merged": story.merged}.get(typed, typed)
    page = answer(client, f"{address}/merge", 400, event=typed, reason="<b>same</b> day")
    assert fault(page) == said
    form = page.xpath(f"//form[@action='{address}/merge']")[0]
    assert form.xpath(".//input[@name='event']/@value") == [typed]
    assert form.xpath(".//input[@name='reason']/@value") == ["<b>same</b> day"]


@pytest.mark.parametrize("written", ["{id}", "https://desk.example/events/{id}?range=every_figure#figures"])
def test_an_event_is_merged_into_one_that_was_pasted(
    client: FlaskClient, address: str, story: BridgeStory, written: str
) -> None:
    quiet = story.quiet_event.id
    page = answer(client, f"{address}/merge", 303, event=f" {written.format(id=quiet)} ", reason="one night")
    assert "The event was merged into this one." in words(page)
    assert {home(story, one) for one in story.event.statements} == {quiet}
    assert story.shelf.decided.value(redirect_key(story.event.id)) == quiet
    assert story.shelf.decided.entries[-1].reason == "one night"


def test_an_event_is_merged_into_one_of_the_list(
    client: FlaskClient, address: str, story: BridgeStory, read: Reader
) -> None:
    form = read(address).xpath(f"//form[@action='{address}/merge']")[0]
    (candidate,) = form.xpath(".//input[@type='radio']")
    assert candidate.get("value") == story.quiet_event.id
    assert "عودة الكهرباء" in words(candidate.getparent())
    answer(client, f"{address}/merge", 303, candidate=candidate.get("value"), event="")
    assert {home(story, one) for one in story.event.statements} == {story.quiet_event.id}


def test_what_was_typed_counts_more_than_what_was_chosen(client: FlaskClient, address: str) -> None:
    page = answer(client, f"{address}/merge", 400, candidate="e000000000000001", event="e000000000000002")
    assert fault(page) == "No event is stored under e000000000000002."


def test_an_event_that_was_merged_by_somebody_else_meanwhile_is_not_merged_again(
    client: FlaskClient, address: str, story: BridgeStory
) -> None:
    third = story.page[0]
    statement = story.shelf.statement(third, third.text.split("\n")[0], "CIV")
    elsewhere = story.shelf.event("Another one", (statement,))
    story.shelf.room().decisions.merge(story.event.id, elsewhere.id, by="badr")
    page = answer(client, f"{address}/merge", 409, event=story.quiet_event.id)
    assert "badr" in words(page)
    assert {home(story, one) for one in story.event.statements} == {elsewhere.id}


@pytest.mark.parametrize("to", ["new", "event"])
def test_nothing_ticked_is_said_in_words(client: FlaskClient, address: str, to: str) -> None:
    page = answer(client, f"{address}/move", 400, to=to, event="")
    assert fault(page) == "Please tick the statements first, in the columns below."


def test_ticked_statements_stay_ticked_where_the_event_is_faulty(
    client: FlaskClient, address: str, story: BridgeStory
) -> None:
    ticked = list(story.event.statements[:2])
    page = answer(client, f"{address}/move", 400, to="event", event="nowhere", statement=ticked)
    assert page.xpath("//input[@type='checkbox'][@checked]/@value") == ticked
    assert "no id of an event" in fault(page)


def test_statements_are_moved_to_another_event(client: FlaskClient, address: str, story: BridgeStory) -> None:
    ticked = list(story.event.statements[:2])
    page = answer(client, f"{address}/move", 303, to="event", event=story.quiet_event.id, statement=ticked)
    assert "2 statements stand in this event now." in words(page)
    assert {home(story, one) for one in ticked} == {story.quiet_event.id}
    assert home(story, story.event.statements[2]) == story.event.id


def test_statements_are_parted_into_an_event_of_their_own(
    client: FlaskClient, address: str, story: BridgeStory
) -> None:
    (one, other) = story.event.statements[:2]
    client.post(f"{address}/move", data={"to": "new", "statement": [one, other], "reason": "another bridge"})
    assert home(story, one) == home(story, other)
    assert home(story, one) not in {story.event.id, story.quiet_event.id}
    assert (story.shelf.decided.entries[-1].action, story.shelf.decided.entries[-1].reason) == (
        "split",
        "another bridge",
    )


def test_all_statements_cannot_be_parted(client: FlaskClient, address: str, story: BridgeStory) -> None:
    page = answer(client, f"{address}/move", 400, to="new", statement=list(story.event.statements))
    assert fault(page) == "These are all the statements of the event: there is nothing to part."
    assert story.shelf.decided.entries == []


def test_a_statement_that_somebody_moved_meanwhile_is_not_moved_again(
    client: FlaskClient, address: str, story: BridgeStory
) -> None:
    one = story.event.statements[0]
    story.shelf.room().decisions.move([one], story.quiet_event.id, by="badr")
    page = answer(client, f"{address}/move", 409, to="new", statement=[one])
    assert "badr" in words(page)
    assert home(story, one) == story.quiet_event.id
    # The form of that page carries all that this one did.
    kept = {field.get("name"): field.get("value") for field in page.xpath("//main//form//input[@name]")}
    assert (kept["statement"], kept["to"]) == (one, "new")


def test_notes_are_kept_and_taken_away(client: FlaskClient, story: BridgeStory) -> None:
    where = f"/remarks/event/{story.event.id}"
    page = answer(client, f"{where}/note", 303, text=" <script>alert(1)</script>\nAsk the clinic. ")
    (note,) = page.find_class("note")
    assert note.text_content() == "<script>alert(1)</script>\nAsk the clinic."
    assert "1 note" in words(page.find_class("standing-line")[0])
    (aspect,) = page.xpath("//input[@name='aspect']/@value")
    page = answer(client, f"{where}/withdraw", 303, aspect=aspect)
    assert not page.find_class("note")
    assert client.post(f"{where}/withdraw", data={"aspect": "grade"}).status_code == 400


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n", "Please write something first."),
        ("x" * (LONGEST_NOTE + 1), "A note has at most 10,000 characters, this one has 10,001."),
    ],
)
def test_a_note_that_cannot_be_kept_is_shown_once_more(
    client: FlaskClient, story: BridgeStory, text: str, said: str
) -> None:
    page = answer(client, f"/remarks/event/{story.event.id}/note", 400, text=text)
    assert fault(page) == said
    assert page.get_element_by_id("note-text").text_content().strip() == text.strip()


def test_an_event_is_given_to_a_colleague_and_to_nobody(client: FlaskClient, story: BridgeStory) -> None:
    where = f"/remarks/event/{story.event.id}/assign"
    assert (
        fault(answer(client, where, 400, person="nobody-of-that-name"))
        == "Please choose somebody of the list."
    )
    page = answer(client, where, 303, person="amal")
    assert page.xpath("//select[@name='person']/option[@selected]/@value") == ["amal"]
    page = answer(client, where, 303, person="")
    assert "Nobody looks after it any more." in words(page)


@pytest.mark.parametrize("kind", ["conflict", "source", "pair", "people"])
def test_what_has_no_desk_cannot_be_remarked_on_here(client: FlaskClient, kind: str) -> None:
    assert client.post(f"/remarks/{kind}/x/note", data={"text": "x"}).status_code == 404


def test_acts_on_an_unknown_event_are_not_found(client: FlaskClient) -> None:
    unknown = "/events/e000000000000000"
    assert client.post(f"{unknown}/grade", data={"grade": "fair", "reason": "x"}).status_code == 404
    assert client.post("/remarks/event/e000000000000000/note", data={"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("e0123456789abcde", "e0123456789abcde"),
        ("/events/e0123456789abcde.json", "e0123456789abcde"),
        ("e0123456789abcdef", None),
        ("E0123456789ABCDE", None),
        ("/events/e000000000000001?merged=e000000000000002", "e000000000000001"),
        ("", None),
    ],
)
def test_an_event_is_named_by_its_id_or_address(written: str, found: str | None) -> None:
    assert event_named(written) == found
