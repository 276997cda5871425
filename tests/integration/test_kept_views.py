"""Whatever machines and people do, statements kept in memory are what a new reading gives."""

import random

import pytest
from busy_desk import PARTIES, TOWNS, BusyDesk
from newsroom import Newsroom
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.documents import Span
from tracker.domain.statements import Figure, FigureKind
from tracker.domain.views import StatementView
from tracker.storage.library import SqlLibrary
from tracker.storage.tables import StatementRow


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
    engine = newsroom.store._engine
    kept, desk = SqlLibrary(engine), BusyDesk(newsroom, statements, chance)
    assert any(view.conflicts for view in seen_by(kept, newsroom)), "nothing to judge"
    for _ in range(20):
        desk.act()
        assert seen_by(kept, newsroom) == seen_by(SqlLibrary(engine), newsroom)
