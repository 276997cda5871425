"""What people set right on the page of a statement."""

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_desk import GAZETTEER
from room_stories import BridgeStory
from rooms import PARTIES, Reader, application_of

from tracker.domain.decisions import Aspect, Key, SubjectKind, Value
from tracker.domain.people import Role
from tracker.domain.statements import FigureKind, Statement
from tracker.services.acts import membership_key
from tracker.web.corrections import read_correction, read_place, span_of_figure


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def value(story: BridgeStory, statement: Statement, aspect: Aspect) -> Value:
    return story.shelf.decided.value(Key(SubjectKind.STATEMENT, statement.id, aspect))


def correct(
    client: FlaskClient, statement: Statement, aspect: str, status: int, **fields: object
) -> html.HtmlElement:
    address = f"/statements/{statement.id}/correct/{aspect}"
    response = client.post(address, data={name.replace("_", "-"): field for name, field in fields.items()})
    assert response.status_code == status, response.get_data(as_text=True)
    if status == 303:
        response = client.get(response.location.partition("#")[0])
    return html.document_fromstring(response.get_data(as_text=True))


def fault(page: html.HtmlElement) -> str:
    (found,) = page.xpath("//main//p[@class='fault']")
    return words(found)


def readings(page: html.HtmlElement) -> dict[str, html.HtmlElement]:
    (table,) = page.find_class("readings")
    return {words(row.find("th")): row for row in table.xpath("tbody/tr")}


def test_what_the_machine_read_is_marked_as_suggested(story: BridgeStory, read: Reader) -> None:
    rows = readings(read(f"/statements/{story.english['killed'].id}"))
    assert len(rows) == 6
    party = rows["Party that puts it forward"]
    assert "LNA" in words(party.find_class("read-suggested")[0])
    assert not party.find_class("read-decided")
    assert "suggested by the machine; nobody has changed it" in words(party)
    assert "confidence 0.85" in words(party)
    assert "31 killed" in words(rows["Figures"])
    assert "4 June 2020" in words(rows["Day it speaks of"])
    assert "Wadi Sidra bridge" in words(rows["Place"])


def test_what_a_person_set_right_stands_beside_what_the_machine_had_read(
    story: BridgeStory, client: FlaskClient
) -> None:
    killed = story.english["killed"]
    page = correct(client, killed, "party", 303, party="GNA", reason="he speaks for the other side")
    assert "The party was set right." in words(page)
    party = readings(page)["Party that puts it forward"]
    assert words(party.find_class("read-was")[0]).startswith("LNA")
    decided = words(party.find_class("read-decided")[0])
    assert decided.startswith("GNA")
    said = words(party)
    for expected in ("set right by amal", "he speaks for the other side", "confidence 0.85"):
        assert expected in said
    assert value(story, killed, Aspect.PARTY) == {
        "party": "GNA",
        "speaker": "Nabil Farhat",
        "method": "review",
        "confidence": 1.0,
    }


def test_what_was_set_back_is_the_machines_again(story: BridgeStory, client: FlaskClient) -> None:
    denial = story.english["denial"]
    correct(client, denial, "polarity", 303, polarity="asserts")
    page = correct(client, denial, "polarity", 303, polarity="denies")
    row = readings(page)["Asserted or denied"]
    assert row.find_class("read-suggested")
    assert not row.find_class("read-decided")


def test_who_may_only_read_sees_both_and_no_form(story: BridgeStory) -> None:
    killed = story.english["killed"]
    room = story.shelf.room()
    room.decisions.correct(killed.id, Aspect.POLARITY, "denies", by="amal", reason="misread")
    reader = application_of(room, role=Role.VIEWER).test_client()
    page = html.document_fromstring(reader.get(f"/statements/{killed.id}").get_data(as_text=True))
    assert not page.xpath("//main//form")
    assert words(readings(page)["Asserted or denied"].find_class("read-decided")[0]) == "denies"
    for act in ("correct/polarity", "move"):
        assert reader.post(f"/statements/{killed.id}/{act}", data={"polarity": "asserts"}).status_code == 403


def test_a_place_is_chosen_by_a_name_in_any_language_and_stored(
    story: BridgeStory, client: FlaskClient
) -> None:
    holds = story.english["holds"]
    page = correct(client, holds, "place", 303, place=" طرابلس ", reason="the dateline")
    assert value(story, holds, Aspect.PLACE) == {
        "place": "geonames:2210247",
        "found": "review",
        "start": None,
        "end": None,
    }
    assert story.shelf.decided.places["geonames:2210247"].name == "Tripoli"
    assert words(readings(page)["Place"].find_class("read-decided")[0]) == "Tripoli"
    correct(client, holds, "place", 303, place="")
    assert value(story, holds, Aspect.PLACE) is None


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("qasr sidra", "p2"),
        ("p2", "p2"),
        ("Qasr Sidra (p2)", "p2"),
        ("Bir Zuhr (p5)", "p5"),
        ("Zuhr", "p4"),
        ("Trablus", "geonames:2210247"),
    ],
)
def test_a_place_is_named_by_name_id_or_choice(written: str, found: str) -> None:
    place = read_place({"place": written}, GAZETTEER)
    assert place is not None
    assert place.id == found


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Nowhere", "The gazetteer has no place of that name. Please choose one of the list."),
        ("()", "The gazetteer has no place of that name. Please choose one of the list."),
        (
            "Bir Zuhr",
            "Several places are called that. Please type the id of one: Bir Zuhr (p4); Bir Zuhr (p5)",
        ),
    ],
)
def test_a_place_that_is_none_or_several_is_refused_and_kept_in_its_field(
    story: BridgeStory, client: FlaskClient, written: str, said: str
) -> None:
    page = correct(client, story.english["holds"], "place", 400, place=written)
    assert fault(page) == said
    (field,) = page.xpath("//input[@name='place']")
    assert field.get("value") == written
    assert page.get_element_by_id(field.get("aria-describedby")) is not None
    assert field.xpath("ancestor::details/@open")
    assert story.shelf.decided.entries == []


@pytest.mark.parametrize(
    ("day", "precision", "expected"),
    [
        ("2020-06-03", "day", ("2020-06-03", "day")),
        ("٢٠٢٠-٠٦-٠١", "month", ("2020-06-01", "month")),
    ],
)
def test_a_day_is_set_right_with_its_precision(
    story: BridgeStory, client: FlaskClient, day: str, precision: str, expected: tuple[str, str]
) -> None:
    holds = story.english["holds"]
    correct(client, holds, "date", 303, day=day, precision=precision)
    standing = value(story, holds, Aspect.DATE)
    assert standing == {
        "day": expected[0],
        "precision": expected[1],
        "found": "review",
        "start": None,
        "end": None,
    }
    correct(client, holds, "date", 303, day="", precision="day")
    assert value(story, holds, Aspect.DATE) is None


@pytest.mark.parametrize(
    ("aspect", "fields", "said"),
    [
        ("party", {"party": "NONE"}, "Please choose one of the parties."),
        ("polarity", {}, "Please choose whether it asserts or denies."),
        (
            "date",
            {"day": "5 June", "precision": "day"},
            "Please write the day as year-month-day, such as 2020-06-05.",
        ),
        ("date", {"day": "2020-06-05", "precision": "hour"}, "Please choose how exactly the day is known."),
        ("figures", {"low-0": "many"}, "Please write a whole number, in digits only."),
        ("figures", {"low-0": "-3"}, "Please write a whole number, in digits only."),
        ("figures", {"low-0": "99999999999"}, "Please write a whole number, in digits only."),
        (
            "figures",
            {"low-0": "9", "high-0": "3", "kind-0": "killed"},
            "The greatest number is smaller than the least.",
        ),
        ("figures", {"low-0": "9", "kind-0": "ghosts"}, "Please choose what is counted."),
        (
            "figures",
            {"low-0": "9", "kind-0": "killed", "side-0": "NONE"},
            "Please choose one of the parties.",
        ),
        (
            "figures",
            {"low-0": "9", "kind-0": "killed", "counted-0": "x" * 201},
            "That is too long. Please shorten it.",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    story: BridgeStory, client: FlaskClient, aspect: str, fields: dict[str, str], said: str
) -> None:
    response = client.post(f"/statements/{story.english['killed'].id}/correct/{aspect}", data=fields)
    assert response.status_code == 400
    page = html.document_fromstring(response.get_data(as_text=True))
    assert fault(page) == said
    assert story.shelf.decided.entries == []


def test_a_day_that_is_none_stays_in_its_field_as_it_was_typed(
    story: BridgeStory, client: FlaskClient
) -> None:
    where = f"/statements/{story.english['killed'].id}"
    read = client.get(where).get_data(as_text=True)
    assert html.document_fromstring(read).xpath("//input[@name='day']/@type") == ["date"]
    refused = client.post(f"{where}/correct/date", data={"day": "5 June", "precision": "day"})
    [field] = html.document_fromstring(refused.get_data(as_text=True)).xpath("//input[@name='day']")
    # A field for days would be shown empty.
    assert (field.get("type"), field.get("value")) == ("text", "5 June")


def figures(statement: Statement, **fields: str) -> list[dict[str, Value]]:
    form = {name.replace("_", "-"): field for name, field in fields.items()}
    found = read_correction(Aspect.FIGURES, form, statement, PARTIES)
    assert isinstance(found, list)
    return found


def test_a_figure_that_is_kept_keeps_its_words_and_those_without_a_number_go(story: BridgeStory) -> None:
    killed = story.english["killed"]
    (before,) = killed.figures
    kept = figures(
        killed, low_0="31", kind_0="injured", from_0="0", side_0="GNA", counted_0=" men ", low_1=""
    )
    assert kept == [
        {
            "kind": "injured",
            "low": 31,
            "high": 31,
            "start": before.span.start,
            "end": before.span.end,
            "counted": "men",
            "side": "GNA",
        }
    ]
    assert figures(killed, low_0="", from_0="0") == []


def test_a_figure_is_found_where_its_number_stands_else_in_the_whole_quote(story: BridgeStory) -> None:
    killed = story.english["killed"]
    text = story.english.document.text
    span = span_of_figure(killed, "", 31, None)
    assert span.of(text) == "31"
    assert span_of_figure(killed, "0", 40, 40) == killed.span
    assert span_of_figure(killed, "", 3, 3) == killed.span
    assert span_of_figure(killed, "7", 31, 31).of(text) == "31"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"low_0": "٩", "open_0": "1"}, (9, None)),
        ({"low_0": "9", "high_0": "12"}, (9, 12)),
        ({"low_0": "9", "high_0": ""}, (9, 9)),
        ({"low_0": "9", "high_0": "12", "open_0": "1"}, (9, None)),
    ],
)
def test_a_figure_is_an_interval(
    story: BridgeStory, fields: dict[str, str], expected: tuple[int, int | None]
) -> None:
    (found,) = figures(story.english["killed"], kind_0=str(FigureKind.KILLED), **fields)
    assert (found["low"], found["high"]) == expected


def test_lines_of_the_form_hold_what_stands(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.english['bodies'].id}")
    lines = page.find_class("figure-line")
    assert [line.xpath(".//input[starts-with(@name, 'low-')]/@value") for line in lines] == [
        ["9"],
        [""],
        [""],
    ]
    assert lines[0].xpath(".//input[@type='checkbox']/@checked")
    assert lines[0].xpath(".//input[starts-with(@name, 'counted-')]/@value") == ["bodies"]
    assert lines[0].xpath(".//option[@selected]/@value") == ["killed"]


def test_only_what_can_be_set_right_has_an_address(story: BridgeStory, client: FlaskClient) -> None:
    address = f"/statements/{story.english['killed'].id}/correct"
    for aspect in ("event", "grade", "note", "everything"):
        assert client.post(f"{address}/{aspect}").status_code == 404
    assert (
        client.post("/statements/s000000000000000/correct/polarity", data={"polarity": "denies"}).status_code
        == 404
    )


def test_a_statement_is_moved_from_its_own_page(story: BridgeStory, client: FlaskClient) -> None:
    killed = story.english["killed"]
    where = f"/statements/{killed.id}/move"
    assert client.post(where, data={}).status_code == 400
    assert client.post(where, data={"candidate": story.quiet_event.id}).status_code == 303
    standing = story.shelf.decided.value(membership_key(killed.id))
    assert isinstance(standing, dict)
    assert standing["event"] == story.quiet_event.id


def test_what_somebody_set_right_meanwhile_is_shown_beside_mine(
    story: BridgeStory, client: FlaskClient, read: Reader
) -> None:
    killed = story.english["killed"]
    address = f"/statements/{killed.id}/correct/polarity"
    (seen,) = read(f"/statements/{killed.id}").xpath(
        f"//form[@action='{address}']//input[@name='seen']/@value"
    )
    story.shelf.room().decisions.correct(killed.id, Aspect.POLARITY, "denies", by="badr")
    response = client.post(address, data={"polarity": "asserts", "seen": seen})
    assert response.status_code == 409
    assert "badr" in response.get_data(as_text=True)
    assert value(story, killed, Aspect.POLARITY) == "denies"


def test_notes_and_history_stand_on_the_page(story: BridgeStory, client: FlaskClient, read: Reader) -> None:
    killed = story.english["killed"]
    client.post(f"/remarks/statement/{killed.id}/note", data={"text": "Farhat was not there."})
    client.post(f"/remarks/statement/{killed.id}/assign", data={"person": "amal"})
    page = read(f"/statements/{killed.id}")
    assert "Farhat was not there." in words(page.find_class("note")[0])
    assert page.xpath("//select[@name='person']/option[@selected]/@value") == ["amal"]
    history = words(page.get_element_by_id("history-heading").getparent())
    assert history.count("amal") >= 2


def test_the_page_leads_to_the_words_on_the_live_page(story: BridgeStory, read: Reader) -> None:
    (link,) = read(f"/statements/{story.english['losses'].id}").xpath("//a[contains(@href, ':~:text=')]")
    assert link.get("href").startswith("https://courier.example/2020/06/05/bridge#:~:text=We%20lost")
    assert "noopener" in link.get("rel")
    links = read(f"/documents/{story.english.document.id}").xpath(
        "//ol[@class='found']//a[contains(@href, ':~:text=')]"
    )
    assert len(links) == len(story.english.statements)
