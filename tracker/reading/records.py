"""Records with named fields, as lines of JSON and rows of tables hold them, to documents."""

from collections.abc import Mapping
from datetime import datetime

from tracker.domain.addresses import web_address
from tracker.domain.documents import DateFound, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.dates import parse_published
from tracker.reading.detection import normalise_code
from tracker.reading.outcomes import check_text, fault_of

FIELDS = ("id", "url", "title", "outlet", "published", "lang", "text")
"""The fields that are read. Others may stand beside them: they stay in the original bytes."""

RECORD_MEDIA_TYPE = "application/json"


def document_of(record: Mapping[str, object], *, original: bytes, origin: str) -> IncomingDocument:
    """The document in a record, its text exactly as given. `original` is the record's own bytes.

    An empty field counts as absent. Raises ReadingError where the text is missing or a field is not
    what it should be.
    """
    text = record.get("text")
    if text is None:
        raise ReadingError(origin, "has no `text`")
    if not isinstance(text, str):
        raise ReadingError(origin, f"`text` is {_kind(text)}, not a string")
    check_text(text, origin)
    published = _published(record, origin)
    return IncomingDocument(
        origin=origin,
        original=original,
        media_type=RECORD_MEDIA_TYPE,
        text=text,
        external_id=_id(record, origin),
        url=_string(record, "url", origin),
        title=_string(record, "title", origin),
        outlet=_string(record, "outlet", origin),
        published=published,
        published_found=DateFound.GIVEN if published else None,
        language=_language(record, origin),
    )


def is_web_address(url: str) -> bool:
    """Whether a link found on a page or in a feed leads to the web: `javascript:` and the like do not."""
    return web_address(url) is not None


def _string(record: Mapping[str, object], field: str, origin: str) -> str | None:
    value = record.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ReadingError(origin, f"`{field}` is {_kind(value)}, not a string")
    if fault := fault_of(value):
        raise ReadingError(origin, f"`{field}`: {fault}")
    return value


def _id(record: Mapping[str, object], origin: str) -> str | None:
    value = record.get("id")
    # Many exports number their records; the digits say the same as a string.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _string(record, "id", origin)


def _published(record: Mapping[str, object], origin: str) -> datetime | None:
    written = _string(record, "published", origin)
    if written is None:
        return None
    try:
        return parse_published(written)
    except ValueError as error:
        reason = f"`published` is not an ISO 8601 date: {written[:40]!r}"
        raise ReadingError(origin, reason) from error


def _language(record: Mapping[str, object], origin: str) -> str | None:
    written = _string(record, "lang", origin)
    if written is None:
        return None
    code = normalise_code(written)
    if code is None:
        raise ReadingError(origin, f"`lang` is not a language code: {written[:40]!r}")
    return code


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"
