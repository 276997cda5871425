"""Undo and redo from anywhere, and taking back one act of the history."""

import pytest
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_stories import BridgeStory
from rooms import application_of

from tracker.domain.conflicts import Judgement
from tracker.domain.people import Role
from tracker.services.acts import judgement_key

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def judge(story: BridgeStory, name: str, judgement: Judgement, by: str = AMAL) -> None:
    story.shelf.room().decisions.judge([story.conflicts[name].id], judgement, by=by)


def judged(story: BridgeStory, name: str) -> object:
    return story.shelf.decided.value(judgement_key(story.conflicts[name].id))


def message_after(client: FlaskClient, path: str, **form: str) -> html.HtmlElement:
    answer = client.post(path, data=form)
    assert answer.status_code == 303
    page = html.document_fromstring(client.get(answer.location).get_data(as_text=True))
    (message,) = page.find_class("message")
    return message


def test_undo_and_redo_go_back_and_forth_and_say_what_they_did(
    story: BridgeStory, client: FlaskClient
) -> None:
    judge(story, "control", Judgement.CONFIRMED)
    judge(story, "entry", Judgement.REJECTED)
    message = message_after(client, "/undo", next="/conflicts")
    assert (judged(story, "control"), judged(story, "entry")) == ("confirmed", "suggested")
    assert words(message).startswith("Taken back. See the conflict")
    assert message.xpath("./a/@href") == [f"/conflicts/{story.conflicts['entry'].id}"]
    assert message.xpath("./form/@action") == ["/redo"]
    message_after(client, "/undo", next="/conflicts")
    assert judged(story, "control") == "suggested"
    message = message_after(client, "/redo", next="/conflicts")
    assert (judged(story, "control"), judged(story, "entry")) == ("confirmed", "suggested")
    assert words(message).startswith("Made again.")
    assert message.xpath("./form/@action") == ["/undo"]


@pytest.mark.parametrize(
    ("path", "said"),
    [("/undo", "There is nothing of yours to undo."), ("/redo", "There is nothing of yours to make again.")],
)
def test_where_there_is_nothing_to_undo_it_says_so(client: FlaskClient, path: str, said: str) -> None:
    message = message_after(client, path, next="/conflicts")
    assert words(message) == said
    assert "message-error" in message.get("class")


def test_nobody_undoes_what_others_did(story: BridgeStory, client: FlaskClient) -> None:
    judge(story, "control", Judgement.CONFIRMED, by=ADIL)
    message_after(client, "/undo", next="/conflicts")
    assert judged(story, "control") == "confirmed"


def test_undo_of_what_somebody_changed_since_is_met_with_both(
    story: BridgeStory, client: FlaskClient
) -> None:
    judge(story, "control", Judgement.CONFIRMED)
    judge(story, "control", Judgement.REJECTED, by=ADIL)
    for path in ("/undo", "/acts/1/take-back"):
        answer = client.post(path, data={"next": "/conflicts"})
        assert answer.status_code == 409
        page = html.document_fromstring(answer.get_data(as_text=True))
        assert [words(cell) for cell in page.xpath("//table//tbody/tr/td")] == ["suggested", "rejected"]
        assert not page.xpath("//div[@class='choices']/form")
        assert page.xpath("//div[@class='choices']/a/@href") == ["/conflicts"]
    assert judged(story, "control") == "rejected"


def test_redo_of_what_somebody_changed_since_is_met_with_both(
    story: BridgeStory, client: FlaskClient
) -> None:
    judge(story, "control", Judgement.CONFIRMED)
    client.post("/undo")
    judge(story, "control", Judgement.REJECTED, by=ADIL)
    assert client.post("/redo").status_code == 409


def test_anybody_takes_back_an_act_of_anybody_with_a_reason(story: BridgeStory, client: FlaskClient) -> None:
    judge(story, "control", Judgement.CONFIRMED, by=ADIL)
    message_after(client, "/acts/1/take-back", next="/conflicts", reason="no film of it")
    assert judged(story, "control") == "suggested"
    entry = story.shelf.decided.entries[-1]
    assert (entry.actor, entry.undoes, entry.reason) == (AMAL, 1, "no film of it")


def test_what_takes_an_act_back_cannot_be_taken_back_itself(story: BridgeStory, client: FlaskClient) -> None:
    judge(story, "control", Judgement.CONFIRMED)
    story.shelf.room().decisions.undo(by=AMAL)
    message = message_after(client, "/acts/2/take-back", next="/conflicts")
    assert words(message) == "That entry of the history cannot be taken back."


@pytest.mark.parametrize("number", ["7", "0", "x", "-1", "٣", "9" * 19])
def test_an_entry_that_is_not_there_is_not_found(client: FlaskClient, number: str) -> None:
    assert client.post(f"/acts/{number}/take-back").status_code == 404


@pytest.mark.parametrize(
    ("referrer", "led"),
    [
        ("http://localhost/conflicts?party=LNA", "/conflicts?party=LNA"),
        ("http://localhost/conflicts/c1/judge", "/"),  # a form's address, at which there is no page
        ("http://elsewhere.example/conflicts", "/"),
        ("", "/"),
    ],
)
def test_it_goes_back_to_where_the_button_was(
    story: BridgeStory, client: FlaskClient, referrer: str, led: str
) -> None:
    judge(story, "control", Judgement.CONFIRMED)
    assert client.post("/undo", headers={"Referer": referrer}).location == led
    assert (
        client.post("/redo", data={"next": "//elsewhere.example"}, headers={"Referer": referrer}).location
        == led
    )


def test_viewers_undo_nothing(story: BridgeStory) -> None:
    viewer = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    for path in ("/undo", "/redo", "/acts/1/take-back"):
        assert viewer.post(path).status_code == 403
    page = html.document_fromstring(viewer.get("/conflicts").get_data(as_text=True))
    assert not page.xpath("//*[@data-key='z']")


def test_the_keys_are_explained_on_every_page(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/conflicts").get_data(as_text=True))
    (dialog,) = page.xpath("//dialog[@id='keys']")
    letters = [words(key) for key in dialog.xpath(".//kbd")]
    assert letters == ["j", "k", "o", "Enter", "c", "x", "u", "m", "s", "g", "M", "n", "z", "Z", "/", "?"]
    assert page.xpath("//*[@data-key='z']/ancestor::form/@action") == ["/undo"]
    assert page.xpath("//*[@data-key='Z']/ancestor::form/@action") == ["/redo"]
    assert page.xpath("//*[@data-key='/']/@href") == ["/search"]
