"""Deciding: what people make of what the machine suggests. Every act is on record and can be taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.domain.audit import AuditEntry
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import (
    CORRECTIONS,
    Action,
    Aspect,
    EventGrade,
    Key,
    NothingToUndoError,
    Reliability,
    SubjectKind,
    Value,
    stamp,
    undo_order,
)
from tracker.domain.errors import TrackerError
from tracker.domain.statements import Place, PlaceFound
from tracker.services.acts import (
    carry_out,
    judgement_key,
    make_again,
    membership_key,
    redirect_key,
    require_seen,
    take_back,
)
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

    def locate(
        self,
        statement: str,
        place: Place | None,
        *,
        by: str,
        reason: str = "",
        seen: str | None = None,
    ) -> AuditEntry | None:
        """Set right which place a statement speaks of; None: of none that is known.

        A place that nothing spoke of before is stored with the act.
        """
        key = Key(SubjectKind.STATEMENT, statement, Aspect.PLACE)

        def plan(session: DecisionSession) -> dict[Key, Value]:
            if place is None:
                return {key: None}
            session.keep_place(place)
            return {key: {"place": place.id, "found": str(PlaceFound.REVIEW), "start": None, "end": None}}

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
        with self.decisions.acting() as session:
            wanted = plan(session)
            if seen is not None:
                require_seen(session, wanted, seen, list(wanted) if watched is None else watched)
            entry = carry_out(session, action, subject, wanted, by=by, reason=reason)
        if entry is not None:
            self.refresh()
        return entry

    def undo(self, *, by: str) -> AuditEntry:
        """Take back the last act of a person that stands. Raises NothingToUndoError, StaleError."""
        with self.decisions.acting() as session:
            standing, _ = undo_order(session.acts_of(by), by)
            if not standing:
                raise NothingToUndoError("there is nothing to undo")
            last = session.entry(standing[-1])
            if last.undoes is not None:
                # Another person's act was taken back: that is undone by making it again.
                entry = make_again(session, session.entry(last.undoes), by=by, reason="")
            else:
                entry = take_back(session, last, by=by, reason="")
        self.refresh()
        return entry

    def redo(self, *, by: str) -> AuditEntry:
        """Make again the last act that was taken back. Raises NothingToUndoError, StaleError."""
        with self.decisions.acting() as session:
            _, taken_back = undo_order(session.acts_of(by), by)
            if not taken_back:
                raise NothingToUndoError("there is nothing to redo")
            entry = make_again(session, session.entry(taken_back[-1]), by=by, reason="")
        self.refresh()
        return entry

    def take_back(self, number: int, *, by: str, reason: str = "") -> AuditEntry:
        """Take back any act that stands, one's own or another person's. Raises StaleError, TrackerError."""
        with self.decisions.acting() as session:
            entry = session.entry(number)
            if entry.undoes is not None or entry.redoes is not None:
                raise TrackerError(f"entry {number} takes another one back: use that one")
            answer = take_back(session, entry, by=by, reason=reason)
        self.refresh()
        return answer
