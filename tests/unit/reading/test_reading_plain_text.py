import pytest

from tracker.domain.errors import ReadingError
from tracker.reading.plain_text import read_text

SENTENCE = "The speaker of the chamber said on Monday that nothing had been signed."


def test_the_text_is_the_file_without_its_mark() -> None:
    data = b"\xef\xbb\xbfHarbour closed\r\n\r\n" + SENTENCE.encode()
    document = read_text(data, "a.txt")
    assert document.text == "Harbour closed\r\n\r\n" + SENTENCE
    assert document.original == data
    assert document.media_type == "text/plain"
    assert document.origin == "a.txt"


def test_a_file_of_white_space_holds_no_text() -> None:
    with pytest.raises(ReadingError, match="holds no text"):
        read_text(b" \n\t\n", "a.txt")
