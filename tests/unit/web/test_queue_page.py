"""The review queue: one at a time, the most useful first, each decision leading to the next."""

from dataclasses import replace
from typing import cast

import pytest
from flask.testing import FlaskClient
from lxml import html
from marked_words import Brackets, unmarked_words
from people_doubles import NAMES
from room_stories import BridgeStory
from rooms import PARTIES, Reader, application_of

from tracker.domain.decisions import Aspect, Key, SubjectKind
from tracker.domain.parties import AttributionMethod
from tracker.domain.people import Role
from tracker.services.acts import judgement_key
from tracker.web import languages
from tracker.web.conflicts import LONGEST_REASON

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]
WAITING = ("control", "entry", "involvement")


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def page_of(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == status
    return html.document_fromstring(answer.get_data(as_text=True))


def shown(page: html.HtmlElement) -> str:
    (item,) = page.xpath("//div[@id='item']/article/@id")
    return str(item)


def sent(page: html.HtmlElement, **changes: str) -> tuple[str, dict[str, str]]:
    """Where the form that judges goes, and what it holds."""
    (form,) = page.xpath("//form[@id='decide']")
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    return form.get("action"), {**fields, **changes}


def decide(client: FlaskClient, path: str, judgement: str) -> html.HtmlElement:
    """Judge what stands at a path of the queue, and go where that leads."""
    action, fields = sent(page_of(client, path), judgement=judgement)
    answer = client.post(action, data=fields)
    assert answer.status_code == 303
    return page_of(client, answer.location)


def test_what_the_machine_is_surest_of_comes_first(story: BridgeStory, read: Reader) -> None:
    page = read("/review")
    assert shown(page) == story.conflicts["control"].id
    assert words(page.get_element_by_id("position")) == "1 of 3"
    assert "the surest first, and among equals the newest event" in words(page.find_class("order")[0])


def test_the_queue_is_walked_without_deciding(story: BridgeStory, read: Reader) -> None:
    page, found = read("/review"), []
    for place in range(1, 4):
        found.append(shown(page))
        assert words(page.get_element_by_id("position")) == f"{place} of 3"
        onwards = page.xpath("//a[@rel='next']/@href")
        if onwards:
            page = read(onwards[0])
    assert found == [story.conflicts[name].id for name in WAITING]
    assert onwards == []
    (back,) = page.xpath("//a[@rel='prev']/@href")
    assert shown(read(back)) == found[1]


def test_each_decision_leads_to_the_next_and_the_last_one_to_the_end(
    story: BridgeStory, client: FlaskClient
) -> None:
    page = decide(client, "/review", "confirmed")
    assert shown(page) == story.conflicts["entry"].id
    assert words(page.get_element_by_id("position")) == "1 of 2"
    decide(client, "/review", "rejected")
    page = decide(client, "/review", "confirmed")
    assert "Nothing waits: every conflict has been judged." in words(page.get_element_by_id("nothing"))
    assert page.xpath("//p[@id='nothing']/a/@href") == ["/review/attributions"]
    values = [story.shelf.decided.value(judgement_key(story.conflicts[name].id)) for name in WAITING]
    assert values == ["confirmed", "rejected", "confirmed"]


def test_what_was_left_as_unsure_comes_again_after_the_suggestions(
    story: BridgeStory, client: FlaskClient
) -> None:
    decide(client, "/review", "unsure")
    found = [shown(page_of(client, "/review"))]
    page = page_of(client, "/review")
    while page.xpath("//a[@rel='next']"):
        page = page_of(client, page.xpath("//a[@rel='next']/@href")[0])
        found.append(shown(page))
    assert found == [story.conflicts[name].id for name in ("entry", "control", "involvement")]


def test_the_next_one_stands_ready(story: BridgeStory, read: Reader) -> None:
    page = read("/review")
    (ahead,) = page.xpath("//template[@id='ahead']")
    assert ahead.xpath(".//article/@id") == [story.conflicts["entry"].id]
    assert not ahead.xpath(".//form")
    last = read(f"/review?item={story.conflicts['involvement'].id}")
    assert not last.xpath("//template")


def test_what_somebody_else_judged_meanwhile_is_shown_as_such_with_a_way_on(
    story: BridgeStory, client: FlaskClient
) -> None:
    page = page_of(client, f"/review?item={story.conflicts['casualties'].id}")
    assert shown(page) == story.conflicts["casualties"].id
    assert "Confirmed by analyst" in words(page.find_class("decided")[0])
    (onwards,) = page.xpath("//a[@rel='next']/@href")
    assert shown(page_of(client, onwards)) == story.conflicts["involvement"].id


def test_filters_hold_the_queue_and_stay(story: BridgeStory, client: FlaskClient) -> None:
    page = page_of(client, "/review?type=control")
    assert words(page.get_element_by_id("position")) == "1 of 2"
    action, fields = sent(page)
    assert action == f"/conflicts/{story.conflicts['control'].id}/judge"
    assert fields["next"] == f"/review?item={story.conflicts['entry'].id}&type=control"
    page = page_of(client, "/review?party=EGY")
    assert "No conflict of this kind waits." in words(page.get_element_by_id("nothing"))
    held = page_of(client, f"/review?event={story.event.id}&judgement=unsure")
    assert shown(held) == story.conflicts["involvement"].id
    for query in ("party=NOBODY", "type=x", "item=cnone"):
        assert client.get(f"/review?{query}").status_code == 404


def test_the_last_decisions_stand_beside_it_each_with_undo(client: FlaskClient) -> None:
    assert "None yet." in words(page_of(client, "/review").find_class("recent")[0])
    decide(client, "/review", "confirmed")
    decide(client, "/review", "rejected")
    client.post("/undo")
    recent = page_of(client, "/review").find_class("recent")[0]
    assert len(recent.xpath("./ol/li")) == 3
    assert [
        words(line) for line in recent.xpath("./ol/li[contains(@class, 'taken-back')]/p[@class='quiet']")
    ] == ["25 November 2026, 12:00 UTC – taken back"]
    assert recent.xpath(".//form/@action") == ["/acts/1/take-back"]


def test_other_peoples_decisions_do_not(story: BridgeStory, client: FlaskClient) -> None:
    other = application_of(story.shelf.room(), role=Role.ADMIN).test_client()
    decide(other, "/review", "confirmed")
    assert "None yet." in words(page_of(client, "/review").find_class("recent")[0])


def test_both_tabs_say_how_much_waits(read: Reader) -> None:
    for path in ("/review?party=EGY", "/review/attributions"):
        tabs = read(path).find_class("tabs")[0]
        assert [words(tab) for tab in tabs.xpath(".//li")] == ["Conflicts 3", "Doubtful attributions 2"]


def test_a_viewer_can_look_through_it(story: BridgeStory) -> None:
    viewer = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    for path in ("/review", "/review/attributions"):
        page = page_of(viewer, path)
        assert page.get_element_by_id("item") is not None
        assert not page.xpath("//main//form[@method='post']")


def party_of(story: BridgeStory) -> object:
    return story.shelf.decided.value(Key(SubjectKind.STATEMENT, story.english["bodies"].id, Aspect.PARTY))


def attributing(page: html.HtmlElement, which: int) -> tuple[str, dict[str, str]]:
    form = page.xpath("//div[@class='decide']/form")[which]
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input | .//button[@name]")}
    return form.get("action"), fields


def test_a_doubtful_attribution_asks_whether_it_is_right(story: BridgeStory, read: Reader) -> None:
    page = read("/review/attributions")
    assert words(page.get_element_by_id("item-heading")) == "Does CIV put this forward?"
    assert words(page.get_element_by_id("position")) == "1 of 2"
    assert story.english["bodies"].quote in words(page.get_element_by_id("item"))
    assert "confidence 0.40" in words(page.get_element_by_id("item"))


def test_confirming_the_party_is_a_decision_of_a_person(story: BridgeStory, client: FlaskClient) -> None:
    action, fields = attributing(page_of(client, "/review/attributions"), 0)
    answer = client.post(action, data=fields)
    assert (answer.status_code, answer.location) == (303, fields["next"])
    assert fields["next"].startswith("/review/attributions?item=s")
    value = party_of(story)
    assert isinstance(value, dict)
    assert (value["party"], value["method"], value["confidence"]) == ("CIV", AttributionMethod.REVIEW, 1.0)
    assert value["speaker"] == "A nurse at the field clinic"
    page = page_of(client, answer.location)
    assert words(page.get_element_by_id("position")) == "1 of 1"
    assert words(page.find_class("message")[0]).startswith("It is decided that CIV puts it forward.")


def test_when_all_are_decided_it_says_so_and_where_to_go_on(story: BridgeStory, client: FlaskClient) -> None:
    library = story.shelf.library
    for name, told in list(library.statements.items()):
        library.statements[name] = replace(told, attribution=replace(told.attribution, confidence=0.6))
    (nothing,) = page_of(client, "/review/attributions").xpath("//p[@id='nothing']")
    assert words(nothing).startswith("No attribution is doubtful")
    assert nothing.xpath("./a/@href") == ["/review"]


def test_another_party_can_be_chosen(story: BridgeStory, client: FlaskClient) -> None:
    page = page_of(client, "/review/attributions")
    assert page.xpath("//select[@id='party']/option/@value") == list(PARTIES)
    action, fields = attributing(page, 1)
    client.post(action, data={**fields, "party": "UN", "reason": "the clinic is theirs"})
    value = party_of(story)
    assert isinstance(value, dict)
    assert value["party"] == "UN"
    assert story.shelf.decided.entries[-1].reason == "the clinic is theirs"


def test_an_attribution_decided_meanwhile_is_met_with_both(story: BridgeStory, client: FlaskClient) -> None:
    action, fields = attributing(page_of(client, "/review/attributions"), 0)
    changed = {"party": "GNA", "method": "review", "confidence": 1.0}
    story.shelf.room().decisions.correct(story.english["bodies"].id, Aspect.PARTY, changed, by=ADIL)
    answer = client.post(action, data=fields)
    assert answer.status_code == 409
    stale = html.document_fromstring(answer.get_data(as_text=True))
    _, yours, theirs = stale.xpath("//table//tbody/tr/*")
    assert words(yours).startswith("CIV")
    assert words(theirs).startswith("GNA")


def test_a_reason_that_is_too_long_comes_back(story: BridgeStory, client: FlaskClient) -> None:
    reason = "a" * (LONGEST_REASON + 1)
    action, fields = attributing(page_of(client, "/review/attributions"), 1)
    answer = client.post(action, data={**fields, "party": "UN", "reason": reason})
    assert answer.status_code == 400
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert page.get_element_by_id("reason").text.strip() == reason
    assert "at most 2,000" in words(page.get_element_by_id("reason-fault"))
    assert story.shelf.decided.entries == []


@pytest.mark.parametrize(
    ("path", "party", "status"),
    [("bodies", "NOBODY", 400), ("bodies", "", 400), ("none", "UN", 404)],
)
def test_only_what_is_known_can_be_attributed(
    story: BridgeStory, client: FlaskClient, path: str, party: str, status: int
) -> None:
    name = story.english["bodies"].id if path == "bodies" else "snone"
    assert client.post(f"/review/attributions/{name}", data={"party": party}).status_code == status


def test_the_doubtful_can_be_filtered(story: BridgeStory, client: FlaskClient) -> None:
    library = story.shelf.library
    fall = story.arabic["fall"]
    library.statements[fall.id] = replace(fall, attribution=replace(fall.attribution, confidence=0.2))
    assert words(page_of(client, "/review/attributions").get_element_by_id("position")) == "1 of 3"
    for query, party in (("language=ar", "GNA"), ("party=CIV", "CIV"), (f"event={story.event.id}", "GNA")):
        page = page_of(client, f"/review/attributions?{query}")
        assert words(page.get_element_by_id("item-heading")) == f"Does {party} put this forward?"
    page = page_of(client, "/review/attributions?party=EGY")
    assert "No doubtful attribution of this kind" in words(page.get_element_by_id("nothing"))


PATHS = (
    "/review",
    "/review?party=EGY",
    "/review/attributions",
    "/review/attributions?party=EGY",
    "/conflicts",
    "/conflicts?party=EGY",
    "/conflicts/CONTROL",
    "/conflicts/INVOLVEMENT",
)


def test_every_word_of_these_pages_is_marked_for_translation(
    story: BridgeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = application_of(story.shelf.room()).test_client()
    decide(client, "/review?type=involvement", "unsure")
    client.post(f"/conflicts/{story.conflicts['control'].id}/note", data={"text": "look"})
    client.get("/conflicts")  # shows the messages, which were written in English
    known = cast("dict[str, languages.Language]", languages.LANGUAGES)
    monkeypatch.setitem(known, "eo", replace(known["tr"], code="eo"))
    monkeypatch.setattr(languages, "catalogue_of", lambda _: Brackets())
    client.set_cookie("language", "eo")
    formats = ("CSV", "XLSX", "JSON Lines", "ClaimReview", "JSON-LD")
    said = (AMAL, ADIL, "look", *formats, *(party.label["en"] for party in PARTIES.values()))
    forgotten = {}
    for path in PATHS:
        name = path.rpartition("/")[2].lower()
        address = path.replace(name.upper(), story.conflicts[name].id) if name in story.conflicts else path
        found = unmarked_words(page_of(client, address), (*PARTIES, *said))
        if found:
            forgotten[path] = found
    assert forgotten == {}
