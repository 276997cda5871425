"""Whatever machines and people do, statements kept in memory are what a new reading gives."""

import random
from contextlib import suppress

import pytest
from newsroom import Newsroom
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect
from tracker.domain.documents import Span
from tracker.domain.errors import TrackerError
from tracker.domain.statements import Figure, FigureKind
from tracker.domain.views import StatementView
from tracker.storage.library import SqlLibrary
from tracker.storage.tables import ConflictRow, StatementRow

AMAL = "amal"
TOWNS = ("Sirte", "Misrata", "Tarhuna")
PARTIES = ("LNA", "GNA", "UN")


def seen_by(library: SqlLibrary, newsroom: Newsroom) -> list[StatementView]:
    with Session(newsroom.store._engine) as session:
        ids = session.scalars(select(StatementRow.id).order_by(StatementRow.id)).all()
    return library.statement_views(ids)


@pytest.mark.parametrize("seed", range(3))
def test_kept_statements_follow_every_act(newsroom: Newsroom, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 # a test, not a secret
    statements = [
        newsroom.file(
            f"{town} counts {number + 1} killed.",
            party=PARTIES[number % 2],
            figures=[Figure(FigureKind.KILLED, number + 1, number + 1, Span(0, 5))],
        )[0]
        for number, town in enumerate(TOWNS * 3)
    ]
    newsroom.link()
    desk, engine = newsroom.decisions, newsroom.store._engine
    kept = SqlLibrary(engine)
    assert any(view.conflicts for view in seen_by(kept, newsroom)), "nothing to judge"

    def event() -> str:
        return chance.choice(sorted(event.id for event in newsroom.events()))

    def judge() -> None:
        with Session(engine) as session:
            conflicts = sorted(session.scalars(select(ConflictRow.id)))
        if conflicts:
            desk.judge([chance.choice(conflicts)], chance.choice(list(Judgement)), by=AMAL)

    acts = [
        judge,
        judge,
        lambda: desk.move([chance.choice(statements)], chance.choice([None, event()]), by=AMAL),
        lambda: desk.merge(event(), event(), by=AMAL),
        lambda: desk.correct(
            chance.choice(statements), Aspect.PARTY, {"party": chance.choice(PARTIES)}, by=AMAL
        ),
        lambda: desk.undo(by=AMAL),
        lambda: desk.redo(by=AMAL),
        lambda: newsroom.file(f"{chance.choice(TOWNS)} is told of once more."),
        newsroom.link,
        newsroom.relink,
    ]
    for _ in range(16):
        with suppress(TrackerError):
            chance.choice(acts)()
        assert seen_by(kept, newsroom) == seen_by(SqlLibrary(engine), newsroom)
