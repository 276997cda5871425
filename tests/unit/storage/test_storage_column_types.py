from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from tracker.storage.column_types import FloatVector, OffsetDateTime, UtcDateTime
from tracker.storage.engine import reading, writing
from tracker.storage.tables import EmbeddingRow, EventRow, UserRow

OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS)  # noqa: DTZ001
DIALECT = sqlite.dialect()


@given(TIMES)
def test_a_time_of_publication_keeps_its_instant_and_its_offset(published: datetime) -> None:
    kind = OffsetDateTime()
    back = kind.process_result_value(kind.process_bind_param(published, DIALECT), DIALECT)
    assert back == published
    assert back is not None
    assert back.utcoffset() == published.utcoffset()


@given(TIMES)
def test_an_instant_comes_back_as_the_same_instant_in_utc(instant: datetime) -> None:
    kind = UtcDateTime()
    stored = kind.process_bind_param(instant, DIALECT)
    assert stored is not None
    back = kind.process_result_value(stored.replace(tzinfo=None), DIALECT)
    assert back == instant
    assert back is not None
    assert back.tzinfo is UTC


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=16))
def test_a_vector_comes_back_number_by_number(numbers: list[float]) -> None:
    kind = FloatVector()
    vector = np.array(numbers, dtype=np.float32)
    stored = kind.process_bind_param(vector, DIALECT)
    assert stored is not None
    assert len(stored) == 4 * len(numbers)
    back = kind.process_result_value(stored, DIALECT)
    assert back is not None
    assert back.dtype == np.float32
    assert np.array_equal(back, vector)


def test_a_vector_is_stored_little_endian_whatever_its_own_order() -> None:
    assert FloatVector().process_bind_param(np.array([1.0], dtype=">f4"), DIALECT) == b"\x00\x00\x80\x3f"


@pytest.mark.parametrize("kind", [UtcDateTime(), OffsetDateTime()])
def test_a_time_without_its_zone_is_refused(kind: UtcDateTime | OffsetDateTime) -> None:
    with pytest.raises(ValueError, match="without its zone"):
        kind.process_bind_param(datetime(2020, 1, 6), DIALECT)  # noqa: DTZ001


def test_a_word_outside_its_enumeration_is_refused_on_the_way_in(engine: Engine) -> None:
    event = text(
        "INSERT INTO event (id, title, title_language, precision, version) VALUES ('e', '', 'en', :word, 1)"
    )
    with pytest.raises(StatementError, match="fortnight"), writing(engine) as session:
        session.execute(insert(EventRow), [{"id": "f", "precision": "fortnight"}])
    with writing(engine) as session:
        session.execute(event, {"word": "fortnight"})
    with pytest.raises(LookupError, match="fortnight"), reading(engine) as session:
        session.scalars(select(EventRow)).all()


def test_times_and_vectors_pass_through_the_database(engine: Engine) -> None:
    at = datetime(2020, 1, 6, 23, 30, tzinfo=timezone(timedelta(hours=3)))
    vector = np.array([0.6, 0.8], dtype=np.float32)
    with writing(engine) as session:
        session.add(UserRow(name="Ana", password_hash="x", role="viewer", created_at=at))  # noqa: S106
        session.add(EmbeddingRow(model_name="m", revision="1", digest="d", dimension=2, vector=vector))
    with reading(engine) as session:
        assert session.scalar(select(UserRow.created_at)) == at
        if engine.dialect.name == "sqlite":
            assert session.scalar(text('SELECT created_at FROM "user"')) == "2020-01-06 20:30:00.000000"
        stored = session.scalar(select(EmbeddingRow.vector))
        assert stored is not None
        assert np.array_equal(stored, vector)
