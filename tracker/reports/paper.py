"""What of a report goes on paper: of a week of thousands of statements, the events that come first.

Setting a page takes time and memory, and nobody leafs through thousands. What is left out is said, and stands
in every other format. Counts stay those of the whole report.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tracker.reports.content import CitedConflict, ControlDay, EventSection, WeeklyReport

MOST_SOURCES: Final = 400
"""How many sources are printed at most."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A report cut down to what is printed, and how much of it is not."""

    report: WeeklyReport
    events_left_out: int
    sources_left_out: int


def cut_for_paper(report: WeeklyReport, most: int = MOST_SOURCES) -> Paper:
    """As many events, in the order of the report, as there is room for; at least the first one."""
    if len(report.sources) <= most:
        return Paper(report, 0, 0)
    sections = [*report.contested, *report.uncontested]
    printed, numbers = _first(sections, most)
    shown = {section.event.id for section in printed}
    decided = report.decided
    cut = replace(
        report,
        contested=tuple(_cited(one, numbers) for one in report.contested if one.event.id in shown),
        uncontested=tuple(one for one in report.uncontested if one.event.id in shown),
        control=tuple(_control(report.control, numbers)),
        decided=replace(
            decided,
            conflicts=_within(decided.conflicts, numbers),
            corrections=tuple(one for one in decided.corrections if one.source.number in numbers),
        ),
        glance=replace(
            report.glance,
            new_events=tuple(one for one in report.glance.new_events if one.id in shown),
        ),
        sources=tuple(source for source in report.sources if source.number in numbers),
    )
    return Paper(cut, len(sections) - len(printed), len(report.sources) - len(cut.sources))


def _first(sections: Iterable[EventSection], most: int) -> tuple[list[EventSection], frozenset[int]]:
    printed: list[EventSection] = []
    numbers: set[int] = set()
    for section in sections:
        more = numbers | set(section.statements.numbers)
        if printed and len(more) > most:
            break
        printed.append(section)
        numbers = more
    # Numbers are given in order of use, so that the least are those quoted first.
    return printed, frozenset(sorted(numbers)[:most])


def _cited(section: EventSection, numbers: frozenset[int]) -> EventSection:
    questions = (
        replace(question, conflicts=_within(question.conflicts, numbers)) for question in section.questions
    )
    return replace(section, questions=tuple(questions), loose=_within(section.loose, numbers))


def _within(conflicts: Iterable[CitedConflict], numbers: frozenset[int]) -> tuple[CitedConflict, ...]:
    """The conflicts between sources that are printed."""
    return tuple(one for one in conflicts if {one.one.number, one.other.number} <= numbers)


def _control(days: Iterable[ControlDay], numbers: frozenset[int]) -> Iterable[ControlDay]:
    for day in days:
        claims = tuple(claim for claim in day.claims if claim.quoted.number in numbers)
        if claims:
            yield replace(day, claims=claims)
