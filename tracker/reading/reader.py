"""Whatever a person hands over, as documents: files, folders, feeds, archives, standard input."""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

from tracker.domain.addresses import WebAddress, without_credentials
from tracker.domain.documents import DateFound, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.archive import read_archive
from tracker.reading.detection import UNDETERMINED, detect_language, normalise_code
from tracker.reading.feed import read_feed
from tracker.reading.fetched import read_fetched
from tracker.reading.fetching import Fetcher
from tracker.reading.html import PageReader
from tracker.reading.isolation import IsolatedWorker
from tracker.reading.json_lines import read_json_lines
from tracker.reading.limits import LARGEST_TEXT, MEGABYTE, MOST_ERRORS_IN_A_ROW, PAGE_SECONDS
from tracker.reading.outcomes import Outcome
from tracker.reading.paths import files_in, name_of, suffix_of
from tracker.reading.plain_text import read_text
from tracker.reading.standard_input import sniffed
from tracker.reading.table import read_table

STANDARD_INPUT = Path("-")
"""The path that stands for standard input."""

READABLE = (".txt", ".html", ".htm", ".xhtml", ".jsonl", ".csv", ".xml", ".warc", ".warc.gz")
"""The endings of the names of files that can be read."""

Source: TypeAlias = Path | WebAddress
"""What can be read: a file, a folder, standard input; or what an address leads to."""

_Format: TypeAlias = Callable[[BinaryIO, str], Iterator[Outcome]]
_Formats: TypeAlias = Mapping[str, _Format]

_logger = logging.getLogger(__name__)


class FileReader:
    """Reads paths as documents, lazily and one at a time; whatever fails comes as an error in its place.

    `outlet`, `published` (with its zone) and `language` (a BCP 47 tag) stand in where a document itself
    names none. `standard_input` is read for the path "-", the process's own if None. One page of HTML
    may take `page_seconds`. `fetcher` fetches addresses; without one they are errors. Raises ValueError for a
    language or date that is none.
    """

    def __init__(
        self,
        outlet: str | None = None,
        published: datetime | None = None,
        language: str | None = None,
        *,
        standard_input: BinaryIO | None = None,
        page_seconds: float = PAGE_SECONDS,
        fetcher: Fetcher | None = None,
    ) -> None:
        if published is not None and published.tzinfo is None:
            raise ValueError(f"a date of publication without its zone: {published}")
        if language is not None and normalise_code(language) is None:
            raise ValueError(f"no language code: {language!r}")
        self._outlet = outlet
        self._published = published
        self._language = normalise_code(language) if language else None
        self._standard_input = standard_input
        self._page_seconds = page_seconds
        self._fetcher = fetcher

    def read(self, sources: Iterable[Source]) -> Iterator[IncomingDocument | ReadingError]:
        """The documents in files and folders ("-" for standard input), in order; errors never end it."""
        with closing(IsolatedWorker()) as worker:
            formats = _formats(worker, self._page_seconds)
            for source in sources:
                if isinstance(source, WebAddress):
                    outcomes, name = self._fetched(source, worker), without_credentials(source.url)
                else:
                    outcomes, name = self._outcomes(source, formats), name_of(source)
                for outcome in _guarded(outcomes, name):
                    yield outcome if isinstance(outcome, ReadingError) else self._completed(outcome)

    def _fetched(self, source: WebAddress, worker: IsolatedWorker) -> Iterator[Outcome]:
        origin = without_credentials(source.url)
        if self._fetcher is None:
            raise ReadingError(origin, "not fetched: nothing is fetched from the web here")
        pages = PageReader(worker, self._page_seconds)
        yield from _until_hopeless(
            read_fetched(self._fetcher.fetch(source.url), origin, pages, worker), origin
        )

    def _outcomes(self, path: Path, formats: _Formats) -> Iterator[Outcome]:
        if path == STANDARD_INPUT:
            suffix, stream = sniffed(self._standard_input or sys.stdin.buffer)
            yield from _until_hopeless(formats[suffix](stream, name_of(path)), name_of(path))
        elif path.is_dir():
            for found in files_in(path, formats):
                if isinstance(found, ReadingError):
                    yield found
                else:
                    yield from _guarded(_file(found, formats), name_of(found))
        else:
            yield from _file(path, formats)

    def _completed(self, document: IncomingDocument) -> IncomingDocument:
        published, found = document.published, document.published_found
        if published is None and self._published is not None:
            published, found = self._published, DateFound.GIVEN
        language = document.language
        if language is None or language == UNDETERMINED:
            language = self._language or detect_language(document.text)
        return replace(
            document,
            outlet=document.outlet or self._outlet,
            published=published,
            published_found=found,
            language=language,
        )


def _formats(worker: IsolatedWorker, page_seconds: float) -> _Formats:
    pages = PageReader(worker, page_seconds)

    def page(data: bytes, origin: str) -> Iterator[Outcome]:
        yield pages.read(data, origin)

    def text(data: bytes, origin: str) -> Iterator[Outcome]:
        yield read_text(data, origin)

    archive = partial(read_archive, pages=pages)
    return {
        ".txt": _whole(text),
        ".html": _whole(page),
        ".htm": _whole(page),
        ".xhtml": _whole(page),
        ".jsonl": read_json_lines,
        ".csv": read_table,
        ".xml": _whole(partial(read_feed, worker=worker)),
        ".warc": archive,
        ".warc.gz": archive,
    }


def _whole(read: Callable[[bytes, str], Iterator[Outcome]]) -> _Format:
    """A format that needs all bytes of a file at once, of which there must not be too many."""

    def read_whole(stream: BinaryIO, origin: str) -> Iterator[Outcome]:
        data = stream.read(LARGEST_TEXT + 1)
        if len(data) > LARGEST_TEXT:
            yield ReadingError(origin, f"larger than {LARGEST_TEXT // MEGABYTE} MB")
        elif not data:
            yield ReadingError(origin, "empty")
        else:
            yield from read(data, origin)

    return read_whole


def _file(path: Path, formats: _Formats) -> Iterator[Outcome]:
    if not path.exists():
        yield ReadingError(name_of(path), "no such file or folder")
    elif not path.is_file():
        yield ReadingError(name_of(path), "not a regular file")
    elif (suffix := suffix_of(path, formats)) is None:
        known = ", ".join(sorted(formats))
        yield ReadingError(name_of(path), f"of a kind that cannot be read; these can: {known}")
    else:
        with path.open("rb") as stream:
            yield from _until_hopeless(formats[suffix](stream, name_of(path)), name_of(path))


def _until_hopeless(outcomes: Iterator[Outcome], origin: str) -> Iterator[Outcome]:
    """The outcomes of one file, to where all has failed for so long that it is given up."""
    in_a_row = 0
    for outcome in outcomes:
        yield outcome
        in_a_row = in_a_row + 1 if isinstance(outcome, ReadingError) else 0
        if in_a_row == MOST_ERRORS_IN_A_ROW:
            yield ReadingError(origin, f"given up after {in_a_row} errors in a row; the rest is not read")
            return


def _guarded(outcomes: Iterator[Outcome], origin: str) -> Iterator[Outcome]:
    """The same outcomes; what is raised between them becomes the last one."""
    try:
        yield from outcomes
    except ReadingError as error:
        yield error
    except OSError as error:
        yield ReadingError(origin, error.strerror or str(error))
    except Exception as error:
        # One file must never take the rest of a run with it, whatever a library does with its bytes.
        _logger.exception("reading %s failed", origin)
        yield ReadingError(origin, f"could not be read ({type(error).__name__}: {error})")
