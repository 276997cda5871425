"""Entries of the audit trail as pages show them: who did what to what, and what changed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from tracker.domain.audit import MACHINE, AuditEntry
from tracker.domain.decisions import Action, Aspect, Key, SubjectKind
from tracker.domain.trail import Named

Names = Mapping[tuple[str, str], Named]
"""What things are called, by kind and id. A place has the kind "place"."""

_LONGEST_NAME = 90
"""Code points of a quote that stands for its statement."""

_PAGES: Mapping[str, tuple[str, str]] = {
    "conflict": ("pages.conflict", "conflict_id"),
    "statement": ("pages.statement", "statement_id"),
    "event": ("pages.event", "event_id"),
    "source": ("pages.source", "source_id"),
    "party": ("pages.party", "code"),
    "job": ("pages.job", "job_id"),
}
"""For each kind of subject the endpoint of its page, and the name of the id in its address."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that an entry is about.

    `name` is None where nothing is stored under the id any more, `address` where there is no page about it.
    """

    kind: str
    id: str
    name: str | None = None
    language: str = "und"
    address: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One value before and after, as the trail has it; None for nothing.

    `aspect` is an `Aspect` (a note's without its number), or the name of any other value. Where a value
    names something (an event, a place), it stands beside it as a mention.
    """

    subject: Mention
    aspect: str
    before: object
    after: object
    before_mention: Mention | None = None
    after_mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of the trail.

    `undoes` and `redoes` are the entry that it takes back or makes again. `answered_by` is the last entry
    that took this one back or made it again, and by whom; `is_taken_back` says which of the two.
    """

    id: int
    address: str
    at: datetime
    actor: str
    by_machine: bool
    action: str
    subject: Mention
    changes: tuple[ChangeView, ...]
    reason: str
    undoes: int | None
    redoes: int | None
    answered_by: int | None
    answered_by_actor: str | None
    answered_at: datetime | None
    is_taken_back: bool
    can_be_taken_back: bool
    previous: str
    seal: str


def describe_entry(
    entry: AuditEntry, *, names: Names | None = None, answer: AuditEntry | None = None
) -> EntryView:
    """An entry for the macros of templates/history/_entry.html. Needs a request or application context.

    `names` is what the things it is about are called (see `mentioned_in`); without, they are shown by
    their kind and id. `answer` is the last entry that took this one back or made it again
    (`Decisions.answered`).
    """
    names = names or {}
    changes = tuple(_changes_of(entry, names))
    is_taken_back = answer is not None and answer.undoes == entry.id
    return EntryView(
        id=entry.id,
        address=url_for("pages.entry", number=str(entry.id)),
        at=entry.at,
        actor=entry.actor,
        by_machine=entry.actor == MACHINE,
        action=entry.action,
        subject=_mention(entry.subject_kind, entry.subject_id, names),
        changes=changes,
        reason=entry.reason,
        undoes=entry.undoes,
        redoes=entry.redoes,
        answered_by=None if answer is None else answer.id,
        answered_by_actor=None if answer is None else answer.actor,
        answered_at=None if answer is None else answer.at,
        is_taken_back=is_taken_back,
        can_be_taken_back=not is_taken_back and can_be_answered(entry),
        previous=entry.previous,
        seal=entry.sha256,
    )


def can_be_answered(entry: AuditEntry) -> bool:
    """Whether an entry records an act of a person that could be taken back."""
    if entry.undoes is not None or entry.redoes is not None or entry.action not in set(Action):
        return False
    return bool(_keyed(entry))


def mentioned_in(entry: AuditEntry) -> set[tuple[str, str]]:
    """The kind and id of everything that an entry names, to be looked up before it is described."""
    found = {(entry.subject_kind, entry.subject_id)}
    for key, before, after in _keyed(entry):
        found.update((str(SubjectKind.STATEMENT), one) for one in _pair(key))
        if key.kind is not SubjectKind.PAIR:
            found.add((str(key.kind), key.id))
        found.update(ref for value in (before, after) if (ref := _named_by(key, value)) is not None)
    return found


def _keyed(entry: AuditEntry) -> list[tuple[Key, object, object]]:
    """The values that people decide on, as an entry records them; empty where it records others."""
    before, after = _state(entry.before), _state(entry.after)
    try:
        return [(Key.parse(key), before.get(key), value) for key, value in after.items()]
    except ValueError:
        return []


def _state(written: str | None) -> dict[str, object]:
    state = json.loads(written or "{}")
    return state if isinstance(state, dict) else {"": state}


def _changes_of(entry: AuditEntry, names: Names) -> list[ChangeView]:
    keyed = _keyed(entry)
    if keyed:
        return [_keyed_change(key, before, after, names) for key, before, after in keyed]
    before, after = _state(entry.before), _state(entry.after)
    subject = _mention(entry.subject_kind, entry.subject_id, names)
    return [
        ChangeView(subject=subject, aspect=name, before=before.get(name), after=after.get(name))
        for name in dict.fromkeys([*before, *after])
    ]


def _keyed_change(key: Key, before: object, after: object, names: Names) -> ChangeView:
    mentions: list[Mention | None] = []
    for value in (before, after):
        named = _named_by(key, value)
        mentions.append(None if named is None else _mention(*named, names))
    return ChangeView(
        subject=_mention(str(key.kind), key.id, names),
        aspect=key.aspect.partition(":")[0],
        before=before,
        after=after,
        before_mention=mentions[0],
        after_mention=mentions[1],
    )


def _named_by(key: Key, value: object) -> tuple[str, str] | None:
    """What a value names: the event a statement stands in, where an id leads, a place."""
    if key.aspect == Aspect.EVENT and isinstance(value, dict):
        return str(SubjectKind.EVENT), str(value.get("event"))
    if key.aspect == Aspect.PLACE and isinstance(value, dict):
        return "place", str(value.get("place"))
    if key.aspect == Aspect.REDIRECT and isinstance(value, str):
        return str(SubjectKind.EVENT), value
    return None


def _pair(key: Key) -> list[str]:
    return key.id.split(" ") if key.kind is SubjectKind.PAIR else []


def _mention(kind: str, key: str, names: Names) -> Mention:
    named = names.get((kind, key))
    return Mention(
        kind=kind,
        id=key,
        name=None if named is None else _shortened(named.name),
        language="und" if named is None else named.language,
        address=_address(kind, key, named),
    )


def _address(kind: str, key: str, named: Named | None) -> str | None:
    endpoint, argument = _PAGES.get(kind, ("", ""))
    if endpoint in current_app.view_functions:
        return _url(endpoint, **{argument: key})
    if kind == SubjectKind.CONFLICT and named is not None and named.event is not None:
        return _url("pages.event", event_id=named.event, _anchor=key)
    return None


_url: Callable[..., str] = url_for


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME].rstrip() + "…"
