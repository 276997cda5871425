"""What people decide: acts made of changes, each of which can be taken back and made again."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tracker.domain.audit import AuditEntry
from tracker.domain.errors import TrackerError

Value: TypeAlias = object
"""Anything that JSON can hold; None where there is nothing."""


class SubjectKind(StrEnum):
    """What can be decided on."""

    CONFLICT = "conflict"
    STATEMENT = "statement"
    EVENT = "event"
    PAIR = "pair"  # of statements: whether they belong together
    SOURCE = "source"


class Aspect(StrEnum):
    """What about a subject is decided."""

    JUDGEMENT = "judgement"  # of a conflict
    EVENT = "event"  # of a statement: which one it stands in
    PARTY = "party"
    PLACE = "place"
    DATE = "date"
    FIGURES = "figures"
    POLARITY = "polarity"
    LINK = "link"  # of a pair: together, apart or nothing
    REDIRECT = "redirect"  # of an event: where its id leads
    GRADE = "grade"  # of an event: how well it is attested
    RELIABILITY = "reliability"  # of a source: the Admiralty letter
    ASSIGNEE = "assignee"
    NOTE = "note"


CORRECTIONS = (Aspect.PARTY, Aspect.PLACE, Aspect.DATE, Aspect.FIGURES, Aspect.POLARITY)
"""What of a statement a person can set right."""


class Action(StrEnum):
    """What kind of act it was; the word that the audit trail keeps."""

    JUDGE = "judge"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    CORRECT = "correct"
    GRADE = "grade"
    RATE = "rate"
    ASSIGN = "assign"
    NOTE = "note"
    UNDO = "undo"
    REDO = "redo"


class EventGrade(StrEnum):
    """How well an event is attested: the words that Airwars uses for reports of civilian harm."""

    CONFIRMED = "confirmed"
    FAIR = "fair"
    WEAK = "weak"
    CONTESTED = "contested"
    DISCOUNTED = "discounted"


class Reliability(StrEnum):
    """How reliable a source is: the letters of the Admiralty code (NATO AJP-2.1)."""

    COMPLETELY = "A"
    USUALLY = "B"
    FAIRLY = "C"
    NOT_USUALLY = "D"
    UNRELIABLE = "E"
    UNKNOWN = "F"


@dataclass(frozen=True, slots=True)
class Key:
    """What one value is decided of. `aspect` is an `Aspect`; a note's has its number behind a colon."""

    kind: SubjectKind
    id: str
    aspect: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.aspect}"

    @classmethod
    def parse(cls, written: str) -> "Key":
        """The inverse of `str`. Raises ValueError."""
        kind, _, rest = written.partition(" ")
        subject, _, aspect = rest.rpartition(" ")
        if not subject:
            raise ValueError(f"no key of a decision: {written!r}")
        return cls(SubjectKind(kind), subject, aspect)


Values = Mapping[Key, Value]
"""Values as they stand or are to stand."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after."""

    key: Key
    before: Value
    after: Value

    def reversed(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.key, self.after, self.before)


def changes_between(before: Values, after: Values) -> tuple[Change, ...]:
    """What differs, in the order of `after`. Both hold the same keys."""
    return tuple(Change(key, before[key], value) for key, value in after.items() if before[key] != value)


def changes_of(entry: AuditEntry) -> tuple[Change, ...]:
    """The changes that an entry of the trail records. Raises TrackerError where it records none such."""
    try:
        before = json.loads(entry.before or "null")
        after = json.loads(entry.after or "null")
        return tuple(Change(Key.parse(key), before[key], after[key]) for key in after)
    except (ValueError, TypeError, KeyError) as error:
        raise TrackerError(f"entry {entry.id} of the audit trail cannot be taken back") from error


def is_same(key: Key, one: Value, other: Value) -> bool:
    """Whether two values of a key mean the same to a person.

    Where a statement stands counts, not how well it fits there: linking reckons that anew.
    """
    if key.aspect == Aspect.EVENT and isinstance(one, dict) and isinstance(other, dict):
        return bool(one.get("event") == other.get("event"))
    return one == other


def stamp(values: Values) -> str:
    """A short mark of values as somebody saw them: another one says that they have changed since."""
    seen = {
        str(key): value.get("event") if key.aspect == Aspect.EVENT and isinstance(value, dict) else value
        for key, value in values.items()
    }
    written = json.dumps(seen, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class StaleError(TrackerError):
    """What is decided on has changed since it was looked at. `yours` is what was wanted, `theirs` stands.

    `latest` is the last entry of the trail about it, None where a machine changed it.
    """

    def __init__(self, yours: Values, theirs: Values, latest: AuditEntry | None) -> None:
        super().__init__("this was changed by someone else in the meantime")
        self.yours = yours
        self.theirs = theirs
        self.latest = latest


class DecidedMeanwhileError(TrackerError):
    """A person decided something while a machine was reckoning on what stood before."""


class NothingToUndoError(TrackerError):
    """There is no act of this person that could be taken back, or made again."""


def acts_standing(entries: Iterable[AuditEntry]) -> list[int]:
    """Of the entries that changed one value, the oldest first: the acts that stand, in the order of making.

    The value is what the last of them left. One that was taken back is not among them; made again, it is
    the last.
    """
    standing: list[int] = []
    for entry in entries:
        if entry.undoes is not None:
            if entry.undoes in standing:
                standing.remove(entry.undoes)
        else:
            standing.append(entry.id if entry.redoes is None else entry.redoes)
    return standing


def undo_order(entries: Iterable[AuditEntry], actor: str) -> tuple[list[int], list[int]]:
    """Of one person's acts, the oldest first: those that stand, and those taken back that can be made again.

    The last of each list is the next one. `entries` are the person's own and those that answer them. A new
    act forgets what could have been made again. Where the person took back another one's act, that
    entry stands among the acts.
    """
    standing: list[int] = []
    taken_back: list[int] = []
    answers: dict[int, int] = {}
    own: set[int] = set()
    for entry in entries:
        if entry.undoes is not None:
            if entry.undoes in standing:
                standing.remove(entry.undoes)
                taken_back += [entry.undoes] if entry.actor == actor else []
            elif entry.actor == actor:
                standing.append(entry.id)
                answers[entry.undoes] = entry.id
        elif entry.redoes is not None:
            if entry.redoes in taken_back:
                taken_back.remove(entry.redoes)
            if entry.redoes in own:
                standing.append(entry.redoes)
            elif answers.get(entry.redoes) in standing:
                standing.remove(answers.pop(entry.redoes))
        elif entry.actor == actor:
            own.add(entry.id)
            standing.append(entry.id)
            taken_back.clear()
    return standing, taken_back
