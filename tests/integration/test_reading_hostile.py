"""Pages, feeds, archives and names of files that were made to break their reader, through FileReader."""

import os
from pathlib import Path

import pytest

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.limits import MOST_ENTRIES, MOST_ERRORS_IN_A_ROW
from tracker.reading.reader import FileReader

WORDS = "The harbour master said on Monday that fourteen boats were lost."


def read(path: Path, data: bytes) -> list[IncomingDocument | ReadingError]:
    path.write_bytes(data)
    return list(FileReader().read([path]))


def only(path: Path, data: bytes) -> IncomingDocument:
    (outcome,) = read(path, data)
    assert isinstance(outcome, IncomingDocument), outcome
    return outcome


def page(words: str = WORDS, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><article><p>{words}</p></article></body></html>".encode()


def record(
    body: bytes, *, kind: str = "response", address: str = "WARC-Target-URI: http://e.org/\r\n"
) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\n{address}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def response(words: str = WORDS) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(words)


@pytest.mark.parametrize("reference", ["&#1;", "&#x1b;", "&#0;", "&#xD800;", "&#99999999999;"])
def test_a_reference_to_no_character_does_not_take_the_article_with_it(
    tmp_path: Path, reference: str
) -> None:
    text = only(tmp_path / "page.html", page(f"{WORDS} {reference} The guard left.")).text
    assert text == f"{WORDS} \ufffd The guard left."


def test_an_address_that_is_none_does_not_take_the_page_with_it(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="http://[">'
    assert only(tmp_path / "page.html", page(head=head)).url is None


def test_nor_does_a_date_without_measure(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="Mon, 06 Jan 2020 10:00:00 +9999999999999">'
    assert only(tmp_path / "page.html", page(head=head)).published is None


def test_a_reference_to_no_character_does_not_take_the_feed_with_it(tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>T</title><description>&lt;p&gt;{WORDS} {reference}&lt;/p&gt;</description></item>"
        for reference in ("&#99999999999;", "&amp;#xD800;", "none")
    )
    data = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    texts = [one.text for one in read(tmp_path / "feed.xml", data) if isinstance(one, IncomingDocument)]
    assert texts == [f"{WORDS} \ufffd", f"{WORDS} \ufffd", f"{WORDS} none"]


def test_a_feed_of_nothing_but_tags_is_one_error(tmp_path: Path) -> None:
    data = b'<rss version="2.0"><channel>' + b"<item></item>" * (MOST_ENTRIES + 1) + b"</channel></rss>"
    (error,) = read(tmp_path / "feed.xml", data)
    assert isinstance(error, ReadingError)
    assert error.reason == "more than 10000 entries, too many for a feed"


def test_a_page_in_an_archive_is_read_without_its_address(tmp_path: Path) -> None:
    document = only(tmp_path / "a.warc", record(response(), address=""))
    assert (document.text, document.url) == (WORDS, None)


@pytest.mark.parametrize("address", ["http://e.org/\x1b[2J", "http://["])
def test_an_address_in_an_archive_that_leads_nowhere_is_left_out(tmp_path: Path, address: str) -> None:
    document = only(tmp_path / "a.warc", record(response(), address=f"WARC-Target-URI: {address}\r\n"))
    assert (document.text, document.url) == (WORDS, None)


def test_a_record_without_http_or_of_another_kind_takes_no_other_with_it(tmp_path: Path) -> None:
    data = (
        record(b"FETCH / HTTP/9\r\n\r\n", kind="request")
        + record(b"no such thing\r\n\r\n")
        + record(response())
    )
    error, document = read(tmp_path / "a.warc", data)
    assert isinstance(error, ReadingError)
    assert error.origin.endswith("a.warc, record 2")
    assert error.reason == "a response without HTTP headers"
    assert isinstance(document, IncomingDocument)


def test_what_is_said_of_a_damaged_archive_can_be_printed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spaces = record(response(), address=f"WARC-Target-URI: http://e.org/{'a ' * 9_000}\r\n")
    document, error = read(tmp_path / "a.warc", spaces + b"\x1b[2J\xff" * 99)
    assert isinstance(document, IncomingDocument)
    assert isinstance(error, ReadingError)
    assert error.reason == "damaged: a record does not begin as one"
    # Without a handler they would go to standard error, the address and all.
    assert caplog.records == []


def test_a_file_of_nothing_but_broken_lines_is_given_up(tmp_path: Path) -> None:
    good = b'{"text": "Boats left."}\n'
    (tmp_path / "a.jsonl").write_bytes(good + b"x\n" * (MOST_ERRORS_IN_A_ROW + 500) + good)
    (tmp_path / "b.jsonl").write_bytes(good + b"x\n" * (MOST_ERRORS_IN_A_ROW - 1) + good + b"x\n" * 9 + good)
    outcomes = list(FileReader().read([tmp_path]))
    read_from = [one.origin for one in outcomes if isinstance(one, IncomingDocument)]
    names = [origin.rpartition("/")[2] for origin in read_from]
    assert names == ["a.jsonl:1", "b.jsonl:1", "b.jsonl:10001", "b.jsonl:10011"]
    given_up = [one for one in outcomes if isinstance(one, ReadingError) and "given up" in one.reason]
    assert [one.origin for one in given_up] == [str(tmp_path / "a.jsonl")]


def test_a_name_that_is_no_utf_8_can_be_written_anywhere(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    Path(os.fsdecode(folder + b"/a\xe9.txt")).write_bytes(b"")
    Path(os.fsdecode(folder + b"/b\xe9.txt")).write_bytes(WORDS.encode())
    error, document = FileReader().read([tmp_path])
    assert isinstance(error, ReadingError)
    assert str(error).encode("utf-8").endswith(rb"/a\xe9.txt: empty")
    assert document.origin.encode("utf-8").endswith(rb"/b\xe9.txt")
