"""The lists of the review queue over dataclasses in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from memory_decisions import MemoryDecisions
from room_library import FakeLibrary

from tracker.domain.conflict_lists import IN_ORDER, ConflictFilter, DoubtFilter, Slot
from tracker.domain.conflicts import Conflict, ConflictType, Judgement
from tracker.domain.decisions import Aspect, Key, SubjectKind
from tracker.domain.errors import NotFoundError
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import Statement
from tracker.domain.views import ConflictView, Page, StatementView
from tracker.services.acts import judgement_key

T = TypeVar("T")


@dataclass
class FakeConflictLists:
    """The ConflictLists protocol. What people decided is read from the decisions, as from one database."""

    library: FakeLibrary
    decided: MemoryDecisions

    def conflict(self, conflict_id: str) -> ConflictView:
        for row in self._rows():
            if row.id == conflict_id:
                return self._view(row)
        raise NotFoundError(f"no conflict is stored under {conflict_id}")

    def conflicts(self, wanted: ConflictFilter, after: str | None, size: int) -> Page[ConflictView]:
        rows = self._chosen(wanted)
        start = 0
        if after is not None:
            start = next((place + 1 for place, row in enumerate(rows) if row.id == after), -1)
            if start < 0:
                raise NotFoundError(f"the list of conflicts has no page after {after!r}")
        shown = tuple(self._view(row) for row in rows[start : start + size])
        return Page(shown, len(rows), shown[-1].conflict.id if len(rows) > start + size else None)

    def counts(self, wanted: ConflictFilter) -> Counter[tuple[Judgement, ConflictType]]:
        rows = self._chosen(replace(wanted, judgements=(), type=None))
        return Counter((row.judgement, row.verdict.type) for row in rows)

    def conflict_slot(self, wanted: ConflictFilter, conflict_id: str | None) -> Slot[ConflictView] | None:
        rows = self._chosen(wanted)
        if conflict_id is None:
            return self._slot(rows, 0) if rows else None
        view = self.conflict(conflict_id)
        names = [row.id for row in rows]
        if conflict_id in names:
            return self._slot(rows, names.index(conflict_id))
        judgement = (wanted.judgements or IN_ORDER)[0]
        key = self._order(replace(view.conflict, judgement=judgement))
        before = [row for row in rows if self._order(row) < key]
        after = rows[len(before) :]
        return Slot(
            view,
            len(before) + 1,
            len(rows),
            before[-1].id if before else None,
            self._view(after[0]) if after else None,
        )

    def doubtful_slot(
        self, wanted: DoubtFilter, below: float, statement_id: str | None
    ) -> Slot[StatementView] | None:
        rows = self._doubtful(wanted, below)
        if statement_id is None and not rows:
            return None
        one = rows[0] if statement_id is None else self.library.statement(statement_id).statement
        key = (one.attribution.confidence, one.id)
        before = [row for row in rows if (row.attribution.confidence, row.id) < key]
        after = [row for row in rows if (row.attribution.confidence, row.id) > key]
        return Slot(
            self.library.statement(one.id),
            len(before) + 1,
            len(rows),
            before[-1].id if before else None,
            self.library.statement(after[0].id) if after else None,
        )

    def count_doubtful(self, wanted: DoubtFilter, below: float) -> int:
        return len(self._doubtful(wanted, below))

    def _doubtful(self, wanted: DoubtFilter, below: float) -> list[Statement]:
        rows = [
            row
            for row in self.library.statements.values()
            if row.attribution.confidence < below
            and row.attribution.method is not AttributionMethod.REVIEW
            and not self._is_decided(row.id)
            and (wanted.party is None or row.party == wanted.party)
            and (wanted.language is None or row.language == wanted.language)
            and (wanted.event is None or self.library.statement(row.id).event_id == wanted.event)
        ]
        return sorted(rows, key=lambda row: (row.attribution.confidence, row.id))

    def _is_decided(self, statement: str) -> bool:
        value = self.decided.values_now.get(Key(SubjectKind.STATEMENT, statement, Aspect.PARTY))
        return isinstance(value, dict) and value["method"] == AttributionMethod.REVIEW

    def _rows(self) -> list[Conflict]:
        return [
            replace(row, judgement=Judgement(str(self.decided.value(judgement_key(row.id)))))
            for row in self.library.conflicts
        ]

    def _chosen(self, wanted: ConflictFilter) -> list[Conflict]:
        rows = [row for row in self._rows() if self._passes(row, wanted)]
        return sorted(rows, key=self._order)

    def _passes(self, row: Conflict, wanted: ConflictFilter) -> bool:
        sides = [self.library.statements[name] for name in (row.one, row.other)]
        return (
            (not wanted.judgements or row.judgement in wanted.judgements)
            and wanted.type in {None, row.verdict.type}
            and _are_among(wanted.parties, [side.party for side in sides])
            and wanted.event in {None, row.event}
            and _are_among(wanted.languages, [side.language for side in sides])
        )

    def _order(self, row: Conflict) -> tuple[int, float, int, str]:
        end = self.library.all_events[row.event].end or date.min
        return IN_ORDER.index(row.judgement), -row.verdict.score, -end.toordinal(), row.id

    def _slot(self, rows: Sequence[Conflict], place: int) -> Slot[ConflictView]:
        after = rows[place + 1 :]
        return Slot(
            self._view(rows[place]),
            place + 1,
            len(rows),
            rows[place - 1].id if place else None,
            self._view(after[0]) if after else None,
        )

    def _view(self, row: Conflict) -> ConflictView:
        event = self.library.all_events[row.event]
        return ConflictView(
            row,
            self.library.statement(row.one),
            self.library.statement(row.other),
            event.title,
            event.title_language,
        )


def _are_among(wanted: tuple[str, ...], values: list[str]) -> bool:
    if len(wanted) == 1:
        return wanted[0] in values
    return not wanted or sorted(wanted) == sorted(values)
