"""What the pages of parties, sources and places read from, over the library in memory."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from memory_decisions import MemoryDecisions
from room_library import FakeLibrary

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.audit import START, AuditEntry, seal
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.decisions import Aspect, Key, Reliability, SubjectKind
from tracker.domain.documents import Document
from tracker.domain.dossiers import (
    ClashCount,
    EventCount,
    PartyCounts,
    PartyFilter,
    PartyNumbers,
    PlaceCount,
    PlaceSummary,
    SourceDocument,
    SourceSummary,
    Tally,
)
from tracker.domain.errors import NotFoundError
from tracker.domain.parties import MEDIA, Party
from tracker.domain.registry_edits import Addition
from tracker.domain.statements import Place, Polarity, Statement
from tracker.domain.views import EventSummary, Page
from tracker.registry.loading import Registry
from tracker.registry.overlay import with_addition, with_overlay
from tracker.services.registry import RegistryService
from tracker.statements.mentions import PartyFinder

EDITED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@cache
def reader() -> Comparator:
    """Reads what statements are about; it knows no party by name."""
    return Comparator([], PartyFinder([], []), ConflictModel.shipped())


def tally(values: Iterable[str]) -> Tally:
    return tuple(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass
class _Told:
    library: FakeLibrary

    def state(self) -> Hashable:
        """Never the same: tests change the library as they like."""
        return object()

    def conflict_state(self) -> Hashable:
        return object()

    def document(self, statement: Statement) -> Document:
        return self.library.documents[statement.document]

    def newest_first(self, statements: Iterable[Statement]) -> list[Statement]:
        def moment(one: Statement) -> float:
            published = self.document(one).published
            return -published.timestamp() if published else 0.0

        return sorted(statements, key=lambda one: (moment(one), one.id))

    def standing(self) -> list[tuple[Statement, Statement, ConflictType]]:
        return [
            (self.library.statements[row.one], self.library.statements[row.other], row.verdict.type)
            for row in self.library.conflicts
            if row.judgement is not Judgement.REJECTED
        ]


class FakeDossiers(_Told):
    """The Dossiers protocol."""

    def parties(self) -> Mapping[str, PartyCounts]:
        return {code: self._counts(code) for code in {one.party for one in self.library.statements.values()}}

    def _counts(self, code: str) -> PartyCounts:
        told = self._told(PartyFilter(code))
        moments = [moment for one in told if (moment := self.document(one).published)]
        return PartyCounts(
            statements=len(told),
            denials=len([one for one in told if one.polarity is Polarity.DENIES]),
            events=len(self._events(told)),
            languages=tally(one.language for one in told),
            last=max(moments, default=None),
        )

    def conflicts(self) -> Mapping[str, int]:
        return Counter(party for one, other, _ in self.standing() for party in {one.party, other.party})

    def clashes(self, wanted: PartyFilter) -> tuple[ClashCount, ...]:
        told = {one.id for one in self._told(wanted)}
        found = Counter(
            (theirs.party, kind)
            for one, other, kind in self.standing()
            for own, theirs in ((one, other), (other, one))
            if own.id in told and theirs.party != wanted.party
        )
        return tuple(ClashCount(party, kind, number) for (party, kind), number in found.most_common())

    def numbers(self, wanted: PartyFilter) -> PartyNumbers:
        told = self._told(wanted)
        moments = [moment for one in told if (moment := self.document(one).published)]
        places = Counter(one.place.place for one in told if one.place)
        return PartyNumbers(
            statements=len(told),
            denials=len([one for one in told if one.polarity is Polarity.DENIES]),
            first=min(moments, default=None),
            last=max(moments, default=None),
            undated=len(told) - len(moments),
            languages=tally(one.language for one in told),
            months=tuple(sorted(Counter(moment.date().replace(day=1) for moment in moments).items())),
            events=self._events(told),
            places=tuple(PlaceCount(place, number) for place, number in places.most_common()),
            speakers=tally(one.attribution.speaker for one in told if one.attribution.speaker),
        )

    def statements(
        self, wanted: PartyFilter, *, denials: bool, after: str | None, size: int
    ) -> tuple[tuple[str, ...], str | None]:
        told = self.newest_first(self._told(wanted))
        ids = [one.id for one in told if not denials or one.polarity is Polarity.DENIES]
        if after is not None and after not in ids:
            raise NotFoundError(f"the list has no page after {after!r}")
        start = ids.index(after) + 1 if after else 0
        shown = ids[start : start + size]
        return tuple(shown), shown[-1] if start + size < len(ids) else None

    def revising(self, wanted: PartyFilter, *, events: int, size: int) -> Mapping[str, tuple[str, ...]]:
        del size
        involved = [count.event for count in self._events(self._told(wanted))][:events]
        return {
            event: tuple(
                one
                for one in self.library.all_events[event].statements
                if self.library.statements[one].figures
            )
            for event in involved
        }

    def admitting(self, wanted: PartyFilter, *, size: int) -> tuple[str, ...]:
        contested = {
            side.id
            for one, other, kind in self.standing()
            if kind is ConflictType.CONTROL
            for side in (one, other)
        }
        told = self.newest_first(self._told(wanted))
        return tuple(one.id for one in told if one.figures or one.id in contested)[:size]

    def _told(self, wanted: PartyFilter) -> list[Statement]:
        return [
            one
            for one in self.library.statements.values()
            if one.party == wanted.party
            and self._published_within(one, wanted)
            and (not wanted.places or (one.place is not None and one.place.place.id in wanted.places))
        ]

    def _published_within(self, one: Statement, wanted: PartyFilter) -> bool:
        published = self.document(one).published
        if published is None:
            return wanted.start is None and wanted.end is None
        day = published.date()
        return (wanted.start or date.min) <= day <= (wanted.end or date.max)

    def _events(self, told: Sequence[Statement]) -> tuple[EventCount, ...]:
        ids = {one.id for one in told}
        counts = [
            EventCount(
                event.id, event.title, event.title_language, event.end, len(ids & set(event.statements))
            )
            for event in self.library.all_events.values()
        ]
        return tuple(sorted((one for one in counts if one.statements), key=lambda one: -one.statements))


class FakeSources(_Told):
    """The Sources protocol. Outlets are numbered by name, from 1."""

    def __init__(self, library: FakeLibrary, decided: MemoryDecisions) -> None:
        super().__init__(library)
        self._decided = decided

    def numbered(self) -> dict[int, str]:
        names = sorted({one.outlet for one in self.library.documents.values() if one.outlet})
        numbered = dict(enumerate(names, 1))
        for number in numbered:
            key = Key(SubjectKind.SOURCE, str(number), Aspect.RELIABILITY)
            if key not in self._decided.values_now:
                self._decided.add_subject(key, None)
        return numbered

    def letters(self) -> Mapping[int, Reliability]:
        standing = self._decided.values_now
        keys = {
            number: Key(SubjectKind.SOURCE, str(number), Aspect.RELIABILITY) for number in self.numbered()
        }
        return {number: Reliability(str(standing[key])) for number, key in keys.items() if standing[key]}

    def sources(self) -> tuple[SourceSummary, ...]:
        rows = [self._summary(number, name) for number, name in self.numbered().items()]
        return tuple(sorted(rows, key=lambda row: (-row.documents, row.name)))

    def nameless_documents(self) -> int:
        return len([one for one in self.library.documents.values() if not one.outlet])

    def documents(self, source: int, after: str | None, size: int) -> Page[SourceDocument]:
        name = self.numbered()[source]
        rows = [
            SourceDocument(
                one.id, one.title, one.language, one.published, one.constructed, len(self._statements(one))
            )
            for one in self.library.documents.values()
            if one.outlet == name
        ]
        rows.sort(key=lambda row: (-(row.published.timestamp() if row.published else 0.0), row.id))
        ids = [row.id for row in rows]
        if after is not None and after not in ids:
            raise NotFoundError(f"the list has no page after {after!r}")
        start = ids.index(after) + 1 if after else 0
        following = ids[start + size - 1] if start + size < len(rows) else None
        return Page(tuple(rows[start : start + size]), len(rows), following)

    def _statements(self, document: Document) -> list[Statement]:
        return [one for one in self.library.statements.values() if one.document == document.id]

    def _summary(self, number: int, name: str) -> SourceSummary:
        documents = [one for one in self.library.documents.values() if one.outlet == name]
        moments = [one.published for one in documents if one.published]
        told = [statement for one in documents for statement in self._statements(one)]
        return SourceSummary(
            id=number,
            name=name,
            documents=len(documents),
            languages=tally(one.language for one in documents),
            first=min(moments, default=None),
            last=max(moments, default=None),
            statements=len(told),
            voice=len([one for one in told if one.party == MEDIA]),
            parties=tally(one.party for one in told if one.party != MEDIA),
        )


class FakePlaces(_Told):
    """The Places protocol."""

    def places(self) -> tuple[PlaceSummary, ...]:
        spoken_of: dict[str, Place] = {
            one.place.place.id: one.place.place for one in self.library.statements.values() if one.place
        }
        spoken_of |= {one.place.id: one.place for one in self.library.all_events.values() if one.place}
        rows = [self._summary(place) for place in spoken_of.values()]
        return tuple(sorted(rows, key=lambda row: (-row.statements, row.place.name)))

    def parties(self, place: str) -> Tally:
        return tally(one.party for one in self._told(place))

    def events(self, place: str, after: str | None, size: int) -> Page[EventSummary]:
        page = self.library.events_page(None, 1_000)
        rows = [row for row in page.rows if row.event.place and row.event.place.id == place]
        start = int(after) if after else 0
        following = str(start + size) if start + size < len(rows) else None
        return Page(tuple(rows[start : start + size]), len(rows), following)

    def statements(self, place: str, size: int) -> tuple[str, ...]:
        return tuple(one.id for one in self.newest_first(self._told(place)))[:size]

    def contested_control(self, statements: Sequence[str]) -> frozenset[str]:
        sides = {
            side.id
            for one, other, kind in self.standing()
            if kind is ConflictType.CONTROL
            for side in (one, other)
        }
        return frozenset(sides & set(statements))

    def _told(self, place: str) -> list[Statement]:
        statements = self.library.statements.values()
        return [one for one in statements if one.place and one.place.place.id == place]

    def _summary(self, place: Place) -> PlaceSummary:
        told = self._told(place.id)
        there = [one for one in self.library.all_events.values() if one.place and one.place.id == place.id]
        return PlaceSummary(
            place, len(told), len(there), max((one.date.day for one in told if one.date), default=None)
        )


@dataclass
class MemoryRegistry:
    """The file of a desk and the edits of it, without a disk or a database."""

    shipped: Registry
    text: str = ""
    trail: list[AuditEntry] = field(default_factory=list)

    def now(self, *, at_once: bool = False) -> Registry:
        del at_once
        return self.check(self.text)

    def read(self) -> str:
        return self.text

    def check(self, text: str) -> Registry:
        return with_overlay(self.shipped, text, "parties.toml")

    def added(self, text: str, addition: Addition, note: str) -> str:
        return with_addition(text, addition, note)

    def edit(
        self,
        change: Callable[[str], str],
        *,
        action: str,
        party: str,
        actor: str,
        reason: str,
        undoes: int | None = None,
    ) -> AuditEntry:
        before = self.text
        after = change(before)
        self.check(after)
        self.text = after
        block = after.removeprefix(before) if after.startswith(before) else None
        entry = AuditEntry(
            id=len(self.trail) + 1,
            actor=actor,
            action=action,
            subject_kind="party",
            subject_id=party,
            at=EDITED + timedelta(minutes=len(self.trail)),
            before=None,
            after=json.dumps({"parties.toml": block}) if block else None,
            reason=reason,
            undoes=undoes,
            redoes=None,
            previous=self.trail[-1].sha256 if self.trail else START,
            sha256="",
        )
        self.trail.append(replace(entry, sha256=seal(entry)))
        return self.trail[-1]

    def history(self, size: int) -> list[AuditEntry]:
        return self.trail[::-1][:size]


def registry_of(parties: Mapping[str, Party]) -> RegistryService:
    """A registry that ships these parties, to be edited in memory."""
    memory = MemoryRegistry(Registry(tuple(parties.values()), ()))
    return RegistryService(memory, memory)
