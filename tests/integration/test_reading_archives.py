"""Web archives, written by warcio, through FileReader."""

import gzip
import io
from contextlib import closing
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.archive import read_archive
from tracker.reading.html import PageReader
from tracker.reading.isolation import IsolatedWorker
from tracker.reading.reader import FileReader

TURKISH = "Meclis başkanı, yolun sivillere açıldığını söyledi."


def page(words: str) -> str:
    return f"<html><head><title>Road</title></head><body><article><p>{words}</p></article></body></html>"


class Archive:
    """Writes records to memory."""

    def __init__(self, *, compressed: bool) -> None:
        self._output = io.BytesIO()
        self._writer = WARCWriter(self._output, gzip=compressed)
        information = self._writer.create_warcinfo_record("a.warc", {"software": "test"})
        self._writer.write_record(information)
        information.raw_stream.close()

    def add(self, url: str, body: bytes, *headers: tuple[str, str], status: str = "200 OK") -> "Archive":
        http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        with closing(io.BytesIO(body)) as payload:
            record = self._writer.create_warc_record(url, "response", payload=payload, http_headers=http)
            self._writer.write_record(record)
            record.raw_stream.close()
        return self

    def data(self) -> bytes:
        return self._output.getvalue()


def full_archive(*, compressed: bool) -> bytes:
    html = ("Content-Type", "text/html; charset=utf-8")
    chunked = page("The third page spoke of a road.").encode()
    return (
        Archive(compressed=compressed)
        .add("https://a.example.org/1", page("The first page spoke of a road.").encode(), html)
        .add(
            "https://a.example.org/2",
            gzip.compress(page("The second page spoke of a road.").encode()),
            html,
            ("Content-Encoding", "gzip"),
        )
        .add(
            "https://a.example.org/3",
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(chunked), chunked),
            html,
            ("Transfer-Encoding", "chunked"),
        )
        .add(
            "https://a.example.org/4",
            page(TURKISH).encode("windows-1254"),
            ("Content-Type", "text/html; charset=windows-1254"),
        )
        .add("https://a.example.org/picture", b"\x89PNG", ("Content-Type", "image/png"))
        .add("https://a.example.org/gone", page("Not found.").encode(), html, status="404 Not Found")
        .data()
    )


def read(path: Path, data: bytes) -> list[IncomingDocument | ReadingError]:
    path.write_bytes(data)
    return list(FileReader().read([path]))


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_pages_fetched_with_success_are_documents(tmp_path: Path, name: str) -> None:
    outcomes = read(tmp_path / name, full_archive(compressed=name.endswith(".gz")))
    documents = [outcome for outcome in outcomes if isinstance(outcome, IncomingDocument)]
    assert documents == outcomes
    assert [document.text for document in documents] == [
        "The first page spoke of a road.",
        "The second page spoke of a road.",
        "The third page spoke of a road.",
        TURKISH,
    ]
    assert documents[0].url == "https://a.example.org/1"
    assert documents[0].origin.endswith(f"{name}, record 2")
    assert documents[1].original == page("The second page spoke of a road.").encode()
    assert documents[0].published is None


class FirstBytes(PageReader):
    """Gives pages back without taking them apart."""

    def __init__(self) -> None:
        super().__init__(IsolatedWorker())

    def read(
        self,
        data: bytes,
        origin: str,
        *,
        url: str | None = None,
        charset: str | None = None,  # noqa: ARG002 - part of the method
    ) -> IncomingDocument:
        return IncomingDocument(origin, data, "text/html", "x", url=url)


@pytest.mark.parametrize("compressed", [True, False])
def test_an_archive_may_break_off_anywhere_without_a_silent_loss(*, compressed: bool) -> None:
    whole = full_archive(compressed=compressed)
    pages = list(read_archive(io.BytesIO(whole), "a", FirstBytes()))
    unnoticed = 0
    for length in range(len(whole)):
        outcomes = list(read_archive(io.BytesIO(whole[:length]), "a", FirstBytes()))
        documents = [outcome for outcome in outcomes if isinstance(outcome, IncomingDocument)]
        assert documents == pages[: len(documents)]
        unnoticed += len(documents) == len(outcomes)
    # Between two records nothing is missing; there, and only there, an archive may end.
    assert unnoticed < 60


def test_the_encoding_that_the_server_named_is_believed(tmp_path: Path) -> None:
    chinese = "政府发言人周一表示，道路已经重新开放，居民可以返回家园，但是仍有部分地区没有供电。"
    header = ("Content-Type", "text/html; charset=GB2312")
    archive = Archive(compressed=False).add("https://a.example.org/1", page(chinese).encode("gb2312"), header)
    (document,) = read(tmp_path / "a.warc", archive.data())
    assert isinstance(document, IncomingDocument)
    assert document.text == chinese


def test_an_archive_that_breaks_off_says_after_which_record(tmp_path: Path) -> None:
    data = full_archive(compressed=True)
    outcomes = read(tmp_path / "cut.warc.gz", data[: len(data) // 2])
    assert isinstance(outcomes[0], IncomingDocument)
    error = outcomes[-1]
    assert isinstance(error, ReadingError)
    assert "cut.warc.gz, after record" in error.origin
    assert error.reason == "the compressed data breaks off"


def test_a_bomb_is_stopped_early(tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example.org/\r\n"
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    bomb = gzip.compress(head + b"Content-Length: 900000000\r\n\r\n" + http + b"0" * 60_000_000)
    too_large, stopped = read(tmp_path / "bomb.warc.gz", bomb)
    assert isinstance(too_large, ReadingError)
    assert too_large.reason == "larger than 5 MB, too large for a page"
    assert isinstance(stopped, ReadingError)
    assert stopped.reason == "expands more than 100 times"


def test_a_page_that_is_a_bomb_takes_no_other_with_it(tmp_path: Path) -> None:
    html = ("Content-Type", "text/html")
    data = (
        Archive(compressed=False)
        .add("https://a.example.org/1", gzip.compress(b"0" * 9_000_000), html, ("Content-Encoding", "gzip"))
        .add("https://a.example.org/2", b"\x0b\x02\x80", html, ("Content-Encoding", "br"))
        .add("https://a.example.org/3", page("The last page spoke of a road.").encode(), html)
        .data()
    )
    bomb, brotli, good = read(tmp_path / "pages.warc", data)
    assert isinstance(bomb, ReadingError)
    assert bomb.reason == "larger than 5 MB once decompressed"
    assert isinstance(brotli, ReadingError)
    assert brotli.reason == "compressed as br, which cannot be read"
    assert isinstance(good, IncomingDocument)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"some words", "not a WARC archive"),
        (gzip.compress(b"some words"), "not a WARC archive"),
        (gzip.compress(gzip.compress(b"WARC/1.0\r\n")), "not a WARC archive"),
        (Archive(compressed=True).data(), "holds no page of HTML"),
    ],
    # What gzip makes holds the time, so the bytes are no name for a test.
    ids=["nothing", "words", "compressed words", "compressed twice", "no records"],
)
def test_every_fault_has_its_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    (error,) = read(tmp_path / "a.warc.gz", data)
    assert isinstance(error, ReadingError)
    assert error.reason == reason


@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * 200_000, b"X-Many: a\r\n" * 20_000])
def test_headers_are_not_collected_without_measure(tmp_path: Path, line: bytes) -> None:
    data = full_archive(compressed=False)
    (error,) = read(tmp_path / "a.warc", data.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1))
    assert isinstance(error, ReadingError)
    assert error.reason == "a record with more than 100 KB of headers"


def test_warcio_prints_nothing_of_its_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = full_archive(compressed=False).replace(b"Not found.", b"Not found, and longer than it says.")
    outcomes = read(tmp_path / "a.warc", data)
    error = outcomes[-1]
    assert isinstance(error, ReadingError)
    assert error.reason == "the record is longer than it says"
    assert capfd.readouterr() == ("", "")
