"""Places in lists that are read on: sort keys, written as text. Whoever hands them out signs them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tracker.domain.errors import NotFoundError


class Dated(NamedTuple):
    """A place in a list by publication, newest first, those without a date last; then by id."""

    published_at: datetime | None
    id: str


class Sure(NamedTuple):
    """A place in a list by score, greatest first; then by id."""

    score: float
    id: str


def written(place: Dated | Sure) -> str:
    """A place as text."""
    first = place[0]
    return json.dumps([first.isoformat() if isinstance(first, datetime) else first, place.id])


def dated(text: str) -> Dated:
    """The inverse. Raises NotFoundError for anything else."""
    match _read(text):
        case [None, str(name)]:
            return Dated(None, name)
        case [str(moment), str(name)]:
            try:
                found = datetime.fromisoformat(moment)
            except ValueError:
                raise _unknown(text) from None
            if found.tzinfo is not None:
                return Dated(found, name)
    raise _unknown(text)


def sure(text: str) -> Sure:
    """The inverse. Raises NotFoundError for anything else."""
    match _read(text):
        case [float(score), str(name)]:
            return Sure(score, name)
    raise _unknown(text)


def _read(text: str) -> Sequence[object]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise _unknown(text) from None
    return read if isinstance(read, list) else ()


def _unknown(text: str) -> NotFoundError:
    return NotFoundError(f"the list has no rows after {text!r}")
