"""An event as a report shows it: contested questions, figures, revisions, concessions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.conflicts.aspects import Aspects
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.decisions import EventGrade
from tracker.domain.parties import MANY_VOICES
from tracker.domain.questions import Dispute, LedgerEntry, Position, Question
from tracker.domain.reporting import Judged, Told
from tracker.reports.choosing import ChosenEvent, published_on
from tracker.reports.content import (
    CitedConflict,
    Concession,
    EventSection,
    FigureEntry,
    FigureRow,
    PositionShown,
    QuestionShown,
    RevisionShown,
    Tally,
    Voice,
)
from tracker.reports.footnotes import Footnotes, numbers_of, tallied
from tracker.reports.names import Names
from tracker.reports.period import Period
from tracker.services.dossiers import left_a_place, own_losses

_JUDGED_FIRST = (Judgement.CONFIRMED, Judgement.UNSURE, Judgement.SUGGESTED, Judgement.REJECTED)


@dataclass(frozen=True, slots=True)
class Desk:
    """What sections are made with: all statements told, and what those of the events shown are about."""

    period: Period
    told: Mapping[str, Told]
    aspects: Mapping[str, Aspects]
    disputes: Mapping[str, Dispute]
    judged: Mapping[str, Judged]
    grades: Mapping[str, str]
    names: Names
    footnotes: Footnotes

    def cited(self, conflict: Conflict) -> CitedConflict:
        """A conflict with both its statements as sources, and the one that was needed beside them."""
        third = self.told.get(conflict.third or "")
        return CitedConflict(
            conflict=conflict,
            one=self.footnotes.cite(self.told[conflict.one]),
            other=self.footnotes.cite(self.told[conflict.other]),
            is_new=is_new(conflict, self.told, self.period),
            judged=self.judged.get(conflict.id),
            third=self.footnotes.cite(third) if third else None,
        )


def is_new(conflict: Conflict, told: Mapping[str, Told], period: Period) -> bool:
    """Whether the later of a conflict's statements was published in a period."""
    days = [published_on(told[one].document) for one in (conflict.one, conflict.other)]
    known = [day for day in days if day is not None]
    return bool(known) and max(known) in period


def section(chosen: ChosenEvent, desk: Desk) -> EventSection:
    """An event as the report shows it. Cites what stands in questions first, then all its statements."""
    dispute = desk.disputes[chosen.event.id]
    here = {one.id: one for one in chosen.standing}
    questions = [
        _question(question, here, desk)
        for question in dispute.questions
        if not here.keys().isdisjoint(question.conflicts)
    ]
    asked = {one.conflict.id for question in questions for one in question.conflicts}
    loose = _in_order(desk.cited(one) for key, one in here.items() if key not in asked)
    sources = [desk.footnotes.cite(one) for one in chosen.told]
    event, path = chosen.event, f"/events/{chosen.event.id}"
    standing = [one for one in chosen.conflicts if one.judgement is not Judgement.REJECTED]
    return EventSection(
        event=event,
        place_name=desk.names.of_place(event.place) if event.place else None,
        path=path,
        permalink=desk.footnotes.permalink(path),
        is_new=chosen.is_new,
        happened=chosen.happened,
        grade=EventGrade(desk.grades[event.id]) if event.id in desk.grades else None,
        constructed=any(source.document.constructed for source in sources),
        statements=Tally("statements", len(sources), numbers_of(sources), 1.0),
        documents=len({source.document.id for source in sources}),
        parties=tallied(sources, lambda source: source.statement.party),
        questions=tuple(questions),
        loose=loose,
        figures=_figures(dispute, desk),
        revisions=_revisions(dispute, desk),
        concessions=tuple(_concessions(chosen, desk)),
        conflicts=len(standing),
        elsewhere=len(standing) - len(here),
        rejected=len(chosen.conflicts) - len(standing),
    )


def _question(question: Question, here: Mapping[str, Conflict], desk: Desk) -> QuestionShown:
    conflicts = _in_order(desk.cited(here[one]) for one in question.conflicts if one in here)
    return QuestionShown(
        id=question.id,
        type=question.type,
        about=question.about,
        counts=question.counts,
        positions=tuple(_position(one, desk) for one in question.positions),
        # Many voices under one name are no side: that some of them say nothing means nothing.
        silent=tuple(
            sorted(
                (code for code in question.silent if code not in MANY_VOICES), key=desk.names.place_of_party
            )
        ),
        conflicts=conflicts,
    )


def _position(position: Position, desk: Desk) -> PositionShown:
    by_party: dict[str, list[Told]] = {}
    for one in position.statements:
        told = desk.told[one]
        by_party.setdefault(told.statement.party, []).append(told)
    voices = []
    for party in sorted(by_party, key=desk.names.place_of_party):
        sources = [desk.footnotes.cite(told) for told in by_party[party]]
        # The most telling comes first; where it is of another time, one of the period is quoted.
        quoted = next((source for source in sources if source.of_period), sources[0])
        voices.append(Voice(party, quoted, numbers_of(sources), admits=party in position.admitted_by))
    return PositionShown(position.denies, position.interval, tuple(voices))


def _in_order(cited: Iterable[CitedConflict]) -> tuple[CitedConflict, ...]:
    """What people judged first, then the surest."""

    def place(one: CitedConflict) -> tuple[int, float, str]:
        conflict = one.conflict
        return _JUDGED_FIRST.index(conflict.judgement), -conflict.verdict.score, conflict.id

    return tuple(sorted(cited, key=place))


def _figures(dispute: Dispute, desk: Desk) -> tuple[FigureRow, ...]:
    return tuple(
        FigureRow(row.kind, row.group, row.side, row.low, row.high, _entries(row.entries, desk))
        for row in dispute.ledger
    )


def _entries(entries: Sequence[LedgerEntry], desk: Desk) -> tuple[FigureEntry, ...]:
    return tuple(
        FigureEntry(one.figure, desk.footnotes.cite(desk.told[one.statement]), one.superseded)
        for one in entries
    )


def _revisions(dispute: Dispute, desk: Desk) -> tuple[RevisionShown, ...]:
    return tuple(
        RevisionShown(one.party, one.kind, one.group, one.side, _entries(one.trail, desk), one.towards)
        for one in dispute.revisions
    )


def _concessions(chosen: ChosenEvent, desk: Desk) -> Iterable[Concession]:
    """What parties concede in statements of the period."""
    for told in chosen.told:
        statement = told.statement
        if statement.id not in chosen.of_period or statement.party in MANY_VOICES:
            continue
        read = desk.aspects[statement.id]
        losses = own_losses(read)
        gave_up = statement.place.place if statement.place and left_a_place(read) else None
        if losses or gave_up:
            yield Concession(statement.party, desk.footnotes.cite(told), losses, gave_up)
