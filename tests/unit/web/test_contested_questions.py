from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html
from room_stories import BridgeStory
from rooms import PARTIES, Reader, Shelf, application_of

from tracker.domain.conflicts import ConflictType
from tracker.domain.questions import Dispute, Position, Question, RangePolicy
from tracker.domain.statements import FigureKind
from tracker.web.disputes import OPEN_CONFLICTS
from tracker.web.party_labels import camps_of


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def page(story: BridgeStory, read: Reader) -> html.HtmlElement:
    return read(f"/events/{story.event.id}")


def question(page: html.HtmlElement, kind: str) -> html.HtmlElement:
    return page.get_element_by_id(f"q-{kind}")


def positions(page: html.HtmlElement, kind: str) -> list[html.HtmlElement]:
    return question(page, kind).find_class("position")


def change(story: BridgeStory, **changes: object) -> None:
    """Let the dispute of the story's event have other questions, figures or revisions."""
    told = story.shelf.disputes[story.event.id]
    story.shelf.disputes[story.event.id] = lambda policy: replace(told(policy), **changes)


def first_question(story: BridgeStory, **changes: object) -> Question:
    dispute: Dispute = story.shelf.dispute(story.event.id, RangePolicy.EVERY_FIGURE)
    return replace(dispute.questions[0], **changes)


def test_the_page_leads_with_the_questions(page: html.HtmlElement) -> None:
    assert [section.get("id") for section in page.xpath("//main/section")] == [
        "questions",
        "grid",
        "figures",
        "revisions",
        "timeline",
        "comparison",
        "desk",
    ]
    assert words(page.get_element_by_id("questions-heading")) == "3 contested questions"
    assert [words(one.find("header/h3")) for one in page.find_class("question")] == [
        "Who holds Wadi Sidra bridge?",
        "How many were killed? (fighters of the GNA)",
        "Did foreign forces or arms take part?",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": ConflictType.CONTROL, "about": None}, "Who holds the place?"),
        ({"type": ConflictType.OCCURRENCE, "about": None}, "Did it happen?"),
        ({"type": ConflictType.OCCURRENCE, "about": "Sidra"}, "Did it happen? (Sidra)"),
        ({"type": ConflictType.RESPONSIBILITY, "about": None}, "Who did it?"),
        ({"type": ConflictType.AGREEMENT, "about": None}, "What was agreed?"),
        ({"type": ConflictType.OTHER, "about": None}, "What else is told differently?"),
        ({"type": ConflictType.CASUALTIES, "about": None}, "What were the losses?"),
        *(
            ({"type": ConflictType.CASUALTIES, "counts": kind, "about": "men"}, "How many")
            for kind in FigureKind
        ),
    ],
)
def test_every_kind_of_question_is_put_in_words(
    story: BridgeStory, read: Reader, changes: dict[str, object], expected: str
) -> None:
    change(story, questions=(first_question(story, **changes),))
    (heading,) = read(f"/events/{story.event.id}").xpath("//article[@class='question']/header/h3")
    if "counts" in changes:
        assert words(heading).startswith(expected)
        assert words(heading).endswith("? (men)")
    else:
        assert words(heading) == expected


def test_headings_go_down_one_level_at_a_time(page: html.HtmlElement) -> None:
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert 4 in levels
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_position_names_its_parties_in_registry_order_and_its_answer(page: html.HtmlElement) -> None:
    assert [words(one.find("h4")) for one in positions(page, "casualties")] == [
        "31 LNA GNA CIV",
        "2 GNA Government of National Accord",
    ]
    assert [words(one.find("h4")) for one in positions(page, "involvement")] == [
        "Yes RUS Russia",
        "No TUR Türkiye",
    ]
    assert [words(one.find("h4")) for one in positions(page, "control")] == [
        "LNA Libyan National Army",
        "Denied by GNA Government of National Accord",
    ]


@pytest.mark.parametrize(("denies", "expected"), [(False, ["LNA", "GNA"]), (True, ["Denied", "Denied"])])
def test_positions_that_part_over_something_else_do_not_both_say_yes(
    story: BridgeStory, read: Reader, *, denies: bool, expected: list[str]
) -> None:
    question = first_question(story, type=ConflictType.OCCURRENCE)
    alike = tuple(replace(position, denies=denies) for position in question.positions)
    change(story, questions=(replace(question, positions=alike),))
    headings = read(f"/events/{story.event.id}").xpath("//article[@class='position']/h4")
    assert [words(heading).split()[0] for heading in headings] == expected


@pytest.mark.parametrize(
    ("interval", "expected"), [((9, 12), "9 to 12"), ((11, None), "at least 11"), ((0, 0), "0")]
)
def test_an_interval_is_given_as_it_is(
    story: BridgeStory, read: Reader, interval: tuple[int, int | None], expected: str
) -> None:
    question = first_question(story)
    position = replace(question.positions[0], interval=interval)
    change(story, questions=(replace(question, positions=(position, question.positions[1])),))
    (answer,) = read(f"/events/{story.event.id}").xpath("(//h4)[1]/span[@class='answer']")
    assert words(answer) == expected


def test_the_statement_that_speaks_for_the_rest_is_quoted_and_leads_to_its_sentence(
    story: BridgeStory, page: html.HtmlElement
) -> None:
    leading = positions(page, "control")[0].find("blockquote")
    assert leading.text_content() == story.english["holds"].quote
    for one in page.find_class("position"):
        for quotation in one.iter("blockquote"):
            assert quotation.get("lang")
            assert quotation.get("dir")
        assert len(one.xpath(".//p[@class='source']/a")) == len(list(one.iter("blockquote")))
    (link,) = positions(page, "control")[0].xpath("p[@class='source']/a/@href")
    assert link == f"/documents/{story.english.document.id}#{story.english['holds'].id}"


def test_the_rest_wait_behind_a_disclosure_by_party(story: BridgeStory, page: html.HtmlElement) -> None:
    (further,) = positions(page, "casualties")[0].find_class("further")
    assert further.tag == "details"
    assert further.get("open") is None
    assert words(further.find("summary")) == "2 further statements: GNA 1, CIV 1"
    assert [quotation.text_content() for quotation in further.iter("blockquote")] == [
        story.recount.quote,
        story.english["bodies"].quote,
    ]


def test_arabic_behind_a_disclosure_runs_from_right_to_left(
    story: BridgeStory, page: html.HtmlElement
) -> None:
    (quotation,) = positions(page, "control")[0].xpath(".//details//blockquote")
    assert quotation.text_content() == story.arabic["entry"].quote
    assert (quotation.get("lang"), quotation.get("dir")) == ("ar", "rtl")


def test_corroboration_across_sides_and_admissions_are_marked(page: html.HtmlElement) -> None:
    (standing,) = positions(page, "casualties")[0].find_class("standing")
    assert [words(item) for item in standing] == ["3 parties, across sides", "admission by GNA"]
    assert not positions(page, "casualties")[1].find_class("standing")


@pytest.mark.parametrize("parties", [("RUS", "EGY", "LNA"), ("LNA", "CIV", "MEDIA"), ("GNA", "TUR")])
def test_allies_and_voices_of_no_side_do_not_corroborate_across_sides(
    story: BridgeStory, read: Reader, parties: tuple[str, ...]
) -> None:
    question = first_question(story)
    position = replace(question.positions[0], parties=parties)
    change(story, questions=(replace(question, positions=(position, question.positions[1])),))
    (standing,) = read(f"/events/{story.event.id}").find_class("standing")
    assert words(standing) == f"{len(parties)} parties"


def test_alliances_join_sides_also_through_another() -> None:
    camps = camps_of(PARTIES)
    assert camps["RUS"] == camps["EGY"] == camps["LNA"]
    assert camps["GNA"] == camps["TUR"]
    assert len({camps[code] for code in ("LNA", "GNA", "UN", "FRA")}) == 4
    assert "MEDIA" not in camps


def test_parties_silent_on_a_question_are_named(page: html.HtmlElement) -> None:
    (silent,) = question(page, "control").find_class("silent-here")
    assert words(silent) == "Silent on this: TUR UN RUS CIV"
    assert not question(page, "involvement").find_class("silent-here")


def test_the_conflicts_of_a_question_wait_behind_a_disclosure_most_certain_first(
    story: BridgeStory, page: html.HtmlElement
) -> None:
    (disclosure,) = question(page, "control").findall("details")
    assert words(disclosure.find("summary")) == "2 conflicts between these positions, and why"
    shown = disclosure.find_class("conflict")
    assert [one.get("id") for one in shown] == [story.conflicts[name].id for name in ("control", "entry")]
    assert words(shown[0].find("header/h4")) == "Control: LNA and GNA"
    text = words(shown[0])
    assert "Control: LNA and GNA Suggested by machine score 0.91" in text
    assert story.conflicts["control"].verdict.explanation in text
    assert [quote.text_content() for quote in shown[0].iter("blockquote")] == [
        story.english["holds"].quote,
        story.english["denial"].quote,
    ]
    assert "Confirmed by analyst" in words(page.get_element_by_id(story.conflicts["casualties"].id))
    assert "Analyst unsure" in words(page.get_element_by_id(story.conflicts["involvement"].id))


def test_every_conflict_stands_on_the_page_once(story: BridgeStory, read: Reader) -> None:
    twice = replace(first_question(story), id="q-again")
    change(story, questions=(first_question(story), twice))
    ids = read(f"/events/{story.event.id}").xpath("//*/@id")
    assert len(ids) == len(set(ids))
    assert {conflict.id for conflict in story.conflicts.values()} <= set(ids)


def test_conflicts_of_no_question_are_shown_all_the_same(story: BridgeStory, read: Reader) -> None:
    change(story, questions=(first_question(story),))
    (loose,) = read(f"/events/{story.event.id}").find_class("loose")
    assert words(loose.find("h3")) == "2 conflicts outside these questions"
    assert [one.get("id") for one in loose.find_class("conflict")] == [
        story.conflicts[name].id for name in ("casualties", "involvement")
    ]


def test_an_event_whose_conflicts_belong_to_no_question_still_shows_them(
    story: BridgeStory, read: Reader
) -> None:
    del story.shelf.disputes[story.event.id]
    page = read(f"/events/{story.event.id}")
    assert words(page.get_element_by_id("questions-heading")) == "No contested question"
    assert len(page.find_class("loose")[0].find_class("conflict")) == 4


def test_more_conflicts_than_are_read_at_once_wait_once_more() -> None:
    shelf = Shelf()
    text = "".join(f"Depot {number} burned. " for number in range(OPEN_CONFLICTS + 3))
    document = shelf.document(title="Depots", outlet="o", language="en", text=text + "Nothing burned.")
    burned = [shelf.statement(document, f"Depot {n} burned.", "EGY") for n in range(OPEN_CONFLICTS + 3)]
    none = shelf.statement(document, "Nothing burned.", "UAE", denies=True)
    event = shelf.event("Depots", (*burned, none))
    conflicts = [
        shelf.conflict(event, row, none, ConflictType.OCCURRENCE, "It burned, or not.", score=0.5 + n / 100)
        for n, row in enumerate(burned)
    ]
    asked = Question(
        id="q1",
        event=event.id,
        type=ConflictType.OCCURRENCE,
        about=None,
        counts=None,
        positions=(
            Position(tuple(row.id for row in burned), ("EGY",), denies=False),
            Position((none.id,), ("UAE",), denies=True),
        ),
        conflicts=tuple(conflict.id for conflict in conflicts),
        silent=(),
    )
    shelf.disputes[event.id] = lambda _: Dispute(event.id, (asked,), (), ())
    text = application_of(shelf.room()).test_client().get(f"/events/{event.id}").get_data(as_text=True)
    page = html.document_fromstring(text)
    assert len(page.xpath("//article[@class='question']/details/div/article")) == OPEN_CONFLICTS
    assert len(page.xpath("//article[@class='question']/details/details/div/article")) == 3
    assert "9 conflicts between these positions" in words(page.get_element_by_id("q1"))


def test_a_statement_that_came_after_the_event_was_read_is_found_all_the_same(
    story: BridgeStory, read: Reader
) -> None:
    late = story.turkish["apart"]
    assert late.id not in story.event.statements
    question = first_question(story)
    position = replace(question.positions[0], statements=(late.id,))
    change(story, questions=(replace(question, positions=(position, question.positions[1])),))
    (quotation,) = read(f"/events/{story.event.id}").xpath("(//article[@class='position'])[1]/blockquote")
    assert quotation.text_content() == late.quote
