"""Conflicts: the list of all of them, and the page of one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from tracker.domain.conflict_lists import IN_ORDER, ConflictFilter
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.decisions import SubjectKind, stamp
from tracker.domain.errors import NotFoundError
from tracker.domain.people import Right
from tracker.domain.views import ConflictView
from tracker.services.people import PeopleService
from tracker.services.remembering import Remembered, Same
from tracker.web.clashes import Clash, lay_out_clashes
from tracker.web.conflict_bodies import (
    ConflictBody,
    NoteLine,
    assignee_key,
    assignee_of,
    history_of,
    lay_out_body,
    notes_of,
    stamp_of,
)
from tracker.web.histories import EntryView
from tracker.web.histories_pages import describe_entries
from tracker.web.pages import add_page
from tracker.web.party_labels import PartyLabel, label_parties
from tracker.web.reading_room import ReadingRoom

PAGE_SIZE = 25
LIST, PAGE = "conflicts/list.html", "conflicts/conflict.html"
LANGUAGES = ("en", "ar", "tr", "ru")
"""Languages of quotations that the filters offer."""

LONGEST_REASON = 2_000  # code points
_SIDES = 2
_KEPT = 200
"""How many pages of rows are kept laid out, for as long as the list gives the very same ones."""

Arguments = dict[str, str | list[str]]
"""Parts of an address by name; a list is one part for each of its values."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """What templates/conflicts/conflict.html shows.

    `assignee_seen` is the stamp of whom it is assigned to, `people` are those whom it can be assigned to.
    `faults` maps a field to one of the faults that the template has words for; `typed` is what stood in the
    fields.
    """

    body: ConflictBody
    notes: tuple[NoteLine, ...]
    assignee: str | None
    assignee_seen: str
    people: tuple[str, ...]
    history: tuple[EntryView, ...]
    faults: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict in the list. `seen` is the stamp of its judgement."""

    clash: Clash
    event_title: str
    event_title_language: str
    seen: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that a list can be held to, and how many rows it then has."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a list as its address has them; empty where they do not restrict.

    `other_party` is the second of two parties, which stand in either order; so is `other_language`.
    """

    judgement: str = ""
    type: str = ""
    party: str = ""
    event: str = ""
    language: str = ""
    other_language: str = ""
    other_party: str = ""

    @property
    def arguments(self) -> Arguments:
        """The same as parts of an address."""
        values: Arguments = {
            "judgement": self.judgement,
            "type": self.type,
            "party": [self.party, self.other_party] if self.other_party else self.party,
            "event": self.event,
            "language": self.language,
            "other_language": self.other_language,
        }
        return {name: value for name, value in values.items() if value}

    def but(self, name: str, value: str = "") -> Arguments:
        """The same with another value of one filter, or without it."""
        others = {key: kept for key, kept in self.arguments.items() if key != name}
        return {**others, name: value} if value else others


@dataclass(frozen=True, slots=True)
class ConflictsPage:
    """What templates/conflicts/list.html shows.

    `fault` is what was wrong with judging several at once, one of those that the template has words for;
    `chosen` and `reason` are what was chosen and typed then.
    """

    rows: tuple[ConflictRow, ...]
    total: int
    after: str | None
    following: str | None
    asked: Asked
    judgements: tuple[Facet, ...]
    types: tuple[Facet, ...]
    parties: tuple[PartyLabel, ...]
    languages: tuple[str, ...] = LANGUAGES
    fault: str = ""
    chosen: tuple[str, ...] = ()
    reason: str = ""


def add_conflicts(blueprint: Blueprint, room: ReadingRoom, people: PeopleService) -> None:
    """Answer `/conflicts?judgement=…&type=…&party=…&party=…&event=…&language=…` and `/conflicts/<id>`."""

    def conflict(conflict_id: str) -> ConflictPage:
        return conflict_page(conflict_id, room, people)

    add_page(blueprint, "/conflicts", "conflicts", LIST, lambda: conflicts_page(room))
    add_page(blueprint, "/conflicts/<conflict_id>", "conflict", PAGE, conflict)


def conflict_page(
    conflict_id: str,
    room: ReadingRoom,
    people: PeopleService,
    *,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> ConflictPage:
    """One conflict with its notes and history. Raises NotFoundError."""
    view = room.conflict_lists.conflict(conflict_id)
    history = history_of(room, conflict_id)
    annotations = room.desk.annotations(SubjectKind.CONFLICT, conflict_id)
    assignee = assignee_of(annotations)
    return ConflictPage(
        body=lay_out_body(view, room, history),
        notes=notes_of(annotations),
        assignee=assignee,
        assignee_seen=stamp({assignee_key(conflict_id): assignee}),
        people=reviewers(people),
        history=describe_entries(room, history),
        faults=faults or {},
        typed=typed or {},
    )


def reviewers(people: PeopleService) -> tuple[str, ...]:
    """The names of those who may review, and so look after something."""
    return tuple(user.name for user in people.users() if user.is_active and user.role.allows(Right.REVIEW))


def conflicts_page(
    room: ReadingRoom, *, fault: str = "", chosen: tuple[str, ...] = (), reason: str = ""
) -> ConflictsPage:
    """The list as this request asks for it. Raises NotFoundError for filters that nothing is known by."""
    asked = read_filters(request.args, room)
    wanted = filter_of(asked)
    after = request.args.get("after") or None
    page = room.conflict_lists.conflicts(wanted, after, PAGE_SIZE)
    counts = room.conflict_lists.counts(wanted)
    return ConflictsPage(
        rows=_rows(page.rows, room),
        total=page.total,
        after=after,
        following=page.following,
        asked=asked,
        judgements=_facets(
            IN_ORDER,
            {kind[0]: 0 for kind in counts},
            ((judgement, count) for (judgement, type_), count in counts.items() if asked.type in {"", type_}),
        ),
        types=_facets(
            ConflictType,
            {kind[1]: 0 for kind in counts},
            (
                (type_, count)
                for (judgement, type_), count in counts.items()
                if asked.judgement in {"", judgement}
            ),
        ),
        parties=tuple(label_parties(room.parties).values()),
        fault=fault,
        chosen=chosen,
        reason=reason,
    )


def read_filters(arguments: MultiDict[str, str], room: ReadingRoom) -> Asked:
    """The filters of an address; an event that was merged away stands for the one that it leads to.

    Raises NotFoundError for a value that nothing is known by.
    """
    event = arguments.get("event", "")
    party, other_party = _parties_of(arguments, room)
    return Asked(
        judgement=_known(arguments, "judgement", Judgement),
        type=_known(arguments, "type", ConflictType),
        party=party,
        other_party=other_party,
        event=room.library.redirect_of(event) or event if event else "",
        language=_known(arguments, "language", LANGUAGES),
        other_language=_known(arguments, "other_language", LANGUAGES),
    )


def filter_of(asked: Asked, judgements: tuple[Judgement, ...] = ()) -> ConflictFilter:
    """What the database is asked for; `judgements` where the address names none."""
    return ConflictFilter(
        judgements=(Judgement(asked.judgement),) if asked.judgement else judgements,
        type=ConflictType(asked.type) if asked.type else None,
        parties=tuple(code for code in (asked.party, asked.other_party) if code),
        event=asked.event or None,
        languages=tuple(code for code in (asked.language, asked.other_language) if code),
    )


def _known(arguments: MultiDict[str, str], name: str, values: Iterable[str]) -> str:
    value = arguments.get(name, "")
    if value and value not in {str(one) for one in values}:
        raise NotFoundError(f"no conflict is known by {name}={value}")
    return value


def _parties_of(arguments: MultiDict[str, str], room: ReadingRoom) -> tuple[str, str]:
    """One party, or both of a pair: an address may name `party` twice. Empty for none."""
    codes = [code for code in arguments.getlist("party") if code]
    unknown = [code for code in codes if code not in room.parties]
    if unknown or len(codes) > _SIDES:
        raise NotFoundError(f"no conflict is known by party={', '.join(unknown or codes)}")
    one, other = (*codes, "", "")[:_SIDES]
    return one, other


def _facets(
    order: Iterable[T], known: Mapping[T, int], counted: Iterable[tuple[T, int]]
) -> tuple[Facet, ...]:
    """How many rows each value has, in order; values that no conflict has at all are left out."""
    sums = dict(known)
    for value, count in counted:
        sums[value] += count
    return tuple(Facet(str(value), sums[value]) for value in order if value in sums)


_LAID_OUT: Final[Remembered[tuple[ConflictRow, ...]]] = Remembered(_KEPT)


def _rows(views: Sequence[ConflictView], room: ReadingRoom) -> tuple[ConflictRow, ...]:
    """The same rows again for the same views, so that what is rendered of them can be kept, too."""
    return _LAID_OUT.of((Same(views), tuple(room.parties)), lambda: _lay_out(views, room))


def _lay_out(views: Sequence[ConflictView], room: ReadingRoom) -> tuple[ConflictRow, ...]:
    laid_out = lay_out_clashes(views, room.parties)
    by_id = {clash.conflict.id: clash for clash in (*laid_out.standing, *laid_out.rejected)}
    return tuple(
        ConflictRow(
            clash=by_id[view.conflict.id],
            event_title=view.event_title,
            event_title_language=view.event_title_language,
            seen=stamp_of(view.conflict),
        )
        for view in views
    )
