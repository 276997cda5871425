import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading import json_lines
from tracker.reading.json_lines import read_json_line, read_json_lines
from tracker.reading.outcomes import Outcome


def read(data: bytes) -> list[Outcome]:
    return list(read_json_lines(io.BytesIO(data), "in.jsonl"))


def line(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8")


def test_a_broken_line_takes_nothing_else_with_it() -> None:
    data = b"\n".join([line(id="a", text="One."), b'{"id": "b", "text": "Two"', line(id="c", text="Three.")])
    first, broken, third = read(data)
    assert isinstance(first, IncomingDocument)
    assert isinstance(third, IncomingDocument)
    assert (first.external_id, third.external_id) == ("a", "c")
    assert (first.origin, third.origin) == ("in.jsonl:1", "in.jsonl:3")
    assert isinstance(broken, ReadingError)
    assert broken.origin == "in.jsonl:2"
    assert broken.reason.startswith("not JSON at column 26")


def test_the_original_is_the_line_as_it_stands() -> None:
    raw = '  {"text":"Un\\u0131t  e\u0301", "extra": [1]}'.encode()
    (document,) = read(b"\xef\xbb\xbf" + raw + b"\r\n")
    assert isinstance(document, IncomingDocument)
    assert document.original == raw
    assert document.text == "Unıt  e\u0301"


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_text_comes_back_exactly_as_given(text: str) -> None:
    (outcome,) = read(line(text=text))
    if isinstance(outcome, ReadingError):
        assert text.isspace()
    else:
        assert outcome.text == text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"[1]", "not a JSON object"),
        (b"nonsense", "not JSON at column 1: Expecting value"),
        (b'{"text": "caf\xe9"}', "invalid UTF-8 at byte 13"),
        (b'{"text": "a\x00"}', "not a text file: NUL at byte 11"),
        (b'{"text": "a", "text": "b"}', "the key `text` stands twice in one object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"text": "a\\ud800"}', "not a text file: half a surrogate pair at character 1"),
    ],
)
def test_every_fault_has_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_json_line(raw, "in.jsonl:1")
    assert caught.value.reason == reason


def test_blank_lines_count_but_give_nothing() -> None:
    (document,) = read(b"\n \n" + line(text="One.") + b"\n\n")
    assert isinstance(document, IncomingDocument)
    assert document.origin == "in.jsonl:3"


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"\n  \n", "holds no text")])
def test_a_file_without_lines_is_an_error(data: bytes, reason: str) -> None:
    (error,) = read(data)
    assert isinstance(error, ReadingError)
    assert (error.origin, error.reason) == ("in.jsonl", reason)


def test_utf_16_is_named_as_such() -> None:
    (error,) = read('{"text": "One."}\n'.encode("utf-16"))
    assert isinstance(error, ReadingError)
    assert "UTF-16" in error.reason


def test_a_line_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "LARGEST_RECORD", 100)
    too_long, after = read(line(text="long " * 50) + b"\n" + line(text="Short."))
    assert isinstance(too_long, ReadingError)
    assert too_long.origin == "in.jsonl:1"
    assert isinstance(after, IncomingDocument)
    assert after.origin == "in.jsonl:2"


def test_documents_come_before_the_stream_has_ended() -> None:
    class Endless(io.BytesIO):
        def readline(self, _size: int | None = -1, /) -> bytes:
            return line(text="One more.") + b"\n"

    documents = read_json_lines(Endless(), "x")
    assert isinstance(next(documents), IncomingDocument)
    assert isinstance(next(documents), IncomingDocument)
