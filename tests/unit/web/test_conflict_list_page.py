"""The list of all conflicts: filters with counts, pages, and judging several at once."""

import pytest
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_stories import BridgeStory
from rooms import Reader, application_of

from tracker.domain.conflicts import Judgement
from tracker.domain.people import Role
from tracker.services.acts import judgement_key
from tracker.web import conflicts as module
from tracker.web.conflict_acts import MOST_AT_ONCE
from tracker.web.conflicts import LONGEST_REASON

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]
IN_ORDER = ("control", "entry", "involvement", "casualties", "rejected")


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def listed(page: html.HtmlElement) -> list[str]:
    return [link.rpartition("/")[2] for link in page.xpath("//li[@data-row]//h2/a/@href")]


def ids(story: BridgeStory, *names: str) -> list[str]:
    return [story.conflicts[name].id for name in names]


def facets(page: html.HtmlElement, name: str) -> list[str]:
    return [words(link) for link in page.xpath(f"//ul[@aria-labelledby='facet-{name}']//a")]


def judgements(story: BridgeStory, *names: str) -> list[object]:
    return [story.shelf.decided.value(judgement_key(name)) for name in ids(story, *names)]


def test_all_conflicts_are_listed_what_waits_first(story: BridgeStory, read: Reader) -> None:
    page = read("/conflicts")
    assert listed(page) == ids(story, *IN_ORDER)
    assert words(page.find_class("lead")[0]).startswith("5 conflicts.")
    (first, *_) = page.xpath("//li[@data-row]")
    for said in ("Control: LNA and GNA", "score 0.91", "Suggested by machine", story.event.title):
        assert said in words(first)
    assert [words(quote) for quote in first.find_class("brief")] == [
        story.english["holds"].quote,
        story.english["denial"].quote,
    ]


def test_each_state_and_type_has_a_count_that_leads_to_it(story: BridgeStory, read: Reader) -> None:
    page = read("/conflicts?party=LNA")
    assert facets(page, "judgement") == [
        "any state",
        "Suggested by machine 2",
        "Confirmed by analyst 1",
        "Rejected by analyst 1",
    ]
    assert facets(page, "type") == ["any type", "Control 2", "Casualties 1", "Other 1"]
    (address,) = page.xpath("//a[starts-with(normalize-space(), 'Rejected')]/@href")
    held = read(address)
    assert listed(held) == ids(story, "rejected")
    # The other counts are those within this one; the one chosen can be left again.
    assert facets(held, "type") == ["any type", "Control 0", "Casualties 0", "Other 1"]
    assert held.xpath("//ul[@aria-labelledby='facet-judgement']//a[@aria-current]/@href") == [address]
    (out,) = held.xpath("//ul[@aria-labelledby='facet-judgement']//a[starts-with(., 'any')]/@href")
    assert out == "/conflicts?party=LNA"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("type=control", ["control", "entry"]),
        ("party=RUS", ["involvement"]),
        ("language=ru&other_language=tr", ["involvement"]),
        ("language=ar", ["entry"]),
        ("judgement=confirmed&type=casualties&party=GNA&language=en", ["casualties"]),
        ("party=EGY", []),
    ],
)
def test_filters_hold_the_list(story: BridgeStory, read: Reader, query: str, names: list[str]) -> None:
    page = read(f"/conflicts?{query}")
    assert listed(page) == ids(story, *names)
    for part in query.split("&"):
        name, value = part.split("=")
        if name in {"party", "language", "other_language"}:
            assert page.xpath(f"//select[@name='{name}']/option[@selected]/@value") == [value]


def test_two_parties_hold_the_list_to_what_is_between_them(story: BridgeStory, read: Reader) -> None:
    control = story.conflicts["control"]
    one, other = (story.shelf.library.statements[name].party for name in (control.one, control.other))
    expected = [
        row.id
        for row in story.conflicts.values()
        if {story.shelf.library.statements[name].party for name in (row.one, row.other)} == {one, other}
    ]
    for pair in (
        f"party={one}&party={other}",
        f"party={other}&party={one}",
        f"party=&party={one}&party={other}",
    ):
        page = read(f"/conflicts?{pair}")
        assert sorted(listed(page)) == sorted(expected)
    assert page.xpath("//select[@name='party']/option[@selected]/@value") == [one]
    assert page.xpath("//input[@name='party'][@checked]/@value") == [other]
    # Every way on keeps both.
    assert page.xpath("//ul[@aria-labelledby='facet-type']//a/@href")[0] == (
        f"/conflicts?party={one}&party={other}"
    )
    assert read(f"/review?party={one}&party={other}").xpath("//input[@name='party']/@value") == [other]


def test_the_list_can_be_held_to_an_event(story: BridgeStory, read: Reader) -> None:
    assert len(listed(read(f"/conflicts?event={story.event.id}"))) == 5
    page = read(f"/conflicts?event={story.quiet_event.id}")
    assert "No conflict is like that." in words(page.find_class("empty")[0])
    assert page.xpath("//input[@name='event']/@value") == [story.quiet_event.id]
    assert len(listed(read(f"/conflicts?event={story.merged}"))) == 5
    assert listed(read("/conflicts?event=enone")) == []


@pytest.mark.parametrize(
    "query",
    [
        "judgement=true",
        "type=x",
        "party=NOBODY",
        "party=LNA&party=NOBODY",
        "party=LNA&party=GNA&party=TUR",
        "language=xx",
        "other_language=1",
        "after=c9",
    ],
)
def test_what_nothing_is_known_by_is_not_found(client: FlaskClient, query: str) -> None:
    assert client.get(f"/conflicts?{query}").status_code == 404
    assert client.get(f"/conflicts.json?{query}").status_code == 404


def test_pages_follow_one_another(story: BridgeStory, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    found, address = [], "/conflicts?party=LNA"
    for _ in range(2):
        page = read(address)
        found += listed(page)
        (address,) = page.xpath("//a[@rel='next']/@href") or [""]
    assert found == ids(story, "control", "entry", "casualties", "rejected")
    assert address == ""
    assert page.xpath("//nav[@class='paging']/a/@href") == ["/conflicts?party=LNA"]


def chosen_form(page: html.HtmlElement, *names: str) -> dict[str, object]:
    """The form that judges several, with these chosen."""
    hidden = page.xpath("//form[@class='several']//input[@type='hidden']")
    return {**{field.get("name"): field.get("value") for field in hidden}, "conflict": list(names)}


def test_several_are_judged_at_once_and_taken_back_at_once(story: BridgeStory, client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/conflicts?party=LNA").get_data(as_text=True))
    form = chosen_form(page, *ids(story, "control", "entry", "control"))
    answer = client.post(
        "/conflicts/judge?party=LNA", data={**form, "judgement": "rejected", "reason": "two bridges"}
    )
    assert (answer.status_code, answer.location) == (303, "/conflicts?party=LNA")
    assert judgements(story, "control", "entry", "casualties") == ["rejected", "rejected", "confirmed"]
    assert [entry.reason for entry in story.shelf.decided.entries] == ["two bridges"]
    page = html.document_fromstring(client.get(answer.location).get_data(as_text=True))
    (message,) = page.find_class("message")
    assert words(message).startswith("2 conflicts were rejected.")
    client.post(message.xpath(".//form/@action")[0])
    assert judgements(story, "control", "entry") == ["suggested", "suggested"]


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        ("confirmed", "1 conflict was confirmed."),
        ("unsure", "1 conflict was left as unsure."),
        ("suggested", "1 conflict was given back to the machine."),
    ],
)
def test_the_message_says_what_was_done(
    story: BridgeStory, client: FlaskClient, judgement: str, said: str
) -> None:
    client.post("/conflicts/judge", data={"conflict": ids(story, "rejected"), "judgement": judgement})
    page = html.document_fromstring(client.get("/conflicts").get_data(as_text=True))
    assert words(page.find_class("message")[0]).startswith(said)


def test_if_one_was_judged_meanwhile_none_is_judged(story: BridgeStory, client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/conflicts").get_data(as_text=True))
    form = chosen_form(page, *ids(story, "control", "entry"))
    story.shelf.room().decisions.judge(ids(story, "entry"), Judgement.UNSURE, by=ADIL)
    answer = client.post("/conflicts/judge", data={**form, "judgement": "confirmed", "reason": "why"})
    assert answer.status_code == 409
    assert judgements(story, "control", "entry") == ["suggested", "unsure"]
    stale = html.document_fromstring(answer.get_data(as_text=True))
    assert f"{ADIL} decided on it" in words(stale.find_class("said")[0])
    fields = stale.xpath("//div[@class='choices']//input")
    again = [(field.get("name"), field.get("value")) for field in fields]
    data: dict[str, list[str]] = {}
    for name, value in again:
        data.setdefault(name, []).append(value)
    assert client.post("/conflicts/judge", data=data).status_code == 303
    assert judgements(story, "control", "entry") == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"conflict": []}, "choose at least one"),
        ({"conflict": [f"c{number}" for number in range(MOST_AT_ONCE + 1)]}, "cannot be judged at once"),
        ({"reason": "a" * (LONGEST_REASON + 1)}, "at most 2,000 characters"),
    ],
)
def test_faults_come_back_with_what_was_chosen_and_typed(
    story: BridgeStory, client: FlaskClient, changes: dict[str, object], said: str
) -> None:
    form = {"conflict": ids(story, "control"), "reason": "typed", "judgement": "rejected", **changes}
    answer = client.post("/conflicts/judge?party=LNA", data=form)
    assert answer.status_code == 400
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert said in words(page.get_element_by_id("fault"))
    assert page.get_element_by_id("reason").text.strip() == form["reason"]
    assert len(listed(page)) == 4
    kept = page.xpath("//input[@name='conflict'][@checked]/@value")
    assert kept == (ids(story, "control") if "reason" in changes else [])
    assert story.shelf.decided.entries == []


def test_only_what_is_stored_can_be_judged(client: FlaskClient) -> None:
    answer = client.post("/conflicts/judge", data={"conflict": ["cnone"], "judgement": "confirmed"})
    assert answer.status_code == 404


def test_a_viewer_can_choose_nothing(story: BridgeStory) -> None:
    viewer = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    page = html.document_fromstring(viewer.get("/conflicts").get_data(as_text=True))
    assert len(listed(page)) == 5
    assert not page.xpath("//input[@type='checkbox'][@name='conflict'] | //button[@name='judgement']")
