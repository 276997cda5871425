"""What an event is called, where and when it is: taken from its own statements, never invented."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from tracker.domain.documents import DatePrecision
from tracker.domain.events import Event, Membership
from tracker.domain.statements import Place, PlaceFound
from tracker.events.linkable import InContext, event_day

_LONGEST_TITLE = 140
_SPREAD = timedelta(days=3)  # days further from the most named one belong to what is recalled beside it


def describe_event(inside: Sequence[InContext], members: tuple[Membership, ...], key: str) -> Event:
    """The event of some statements, under an id."""
    ordered = sorted(inside, key=in_order)
    title, language = _title(ordered)
    start, end = _span_of_days(ordered)
    return Event(
        id=key,
        title=title,
        title_language=language,
        place=_place(ordered),
        start=start,
        end=end,
        precision=DatePrecision.DAY if start else None,
        members=tuple(sorted(members, key=lambda member: member.statement)),
    )


def in_order(linkable: InContext) -> tuple[date, str, int]:
    """By day of publication (those without one last), document and place in it."""
    return linkable.published or date.max, linkable.statement.document, linkable.statement.span.start


def _title(ordered: Sequence[InContext]) -> tuple[str, str]:
    """The heading of the statement most like all of them; English ones first, where there are any."""
    english = [one for one in ordered if one.statement.language == "en"] or list(ordered)
    centre = np.mean([one.context for one in ordered], axis=0)
    chosen = max(english, key=lambda one: (round(float(one.context @ centre), 4), one.statement.id))
    words = chosen.statement.heading or chosen.statement.quote
    title = words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rstrip() + "…"
    return title, chosen.statement.language


def _place(ordered: Sequence[InContext]) -> Place | None:
    """The place most statements name; one named in a sentence counts twice one taken from around it."""
    votes: Counter[str] = Counter()
    places: dict[str, Place] = {}
    for one in ordered:
        mention = one.statement.place
        if mention is not None:
            places[mention.place.id] = mention.place
            votes[mention.place.id] += 2 if mention.found is PlaceFound.SENTENCE else 1
    if not votes:
        return None
    best = max(sorted(votes), key=lambda place: votes[place])
    return places[best]


def _span_of_days(ordered: Sequence[InContext]) -> tuple[date | None, date | None]:
    """First and last of the days named near the one named most; days of publication where none is named."""
    named = [
        one.statement.date.day
        for one in ordered
        if one.statement.date is not None and one.statement.date.precision is DatePrecision.DAY
    ]
    days = named or [day for one in ordered if (day := event_day(one)) is not None][:1]
    if not days:
        return None, None
    counts = Counter(days)
    most = max(sorted(counts), key=lambda day: counts[day])
    near = [day for day in days if abs(day - most) <= _SPREAD]
    return min(near), max(near)
