"""The page of one conflict, and everything that people do there."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_stories import BridgeStory
from rooms import Reader, application_of

from tracker.domain.conflicts import Evidence, Judgement
from tracker.domain.decisions import Aspect, Key, SubjectKind
from tracker.domain.documents import Span
from tracker.domain.people import Role
from tracker.services.acts import judgement_key
from tracker.services.decisions import LONGEST_NOTE
from tracker.web.conflicts import LONGEST_REASON

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def page_of(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == status
    return html.document_fromstring(answer.get_data(as_text=True))


def address(story: BridgeStory, name: str) -> str:
    return f"/conflicts/{story.conflicts[name].id}"


def judgement_of(story: BridgeStory, name: str) -> object:
    return story.shelf.decided.value(judgement_key(story.conflicts[name].id))


def name_evidence(story: BridgeStory, name: str, *named: tuple[str, str]) -> None:
    """Let the explanation of a conflict name words of its statements: (statement, words)."""
    library = story.shelf.library
    evidence = []
    for statement, spoken in named:
        told = story.english[statement]
        start = told.span.start + told.quote.index(spoken)
        evidence.append(Evidence(told.id, Span(start, start + len(spoken))))
    library.conflicts = [
        replace(row, verdict=replace(row.verdict, evidence=tuple(evidence)))
        if row.id == story.conflicts[name].id
        else row
        for row in library.conflicts
    ]


@pytest.mark.parametrize("page", ["its page", "its event", "the list"])
def test_a_conflict_that_rests_on_a_third_statement_leads_to_it(
    story: BridgeStory, read: Reader, page: str
) -> None:
    third = story.english["losses"]
    pages = {
        "its page": address(story, "control"),
        "its event": f"/events/{story.event.id}",
        "the list": "/conflicts",
    }
    assert not read(pages[page]).find_class("supported")
    name_evidence(story, "control", ("losses", third.quote))
    (line,) = read(pages[page]).find_class("supported")
    assert words(line).startswith("The words of these two alone would not have been enough")
    assert line.xpath("a/@href") == [f"/statements/{third.id}"]


def test_both_quotes_stand_side_by_side_with_their_facts(story: BridgeStory, read: Reader) -> None:
    page = read(address(story, "control"))
    assert [words(quote) for quote in page.xpath("//article//blockquote")] == [
        story.english["holds"].quote,
        story.english["denial"].quote,
    ]
    assert words(page.find_class("conflict-heading")[0]) == "Control: LNA and GNA"
    assert words(page.find_class("explanation")[0]) == story.conflicts["control"].verdict.explanation
    facts = words(page.find_class("facts")[0])
    for fact in ("Type Control", "Score 0.91, from 0 to 1", "Found by the rule control", "Detector rules-1"):
        assert fact in facts
    assert page.xpath("//p[@class='in-event']/a/@href") == [f"/events/{story.event.id}"]
    assert page.xpath("//p[@class='source']/a[contains(@href, '/statements/')]/@href") == [
        f"/statements/{story.english['holds'].id}",
        f"/statements/{story.english['denial'].id}",
    ]


def test_the_words_that_the_explanation_names_are_marked(story: BridgeStory, read: Reader) -> None:
    name_evidence(story, "casualties", ("killed", "31"), ("losses", "two"), ("losses", "no ground"))
    page = read(address(story, "casualties"))
    assert [words(mark) for mark in page.xpath("//blockquote//mark[contains(@class, 'is-evidence')]")] == [
        "31",
        "two",
        "no ground",
    ]
    assert "Marked: words that the explanation names" in words(page.find_class("legend")[0])


def test_evidence_that_begins_before_the_quote_is_cut(story: BridgeStory, read: Reader) -> None:
    killed = story.english["killed"]
    library = story.shelf.library
    evidence = (
        Evidence(killed.id, Span(0, killed.span.start + 2)),
        Evidence(killed.id, Span(0, killed.span.start)),
    )
    library.conflicts = [
        replace(row, verdict=replace(row.verdict, evidence=evidence)) for row in library.conflicts
    ]
    page = read(address(story, "casualties"))
    assert [words(mark) for mark in page.xpath("//blockquote//mark[@class='is-evidence']")] == ["31"]


def test_words_that_differ_are_marked_and_listed(story: BridgeStory, read: Reader) -> None:
    library = story.shelf.library
    holds, denial = story.english["holds"], story.english["denial"]
    quote = "The bridge is not in our hands and our engineers are far away"
    library.statements[denial.id] = replace(denial, quote=quote)
    page = read(address(story, "control"))
    assert [words(mark) for mark in page.xpath("//blockquote//mark[@class='is-only']")] == [
        "clearing it of mines",
        "not",
        "far away",
    ]
    assert [words(line) for line in page.find_class("only-words")] == [
        "Different with LNA: clearing it of mines",
        "Different with GNA: not; far away",
    ]
    assert "Underlined twice" in words(page.find_class("legend")[0])
    assert holds.quote.endswith("clearing it of mines")


@pytest.mark.parametrize(
    ("name", "said"),
    [("involvement", "in different languages"), ("casualties", "too few words in common")],
)
def test_quotes_that_cannot_be_compared_say_so(
    story: BridgeStory, read: Reader, name: str, said: str
) -> None:
    page = read(address(story, name))
    assert said in words(page.find_class("legend")[0])
    assert not page.find_class("is-only")


def test_a_suggestion_says_that_nobody_has_decided(story: BridgeStory, read: Reader) -> None:
    page = read(address(story, "control"))
    assert words(page.find_class("decided")[0]) == "Suggested by machine; nobody has decided yet"
    assert page.find_class("conflict-suggested")
    assert not page.xpath("//button[@value='suggested']")


def test_a_judgement_from_before_the_trail_names_nobody(story: BridgeStory, read: Reader) -> None:
    assert words(read(address(story, "casualties")).find_class("decided")[0]) == "Confirmed by analyst"


@pytest.mark.parametrize(
    ("judgement", "shown", "said"),
    [
        ("confirmed", "Confirmed by analyst", "The conflict was confirmed."),
        ("rejected", "Rejected by analyst", "The conflict was rejected."),
        ("unsure", "Analyst unsure", "The conflict was left as unsure."),
    ],
)
def test_judging_tells_who_when_and_why(
    story: BridgeStory, client: FlaskClient, judgement: str, shown: str, said: str
) -> None:
    path = address(story, "control")
    answer = client.post(f"{path}/judge", data={"judgement": judgement, "reason": "both name the bridge"})
    assert (answer.status_code, answer.location) == (303, path)
    assert judgement_of(story, "control") == judgement
    page = page_of(client, path)
    decided = words(page.find_class("decided")[0])
    assert decided == f"{shown}: {AMAL}, 25 November 2026, 12:00 UTC – both name the bridge"
    (message,) = page.find_class("message")
    assert words(message).startswith(said)
    assert message.xpath(".//a/@href") == [path]
    assert message.xpath(".//form/@action") == ["/acts/1/take-back"]
    assert page.find_class(f"conflict-{judgement}")
    assert f"{AMAL} judged a conflict" in words(page.find_class("entries")[0])


def test_the_message_undoes_that_very_act(story: BridgeStory, client: FlaskClient) -> None:
    path = address(story, "control")
    client.post(f"{path}/judge", data={"judgement": "confirmed"})
    client.post(f"{address(story, 'entry')}/judge", data={"judgement": "rejected"})
    answer = client.post("/acts/1/take-back", headers={"Referer": f"http://localhost{path}"})
    assert (answer.status_code, answer.location) == (303, path)
    assert (judgement_of(story, "control"), judgement_of(story, "entry")) == ("suggested", "rejected")
    page = page_of(client, path)
    assert words(page.find_class("decided")[0]) == "Suggested by machine; nobody has decided yet"
    assert "Taken back." in words(page.find_class("message")[-1])


def test_what_was_decided_before_counts_again_when_the_later_is_taken_back(
    story: BridgeStory, client: FlaskClient
) -> None:
    decisions = story.shelf.room().decisions
    name = story.conflicts["control"].id
    decisions.judge([name], Judgement.CONFIRMED, by=ADIL, reason="seen on film")
    decisions.judge([name], Judgement.REJECTED, by=AMAL)
    decisions.undo(by=AMAL)
    decided = words(page_of(client, address(story, "control")).find_class("decided")[0])
    assert decided.startswith(f"Confirmed by analyst: {ADIL},")
    assert decided.endswith("seen on film")


def test_a_conflict_is_given_back_to_the_machine(story: BridgeStory, client: FlaskClient) -> None:
    path = address(story, "casualties")
    assert page_of(client, path).xpath("//button[@value='suggested']")
    client.post(f"{path}/judge", data={"judgement": "suggested"})
    assert judgement_of(story, "casualties") == "suggested"


def test_the_same_once_more_says_that_nothing_had_to_be_changed(
    story: BridgeStory, client: FlaskClient
) -> None:
    path = address(story, "casualties")
    client.post(f"{path}/judge", data={"judgement": "confirmed"})
    (message,) = page_of(client, path).find_class("message")
    assert words(message) == "Nothing had to be changed: it stands like that already."
    assert story.shelf.decided.entries == []


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("judge", {"judgement": "true"}, 400),
        ("judge", {}, 400),
        ("note/withdraw", {"aspect": "judgement"}, 400),
        ("note/withdraw", {"aspect": "note:1 2"}, 400),
    ],
)
def test_forms_that_no_page_of_ours_sends_are_refused(
    story: BridgeStory, client: FlaskClient, path: str, form: dict[str, str], status: int
) -> None:
    answer = client.post(f"{address(story, 'control')}/{path}", data=form)
    assert answer.status_code == status
    assert story.shelf.decided.entries == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("judge", {"judgement": "confirmed"}),
        ("note", {"text": "x"}),
        ("assign", {"person": AMAL}),
        ("note/withdraw", {"aspect": "note:01-01T00:00:00.000001"}),
    ],
)
def test_nothing_is_done_to_a_conflict_that_is_not_stored(
    client: FlaskClient, path: str, form: dict[str, str]
) -> None:
    assert client.post(f"/conflicts/cnone/{path}", data=form).status_code == 404


def test_an_unknown_conflict_is_not_found(client: FlaskClient) -> None:
    assert client.get("/conflicts/cnone").status_code == 404
    assert client.get("/conflicts/cnone.json").status_code == 404


@pytest.mark.parametrize(
    ("path", "form", "field", "said"),
    [
        ("judge", {"judgement": "rejected", "reason": "a" * (LONGEST_REASON + 1)}, "reason", "at most 2,000"),
        ("note", {"text": " "}, "note", "1 to 10,000"),
        ("note", {"text": "b" * (LONGEST_NOTE + 1)}, "note", "1 to 10,000"),
        ("assign", {"person": "nobody-here"}, "person", "no such person"),
        ("assign", {"person": NAMES[Role.VIEWER]}, "person", "no such person"),
    ],
)
def test_a_faulty_form_comes_back_with_its_fault_and_what_was_typed(
    story: BridgeStory, client: FlaskClient, path: str, form: dict[str, str], field: str, said: str
) -> None:
    answer = client.post(f"{address(story, 'control')}/{path}", data=form)
    assert answer.status_code == 400
    assert answer.headers["HX-Push-Url"] == "false"
    page = html.document_fromstring(answer.get_data(as_text=True))
    (fault,) = page.xpath(f"//*[@id='{field}-fault']")
    assert said in words(fault)
    (typed,) = page.xpath(f"//*[@id='{field}']")
    assert typed.get("aria-describedby") == f"{field}-fault"
    if typed.tag == "textarea":
        assert typed.text.strip() == next(reversed(form.values())).strip()
    assert story.shelf.decided.entries == []


def test_notes_are_written_and_withdrawn(story: BridgeStory, client: FlaskClient) -> None:
    path = address(story, "control")
    assert "No note yet." in words(page_of(client, path).find_class("notes")[0])
    client.post(f"{path}/note", data={"text": "Ask the <b>courier</b>\nfor the film"})
    (note,) = page_of(client, path).xpath("//section[contains(@class, 'notes')]//ol/li")
    assert note.find_class("note-text")[0].text_content() == "Ask the <b>courier</b>\nfor the film"
    assert words(note).startswith(f"{AMAL}, 25 November 2026")
    (aspect,) = note.xpath(".//input[@name='aspect']/@value")
    client.post(f"{path}/note/withdraw", data={"aspect": aspect})
    page = page_of(client, path)
    assert "No note yet." in words(page.find_class("notes")[0])
    assert "stays in the history" in words(page.find_class("message")[-1])


def test_somebody_looks_after_it(story: BridgeStory, client: FlaskClient) -> None:
    path = address(story, "control")
    assert page_of(client, path).xpath("//select[@id='person']/option/@value") == ["", ADIL, AMAL]
    client.post(f"{path}/assign", data={"person": ADIL})
    page = page_of(client, path)
    assert f"{ADIL} looks after it." in words(page.find_class("care")[0])
    assert page.xpath("//select[@id='person']/option[@selected]/@value") == [ADIL]
    client.post(f"{path}/assign", data={"person": ""})
    assert "Nobody looks after it." in words(page_of(client, path).find_class("care")[0])


def test_assigning_what_was_assigned_meanwhile_is_met_with_both(
    story: BridgeStory, client: FlaskClient
) -> None:
    path = address(story, "control")
    (seen,) = page_of(client, path).xpath("//section[contains(@class, 'care')]//input[@name='seen']/@value")
    name = story.conflicts["control"].id
    story.shelf.room().decisions.assign(SubjectKind.CONFLICT, name, ADIL, by=ADIL)
    answer = client.post(f"{path}/assign", data={"person": AMAL, "seen": seen})
    assert answer.status_code == 409
    assert story.shelf.decided.value(Key(SubjectKind.CONFLICT, name, Aspect.ASSIGNEE)) == ADIL


def test_the_history_leads_to_taking_back_what_can_be(story: BridgeStory, client: FlaskClient) -> None:
    path = address(story, "control")
    client.post(f"{path}/judge", data={"judgement": "confirmed"})
    client.post("/undo")
    client.post(f"{path}/judge", data={"judgement": "rejected"})
    page = page_of(client, path)
    assert len(page.xpath("//ol[@class='entries']/li")) == 3
    assert page.xpath("//ol[@class='entries']//a[@class='take-back-link']/@href") == ["/history/3#take-back"]


def test_a_viewer_reads_all_of_it_and_decides_nothing(story: BridgeStory) -> None:
    path = address(story, "casualties")
    viewer = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    page = page_of(viewer, path)
    assert not page.xpath("//main//form")
    assert viewer.post(f"{path}/judge", data={"judgement": "rejected"}).status_code == 403
    assert judgement_of(story, "casualties") == "confirmed"


def test_next_leads_nowhere_but_to_this_site(story: BridgeStory, client: FlaskClient) -> None:
    path = address(story, "control")
    ways = {"/review?item=c1": "/review?item=c1", "//evil.example": path, "https://e.example": path}
    for wanted, led in ways.items():
        answer = client.post(f"{path}/judge", data={"judgement": "unsure", "next": wanted})
        assert answer.location == led
