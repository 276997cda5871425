"""Putting a report together: what it shows, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.conflicts import Conflict
from tracker.domain.errors import SettingsError
from tracker.domain.questions import RangePolicy
from tracker.domain.reporting import Stored, Wanted
from tracker.reports.balance import balance
from tracker.reports.choosing import Chosen, ChosenEvent, Held, choose
from tracker.reports.content import EventSection, Method, Scope, WeeklyReport
from tracker.reports.control import control_by_day
from tracker.reports.decided import decided
from tracker.reports.differences import differences
from tracker.reports.earlier import Earlier
from tracker.reports.footnotes import Footnotes
from tracker.reports.glance import conflicts_of, glance
from tracker.reports.manifest import scope_row
from tracker.reports.names import Names
from tracker.reports.period import Period
from tracker.reports.quoting import quoted_address
from tracker.reports.sections import Desk, section
from tracker.reports.trend import periods_up_to, trend
from tracker.services.reporting import ReportingService

POLICY = RangePolicy.EVERY_FIGURE
"""How ranges of figures are derived."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked to tell.

    `base_url` is where the pages are served ("" for permalinks without host); `earlier` the report that it
    is compared with, None for none.
    """

    period: Period
    as_of: date
    held: Held
    language: str = "en"
    base_url: str = ""
    earlier: Earlier | None = None


def select_report(
    service: ReportingService,
    question: Question,
    names: Names,
    *,
    model: str,
    question_model: str,
    stance_model: str,
) -> WeeklyReport:
    """The report of a period.

    `model`, `question_model` and `stance_model` name the embedding models, their revisions included. Raises
    SettingsError for a base address that is none.
    """
    base = _base(question.base_url)
    stored = service.gather(_wanted(question))
    chosen = choose(stored, question.period, question.held, names)
    desk = _desk(service, question, stored, chosen, names, base)
    contested, uncontested = _sections(chosen, desk)
    previous = question.period.back()
    before = choose(stored, previous, question.held, names) if previous else None
    control = control_by_day(chosen.events, desk)
    by_people = decided(chosen.events, desk, stored.corrected)
    scope, sections = _scope(question, names), [*contested, *uncontested]
    differing = None
    if question.earlier is not None:
        differing = differences(question.earlier, scope_row(scope), stored, chosen, sections, desk)
    sources = desk.footnotes.sources
    told = {source.statement.id: source for source in sources}
    return WeeklyReport(
        scope=scope,
        language=question.language,
        party_names=names.of_parties(_codes(desk, stored, question)),
        glance=glance(stored, chosen, before, sections, told),
        contested=tuple(contested),
        uncontested=tuple(uncontested),
        control=control,
        balance=balance(sources),
        decided=by_people,
        trend=trend(question.period, stored.clashes),
        differences=differing,
        sources=sources,
        method=_method(conflicts_of(chosen), stored, (model, question_model, stance_model)),
    )


def _base(address: str) -> str:
    base = quoted_address(address) if address else ""
    if base is None:
        raise SettingsError(f"{address!r} is no base address: it must begin with http:// or https://")
    return base


def _method(conflicts: Sequence[Conflict], stored: Stored, models: tuple[str, str, str]) -> Method:
    return Method(
        *models,
        detectors=_each(conflict.detector for conflict in conflicts),
        comparators=_each(conflict.verdict.comparator for conflict in conflicts),
        policy=POLICY,
        trail=stored.trail,
    )


def _wanted(question: Question) -> Wanted:
    period = question.period
    previous = period.back() or period
    return Wanted(
        first=previous.first,
        last=period.last,
        as_of=question.as_of,
        clashes_from=periods_up_to(period)[0].first,
        also=question.earlier.ids if question.earlier else (),
    )


def _desk(
    service: ReportingService,
    question: Question,
    stored: Stored,
    chosen: Chosen,
    names: Names,
    base: str,
) -> Desk:
    aspects = service.aspects([one.statement for event in chosen.events for one in event.told])
    events = [event.event for event in chosen.events]
    return Desk(
        period=question.period,
        told=stored.told,
        aspects=aspects,
        disputes=service.disputes(events, stored, aspects, POLICY),
        judged=stored.judged,
        grades=stored.grades,
        names=names,
        footnotes=Footnotes(question.period, names, base),
    )


def _sections(chosen: Chosen, desk: Desk) -> tuple[list[EventSection], list[EventSection]]:
    """The contested events by rank, then the others by day."""
    contested = sorted((one for one in chosen.events if one.standing), key=lambda one: _rank(one, desk))
    quiet = sorted((one for one in chosen.events if not one.standing), key=_by_day)
    return [section(one, desk) for one in contested], [section(one, desk) for one in quiet]


def _rank(chosen: ChosenEvent, desk: Desk) -> tuple[int, int, int, str]:
    """Most contested questions first, then most parties with a position, most conflicts, then by id."""
    here = {one.id for one in chosen.standing}
    questions = [one for one in desk.disputes[chosen.event.id].questions if here & set(one.conflicts)]
    parties = {party for one in questions for position in one.positions for party in position.parties}
    return -len(questions), -len(parties), -len(here), chosen.event.id


def _by_day(chosen: ChosenEvent) -> tuple[date, str]:
    return chosen.event.start or date.max, chosen.event.id


def _scope(question: Question, names: Names) -> Scope:
    place = question.held.place
    return Scope(
        period=question.period,
        as_of=question.as_of,
        parties=question.held.parties,
        place=place,
        place_name=names.of_place(place) if place else None,
    )


def _codes(desk: Desk, stored: Stored, question: Question) -> set[str]:
    """The codes of all parties that stand anywhere in the report."""
    codes = {source.statement.party for source in desk.footnotes.sources} | set(question.held.parties)
    codes |= {party for clash in stored.clashes for party in clash.parties}
    for dispute in desk.disputes.values():
        codes |= {row.side for row in dispute.ledger if row.side}
        codes |= {party for row in dispute.revisions for party in row.towards}
        codes |= {party for one in dispute.questions for party in one.silent}
    return codes


def _each(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
