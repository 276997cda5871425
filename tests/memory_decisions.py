"""Decisions held in memory: the port of deciding without a database."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from tracker.domain.audit import START, AuditEntry, first_broken, seal
from tracker.domain.decisions import Aspect, Change, Key, SubjectKind, Value
from tracker.domain.errors import NotFoundError
from tracker.domain.events import LinkVerdict
from tracker.domain.statements import Place

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def empty_values() -> dict[Key, Value]:
    return {}


@dataclass
class MemoryDecisions:
    """Values by key, and the trail. `values_now` holds None for nothing; other subjects are not known."""

    values_now: dict[Key, Value] = field(default_factory=empty_values)
    known_events: set[str] = field(default_factory=set)
    entries: list[AuditEntry] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Mapping[str, Sequence[str]], conflicts: Sequence[str] = ()) -> "MemoryDecisions":
        """Of events with their statements, and of conflicts that the machine suggests."""
        decisions = cls(known_events=set(events))
        for event, statements in events.items():
            decisions.values_now[Key(SubjectKind.EVENT, event, Aspect.REDIRECT)] = None
            for one in statements:
                decisions.values_now[Key(SubjectKind.STATEMENT, one, Aspect.EVENT)] = {
                    "event": event,
                    "score": 0.5,
                    "reason": "alike",
                }
        for one in conflicts:
            decisions.values_now[Key(SubjectKind.CONFLICT, one, Aspect.JUDGEMENT)] = "suggested"
        return decisions

    def add_subject(self, key: Key, value: Value) -> None:
        self.values_now[key] = value

    @contextmanager
    def acting(self) -> Iterator["MemoryDecisions"]:
        kept = (deepcopy(self.values_now), set(self.known_events), list(self.entries))
        try:
            yield self
        except BaseException:
            self.values_now, self.known_events, self.entries = kept
            raise

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=len(self.entries))

    def value(self, key: Key) -> Value:
        if key in self.values_now:
            return self.values_now[key]
        if key.kind is not SubjectKind.PAIR and not any(
            (one.kind, one.id) == (key.kind, key.id) for one in self.values_now
        ):
            raise NotFoundError(f"no {key.kind} is stored under {key.id}")
        return None

    def values(self, keys: Sequence[Key]) -> dict[Key, Value]:
        return {key: self.value(key) for key in keys}

    def homes(self) -> dict[str, str]:
        return {
            key.id: str(value["event"])
            for key, value in self.values_now.items()
            if key.aspect == Aspect.EVENT and isinstance(value, dict)
        }

    def members(self, event: str) -> list[str]:
        return sorted(one for one, home in self.homes().items() if home == event)

    def all_verdicts(self) -> dict[tuple[str, str], LinkVerdict]:
        verdicts = {}
        for key, value in self.values_now.items():
            if key.kind is SubjectKind.PAIR and value is not None:
                one, _, other = key.id.partition(" ")
                verdicts[one, other] = LinkVerdict(str(value))
        return verdicts

    def verdicts(self, statements: Sequence[str]) -> dict[tuple[str, str], LinkVerdict]:
        among = set(statements)
        return {pair: one for pair, one in self.all_verdicts().items() if among.issuperset(pair)}

    def verdicts_about(self, statements: Sequence[str]) -> dict[tuple[str, str], LinkVerdict]:
        among = set(statements)
        return {pair: one for pair, one in self.all_verdicts().items() if among & set(pair)}

    def knows_event(self, event: str) -> bool:
        return event in self.known_events

    def open_event(self, event: str, like: str) -> None:
        self.known_events.add(event)
        self.values_now[Key(SubjectKind.EVENT, event, Aspect.REDIRECT)] = like

    def keep_place(self, place: Place) -> None:
        self.places[place.id] = place

    def apply(self, changes: Sequence[Change], *, actor: str, reason: str) -> None:
        del actor, reason
        for change in changes:
            self.values_now[change.key] = change.after

    def release(self, events: Sequence[str]) -> None:
        del events

    def append(
        self,
        action: str,
        subject: tuple[str, str],
        changes: Sequence[Change],
        *,
        actor: str,
        reason: str,
        undoes: int | None = None,
        redoes: int | None = None,
    ) -> AuditEntry:
        before = {str(change.key): change.before for change in changes}
        after = {str(change.key): change.after for change in changes}
        entry = AuditEntry(
            id=len(self.entries) + 1,
            actor=actor,
            action=action,
            subject_kind=subject[0],
            subject_id=subject[1],
            at=self.now,
            before=json.dumps(before),
            after=json.dumps(after),
            reason=reason,
            undoes=undoes,
            redoes=redoes,
            previous=self.entries[-1].sha256 if self.entries else START,
            sha256="",
        )
        self.entries.append(replace(entry, sha256=seal(entry)))
        return self.entries[-1]

    def entry(self, number: int) -> AuditEntry:
        if not 1 <= number <= len(self.entries):
            raise NotFoundError(f"the audit trail has no entry {number}")
        return self.entries[number - 1]

    def acts_of(self, actor: str) -> list[AuditEntry]:
        own = {entry.id for entry in self.entries if entry.actor == actor}
        return [entry for entry in self.entries if {entry.id, entry.undoes, entry.redoes} & own]

    def entries_about(self, key: Key) -> list[AuditEntry]:
        return [one for one in self.entries if f'"{key}"' in (one.after or "")]

    def history(
        self,
        *,
        subject: tuple[str, str] | None = None,
        actor: str | None = None,
        before: int | None = None,
        size: int = 50,
    ) -> list[AuditEntry]:
        found = [
            one
            for one in reversed(self.entries)
            if (
                subject is None
                or f" {subject[1]} " in f" {one.subject_id} "
                or f" {subject[1]} " in (one.after or "")
            )
            and (actor is None or one.actor == actor)
            and (before is None or one.id < before)
        ]
        return found[:size]

    def answered(self, numbers: Sequence[int]) -> dict[int, AuditEntry]:
        return {
            number: one
            for one in self.entries
            if (number := one.undoes or one.redoes) is not None and number in numbers
        }

    def head(self) -> tuple[int, str]:
        return len(self.entries), self.entries[-1].sha256 if self.entries else START

    def broken_entry(self) -> AuditEntry | None:
        return first_broken(self.entries)
