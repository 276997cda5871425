"""Dates of publication as documents and callers write them."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def parse_published(written: str) -> datetime:
    """An ISO 8601 date or date and time as a moment with its zone.

    A bare date stands for midnight UTC; a time without a zone is taken as UTC.
    Raises ValueError for anything else, and for moments that have no place in UTC.
    """
    moment = datetime.fromisoformat(written.strip())
    return _with_zone(moment)


def parse_published_loosely(written: str) -> datetime | None:
    """The same for page metadata, where RFC 2822 dates occur too; None where neither form fits."""
    for parse in (parse_published, _parse_rfc_2822):
        try:
            return parse(written)
        except ValueError:
            continue
    return None


def _parse_rfc_2822(written: str) -> datetime:
    try:
        return _with_zone(parsedate_to_datetime(written))
    except OverflowError as error:
        raise ValueError(f"no such date: {written[:40]!r}") from error


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"no such moment in UTC: {moment.isoformat()}") from error
    return moment
