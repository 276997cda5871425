"""Column types that hand back what the domain works with, on any database."""

from datetime import UTC, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import DateTime, Dialect, Enum, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

Identifier = String(16)
"""A letter for the kind and 15 hexadecimal digits (`tracker.domain.identifiers`)."""

Sha256 = String(64)
"""A SHA-256 in hexadecimal."""

_LITTLE_ENDIAN_FLOAT = np.dtype("<f4")


def words(kind: type[StrEnum]) -> Enum:
    """The type of a column that holds one word of an enumeration.

    A plain string to the database, so that a new word needs no migration; unknown words are refused
    on the way in and on the way out.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a time without its zone cannot be stored: {value.isoformat()}")
    return value


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored in UTC, handed back in UTC and with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To UTC. Raises ValueError for a time without a zone."""
        return None if value is None else _with_zone(value).astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone, which is always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class OffsetDateTime(TypeDecorator[datetime]):
    """A time as it was published, its own offset from UTC kept: ISO 8601 text.

    As text it does not sort by instant; a UTC column beside it does.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """To ISO 8601. Raises ValueError for a time without a zone."""
        return None if value is None else _with_zone(value).isoformat()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """From ISO 8601."""
        return None if value is None else datetime.fromisoformat(value)


class FloatVector(TypeDecorator[NDArray[np.float32]]):
    """A vector of float32, little-endian whatever the machine, shape (dimension,)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self,
        value: NDArray[np.float32] | None,
        _dialect: Dialect,
    ) -> bytes | None:
        """To bytes, four a number."""
        return None if value is None else value.astype(_LITTLE_ENDIAN_FLOAT).tobytes()

    def process_result_value(
        self,
        value: bytes | None,
        _dialect: Dialect,
    ) -> NDArray[np.float32] | None:
        """From bytes, as a copy that may be written to."""
        return None if value is None else np.frombuffer(value, dtype=_LITTLE_ENDIAN_FLOAT).astype(np.float32)
