"""Where one person decides, straight over the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from storage_examples import NOW

from tracker.domain.decisions import Aspect, Change, Key, SubjectKind
from tracker.domain.events import LinkVerdict
from tracker.storage.decisions import SqlDecisions, SqlDecisionSession


class Desk:
    """Where one person decides."""

    def __init__(self, engine: Engine) -> None:
        self.decisions = SqlDecisions(engine, lambda: NOW)

    def change(self, key: Key, after: object, reason: str = "") -> Change:
        with self.acting() as session:
            change = Change(key, session.value(key), after)
            session.apply([change], actor="Ana", reason=reason)
            session.append("test", (str(key.kind), key.id), [change], actor="Ana", reason=reason)
        return change

    def decide(self, one: str, other: str, verdict: LinkVerdict | None, reason: str = "") -> None:
        key = Key(SubjectKind.PAIR, " ".join(sorted((one, other))), Aspect.LINK)
        self.change(key, None if verdict is None else str(verdict), reason)

    @contextmanager
    def acting(self) -> Iterator[SqlDecisionSession]:
        with self.decisions.acting() as session:
            yield session
