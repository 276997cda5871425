from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from room_stories import BridgeStory

from tracker.web.live_links import DIRECTIVE, live_address, text_fragment


def test_few_words_are_named_whole() -> None:
    assert text_fragment("We lost  two men\tyesterday") == "We%20lost%20two%20men%20yesterday"


def test_of_many_words_the_first_and_the_last_are_named() -> None:
    words = "one two three four five six seven eight nine ten eleven"
    assert text_fragment(words) == "one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven"


def test_words_of_two_paragraphs_are_named_by_beginning_and_end() -> None:
    assert text_fragment("first line\nsecond") == "first,line%20second"


def test_what_means_something_in_a_directive_is_encoded() -> None:
    assert text_fragment("cease-fire, “now” & then #1") == (
        "cease%2Dfire%2C%20%E2%80%9Cnow%E2%80%9D%20%26%20then%20%231"
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_directive_has_at_most_one_comma_and_gives_its_words_back(words: str) -> None:
    written = text_fragment(words)
    assert set(written) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~%,")
    parts = written.split(",")
    assert len(parts) <= 2
    said = " ".join(words.split())
    assert said.startswith(unquote(parts[0]))
    assert said.endswith(unquote(parts[-1]))


def test_the_address_of_a_statement_leads_to_its_words(story: BridgeStory) -> None:
    document, statement = story.english.document, story.english["losses"]
    assert live_address(document, statement) == (
        "https://courier.example/2020/06/05/bridge#:~:text=We%20lost%20two%20men%20yesterday%20and%20no%20ground"
    )
    anchored = replace(document, url="https://courier.example/bridge#live")
    assert live_address(anchored, statement) is not None
    assert live_address(anchored, statement).partition(DIRECTIVE)[0] == "https://courier.example/bridge#live"


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "file:///etc/hosts", "https://"])
def test_no_link_leads_where_no_reader_may_go(story: BridgeStory, url: str | None) -> None:
    assert live_address(replace(story.english.document, url=url), story.english["losses"]) is None
