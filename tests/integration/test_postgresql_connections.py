"""Connections that are kept, and a server that ends them."""

from sqlalchemy import text

from tracker.storage.engine import make_engine, reading, writing


def test_whoever_comes_after_the_server_ended_a_kept_connection_notices_nothing(postgresql_url: str) -> None:
    engine, other = make_engine(postgresql_url), make_engine(postgresql_url)
    own = text("SELECT pg_backend_pid()")
    with reading(engine) as session:
        kept = session.scalar(own)
    with other.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": kept})
    other.dispose()
    with reading(engine) as session:
        assert session.scalar(own) != kept
    with writing(engine) as session:
        assert session.scalar(text("SELECT 1")) == 1
    engine.dispose()
