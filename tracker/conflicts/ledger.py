"""The figures of an event beside each other, ranges by a named policy, and how parties revised theirs.

UCDP keeps a low and a high estimate beside its best one (Sundberg and Melander 2013), Airwars a minimum and a
maximum by who is blamed: here both are derived from every single figure, and no figure is preferred.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tracker.conflicts.aspects import Aspects
from tracker.domain.parties import MANY_VOICES
from tracker.domain.questions import LedgerEntry, LedgerRow, RangePolicy, Revision
from tracker.domain.statements import Figure, FigureKind

_Key = tuple[FigureKind, str | None, str | None]


def figure_ledger(
    aspects: Sequence[Aspects], published: Mapping[str, date | None], policy: RangePolicy
) -> tuple[LedgerRow, ...]:
    """A row for each fate of each kind of people of each side, in the order of the kinds.

    `published` gives the day on which a statement, by id, was published.
    """
    rows = _rows(aspects, published)
    return tuple(_row(key, rows[key], policy) for key in _ordered(rows))


def revisions(aspects: Sequence[Aspects], published: Mapping[str, date | None]) -> tuple[Revision, ...]:
    """The parties whose later figure cannot be their first one, each with its trail."""
    found = []
    rows = _rows(aspects, published)
    for key in _ordered(rows):
        (kind, group, side), entries = key, rows[key]
        for party in sorted({one.party for one in entries} - MANY_VOICES):
            trail = [one for one in entries if one.party == party and one.published is not None]
            if not trail or trail[0].published == trail[-1].published:
                continue
            # On one day nobody can tell which came first: all of the first day against all of the last.
            begun = [one.figure for one in trail if one.published == trail[0].published]
            ended = [one.figure for one in trail if one.published == trail[-1].published]
            if not all(one.disjoint(last) for one in begun for last in ended):
                continue
            towards = _reached(trail[0].figure, trail[-1].figure, [o for o in entries if o.party != party])
            found.append(Revision(party, kind, group, side, tuple(trail), towards))
    return tuple(found)


def _ordered(rows: Iterable[_Key]) -> list[_Key]:
    order = list(FigureKind)
    return sorted(rows, key=lambda key: (order.index(key[0]), key[1] or "~", key[2] or "~"))


def _rows(
    aspects: Sequence[Aspects], published: Mapping[str, date | None]
) -> Mapping[_Key, list[LedgerEntry]]:
    rows: defaultdict[_Key, list[LedgerEntry]] = defaultdict(list)
    for one in aspects:
        statement = one.statement
        for toll in one.tolls:
            key = toll.figure.kind, toll.group.value if toll.group else None, toll.party
            rows[key].append(
                LedgerEntry(statement.id, statement.party, toll.figure, published.get(statement.id))
            )
    return {key: _in_order(entries) for key, entries in rows.items()}


def _in_order(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """By day, those without one first; each marked where its party gave another figure on a later day."""
    ordered = sorted(entries, key=lambda one: (one.published or date.min, one.statement))
    latest = {one.party: one.published for one in ordered}
    return [
        LedgerEntry(one.statement, one.party, one.figure, one.published, superseded=_is_older(one, latest))
        for one in ordered
    ]


def _is_older(one: LedgerEntry, latest: Mapping[str, date | None]) -> bool:
    last = latest[one.party]
    return (
        one.party not in MANY_VOICES
        and last is not None
        and one.published is not None
        and one.published < last
    )


def _row(key: _Key, entries: Sequence[LedgerEntry], policy: RangePolicy) -> LedgerRow:
    counted = [one for one in entries if policy is RangePolicy.EVERY_FIGURE or not one.superseded]
    low, high = _range([one.figure for one in counted])
    kind, group, side = key
    return LedgerRow(kind, group, side, tuple(entries), policy, low, high)


def _range(figures: Sequence[Figure]) -> tuple[int, int | None]:
    """The least and the greatest that anyone gives; None where the greatest is open above."""
    closed = max((one.high for one in figures if one.high is not None), default=-1)
    opened = max((one.low for one in figures if one.high is None), default=-1)
    return min(one.low for one in figures), closed if closed > opened else None


def _reached(first: Figure, last: Figure, others: Sequence[LedgerEntry]) -> tuple[str, ...]:
    return tuple(
        sorted({o.party for o in others if not o.figure.disjoint(last) and o.figure.disjoint(first)})
    )
