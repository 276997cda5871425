"""Web archives (WARC): one document a page that was fetched with success."""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import BufferedReader, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.compression import DamagedStreamError, PlainStream, expand
from tracker.reading.html import PageReader
from tracker.reading.limits import LARGEST_PAGE, MEGABYTE
from tracker.reading.outcomes import Outcome, shown

_MAGIC = b"WARC/"
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_SUCCESS = "200"
_BLOCK = 65_536
_HEADERS = 100_000
"""Bytes allowed for the headers of a record, beside its page."""

_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_COMPRESSED = (b"\x1f\x8b", b"\x78")

_NO_HTTP = StatusAndHeaders("", [])
"""Stands for the headers of a response that has none."""

# It repeats addresses of any length that have spaces in them; they are read all the same.
logging.getLogger("warcio.recordloader").setLevel(logging.ERROR)


def read_archive(stream: BinaryIO, origin: str, pages: PageReader) -> Iterator[Outcome]:
    """A document or an error for each record that holds a page; `origin, record 3` names the third record.

    Records of other kinds are passed over. An archive that is damaged or that expands without measure
    gives what comes before the damage, then an error.
    """
    number = 0
    found = False
    try:
        for record in _Records(_opened(stream, origin)):
            _check_headers(record)
            number += 1
            if record.http_headers is _NO_HTTP:
                found = True
                yield ReadingError(f"{origin}, record {number}", "a response without HTTP headers")
            elif _is_page(record):
                found = True
                yield _page_or_error(record, f"{origin}, record {number}", pages)
            _pass_over(record)
    except ReadingError as error:
        yield error
    except DamagedStreamError as error:
        yield ReadingError(_after(number, origin), str(error))
    except ArchiveLoadFailed:
        yield ReadingError(_after(number, origin), "damaged: a record does not begin as one")
    except Exception as error:  # noqa: BLE001 - warcio lets all sorts of errors out of damaged archives
        yield ReadingError(_after(number, origin), f"damaged ({type(error).__name__}: {shown(str(error))})")
    else:
        if not found:
            yield ReadingError(origin, "holds no page of HTML")


class _Lines(BufferedReader):  # type: ignore[misc] # warcio has no types
    """Decompressed bytes whose lines, the headers of a record, are not collected without measure."""

    in_headers = 0
    """Bytes of lines since the last record began."""

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(min(length or _HEADERS, _HEADERS))
        self.in_headers += len(line)
        if self.in_headers > _HEADERS:
            raise DamagedStreamError(f"a record with more than {_HEADERS // 1000} KB of headers")
        return line


class _Loader(ArcWarcRecordLoader):  # type: ignore[misc] # warcio has no types
    """Reads the headers of responses only, also where a record does not say what it is the response to."""

    def load_http_headers(self, rec_type: str, uri: str | None, *where: Any) -> Any:  # noqa: ANN401
        if rec_type != "response":
            return None
        try:
            return super().load_http_headers(rec_type, uri or "http:", *where)
        except StatusAndHeadersParserException:
            # The record is as long as it says; what comes after it can still be read.
            return _NO_HTTP


class _Records(WARCIterator):  # type: ignore[misc] # warcio has no types
    """The records of a decompressed archive; damage that warcio passes over is an error here."""

    INC_RECORD = ""
    """The warning that would go to standard error."""

    def __init__(self, plain: PlainStream) -> None:
        super().__init__(plain)
        self.reader = _Lines(plain)
        self.loader = _Loader()

    def _next_record(self, next_line: bytes | None) -> Any:  # noqa: ANN401
        self.reader.in_headers = 0
        begun = self._position() - len(next_line or b"")
        try:
            return super()._next_record(next_line)
        except EOFError as error:
            # warcio takes any end of the file for the end of the archive.
            if self._position() > begun:
                raise DamagedStreamError("the archive breaks off") from error
            raise

    def _consume_blanklines(self) -> Any:  # noqa: ANN401
        consumed = super()._consume_blanklines()
        if self.err_count:
            raise DamagedStreamError("the record is longer than it says")
        return consumed

    def _position(self) -> int:
        return int(self.fh.tell() - self.reader.rem_length())


def _opened(stream: BinaryIO, origin: str) -> PlainStream:
    plain = PlainStream(stream)
    if not plain.begins_with(_MAGIC):
        raise ReadingError(origin, "not a WARC archive" if plain.read(1) else "empty")
    return plain


def _after(number: int, origin: str) -> str:
    return f"{origin}, after record {number}" if number else origin


def _check_headers(record: Any) -> None:  # noqa: ANN401
    if record.rec_type is None or record.length is None:
        raise DamagedStreamError(
            "a record without its type and length: the archive breaks off, or is damaged"
        )


def _is_page(record: Any) -> bool:  # noqa: ANN401
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != _SUCCESS:
        return False
    kind = (headers.get_header("Content-Type") or "").partition(";")[0]
    return kind.strip().lower() in _PAGE_TYPES


def _page_or_error(record: Any, origin: str, pages: PageReader) -> Outcome:  # noqa: ANN401
    try:
        return _page(record, origin, pages)
    except ReadingError as error:
        return error


def _page(record: Any, origin: str, pages: PageReader) -> IncomingDocument:  # noqa: ANN401
    if record.length > LARGEST_PAGE + _HEADERS:
        raise ReadingError(origin, f"larger than {LARGEST_PAGE // MEGABYTE} MB, too large for a page")
    headers = record.http_headers
    body = record.raw_stream.read()
    _check_complete(record)
    if (headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        # Gives the bytes as they are where they are not chunked any more, which many archives hold.
        body = ChunkedDataReader(io.BytesIO(body)).read()
    body = _expanded(body, (headers.get_header("Content-Encoding") or "identity").lower(), origin)
    charset = _CHARSET.search(headers.get_header("Content-Type"))
    return pages.read(
        body,
        origin,
        url=record.rec_headers.get_header("WARC-Target-URI"),
        charset=charset.group(1) if charset else None,
    )


def _expanded(body: bytes, encoding: str, origin: str) -> bytes:
    if encoding in {"identity", "none", ""}:
        return body
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        # Some archives keep the header of a page that they have decompressed.
        if body.lstrip().startswith(b"<"):
            return body
        raise ReadingError(origin, f"compressed as {shown(encoding)}, which cannot be read")
    if encoding != "deflate" and not body.startswith(_COMPRESSED):
        return body
    try:
        return expand(body, LARGEST_PAGE)
    except DamagedStreamError as error:
        raise ReadingError(origin, str(error)) from error


def _pass_over(record: Any) -> None:  # noqa: ANN401
    while record.raw_stream.read(_BLOCK):
        pass
    _check_complete(record)


def _check_complete(record: Any) -> None:  # noqa: ANN401
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise DamagedStreamError("the archive breaks off within a record")
