"""Real pages as people save them: menus, share forms and foreign scraps around the news."""

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tracker_shell import Shell

pytestmark = [pytest.mark.quality, pytest.mark.model]

Row = Mapping[str, Any]

LITTER = (
    "Leave a Reply",
    "Leave a Comment",
    "Continue Reading",
    "Click to comment",
    "Connect with us",
    "Copyright",
    "Required fields",
    "email address",
    "Related news",
    "Other reports by",
    "Trending",
    "More:",
    "press photo",
    "ANSAmed",
)
ANALYST = "Yousef"
"""The head of an institute, quoted at length on one of the pages."""
CYRILLIC = re.compile("[\u0400-\u04ff]")
"""All pages are in English: these letters come from the menus."""


@dataclass(frozen=True)
class Reading:
    """What became of the pages."""

    pages: int
    summary: Row
    rows: Mapping[str, Sequence[Row]]
    texts: Mapping[str, str]

    @property
    def statements(self) -> Sequence[Row]:
        return self.rows["statements"]

    def of_the_page_with_two_stories(self) -> list[Row]:
        """Told by a line that ends a story and is there once for each."""
        parts = {key for key, text in self.texts.items() if text.count("Continue Reading") > 1}
        assert len(parts) == 2, "each story is a document"
        return [one for one in self.statements if one["document"] in parts]


@pytest.fixture(scope="module")
def reading(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    folder = tmp_path_factory.mktemp("seeds")
    shell = Shell(folder / "home")
    shell.ok("init")
    summary = shell.ok("ingest", seeds, "--json").json()
    with closing(sqlite3.connect(shell.database)) as connection:
        texts = dict(connection.execute("SELECT coalesce(external_id, id), text FROM document"))
    return Reading(len(list(seeds.glob("*.txt"))), summary, shell.rows(folder / "out"), texts)


def test_every_page_is_read(reading: Reading) -> None:
    assert reading.pages == 5
    assert reading.summary["documents"] == {"new": 6, "known": 0, "failed": 0}, "one page holds two stories"
    assert {one["document"] for one in reading.statements} == set(reading.texts)


def test_no_litter_is_taken_for_a_statement(reading: Reading) -> None:
    found = [
        (marker, one["quote"])
        for one in reading.statements
        for marker in LITTER
        if marker.lower() in one["quote"].lower()
    ]
    assert found == []
    assert [one["quote"] for one in reading.statements if CYRILLIC.search(one["quote"])] == []


def test_no_headline_is_taken_for_a_statement(reading: Reading) -> None:
    titles = {row["title"].strip().lower() for row in reading.rows["documents"]}
    assert [one["quote"] for one in reading.statements if one["quote"].strip().lower() in titles] == []


def test_nothing_that_an_analyst_is_quoted_with_is_given_to_a_party(reading: Reading) -> None:
    assert any(ANALYST in text for text in reading.texts.values()), "the page that quotes him was not read"
    named = [(one["party"], one["quote"]) for one in reading.statements if ANALYST in one["quote"]]
    assert [(party, quote) for party, quote in named if party not in {"MEDIA", "OTHER"}] == []


def test_no_sentence_stands_twice_in_a_document(reading: Reading) -> None:
    counted = Counter((one["document"], " ".join(one["quote"].split())) for one in reading.statements)
    assert [quote for quote, count in counted.items() if count > 1] == []


def test_every_quote_stands_where_it_says(reading: Reading) -> None:
    for one in reading.statements:
        assert reading.texts[one["document"]][one["start"] : one["end"]] == one["quote"]


def test_the_page_with_two_stories_speaks_of_two_events(reading: Reading) -> None:
    events = {event["id"]: event for event in reading.rows["events"]}
    spoken_of = {one["event"] for one in reading.of_the_page_with_two_stories() if one["event"]}
    about = {
        city: {key for key in spoken_of if city in f"{events[key]['place']} {events[key]['title']}"}
        for city in ("Moscow", "Sirte")
    }
    assert about["Moscow"]
    assert about["Sirte"]
    assert not about["Moscow"] & about["Sirte"]


def conflicts_between(reading: Reading, words_of_lna: str, words_of_gna: str) -> list[Row]:
    """Of the page with two stories: conflicts of two statements that hold these words (patterns)."""
    page = reading.of_the_page_with_two_stories()
    ones = {one["id"] for one in page if one["party"] == "LNA" and re.search(words_of_lna, one["quote"])}
    others = {one["id"] for one in page if one["party"] == "GNA" and re.search(words_of_gna, one["quote"])}
    assert ones, "the LNA's words were not found"
    assert others, "the GNA's words were not found"
    return [
        row
        for row in reading.rows["conflicts"]
        if {row["a"], row["b"]} & ones and {row["a"], row["b"]} & others
    ]


def test_the_capture_of_sirte_and_what_the_other_side_says_of_it_are_a_conflict_of_one_event(
    reading: Reading,
) -> None:
    found = conflicts_between(reading, "entered|captured", "rejected|repelled|under control")
    assert found
    event_of = {one["id"]: one["event"] for one in reading.statements}
    for conflict in found:
        assert event_of[conflict["a"]] == event_of[conflict["b"]] == conflict["event"]
        assert conflict["type"] in {"control", "occurrence"}
        assert {"LNA", "GNA"} <= set(re.findall(r"\b[A-Z]{3}\b", conflict["explanation"]))
        assert re.search("entered|captured", conflict["explanation"])
        assert re.search("rejected|repelled|under control", conflict["explanation"])


def test_the_rejection_itself_conflicts_with_the_capture(reading: Reading) -> None:
    assert conflicts_between(reading, "entered|captured", "rejected")
