"""The audit trail: who changed what, the latest first, and whether the trail is whole."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Final

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict

from tracker.domain.audit import AuditEntry, seal
from tracker.domain.decisions import Action, SubjectKind
from tracker.domain.errors import NotFoundError
from tracker.domain.trail import Named, TrailFilter
from tracker.services.remembering import Remembered, Same
from tracker.web.histories import EntryView, Names, describe_entry, mentioned_in
from tracker.web.pages import add_page
from tracker.web.reading_room import ReadingRoom

PAGE_SIZE = 50

ACTIONS: tuple[str, ...] = (
    *(str(action) for action in Action),
    "add_user",
    "set_role",
    "disable_user",
    "enable_user",
    "change_password",
    "sign_in",
    "sign_out",
    "revoke_session",
    "add_token",
    "revoke_token",
)
"""The actions that the form offers; an address may name any other."""

KINDS: tuple[str, ...] = (
    *(str(kind) for kind in SubjectKind if kind is not SubjectKind.PAIR),
    "user",
    "api_token",
)


@dataclass(frozen=True, slots=True)
class TrailCheck:
    """Whether every seal of the trail fits. `broken` is the first entry whose seal does not."""

    is_whole: bool
    broken: int | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What templates/history/list.html shows.

    `fields` are the filters as they were given, `faults` which of them cannot be understood. `count` and
    `head` are the number of entries and the seal of the last one; `check` is None where none was asked for.
    `following` is the entry that the next page begins below.
    """

    entries: tuple[EntryView, ...]
    fields: Mapping[str, str]
    faults: Mapping[str, str]
    is_filtered: bool
    actions: tuple[str, ...]
    kinds: tuple[str, ...]
    count: int
    head: str
    check: TrailCheck | None
    before: int | None
    following: int | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """What templates/history/entry.html shows: one entry, and whether it fits its seal."""

    entry: EntryView
    is_sealed: bool
    later: int | None


@dataclass(frozen=True, slots=True)
class _Asked:
    wanted: TrailFilter
    fields: Mapping[str, str]
    faults: Mapping[str, str]


def add_history(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/history`, `/history/<number>` and `/history.jsonl`.

    The first and the last take `actor`, `action`, `kind`, `id`, `from` and `to`; the first `verify`, too.
    """

    def history() -> tuple[HistoryPage, int]:
        asked = _read(request.args)
        page = _history_page(room, asked)
        return page, 400 if asked.faults else 200

    def entry(number: str) -> EntryPage:
        return _entry_page(room, _number(number))

    add_page(blueprint, "/history", "history", "history/list.html", history)
    add_page(blueprint, "/history/<number>", "entry", "history/entry.html", entry)

    @blueprint.get("/history.jsonl")
    def history_export() -> Response:
        asked = _read(request.args)
        lines = _lines(room.trail.all_entries(asked.wanted))
        headers = {"Content-Disposition": "attachment; filename=history.jsonl"}
        return Response(lines, mimetype="application/jsonl", headers=headers)


def describe_entries(room: ReadingRoom, entries: Sequence[AuditEntry]) -> tuple[EntryView, ...]:
    """Entries with the names of what they are about, and with what answered them, in a few queries."""
    answers = room.decisions.decisions.answered([entry.id for entry in entries]) if entries else {}
    mentioned = [_MENTIONED.of(entry.sha256, partial(mentioned_in, entry)) for entry in entries]
    names = room.trail.names({ref for refs in mentioned for ref in refs})
    return tuple(
        _described(entry, {ref: names[ref] for ref in refs if ref in names}, answers.get(entry.id))
        for entry, refs in zip(entries, mentioned, strict=True)
    )


def _described(entry: AuditEntry, names: Names, answer: AuditEntry | None) -> EntryView:
    """The same view again as long as it would be alike, so that what is rendered of it can be kept, too."""
    site = (request.script_root, Same(current_app.view_functions))
    # An entry never changes, and its seal stands for all of it.
    key = (
        entry.sha256,
        None if answer is None else answer.sha256,
        tuple(sorted(names.items(), key=_ref)),
        site,
    )
    return _DESCRIBED.of(key, partial(describe_entry, entry, names=names, answer=answer))


def _ref(item: tuple[tuple[str, str], Named]) -> tuple[str, str]:
    return item[0]


_KEPT = 5_000
_MENTIONED: Final[Remembered[set[tuple[str, str]]]] = Remembered(_KEPT)
_DESCRIBED: Final[Remembered[EntryView]] = Remembered(_KEPT)


def _history_page(room: ReadingRoom, asked: _Asked) -> HistoryPage:
    before = _number(request.args["before"]) if request.args.get("before") else None
    # One more than is shown says whether there is another page.
    found = [] if asked.faults else room.trail.entries(asked.wanted, before, PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    count, head = room.decisions.decisions.head()
    return HistoryPage(
        entries=describe_entries(room, shown),
        fields=asked.fields,
        faults=asked.faults,
        is_filtered=asked.wanted.restricts,
        actions=ACTIONS,
        kinds=KINDS,
        count=count,
        head=head,
        check=_check(room) if request.args.get("verify") else None,
        before=before,
        following=shown[-1].id if len(found) > PAGE_SIZE else None,
    )


def _check(room: ReadingRoom) -> TrailCheck:
    broken = room.decisions.decisions.broken_entry()
    return TrailCheck(is_whole=broken is None, broken=None if broken is None else broken.id)


def _entry_page(room: ReadingRoom, number: int) -> EntryPage:
    found = room.decisions.decisions.entry(number)
    count, _ = room.decisions.decisions.head()
    (view,) = describe_entries(room, [found])
    return EntryPage(
        entry=view, is_sealed=seal(found) == found.sha256, later=number + 1 if number < count else None
    )


def _number(written: str) -> int:
    """The number of an entry. Raises NotFoundError for anything else."""
    if not (written.isascii() and written.isdigit() and len(written) <= _DIGITS):
        raise NotFoundError(f"the audit trail has no entry {written}")
    return int(written)


_DIGITS = 15
"""Longer numbers are none that a database could hold."""


def _lines(entries: Iterator[AuditEntry]) -> Iterator[str]:
    for entry in entries:
        written = {**asdict(entry), "at": entry.at.isoformat()}
        yield json.dumps(written, ensure_ascii=False) + "\n"


def _read(arguments: MultiDict[str, str]) -> _Asked:
    fields = {
        name: arguments.get(name, "").strip() for name in ("actor", "action", "kind", "id", "from", "to")
    }
    faults: dict[str, str] = {}
    since, until = (_day(fields[name], name, faults) for name in ("from", "to"))
    if since and until and until < since:
        faults["to"] = "reversed"
    wanted = TrailFilter(
        actor=fields["actor"],
        action=fields["action"],
        kind=fields["kind"],
        subject=fields["id"],
        since=since,
        until=until,
    )
    return _Asked(wanted, fields, faults)


def _day(written: str, field: str, faults: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        faults[field] = "date"
        return None
