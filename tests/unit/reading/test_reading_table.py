import io
import json

import pytest
from reading_texts import ARABIC, TURKISH

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading import table
from tracker.reading.outcomes import Outcome
from tracker.reading.table import read_table


def read(data: bytes) -> list[Outcome]:
    return list(read_table(io.BytesIO(data), "in.csv"))


def documents(data: bytes) -> list[IncomingDocument]:
    return [outcome for outcome in read(data) if isinstance(outcome, IncomingDocument)]


def errors(data: bytes) -> list[tuple[str, str]]:
    return [(o.origin, o.reason) for o in read(data) if isinstance(o, ReadingError)]


def test_rows_are_documents_with_their_text_as_given() -> None:
    data = 'id,Text ,published,page\r\nr1,"One,\r\n ""two"".",2020-03-01,4\r\nr2,Üç.,,5\r\n'.encode()
    one, two = documents(data)
    assert one.text == 'One,\r\n "two".'
    assert one.external_id == "r1"
    assert one.published is not None
    assert (one.origin, two.origin) == ("in.csv:2", "in.csv:4")
    assert json.loads(one.original) == {"id": "r1", "text": one.text, "published": "2020-03-01", "page": "4"}


def test_the_original_does_not_depend_on_the_order_of_columns() -> None:
    (one,) = documents(b"id,text\nr1,One.\n")
    (other,) = documents(b"text,id\nOne.,r1\n")
    assert one.original == other.original


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_usual_delimiters_are_recognised(delimiter: str) -> None:
    data = f"id{delimiter}text\nr1{delimiter}One.\n".encode()
    assert [document.text for document in documents(data)] == ["One."]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", ARABIC),
        ("utf-8-sig", ARABIC),
        ("utf-16", ARABIC),
        ("windows-1256", ARABIC),
        ("iso-8859-9", TURKISH),
    ],
)
def test_encodings_are_told_as_for_plain_text(encoding: str, text: str) -> None:
    text = text.replace('"', "").replace("’", "'").replace("“", "").replace("”", "")
    (document,) = documents(f'id,text\nr1,"{text}"\n'.encode(encoding))
    assert document.text == text


def test_a_damaged_row_takes_nothing_else_with_it() -> None:
    rows = [b"id,text", f"r1,{ARABIC}".encode().replace(b",", b"", 0), b"r2,caf\xe9", "r3,كان هناك.".encode()]
    data = b"\n".join([rows[0], "r1,كان هناك".encode(), rows[2], rows[3]])
    assert [document.external_id for document in documents(data)] == ["r1", "r3"]
    assert errors(data) == [("in.csv:3", "bytes in the column `text` do not fit the file's encoding")]


def test_a_row_of_the_wrong_length_is_named() -> None:
    assert errors(b"id,text\nr1,One, two\nr2,Three.\n") == [("in.csv:2", "3 cells in a table of 2 columns")]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ("in.csv", "empty")),
        (b" \n ", ("in.csv", "holds no text")),
        (b"id,body\nr1,One.\n", ("in.csv", "has no column `text`, only: id, body")),
        (b"text,TEXT\na,b\n", ("in.csv", "has two columns `text`")),
        (b"id,text\n", ("in.csv", "holds no rows")),
        (b"id,text\nr1,\n", ("in.csv:2", "holds no text")),
        (b"id,text\nr1,a\x00b\n", ("in.csv", "not a text file: NUL at byte 12")),
        (b'id,text\nr1,"One\nTwo', ("in.csv:2", "a broken row: unexpected end of data")),
        (b'id,text\nr1,"One"x\nr2,Two.', ("in.csv:2", "a broken row: ',' expected after '\"'")),
    ],
)
def test_every_fault_has_its_place_and_reason(data: bytes, error: tuple[str, str]) -> None:
    assert errors(data) == [error]


def test_a_line_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LARGEST_RECORD", 50)
    data = b"id,text\nr1," + b"x" * 200 + b"\nr2,Two.\n"
    assert [document.external_id for document in documents(data)] == ["r2"]
    assert errors(data) == [("in.csv:2", "a broken row: larger than 0 MB")]


def test_articles_may_be_longer_than_the_limit_of_the_csv_library() -> None:
    long = "word " * 40_000
    assert documents(f"id,text\nr1,{long}\n".encode())[0].text == long
