"""Selecting what the report of a week shows, and in which order.

A statement is of the week if it was published in it, or speaks of a day in it that is known to the day or
week. An event is shown if one of its statements is of the week; a conflict, if one of its two statements is
and no person rejected it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DatePrecision
from tracker.domain.errors import SettingsError
from tracker.domain.views import ConflictView, EventDetail, StatementView
from tracker.reports.content import (
    CitedConflict,
    ConflictTally,
    EventSection,
    FigureRow,
    Glance,
    JudgedConflicts,
    Method,
    Source,
    Tally,
    WeeklyReport,
)
from tracker.reports.quoting import quoted_address
from tracker.reports.week import Week, day_of, in_utc
from tracker.services.ports import Library

_JUDGEMENTS = (Judgement.CONFIRMED, Judgement.UNSURE, Judgement.SUGGESTED)
"""The order in which an event's conflicts are shown: people's decisions first."""

_EXACT_ENOUGH = frozenset({DatePrecision.DAY, DatePrecision.WEEK})


def select_week(
    library: Library,
    week: Week,
    *,
    model: str,
    base_url: str = "",
    prepared_at: datetime | None = None,
) -> WeeklyReport:
    """The report of a week.

    `model` names the embedding model, its revision included, with which the statements were linked;
    `base_url` is where the pages are served ("" for permalinks without host). Raises SettingsError for a
    base address that is none.
    """
    base = quoted_address(base_url) if base_url else ""
    if base is None:
        raise SettingsError(f"{base_url!r} is no base address: it must begin with http:// or https://")
    chosen = [_choose(detail, week) for detail in library.events_between(week.first, week.last)]
    shown = [event for event in chosen if event.of_week]
    ledger = _Ledger(week, base)
    contested = sorted((event for event in shown if event.conflicts), key=_rank)
    quiet = sorted((event for event in shown if not event.conflicts), key=_by_day)
    sections = [_section(event, ledger) for event in contested]
    quiet_sections = [_section(event, ledger) for event in quiet]
    conflicts = [one for section in sections for group in section.judged for one in group.conflicts]
    return WeeklyReport(
        week=week,
        glance=_glance(sections, quiet_sections, ledger.sources, conflicts),
        contested=tuple(sections),
        uncontested=tuple(quiet_sections),
        sources=tuple(ledger.sources),
        method=Method(
            model=model,
            detectors=tuple(sorted({one.conflict.detector for one in conflicts})),
            comparators=tuple(sorted({one.conflict.verdict.comparator for one in conflicts})),
        ),
        prepared_at=prepared_at,
    )


def is_of_week(view: StatementView, week: Week) -> bool:
    """Whether a statement was published in a week, or speaks of a day in it known to the day or week."""
    published = view.document.published
    if published is not None and day_of(published) in week:
        return True
    spoken_of = view.statement.date
    return spoken_of is not None and spoken_of.precision in _EXACT_ENOUGH and spoken_of.day in week


@dataclass(frozen=True, slots=True)
class _Chosen:
    """An event cut down to the week: its statements of the week, and its conflicts with one of them."""

    detail: EventDetail
    of_week: tuple[StatementView, ...]
    conflicts: tuple[ConflictView, ...]
    rejected: int
    elsewhere: int

    @property
    def shown(self) -> list[StatementView]:
        """The statements of the week and those that conflict with one, in a fixed order."""
        views = {view.statement.id: view for view in self.of_week}
        for conflict in self.conflicts:
            views.setdefault(conflict.one.statement.id, conflict.one)
            views.setdefault(conflict.other.statement.id, conflict.other)
        return sorted(views.values(), key=_by_publication)


class _Ledger:
    """Gives every statement its footnote number when it is first cited."""

    def __init__(self, week: Week, base: str) -> None:
        self._week = week
        self._base = base.rstrip("/")
        self._numbers: dict[str, Source] = {}

    def cite(self, view: StatementView) -> Source:
        statement = view.statement
        source = self._numbers.get(statement.id)
        if source is None:
            path = f"/documents/{view.document.id}#{statement.id}"
            source = self._numbers[statement.id] = Source(
                number=len(self._numbers) + 1,
                view=view,
                of_week=is_of_week(view, self._week),
                path=path,
                permalink=self._base + path if self._base else None,
            )
        return source

    @property
    def sources(self) -> list[Source]:
        return list(self._numbers.values())


def _choose(detail: EventDetail, week: Week) -> _Chosen:
    of_week = tuple(view for view in detail.statements if is_of_week(view, week))
    standing = [view for view in detail.conflicts if view.conflict.judgement is not Judgement.REJECTED]
    here = tuple(view for view in standing if is_of_week(view.one, week) or is_of_week(view.other, week))
    return _Chosen(
        detail=detail,
        of_week=of_week,
        conflicts=here,
        rejected=len(detail.conflicts) - len(standing),
        elsewhere=len(standing) - len(here),
    )


def _rank(chosen: _Chosen) -> tuple[int, int, str]:
    """Most conflicts first, then most parties, then by id."""
    parties = {view.statement.party for view in chosen.shown}
    return (-len(chosen.conflicts), -len(parties), chosen.detail.summary.event.id)


def _by_day(chosen: _Chosen) -> tuple[date, str]:
    event = chosen.detail.summary.event
    return (event.start or date.max, event.id)


def _by_publication(view: StatementView) -> tuple[bool, str, str, int, str]:
    published = view.document.published
    moment = "" if published is None else in_utc(published).isoformat()
    return (published is None, moment, view.document.id, view.statement.span.start, view.statement.id)


def _section(chosen: _Chosen, ledger: _Ledger) -> EventSection:
    judged = tuple(_judged(chosen.conflicts, ledger))
    contested = {
        source.number for group in judged for one in group.conflicts for source in (one.one, one.other)
    }
    sources = [ledger.cite(view) for view in chosen.shown]
    others = [source for source in sources if source.number not in contested]
    event = chosen.detail.summary.event
    return EventSection(
        event=event,
        constructed=any(source.view.document.constructed for source in sources),
        parties=_tallies(sources, _party),
        judged=judged,
        others=_tallies(others, _party),
        figures=_figures(sources),
        rejected=chosen.rejected,
        elsewhere=chosen.elsewhere,
        numbers=_numbers(sources),
    )


def _judged(conflicts: Sequence[ConflictView], ledger: _Ledger) -> Iterable[JudgedConflicts]:
    for judgement in _JUDGEMENTS:
        views = [view for view in conflicts if view.conflict.judgement is judgement]
        views.sort(key=lambda view: (-view.conflict.verdict.score, view.conflict.id))
        if views:
            cited = [
                CitedConflict(view.conflict, ledger.cite(view.one), ledger.cite(view.other)) for view in views
            ]
            yield JudgedConflicts(judgement, tuple(cited))


def _figures(sources: Sequence[Source]) -> tuple[FigureRow, ...]:
    rows = [FigureRow(figure, source) for source in sources for figure in source.view.statement.figures]
    rows.sort(
        key=lambda row: (row.figure.kind, row.figure.low, row.source.view.statement.party, row.source.number)
    )
    return tuple(rows)


def _glance(
    contested: Sequence[EventSection],
    quiet: Sequence[EventSection],
    sources: Sequence[Source],
    conflicts: Sequence[CitedConflict],
) -> Glance:
    of_week = [source for source in sources if source.of_week]
    constructed = [source for source in of_week if source.view.document.constructed]
    return Glance(
        events=len(contested) + len(quiet),
        contested=len(contested),
        statements=Tally("statements", len(of_week), _numbers(of_week)),
        constructed=Tally("constructed", len(constructed), _numbers(constructed)),
        parties=_tallies(of_week, _party),
        languages=_tallies(of_week, lambda source: source.view.statement.language),
        conflicts=tuple(_conflict_tallies(conflicts)),
    )


def _conflict_tallies(conflicts: Sequence[CitedConflict]) -> Iterable[ConflictTally]:
    for type_ in ConflictType:
        ours = [one for one in conflicts if one.conflict.verdict.type is type_]
        judgements = [one.conflict.judgement for one in ours]
        if ours:
            yield ConflictTally(
                type=type_,
                confirmed=judgements.count(Judgement.CONFIRMED),
                unsure=judgements.count(Judgement.UNSURE),
                suggested=judgements.count(Judgement.SUGGESTED),
                numbers=_numbers(source for one in ours for source in (one.one, one.other)),
            )


def _tallies(sources: Iterable[Source], label: Callable[[Source], str]) -> tuple[Tally, ...]:
    """Sources counted by label, most first, then by label."""
    by_label: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_label[label(source)].append(source)
    tallies = [Tally(name, len(ours), _numbers(ours)) for name, ours in by_label.items()]
    return tuple(sorted(tallies, key=lambda tally: (-tally.count, tally.label)))


def _party(source: Source) -> str:
    return source.view.statement.party


def _numbers(sources: Iterable[Source]) -> tuple[int, ...]:
    return tuple(sorted({source.number for source in sources}))
