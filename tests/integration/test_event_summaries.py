"""Whatever machines and people do, in whatever order, summaries of events are what a new reckoning gives."""

import random

import pytest
from newsroom import Newsroom
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, EventGrade, SubjectKind
from tracker.domain.errors import TrackerError
from tracker.storage.event_summaries import complete_summaries
from tracker.storage.tables import ConflictRow, EventSummaryRow

AMAL = "amal"
TOWNS = ("Sirte", "Misrata", "Tarhuna")
PARTIES = ("LNA", "GNA", "UN")


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
    desk = newsroom.decisions

    def event() -> str:
        return chance.choice(sorted(event.id for event in newsroom.events()))

    def judge() -> None:
        with Session(newsroom.store._engine) as session:
            conflicts = sorted(session.scalars(select(ConflictRow.id)))
        if conflicts:
            desk.judge([chance.choice(conflicts)], chance.choice(list(Judgement)), by=AMAL)

    acts = [
        judge,
        lambda: desk.move([chance.choice(statements)], chance.choice([None, event()]), by=AMAL),
        lambda: desk.merge(event(), event(), by=AMAL),
        lambda: desk.grade(event(), chance.choice([None, *EventGrade]), by=AMAL),
        lambda: desk.assign(SubjectKind.STATEMENT, chance.choice(statements), AMAL, by=AMAL),
        lambda: desk.correct(
            chance.choice(statements), Aspect.PARTY, {"party": chance.choice(PARTIES)}, by=AMAL
        ),
        lambda: desk.undo(by=AMAL),
        lambda: desk.redo(by=AMAL),
        lambda: newsroom.file(f"{chance.choice(TOWNS)} is told of once more."),
        newsroom.link,
        newsroom.relink,
    ]
    for _ in range(14):
        try:
            chance.choice(acts)()
        except TrackerError:
            continue
    kept = shown(newsroom)
    assert kept
    assert kept == reckoned_anew(newsroom)
