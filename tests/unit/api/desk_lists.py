"""Lists, parties and neighbours of the world in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.domain.conflicts import Judgement
from tracker.domain.dossiers import ClashCount, PartyCounts, PartyNumbers
from tracker.domain.errors import NotFoundError
from tracker.domain.event_lists import EventFilter, EventOrder, ListedEvent
from tracker.domain.parties import Party
from tracker.domain.reading_lists import (
    ConflictListFilter,
    DocumentFilter,
    ListedDocument,
    Slice,
    StatementListFilter,
)
from tracker.domain.search import Found, Ranked, SearchMode
from tracker.domain.views import ConflictView, StatementFilter, StatementView

if TYPE_CHECKING:
    from desks import World

Row = TypeVar("Row")

PARTIES = {
    code: Party(
        code=code,
        label={"en": f"The party {code}", "ar": f"طرف {code}"},
        description="Made up.",
        names={"en": (f"The party {code}",)},
        since=date(2015, 12, 17) if code == "GNA" else None,
    )
    for code in ("CIV", "GNA", "LNA", "OTHER", "TUR", "UN")
}


class FakeLists:
    """The ReadingLists port over a world; remembers what it was asked."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[Any] = []

    def statements(self, wanted: StatementListFilter, after: str | None, size: int) -> Slice[StatementView]:
        self.asked.append(wanted)
        rows = [
            one
            for one in self._world.library.statements
            if not wanted.wanted.parties or one.party in wanted.wanted.parties
        ]
        rows = sorted(rows, key=lambda one: one.id)
        return _slice(rows, after, size, lambda one: one.id, self._world.library.view)

    def documents(self, wanted: DocumentFilter, after: str | None, size: int) -> Slice[ListedDocument]:
        self.asked.append(wanted)
        rows = sorted(self._world.library.documents, key=lambda one: one.id)
        return _slice(rows, after, size, lambda one: one.id, self._listed)

    def _listed(self, document: Any) -> ListedDocument:
        return ListedDocument(
            id=document.id,
            public_id=document.public_id,
            url=document.url,
            title=document.title,
            outlet=document.outlet,
            published=document.published,
            published_found=document.published_found,
            language=document.language,
            sha256=document.sha256,
            part=document.part,
            constructed=document.constructed,
            captured_at=datetime(2020, 7, 1, 8, 0, tzinfo=UTC),
            media_type="text/plain",
            statements=sum(one.document == document.id for one in self._world.library.statements),
        )

    def conflicts(self, wanted: ConflictListFilter, after: str | None, size: int) -> Slice[ConflictView]:
        self.asked.append(wanted)
        rows = [
            one
            for one in self._world.library.conflicts
            if not wanted.judgements or one.judgement in wanted.judgements
        ]
        rows = sorted(rows, key=lambda one: one.id)
        return _slice(rows, after, size, lambda one: one.id, self._world.library._conflict_view)

    def conflict(self, conflict_id: str) -> ConflictView:
        self._world.library._check()
        for one in self._world.library.conflicts:
            if one.id == conflict_id:
                return self._world.library._conflict_view(one)
        raise NotFoundError(f"no conflict is stored under {conflict_id}")

    def events(
        self, wanted: EventFilter, order: EventOrder | None, after: str | None, size: int
    ) -> Slice[ListedEvent]:
        self.asked.append((wanted, order))
        rows = sorted(self._world.library.events, key=lambda one: one.id)
        return _slice(rows, after, size, lambda one: one.id, self._listed_event)

    def _listed_event(self, event: Any) -> ListedEvent:
        detail = self._world.library.event(event.id)
        summary = detail.summary
        judgements = Counter(one.conflict.judgement for one in detail.conflicts)
        return ListedEvent(
            id=event.id,
            title=event.title,
            title_language=event.title_language,
            place=event.place.id if event.place else None,
            place_name=event.place.name if event.place else None,
            start=event.start,
            end=event.end,
            precision=event.precision,
            statements=summary.statements,
            documents=summary.documents,
            parties=summary.parties,
            languages=summary.languages,
            clashes=(),
            conflicts=judgements.total() - judgements[Judgement.REJECTED],
            waiting=judgements[Judgement.SUGGESTED],
            judged=0,
            grade=None,
            assignees=(),
            latest=summary.latest,
            first_captured=datetime(2020, 7, 1, 8, 0, tzinfo=UTC),
            last_captured=datetime(2020, 7, 1, 8, 0, tzinfo=UTC),
            constructed=summary.constructed,
        )


def _slice(
    rows: Sequence[Any],
    after: str | None,
    size: int,
    key: Callable[[Any], str],
    shown: Callable[[Any], Row],
) -> Slice[Row]:
    rows = [one for one in rows if after is None or key(one) > after]
    following = key(rows[size - 1]) if len(rows) > size else None
    return Slice(tuple(shown(one) for one in rows[:size]), following)


def neighbours(world: World) -> Callable[..., list[StatementView]]:
    """The service behind /statements/{id}/similar: all others, in the order of the world."""

    def similar(statement: str, k: int, wanted: StatementFilter) -> list[StatementView]:
        del wanted
        world.library.statement(statement)
        others = [one for one in world.library.statements if one.id != statement][:k]
        return [
            replace(
                world.library.view(one, score=1 / rank),
                found=Found(SearchMode.SEMANTIC, semantic=Ranked(rank, 1 / rank)),
            )
            for rank, one in enumerate(others, 1)
        ]

    return similar


def dossiers(world: World) -> Any:
    """What the dossiers say of parties."""
    spoken = Counter(one.party for one in world.library.statements)
    numbers = PartyNumbers(
        statements=2,
        denials=0,
        first=datetime(2020, 6, 3, 9, 30, tzinfo=UTC),
        last=datetime(2020, 6, 3, 9, 30, tzinfo=UTC),
        undated=0,
        languages=(("en", 2),),
        months=(),
        events=(),
        places=(),
        speakers=(("GNA spokesman", 1),),
    )
    conflict = next(iter(world.library.conflicts))
    clashes = (ClashCount("LNA", conflict.verdict.type, 2),)
    return SimpleNamespace(
        parties=lambda: {code: PartyCounts(statements=count) for code, count in spoken.items()},
        conflicts=lambda: {"GNA": 2, "LNA": 2},
        dossier=lambda wanted: SimpleNamespace(numbers=numbers, clashes=clashes if wanted.party else ()),
    )
