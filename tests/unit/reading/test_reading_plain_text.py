import time

import pytest

from tracker.domain.errors import ReadingError
from tracker.reading.plain_text import read_text, title_of

SENTENCE = "The speaker of the chamber said on Monday that nothing had been signed."


def test_the_text_is_the_file_without_its_mark() -> None:
    data = b"\xef\xbb\xbfHarbour closed\r\n\r\n" + SENTENCE.encode()
    document = read_text(data, "a.txt")
    assert document.text == "Harbour closed\r\n\r\n" + SENTENCE
    assert document.original == data
    assert document.title == "Harbour closed"
    assert document.media_type == "text/plain"
    assert document.origin == "a.txt"


def test_a_file_of_white_space_holds_no_text() -> None:
    with pytest.raises(ReadingError, match="holds no text"):
        read_text(b" \n\t\n", "a.txt")


@pytest.mark.parametrize(
    "heading",
    [
        "Envoy leaves without a deal",
        "Who closed the harbour?",
        "المبعوث يغادر من دون اتفاق",
        "Elçi anlaşma olmadan ayrıldı",
        "Посланник уехал без соглашения",
    ],
)
def test_a_short_first_line_is_the_title(heading: str) -> None:
    assert title_of(f"\n  {heading} \n{SENTENCE}") == heading


@pytest.mark.parametrize(
    "text",
    [
        "Envoy leaves without a deal",
        f"{SENTENCE}\nMore of it follows here.",
        f"“It is over.”\n{SENTENCE}",
        f"{'Envoy leaves ' * 20}\n{SENTENCE}",
        "The speaker of the chamber said on Monday\nthat nothing had been signed in the city",
        f"Correspondents in the capital, the east,\n{SENTENCE}",
        "",
    ],
)
def test_sentences_and_wrapped_lines_are_no_title(text: str) -> None:
    assert title_of(text) is None


def test_a_heading_before_a_blank_line_may_be_followed_by_a_small_letter() -> None:
    assert (
        title_of("Envoy leaves without a deal\n\nal-Bayda - The envoy left.") == "Envoy leaves without a deal"
    )


def test_a_repeated_line_is_the_title_rather_than_a_scrap_of_the_menu() -> None:
    text = (
        f"Follow us\n\nEnvoy leaves without a deal\n\n{SENTENCE}\n\nEnvoy leaves without a deal\n\n{SENTENCE}"
    )
    assert title_of(text) == "Envoy leaves without a deal"


def test_a_million_blank_lines_cost_no_more_than_a_moment() -> None:
    text = "Envoy leaves without a deal" + "\n" * 1_000_000 + SENTENCE
    began = time.process_time()
    assert title_of(text) == "Envoy leaves without a deal"
    assert time.process_time() - began < 2
