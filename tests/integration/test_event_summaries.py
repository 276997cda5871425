"""Whatever machines and people do, in whatever order, summaries of events are what a new reckoning gives."""

import random

import pytest
from busy_desk import PARTIES, TOWNS, BusyDesk
from newsroom import Newsroom
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.storage.event_summaries import complete_summaries
from tracker.storage.tables import EventSummaryRow


def shown(newsroom: Newsroom) -> dict[str, tuple[object, ...]]:
    """The summaries of the events that are listed, but for their revision."""
    names = [one.name for one in EventSummaryRow.__table__.columns if one.name != "revision"]
    with Session(newsroom.store._engine) as session:
        rows = session.scalars(select(EventSummaryRow).where(EventSummaryRow.statements > 0))
        return {row.event_id: tuple(repr(getattr(row, name)) for name in names) for row in rows}


def reckoned_anew(newsroom: Newsroom) -> dict[str, tuple[object, ...]]:
    with Session(newsroom.store._engine) as session:
        session.execute(delete(EventSummaryRow))
        session.commit()
    complete_summaries(newsroom.store._engine)
    return shown(newsroom)


@pytest.mark.parametrize("seed", range(4))
def test_summaries_follow_every_act(newsroom: Newsroom, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 # a test, not a secret
    statements = [
        newsroom.file(f"{town} is told of by voice {number}.", party=PARTIES[number % 3])[0]
        for number, town in enumerate(TOWNS * 3)
    ]
    newsroom.link()
    desk = BusyDesk(newsroom, statements, chance)
    for _ in range(14):
        desk.act()
    kept = shown(newsroom)
    assert kept
    assert kept == reckoned_anew(newsroom)
