"""Pages of HTML: the article on a page is one document."""

from tracker.domain.documents import DateFound, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.dates import parse_published
from tracker.reading.detection import confirmed_language
from tracker.reading.encoding import declared_encoding, decode
from tracker.reading.isolation import IsolatedWorker, WorkFailedError
from tracker.reading.limits import LARGEST_PAGE, MEGABYTE, PAGE_SECONDS
from tracker.reading.outcomes import check_text
from tracker.reading.records import is_web_address


class PageReader:
    """Takes the articles out of pages, each within `seconds` in the worker process."""

    def __init__(self, worker: IsolatedWorker, seconds: float = PAGE_SECONDS) -> None:
        self._worker = worker
        self._seconds = seconds

    def read(
        self, data: bytes, origin: str, *, url: str | None = None, charset: str | None = None
    ) -> IncomingDocument:
        """The document on a page. Raises ReadingError.

        `url` is where the page was fetched from and `charset` what the server said of it, if known.
        """
        if len(data) > LARGEST_PAGE:
            raise ReadingError(origin, f"larger than {LARGEST_PAGE // MEGABYTE} MB, too large for a page")
        page = decode(data, origin, charset or declared_encoding(data)).text
        check_text(page, origin)
        try:
            found = self._worker.run("page", {"html": page, "url": url}, seconds=self._seconds)
        except WorkFailedError as error:
            raise ReadingError(origin, str(error)) from error
        text = str(found["text"])
        check_text(text, origin)
        address = _string(found["url"])
        published = _string(found["published"])
        return IncomingDocument(
            origin=origin,
            original=data,
            media_type="text/html",
            text=text,
            url=address if address and is_web_address(address) else None,
            title=_string(found["title"]),
            outlet=_string(found["outlet"]),
            published=parse_published(published) if published else None,
            published_found=DateFound.METADATA if published else None,
            language=confirmed_language(text, _string(found["language"])),
        )


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
