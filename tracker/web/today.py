"""The first page: what is new, what waits for review, what is assigned to the reader, what colleagues did."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import Blueprint, g

from tracker.domain.today import Today, Waiting
from tracker.domain.trail import TrailFilter
from tracker.web.histories import EntryView
from tracker.web.histories_pages import describe_entries
from tracker.web.pages import add_page
from tracker.web.reading_room import ReadingRoom

ACTS_SHOWN = 6

MOST_PAIRS = 8
"""Pairs of parties shown for a type of conflict; the others are counted together."""


@dataclass(frozen=True, slots=True)
class PairWaiting:
    """Conflicts of one type between two parties that nobody has judged."""

    one: str
    other: str
    count: int


@dataclass(frozen=True, slots=True)
class TypeWaiting:
    """Conflicts of one type that nobody has judged, by pair of parties, most first. `rest` is not listed."""

    type: str
    count: int
    pairs: tuple[PairWaiting, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class TodayPage:
    """What templates/today/today.html shows. `acts` are what colleagues decided, the latest first."""

    today: Today
    waiting: tuple[TypeWaiting, ...]
    acts: tuple[EntryView, ...]
    acts_since: date
    is_empty: bool


def add_today(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/`."""

    def today() -> TodayPage:
        person = g.person
        book = room.day_book.today(person.name, g.session_id)
        since = book.week.since.date()
        wanted = TrailFilter(since=since, by_people=True, not_by=person.name)
        acts = room.trail.entries(wanted, None, ACTS_SHOWN)
        return TodayPage(
            today=book,
            waiting=_by_type(book.waiting),
            acts=describe_entries(room, acts),
            acts_since=since,
            is_empty=not book.counts.documents,
        )

    add_page(blueprint, "/", "today", "today/today.html", today)


# It changes with every decision only, and readers come back more often than that.
@lru_cache(maxsize=16)
def _by_type(waiting: tuple[Waiting, ...]) -> tuple[TypeWaiting, ...]:
    """What waits, by type; the type with most first."""
    pairs: dict[str, list[PairWaiting]] = {}
    for one in waiting:
        pairs.setdefault(one.type, []).append(PairWaiting(one.one, one.other, one.count))
    types = [
        TypeWaiting(
            type=kind,
            count=sum(one.count for one in listed),
            pairs=tuple(listed[:MOST_PAIRS]),
            rest=sum(one.count for one in listed[MOST_PAIRS:]),
        )
        for kind, listed in pairs.items()
    ]
    return tuple(sorted(types, key=lambda one: (-one.count, one.type)))
