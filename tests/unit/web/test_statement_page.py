from dataclasses import replace

from lxml import html
from room_stories import BridgeStory
from rooms import Reader, application_of

from tracker.domain.documents import Document
from tracker.domain.errors import IndexDamagedError
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import Statement
from tracker.domain.views import StatementView
from tracker.web.attributions import LIKELY_FROM, SURE_FROM, probability


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def statement_of(story: BridgeStory, document: Document) -> Statement:
    """The first statement of a document."""
    return next(row for row in story.shelf.library.statements.values() if row.document == document.id)


def test_a_statement_says_how_everything_about_it_is_known(story: BridgeStory, read: Reader) -> None:
    statement = story.arabic["fall"]
    page = read(f"/statements/{statement.id}")
    (single,) = page.find_class("single")
    (quote,) = single.iter("blockquote")
    assert (quote.get("lang"), quote.get("dir"), quote.text_content()) == ("ar", "rtl", statement.quote)
    facts = words(page.find_class("facts")[0])
    for expected in (
        "Why GNA the sentence names its speaker",
        "confidence 0.85, likely. The model’s probability that GNA puts it forward.",
        "نفت",
        "4 June 2020, to the day; reckoned from words",
        "Wadi Sidra bridge (bridge), named in the sentence",
        "Both sides claim the bridge at Wadi Sidra: same place, one day apart",
        f"code points {statement.span.start} to {statement.span.end}",
    ):
        assert expected in facts


def test_speaker_and_cue_are_marked_in_the_quote_and_explained(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.arabic['fall'].id}")
    (quote,) = page.xpath("//div[contains(@class, 'single')]//blockquote")
    assert [(mark.get("class"), mark.text_content()) for mark in quote.iter("mark")] == [
        ("of-cue", "نفت"),
        ("of-speaker", "حكومة الوفاق"),
    ]
    (legend,) = page.find_class("legend")
    assert [mark.get("class") for mark in legend.iter("mark")] == ["of-speaker", "of-cue"]


def test_the_path_of_the_words_runs_the_way_of_its_language(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.arabic['fall'].id}")
    for place in (page.find_class("single")[0], page.find_class("facts")[0]):
        (path,) = place.find_class("path")
        assert (path.get("lang"), path.get("dir")) == ("ar", "rtl")
        assert [part.get("dir") for part in path.iter("bdi")] == ["auto", "auto"]
        assert words(path.find_class("arrow")[0]) == "←"
    path = read(f"/statements/{statement_of(story, story.page[1]).id}").find_class("path")[0]
    assert words(path.find_class("arrow")[0]) == "→"
    assert path.get("dir") == "ltr"


def test_the_path_read_aloud_is_a_sentence(story: BridgeStory, read: Reader) -> None:
    (path, _) = read(f"/statements/{story.arabic['fall'].id}").find_class("path")[:2]
    for hidden in path.xpath(".//*[@aria-hidden='true']"):
        hidden.drop_tree()
    assert words(path) == "قناة الوادي passes on the words of حكومة الوفاق"
    assert path.find_class("unseen")[0].get("lang") == "en"


def test_without_anybody_between_there_is_no_path(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.english['holds'].id}")
    assert not page.find_class("single")[0].find_class("arrow")
    assert "nobody named between" in words(page.find_class("facts")[0])


def test_a_doubtful_attribution_says_so_in_words_and_why(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.english['bodies'].id}")
    (single,) = page.find_class("single-doubtful")
    (doubt,) = single.find_class("doubt")
    assert words(doubt) == "doubtful – check"
    assert "Confidence 0.40. The model’s probability that CIV puts it forward" in doubt.get("title")
    assert "confidence 0.40, doubtful – check" in words(page.find_class("facts")[0])
    assert not read(f"/statements/{story.english['holds'].id}").find_class("single-doubtful")


def test_the_bands_are_told_as_they_are(story: BridgeStory, read: Reader) -> None:
    facts = words(read(f"/statements/{story.english['holds'].id}").find_class("facts")[0])
    assert f"sure from {probability(SURE_FROM)}, likely from {probability(LIKELY_FROM)}" in facts


def test_what_an_analyst_decided_has_no_probability(story: BridgeStory, read: Reader) -> None:
    statement = story.english["bodies"]
    decided = replace(statement.attribution, method=AttributionMethod.REVIEW)
    story.shelf.library.statements[statement.id] = replace(statement, attribution=decided)
    page = read(f"/statements/{statement.id}")
    facts = words(page.find_class("facts")[0])
    assert "decided by an analyst. No model was asked" in facts
    assert "0.40" not in facts
    assert not page.find_class("single-doubtful")


def test_its_conflicts_are_listed_without_the_rejected(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.english['holds'].id}")
    assert page.xpath("//article[contains(@class, 'conflict ')]/@id") == [story.conflicts["control"].id]


def test_similar_statements_are_listed_without_itself(story: BridgeStory, read: Reader) -> None:
    statement = story.english["killed"]
    quotes = [quote.text_content() for quote in read(f"/statements/{statement.id}").xpath("//ol//blockquote")]
    assert len(quotes) == 6
    assert statement.quote not in quotes


def test_a_statement_is_shown_although_the_search_is_down(story: BridgeStory) -> None:
    def search(*_: object) -> list[StatementView]:
        raise IndexDamagedError("the index is torn: run `tracker index rebuild`")

    client = application_of(story.shelf.room(search=search)).test_client()
    response = client.get(f"/statements/{story.english['holds'].id}")
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "tracker index rebuild" in text
    assert story.english["holds"].quote in text


def test_a_statement_in_no_event_has_no_link_to_one(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.turkish['apart'].id}")
    assert page.xpath("//nav[@aria-label='Breadcrumbs']//a/@href") == ["/events"]


def test_an_unknown_statement_is_not_found(read: Reader) -> None:
    assert "no statement s1" in words(read("/statements/s1", status=404))
