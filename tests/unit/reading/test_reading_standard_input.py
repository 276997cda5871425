import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.reading.standard_input import sniffed


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b'{"text": "One."}\n', ".jsonl"),
        (b'\xef\xbb\xbf\n  { "text": "One."}\n', ".jsonl"),
        (b"{}", ".jsonl"),
        (b"{curly} words\n", ".txt"),
        (b"The army said.\n", ".txt"),
        (b"", ".txt"),
        (b"<!DOCTYPE html>\n<p>x", ".html"),
        (b"<html lang='ar'>", ".html"),
        (b"<rss version='2.0'>", ".xml"),
        (b"<?xml version='1.0'?>\n<feed xmlns='x'>", ".xml"),
        (b"WARC/1.0\r\n", ".warc"),
        (b"\x1f\x8b\x08", ".warc"),
    ],
)
def test_the_first_line_tells_the_format(data: bytes, suffix: str) -> None:
    assert sniffed(io.BytesIO(data))[0] == suffix


@settings(deadline=None)
@given(st.binary())
def test_sniffing_takes_no_byte_away(data: bytes) -> None:
    assert sniffed(io.BytesIO(data))[1].read() == data


@settings(deadline=None)
@given(st.lists(st.binary()))
def test_lines_are_the_same_after_sniffing(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    assert list(sniffed(io.BytesIO(data))[1]) == list(io.BytesIO(data))
