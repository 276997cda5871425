"""Carrying an act out, taking it back and making it again, whatever it is about."""

from collections.abc import Sequence

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import (
    Action,
    Aspect,
    Change,
    Key,
    StaleError,
    SubjectKind,
    Values,
    acts_standing,
    changes_between,
    changes_of,
    is_same,
    stamp,
)
from tracker.events.arranging import violated
from tracker.services.decision_ports import DecisionSession


def require_seen(session: DecisionSession, wanted: Values, seen: str, watched: Sequence[Key]) -> None:
    """Raise StaleError where the values of the keys that somebody watched are not those they saw.

    `seen` is the stamp of those; `wanted` is what they wanted to stand.
    """
    looked_at = {key: session.value(key) for key in watched}
    if stamp(looked_at) != seen:
        raise _stale(session, {key: wanted.get(key) for key in looked_at}, looked_at)


def carry_out(
    session: DecisionSession,
    action: Action,
    subject: tuple[str, str],
    wanted: Values,
    *,
    by: str,
    reason: str,
) -> AuditEntry | None:
    """Let these values stand and put that on record; None where they stand already."""
    changes = changes_between({key: session.value(key) for key in wanted}, wanted)
    if not changes:
        return None
    session.apply(changes, actor=by, reason=reason)
    session.release(_events_in(changes))
    return session.append(action, subject, changes, actor=by, reason=reason)


def take_back(session: DecisionSession, entry: AuditEntry, *, by: str, reason: str) -> AuditEntry:
    """Take an act back where all it changed stands as it was left. Raises StaleError."""
    changes = tuple(one.reversed() for one in reversed(changes_of(entry)))
    return _answer(session, entry, changes, Action.UNDO, by=by, reason=reason)


def make_again(session: DecisionSession, entry: AuditEntry, *, by: str, reason: str) -> AuditEntry:
    """Make an act again where all it changed stands as it was before. Raises StaleError."""
    return _answer(session, entry, changes_of(entry), Action.REDO, by=by, reason=reason)


def _answer(
    session: DecisionSession,
    entry: AuditEntry,
    wanted: Sequence[Change],
    action: Action,
    *,
    by: str,
    reason: str,
) -> AuditEntry:
    standing = {one.key: session.value(one.key) for one in wanted}
    yours = {one.key: one.after for one in wanted}
    if not all(
        is_same(one.key, standing[one.key], one.before) and _is_next(session, one.key, entry, action)
        for one in wanted
    ):
        raise _stale(session, yours, standing)
    changes = [Change(one.key, standing[one.key], one.after) for one in wanted]
    session.apply(changes, actor=by, reason=reason)
    if _contradicts(session, _events_in(changes)):
        raise _stale(session, yours, standing)
    session.release(_events_in(changes))
    undoes, redoes = (None, entry.id) if action is Action.REDO else (entry.id, None)
    subject = (entry.subject_kind, entry.subject_id)
    return session.append(action, subject, changes, actor=by, reason=reason, undoes=undoes, redoes=redoes)


def _is_next(session: DecisionSession, key: Key, entry: AuditEntry, action: Action) -> bool:
    """Whether an act is the one whose value stands, or on top of whose would-be value nothing has been built.

    That the value is the same is not enough: another act may have set it to the same once more.
    """
    standing = acts_standing(session.entries_about(key))
    if action is Action.REDO:
        return all(number < entry.id for number in standing)
    return bool(standing) and standing[-1] == entry.id


def _stale(session: DecisionSession, yours: Values, theirs: Values) -> StaleError:
    """What was wanted beside what stands, with who last changed it."""
    differing = [key for key in yours if not is_same(key, yours[key], theirs[key])]
    about = [session.entries_about(key) for key in differing or yours]
    entries = [one[-1] for one in about if one] or [
        one[-1] for key in yours if (one := session.entries_about(key))
    ]
    return StaleError(yours, theirs, max(entries, key=lambda entry: entry.id, default=None))


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
