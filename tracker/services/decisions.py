"""Deciding: what people make of what the machine suggests. Every act is on record and can be taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.domain.audit import AuditEntry
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import (
    CORRECTIONS,
    Action,
    Aspect,
    Change,
    EventGrade,
    Key,
    NothingToUndoError,
    Reliability,
    StaleError,
    SubjectKind,
    Value,
    Values,
    changes_between,
    changes_of,
    is_same,
    stamp,
    undo_order,
)
from tracker.domain.errors import TrackerError
from tracker.events.arranging import violated
from tracker.services.decision_ports import Decisions, DecisionSession
from tracker.services.moving import plan_move, standing_event

Plan = Callable[[DecisionSession], dict[Key, Value]]
"""The values that an act wants to stand."""

Subject = tuple[str, str]
"""The kind and id of what an act is mainly about."""

LONGEST_NOTE = 10_000  # code points


@dataclass(frozen=True, slots=True)
class DecisionService:
    """Acts of people, each in one transaction with its entry in the audit trail.

    `refresh` describes and compares anew the events that an act concerns; should it not come to that, they
    wait for the next time. Every act takes `by`, who decides, and `reason`, which may be empty. `seen` is
    the `stamp` of what they looked at: where that has changed since, StaleError is raised and nothing is
    done. An act that changes nothing leaves no entry and answers None. NotFoundError is raised for what is
    not stored.
    """

    decisions: Decisions
    refresh: Callable[[], object]

    def stamp(self, keys: Sequence[Key]) -> str:
        """The mark of some values as they stand, for a form to hand back as `seen`."""
        return stamp(self.decisions.values(keys))

    def judge(
        self,
        conflicts: Sequence[str],
        judgement: Judgement,
        *,
        by: str,
        reason: str = "",
        seen: str | None = None,
    ) -> AuditEntry | None:
        """Confirm, reject or doubt conflicts; `SUGGESTED` gives them back to the machine."""
        wanted: dict[Key, Value] = {judgement_key(one): str(judgement) for one in conflicts}
        subject = (str(SubjectKind.CONFLICT), conflicts[0])
        return self._act(Action.JUDGE, subject, lambda _: wanted, by=by, reason=reason, seen=seen)

    def correct(
        self,
        statement: str,
        aspect: Aspect,
        value: Value,
        *,
        by: str,
        reason: str = "",
        seen: str | None = None,
    ) -> AuditEntry | None:
        """Set right who puts a statement forward, its place, day, figures or polarity."""
        if aspect not in CORRECTIONS:
            raise ValueError(f"{aspect} of a statement cannot be set right")
        key = Key(SubjectKind.STATEMENT, statement, aspect)

        def plan(session: DecisionSession) -> dict[Key, Value]:
            before = session.value(key)
            both = isinstance(before, dict) and isinstance(value, dict)
            # A party that is set right keeps the words that showed who spoke.
            return {key: {**before, **value} if both and aspect is Aspect.PARTY else value}  # type: ignore[dict-item]

        subject = (str(SubjectKind.STATEMENT), statement)
        return self._act(Action.CORRECT, subject, plan, by=by, reason=reason, seen=seen)

    def move(
        self,
        statements: Sequence[str],
        event: str | None,
        *,
        by: str,
        reason: str = "",
        seen: str | None = None,
    ) -> AuditEntry | None:
        """Put statements into another event, or into a new one where `event` is None."""
        action = Action.SPLIT if event is None else Action.MOVE
        subject = (str(SubjectKind.STATEMENT), statements[0])

        def plan(session: DecisionSession) -> dict[Key, Value]:
            return plan_move(session, statements, event, by=by)

        watched = [membership_key(one) for one in statements]
        return self._act(action, subject, plan, by=by, reason=reason, seen=seen, watched=watched)

    def merge(
        self, event: str, into: str, *, by: str, reason: str = "", seen: str | None = None
    ) -> AuditEntry | None:
        """Put all statements of an event into another one; its id then leads there."""

        def plan(session: DecisionSession) -> dict[Key, Value]:
            if standing_event(session, event) == standing_event(session, into):
                raise TrackerError("an event cannot be merged with itself")
            return plan_move(session, session.members(event), into, by=by)

        watched = [redirect_key(event), redirect_key(into)]
        subject = (str(SubjectKind.EVENT), event)
        return self._act(Action.MERGE, subject, plan, by=by, reason=reason, seen=seen, watched=watched)

    def grade(
        self,
        event: str,
        grade: EventGrade | None,
        *,
        by: str,
        reason: str = "",
        seen: str | None = None,
    ) -> AuditEntry | None:
        """Say how well an event is attested; None takes the grade away."""
        value = None if grade is None else str(grade)
        return self._annotate(
            Action.GRADE, (SubjectKind.EVENT, event), Aspect.GRADE, value, by=by, reason=reason, seen=seen
        )

    def rate(
        self,
        source: str,
        reliability: Reliability | None,
        *,
        by: str,
        reason: str = "",
        seen: str | None = None,
    ) -> AuditEntry | None:
        """Say how reliable a source is; None takes the letter away."""
        value = None if reliability is None else str(reliability)
        return self._annotate(
            Action.RATE,
            (SubjectKind.SOURCE, source),
            Aspect.RELIABILITY,
            value,
            by=by,
            reason=reason,
            seen=seen,
        )

    def assign(
        self,
        kind: SubjectKind,
        subject: str,
        person: str | None,
        *,
        by: str,
        reason: str = "",
        seen: str | None = None,
    ) -> AuditEntry | None:
        """Give something to a person to look after; None to nobody."""
        return self._annotate(
            Action.ASSIGN, (kind, subject), Aspect.ASSIGNEE, person, by=by, reason=reason, seen=seen
        )

    def note(self, kind: SubjectKind, subject: str, text: str, *, by: str) -> AuditEntry | None:
        """Add a note. Raises TrackerError for an empty or overlong one."""
        text = text.strip()
        if not text or len(text) > LONGEST_NOTE:
            raise TrackerError(f"a note has 1 to {LONGEST_NOTE:,} characters, this one {len(text):,}")

        def plan(session: DecisionSession) -> dict[Key, Value]:
            moment = session.now.isoformat()
            key = Key(kind, subject, f"{Aspect.NOTE}:{moment[5:26]}")
            return {key: {"text": text, "author": by, "at": moment}}

        return self._act(Action.NOTE, (str(kind), subject), plan, by=by, reason="", seen=None)

    def withdraw_note(
        self, kind: SubjectKind, subject: str, aspect: str, *, by: str, reason: str = ""
    ) -> AuditEntry | None:
        """Take a note away; it stays in the trail."""
        key = Key(kind, subject, aspect)
        return self._act(
            Action.NOTE, (str(kind), subject), lambda _: {key: None}, by=by, reason=reason, seen=None
        )

    def _annotate(
        self,
        action: Action,
        subject: tuple[SubjectKind, str],
        aspect: Aspect,
        value: Value,
        *,
        by: str,
        reason: str,
        seen: str | None,
    ) -> AuditEntry | None:
        kind, key = subject
        wanted = {Key(kind, key, aspect): value}
        return self._act(action, (str(kind), key), lambda _: wanted, by=by, reason=reason, seen=seen)

    def _act(
        self,
        action: Action,
        subject: Subject,
        plan: Plan,
        *,
        by: str,
        reason: str,
        seen: str | None,
        watched: Sequence[Key] | None = None,
    ) -> AuditEntry | None:
        """Carry a plan out. `watched` are the keys that `seen` marks; by default those of the plan."""
        with self.decisions.acting() as session:
            wanted = plan(session)
            before = {key: session.value(key) for key in wanted}
            looked_at = before if watched is None else {key: session.value(key) for key in watched}
            if seen is not None and stamp(looked_at) != seen:
                raise _stale(session, {key: wanted.get(key) for key in looked_at}, looked_at)
            changes = changes_between(before, wanted)
            if not changes:
                return None
            session.apply(changes, actor=by, reason=reason)
            session.release(_events_in(changes))
            entry = session.append(action, subject, changes, actor=by, reason=reason)
        self.refresh()
        return entry

    def undo(self, *, by: str) -> AuditEntry:
        """Take back the last act of a person that stands. Raises NothingToUndoError, StaleError."""
        with self.decisions.acting() as session:
            standing, _ = undo_order(session.acts_of(by), by)
            if not standing:
                raise NothingToUndoError("there is nothing to undo")
            last, action = session.entry(standing[-1]), Action.UNDO
            if last.undoes is not None:
                # Another person's act was taken back: that is undone by making it again.
                last, action = session.entry(last.undoes), Action.REDO
            entry = self._answer(session, last, action, by=by, reason="")
        self.refresh()
        return entry

    def redo(self, *, by: str) -> AuditEntry:
        """Make again the last act that was taken back. Raises NothingToUndoError, StaleError."""
        with self.decisions.acting() as session:
            _, taken_back = undo_order(session.acts_of(by), by)
            if not taken_back:
                raise NothingToUndoError("there is nothing to redo")
            entry = self._answer(session, session.entry(taken_back[-1]), Action.REDO, by=by, reason="")
        self.refresh()
        return entry

    def take_back(self, number: int, *, by: str, reason: str = "") -> AuditEntry:
        """Take back any act of the trail, one's own or another person's. Raises StaleError."""
        with self.decisions.acting() as session:
            entry = session.entry(number)
            if entry.undoes is not None or entry.redoes is not None:
                raise TrackerError(f"entry {number} takes another one back: use that one")
            answer = self._answer(session, entry, Action.UNDO, by=by, reason=reason)
        self.refresh()
        return answer

    def _answer(
        self, session: DecisionSession, entry: AuditEntry, action: Action, *, by: str, reason: str
    ) -> AuditEntry:
        """Take an act back, or make it again, where all it changed stands as it was left."""
        recorded = changes_of(entry)
        wanted = recorded if action is Action.REDO else tuple(one.reversed() for one in reversed(recorded))
        standing = {one.key: session.value(one.key) for one in wanted}
        yours = {one.key: one.after for one in wanted}
        if not all(is_same(one.key, standing[one.key], one.before) for one in wanted):
            raise _stale(session, yours, standing)
        changes = [Change(one.key, standing[one.key], one.after) for one in wanted]
        session.apply(changes, actor=by, reason=reason)
        if _contradicts(session, _events_in(changes)):
            raise _stale(session, yours, standing)
        session.release(_events_in(changes))
        undoes, redoes = (None, entry.id) if action is Action.REDO else (entry.id, None)
        subject = (entry.subject_kind, entry.subject_id)
        return session.append(action, subject, changes, actor=by, reason=reason, undoes=undoes, redoes=redoes)


def _stale(session: DecisionSession, yours: Values, theirs: Values) -> StaleError:
    """What was wanted beside what stands, with who last changed it."""
    differing = [key for key in yours if not is_same(key, yours[key], theirs[key])]
    entries = [entry for key in differing or yours if (entry := session.latest_about(key)) is not None]
    entries = entries or [entry for key in yours if (entry := session.latest_about(key)) is not None]
    latest = max(entries, key=lambda entry: entry.id, default=None)
    return StaleError(yours, theirs, latest)


def _events_in(changes: Sequence[Change]) -> list[str]:
    """The events that these changes put statements into or take them from."""
    events: list[str] = []
    for change in changes:
        if change.key.aspect == Aspect.EVENT:
            values = (change.before, change.after)
            events += [str(value["event"]) for value in values if isinstance(value, dict)]
    return list(dict.fromkeys(events))


def _contradicts(session: DecisionSession, events: Sequence[str]) -> bool:
    """Whether an event is left that leads elsewhere and keeps statements, or an empty one that leads nowhere.

    The same for statements that stand otherwise than people decided.
    """
    homes: dict[str, str] = {}
    for event in events:
        members = session.members(event)
        leads_on = session.value(redirect_key(event)) is not None
        if leads_on is bool(members):
            return True
        homes.update(dict.fromkeys(members, event))
    # A statement that was put together with one of these may stand in none of these events.
    verdicts = session.verdicts_about(list(homes))
    for one in {one for pair in verdicts for one in pair} - homes.keys():
        standing = session.value(membership_key(one))
        if isinstance(standing, dict):
            homes[one] = str(standing["event"])
    return violated(homes, verdicts) is not None


def judgement_key(conflict: str) -> Key:
    """What a conflict is judged to be."""
    return Key(SubjectKind.CONFLICT, conflict, Aspect.JUDGEMENT)


def membership_key(statement: str) -> Key:
    """Where a statement stands."""
    return Key(SubjectKind.STATEMENT, statement, Aspect.EVENT)


def redirect_key(event: str) -> Key:
    """Where an event's id leads."""
    return Key(SubjectKind.EVENT, event, Aspect.REDIRECT)
