"""Lines and rows that were made, or damaged, so as to break or stall their reader."""

import io
from collections.abc import Iterator, Sequence
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading import table
from tracker.reading.json_lines import read_json_lines
from tracker.reading.limits import LARGEST_RECORD
from tracker.reading.outcomes import Outcome, shown
from tracker.reading.table import read_table

LONG = 1_000  # characters of a message


def errors(outcomes: Iterator[Outcome]) -> list[tuple[str, str]]:
    return [(one.origin, one.reason) for one in outcomes if isinstance(one, ReadingError)]


def ids(outcomes: Sequence[Outcome]) -> list[str | None]:
    return [one.external_id for one in outcomes if isinstance(one, IncomingDocument)]


def test_a_table_of_a_hundred_thousand_columns_costs_no_more_than_its_length() -> None:
    columns = ",".join(f"c{number}" for number in range(100_000))
    begun = process_time()
    found = errors(read_table(io.BytesIO(f"text,{columns}\nx\n".encode()), "in.csv"))
    assert process_time() - begun < 10  # 90 where each name is looked for among all
    assert found == [("in.csv:2", "1 cells in a table of 100001 columns")]


def test_so_does_an_object_of_as_many_keys_the_last_of_which_stands_twice() -> None:
    keys = ",".join(f'"k{number}":0' for number in range(60_000))
    begun = process_time()
    found = errors(read_json_lines(io.BytesIO(f'{{{keys},"k59999":1}}'.encode()), "in.jsonl"))
    assert process_time() - begun < 10  # minutes where each key is looked for among all
    assert found == [("in.jsonl:1", "the key `k59999` stands twice in one object")]


@pytest.mark.parametrize(
    "line",
    [
        b'{"%s": 1, "%s": 2}' % (b"k" * 100_000, b"k" * 100_000),
        b'{"\\ud800\\u001b[2J": 1, "\\ud800\\u001b[2J": 2}',
        b'{"text": "Boats left.", "number": %s}' % (b"9" * 5_000),
    ],
)
def test_a_message_about_a_line_is_short_and_can_be_printed(line: bytes) -> None:
    ((_, reason),) = errors(read_json_lines(io.BytesIO(line), "in.jsonl"))
    assert len(reason) < LONG
    assert reason.isprintable()
    assert "sys." not in reason


def test_a_line_of_json_that_would_fill_the_memory_once_taken_apart_is_passed_over() -> None:
    hostile = b'{"text": "Boats left.", "list": [' + b"[]," * (LARGEST_RECORD // 3) + b"[]]}\n"
    outcomes = list(read_json_lines(io.BytesIO(hostile + b'{"id": "b", "text": "Boats came."}'), "in.jsonl"))
    assert errors(iter(outcomes)) == [("in.jsonl:1", "larger than 5 MB")]
    assert ids(outcomes) == ["b"]


def test_a_row_of_many_lines_is_bounded_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LARGEST_RECORD", 60)
    data = b'id,text\nr1,"' + b'ab\n","' * 20 + b'"\n'
    assert ("in.csv:2", "a broken row: larger than 0 MB") in errors(read_table(io.BytesIO(data), "in.csv"))
    short = b"id,text\n" + b"r,Boats left.\n" * 20
    assert len(ids(list(read_table(io.BytesIO(short), "in.csv")))) == 20


def test_half_a_surrogate_pair_in_utf_16_is_an_error_of_its_row_only() -> None:
    rows = 'id,text\nr1,"Boats left."\nr2,"Boats \ud83d came."\nr3,"Boats sank."\n'
    outcomes = list(read_table(io.BytesIO(rows.encode("utf-16", "surrogatepass")), "in.csv"))
    assert ids(outcomes) == ["r1", "r3"]
    assert errors(iter(outcomes)) == [
        ("in.csv:3", "bytes in the column `text` do not fit the file's encoding")
    ]


def test_utf_16_that_breaks_off_within_a_letter_is_told_and_what_comes_long_before_is_kept() -> None:
    data = ("id,text\n" + "r,Boats left.\n" * 2_000).encode("utf-16")[:-1]
    outcomes = list(read_table(io.BytesIO(data), "in.csv"))
    assert len(ids(outcomes)) > 1_000
    ((origin, reason),) = errors(iter(outcomes))
    assert origin == f"in.csv:{len(ids(outcomes)) + 2}"
    assert reason == "invalid UTF-16-LE, so the rest is not read"
    assert errors(read_table(io.BytesIO(data[:11]), "in.csv"))[0][0] == "in.csv:1"


def test_names_of_columns_that_do_not_fit_the_encoding_are_an_error_of_the_table() -> None:
    data = "id,text,naïve\n1,Ships of the north ï.,2\n".encode().replace("ï,".encode(), b"\xff", 1)
    data = data.replace("naï".encode(), b"na\xff", 1)
    ((origin, reason),) = errors(read_table(io.BytesIO(data), "in.csv"))
    assert origin == "in.csv:1"
    assert reason == "bytes in the names of columns do not fit the file's encoding"


@pytest.mark.parametrize("name", ["n" * 100_000, "\x1b[2J", "\u202e"])
def test_a_message_about_columns_is_short_and_can_be_printed(name: str) -> None:
    for header in (f"{name},{name},text", ",".join([name] * 300)):
        ((_, reason),) = errors(read_table(io.BytesIO(f"{header}\n1,2,3\n".encode()), "in.csv"))
        assert len(reason) < LONG
        assert reason.isprintable()


@given(st.text(alphabet=st.characters()), st.integers(min_value=1, max_value=50))
def test_whatever_a_message_shows_is_short_and_can_be_printed(words: str, most: int) -> None:
    assert len(shown(words, most)) <= most + 1
    assert shown(words, most).isprintable()
    if len(words) <= most and words.isprintable():
        assert shown(words, most) == words
