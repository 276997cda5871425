"""What machines and people may do to what is stored, one act after another, at random."""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress

from newsroom import Newsroom
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, EventGrade, SubjectKind
from tracker.domain.errors import TrackerError
from tracker.storage.tables import ConflictRow

AMAL = "amal"
TOWNS = ("Sirte", "Misrata", "Tarhuna")
PARTIES = ("LNA", "GNA", "UN")


class BusyDesk:
    """Acts at random on these statements, which are linked already."""

    def __init__(self, newsroom: Newsroom, statements: Sequence[str], chance: random.Random) -> None:
        desk = newsroom.decisions
        self._newsroom, self._chance = newsroom, chance
        self._acts: list[Callable[[], object]] = [
            self._judge,
            self._judge,
            lambda: desk.move([chance.choice(statements)], chance.choice([None, self._event()]), by=AMAL),
            lambda: desk.merge(self._event(), self._event(), by=AMAL),
            lambda: desk.grade(self._event(), chance.choice([None, *EventGrade]), by=AMAL),
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

    def act(self) -> None:
        """Do one thing, or nothing where it cannot be done now."""
        with suppress(TrackerError):
            self._chance.choice(self._acts)()

    def _event(self) -> str:
        return self._chance.choice(sorted(event.id for event in self._newsroom.events()))

    def _judge(self) -> None:
        with Session(self._newsroom.store._engine) as session:
            conflicts = sorted(session.scalars(select(ConflictRow.id)))
        if conflicts:
            judgement = self._chance.choice(list(Judgement))
            self._newsroom.decisions.judge([self._chance.choice(conflicts)], judgement, by=AMAL)
