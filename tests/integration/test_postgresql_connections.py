"""Connections that are kept, and a server that ends them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tracker.storage.engine import make_engine, reading, writing


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    engine = make_engine(postgresql_url)
    yield engine
    engine.dispose()


def test_whoever_comes_after_the_server_was_started_anew_notices_nothing(
    postgresql_url: str, engine: Engine
) -> None:
    own = text("SELECT pg_backend_pid()")
    with reading(engine) as session:
        kept = session.scalar(own)
    other = make_engine(postgresql_url)
    with other.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": kept})
    other.dispose()
    with reading(engine) as session:
        assert session.scalar(own) != kept
    with writing(engine) as session:
        assert session.scalar(text("SELECT 1")) == 1
