"""What a report said, for machines: ids, judgements, positions and figures, to compare a later one with."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import Figure
from tracker.reports.content import (
    CitedConflict,
    EventSection,
    FigureRow,
    Glance,
    PositionShown,
    Scope,
    Source,
    WeeklyReport,
)
from tracker.services.export import figure_row

FORMAT: Final = "counterclaim-report/1"

Json = dict[str, Any]


def render_manifest(report: WeeklyReport) -> str:
    """The report as JSON, its keys sorted. Refers to statements by id throughout."""
    written = {
        "format": FORMAT,
        "scope": scope_row(report.scope),
        "language": report.language,
        "counts": _counts(report.glance),
        "documents": {source.document.public_id: _document(source) for source in report.sources},
        "statements": _statements(report),
        "events": {one.event.id: _event(one) for one in (*report.contested, *report.uncontested)},
        "ranking": [one.event.id for one in report.contested],
        "conflicts": {one.conflict.id: _conflict(one) for one in conflicts_shown(report)},
        "questions": _questions(report),
        "figures": _figures(report),
        "method": {
            "model": report.method.model,
            "question_model": report.method.question_model,
            "stance_model": report.method.stance_model,
            "detectors": report.method.detectors,
            "comparators": report.method.comparators,
            "policy": report.method.policy.value,
            "trail": {"entries": report.method.trail.entries, "head": report.method.trail.head},
        },
    }
    return json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def scope_row(scope: Scope) -> Json:
    """What a report is about, to tell whether another one is about the same."""
    return {
        "name": scope.period.name,
        "first": scope.period.first.isoformat(),
        "last": scope.period.last.isoformat(),
        "as_of": scope.as_of.isoformat(),
        "parties": sorted(scope.parties),
        "place": scope.place.id if scope.place else None,
    }


def conflicts_shown(report: WeeklyReport) -> Iterable[CitedConflict]:
    """Every conflict of the period, each once, rejected ones included."""
    found: dict[str, CitedConflict] = {}
    for section in report.contested:
        for cited in (*(one for asked in section.questions for one in asked.conflicts), *section.loose):
            found.setdefault(cited.conflict.id, cited)
    for cited in report.decided.conflicts:
        found.setdefault(cited.conflict.id, cited)
    return found.values()


def figure_key(row: FigureRow) -> str:
    """What a row of the ledger counts, in one word."""
    return "/".join((row.kind.value, row.group or "-", row.side or "-"))


def position_row(position: PositionShown, of_number: Mapping[int, str]) -> Json:
    """A position by party, with the ids of the statements that hold it."""
    return {
        "denies": position.denies,
        "interval": list(position.interval) if position.interval else None,
        "parties": {
            voice.party: sorted(of_number[number] for number in voice.numbers) for voice in position.voices
        },
    }


def figures_written(figures: Iterable[Figure]) -> list[Json]:
    """Figures as the export writes them."""
    return [figure_row(figure) for figure in figures]


def _counts(glance: Glance) -> Json:
    changes = (
        "documents",
        "published",
        "statements",
        "events",
        "happened",
        "contested",
        "conflicts",
        "new_conflicts",
    )
    single = ("confirmed", "rejected", "unsure", "open", "judged_in_period")
    counted: Json = {name: getattr(glance, name) for name in single}
    for name in changes:
        change = getattr(glance, name)
        counted[name] = {"now": change.now, "before": change.before}
    return counted


def _document(source: Source) -> Json:
    document = source.document
    return {
        "sha256": document.sha256,
        "outlet": document.outlet,
        "url": document.url,
        "published": document.published.isoformat() if document.published else None,
    }


def _statements(report: WeeklyReport) -> Json:
    numbered = _by_number(report)
    event_of = {
        numbered[number]: section.event.id
        for section in (*report.contested, *report.uncontested)
        for number in section.statements.numbers
    }
    return {
        source.statement.id: {
            "number": source.number,
            "document": source.document.public_id,
            "start": source.statement.span.start,
            "end": source.statement.span.end,
            "quote": source.statement.quote,
            "language": source.statement.language,
            "party": source.statement.party,
            "polarity": source.statement.polarity.value,
            "figures": figures_written(source.statement.figures),
            "event": event_of.get(source.statement.id),
            "of_period": source.of_period,
        }
        for source in report.sources
    }


def _by_number(report: WeeklyReport) -> dict[int, str]:
    return {source.number: source.statement.id for source in report.sources}


def _event(section: EventSection) -> Json:
    event = section.event
    return {
        "title": event.title,
        "language": event.title_language,
        "place": event.place.id if event.place else None,
        "start": event.start.isoformat() if event.start else None,
        "end": event.end.isoformat() if event.end else None,
        "statements": sorted(event.statements),
        "conflicts": section.conflicts,
    }


def _conflict(cited: CitedConflict) -> Json:
    conflict = cited.conflict
    return {
        "event": conflict.event,
        "one": conflict.one,
        "other": conflict.other,
        "type": conflict.verdict.type.value,
        "score": conflict.verdict.score,
        "judgement": conflict.judgement.value,
        "explanation": conflict.verdict.explanation,
        "third": conflict.third,
    }


def _questions(report: WeeklyReport) -> Json:
    numbered = _by_number(report)
    return {
        question.id: {
            "event": section.event.id,
            "type": ConflictType(question.type).value,
            "about": question.about,
            "counts": question.counts.value if question.counts else None,
            "positions": [position_row(one, numbered) for one in question.positions],
            "silent": list(question.silent),
        }
        for section in report.contested
        for question in section.questions
    }


def _figures(report: WeeklyReport) -> Json:
    return {
        section.event.id: {
            figure_key(row): {
                "low": row.low,
                "high": row.high,
                "statements": sorted({one.source.statement.id for one in row.entries}),
            }
            for row in section.figures
        }
        for section in (*report.contested, *report.uncontested)
        if section.figures
    }
