"""The report as a workbook: what it says, a sheet for each kind of thing, one thing a row."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from markupsafe import Markup

from tracker.language.catalogues import marked
from tracker.reports import columns
from tracker.reports.content import (
    Change,
    CitedConflict,
    EventSection,
    FigureRow,
    QuestionShown,
    Source,
    WeeklyReport,
)
from tracker.reports.explaining import Explaining
from tracker.reports.quoting import isolated, visible
from tracker.reports.rendering import wording_of
from tracker.reports.wording import Wording
from tracker.services.tabulating import Cell, Sheet, write_workbook

Row = Sequence[Cell]


def render_workbook(report: WeeklyReport, templates: Path) -> bytes:  # noqa: ARG001 (as the other formats)
    """The report as XLSX without any formula; sheets run from right to left where its language does.

    Days are in ISO 8601; codes and ids stay as they are, so that other programs find them.
    """
    rows = _Rows(report, wording_of(report))
    return write_workbook(
        rows.sheets(),
        right_to_left=rows.wording.direction == "rtl",
        title=f"Counterclaim {report.period.name}",
        created=report.scope.as_of,
    )


class _Plain:
    """Writes plain text, as cells hold it (see `markup.Flavour`)."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def value(self, value: object) -> Markup:
        return value if isinstance(value, Markup) else Markup(visible(str(value)))  # noqa: S704 (no markup)

    def within(self, value: object) -> Markup:
        if isinstance(value, Markup):
            return value
        return Markup(isolated(visible(str(value)), self._wording.direction))  # noqa: S704 (no markup)

    def foreign(self, text: str, language: str) -> Markup:  # noqa: ARG002 (as the other flavours)
        return self.within(text)

    def references(self, numbers: Sequence[int]) -> Markup:
        return Markup(_numbers(numbers))  # noqa: S704 (digits)


class _Rows:
    """The rows of every sheet."""

    def __init__(self, report: WeeklyReport, wording: Wording) -> None:
        self._report = report
        self.wording = wording
        self._explaining = Explaining(wording, _Plain(wording))

    def sheets(self) -> list[Sheet]:
        """All sheets, in their order."""
        return [
            self._sheet(marked("Summary"), columns.SUMMARY, self._summary()),
            self._sheet(marked("Events"), columns.EVENTS, self._events()),
            self._sheet(marked("Positions"), columns.POSITIONS, self._positions()),
            self._sheet(marked("Figures"), columns.FIGURES, self._figures()),
            self._sheet(marked("Conflicts"), columns.CONFLICTS, self._conflicts()),
            self._sheet(marked("Sources"), columns.SOURCES, self._sources()),
        ]

    def _sheet(self, name: str, layout: columns.Columns, rows: Iterator[Row]) -> Sheet:
        say = self.wording.gettext
        return Sheet(
            name=say(name),
            heads=[say(head) for head, _ in layout],
            rows=rows,
            widths=[width for _, width in layout],
        )

    def _summary(self) -> Iterator[Row]:
        report, say = self._report, self.wording.gettext
        scope, glance, method = report.scope, report.glance, report.method
        yield (say(marked("First day")), scope.period.first.isoformat(), None, None)
        yield (say(marked("Last day")), scope.period.last.isoformat(), None, None)
        yield (say(marked("As known at the end of")), scope.as_of.isoformat(), None, None)
        if scope.parties:
            yield (say(marked("Held to parties")), ", ".join(scope.parties), None, None)
        if scope.place:
            yield (say(marked("Held to the place")), scope.place_name or scope.place.name, None, None)
        changes: list[tuple[str, Change]] = [
            (marked("Documents published"), glance.documents),
            (marked("Statements published"), glance.published),
            (marked("Statements of the period in the events shown"), glance.statements),
            (marked("Events shown"), glance.events),
            (marked("Events that happened in the period"), glance.happened),
            (marked("Contested events"), glance.contested),
            (marked("Conflicts"), glance.conflicts),
            (marked("New conflicts"), glance.new_conflicts),
        ]
        for label, change in changes:
            yield (say(label), change.now, change.before, None)
        for judgement, count in report.judgements.items():
            label = say(marked("Conflicts, %(judgement)s"), judgement=self.wording.word(judgement))
            yield (label, count, None, None)
        for tally in glance.types:
            count = tally.confirmed + tally.unsure + tally.suggested
            label = say(marked("Conflicts about: %(type)s"), type=self.wording.word(tally.type))
            yield (label, count, None, _numbers(tally.numbers))
        yield (say(marked("Constructed statements")), glance.constructed.count, None, None)
        yield (say(marked("Embedding model")), method.model, None, None)
        yield (say(marked("Question model")), method.question_model, None, None)
        yield (say(marked("Stance model")), method.stance_model, None, None)
        yield (say(marked("Detectors")), ", ".join(method.detectors), None, None)
        yield (say(marked("Range policy")), self.wording.word(method.policy), None, None)
        yield (say(marked("Entries of the audit trail")), method.trail.entries, None, None)
        yield (say(marked("Head of the audit trail")), method.trail.head, None, None)

    def _events(self) -> Iterator[Row]:
        for rank, section in enumerate(self._sections(), 1):
            event = section.event
            yield (
                rank,
                event.id,
                visible(event.title),
                event.title_language,
                bool(section.questions or section.loose),
                section.is_new,
                section.happened,
                section.place_name,
                _iso(event.start),
                _iso(event.end),
                event.precision.value if event.precision else None,
                section.grade,
                section.constructed,
                section.statements.count,
                section.documents,
                section.conflicts,
                section.rejected,
                ", ".join(f"{tally.label} {tally.count}" for tally in section.parties),
                section.permalink or section.path,
                _numbers(section.statements.numbers),
            )

    def _positions(self) -> Iterator[Row]:
        for section in self._sections():
            for question in section.questions:
                yield from self._positions_on(section, question)

    def _positions_on(self, section: EventSection, question: QuestionShown) -> Iterator[Row]:
        for number, position in enumerate(question.positions, 1):
            low, high = position.interval or (None, None)
            for voice in position.voices:
                yield (
                    section.event.id,
                    visible(section.event.title),
                    question.id,
                    self.wording.word(question.type),
                    visible(question.about) if question.about else None,
                    self.wording.word(question.counts) if question.counts else None,
                    number,
                    position.denies,
                    low,
                    high,
                    voice.party,
                    self.wording.party(voice.party),
                    voice.admits,
                    *self._quoted(voice.quoted),
                    _numbers(voice.numbers),
                )

    def _figures(self) -> Iterator[Row]:
        for section in self._sections():
            for row in section.figures:
                yield from self._figures_of(section, row)

    def _figures_of(self, section: EventSection, row: FigureRow) -> Iterator[Row]:
        for entry in row.entries:
            source = entry.source
            yield (
                section.event.id,
                visible(section.event.title),
                self.wording.word(row.kind),
                self.wording.term(row.group) if row.group else None,
                row.side,
                row.low,
                row.high,
                source.statement.party,
                self.wording.party(source.statement.party),
                entry.figure.low,
                entry.figure.high,
                entry.superseded,
                *self._quoted(source),
                visible(source.document.outlet),
                _iso(source.document.published),
                source.number,
                source.permalink or source.path,
            )

    def _conflicts(self) -> Iterator[Row]:
        for cited in self._all_conflicts():
            conflict, verdict = cited.conflict, cited.conflict.verdict
            one, other = cited.one, cited.other
            yield (
                conflict.id,
                conflict.event,
                self.wording.word(verdict.type),
                self.wording.word(conflict.judgement),
                _iso(cited.judged.day) if cited.judged else None,
                cited.is_new,
                str(self._explaining.sentence(verdict, one.statement, other.statement)),
                verdict.score,
                verdict.comparator,
                conflict.detector,
                one.statement.party,
                *self._quoted(one),
                one.number,
                other.statement.party,
                *self._quoted(other),
                other.number,
                cited.third.number if cited.third else None,
            )

    def _sources(self) -> Iterator[Row]:
        for source in self._report.sources:
            statement, document = source.statement, source.document
            speaker = statement.attribution.speaker
            yield (
                source.number,
                statement.id,
                statement.party,
                self.wording.party(statement.party),
                visible(speaker) if speaker else None,
                source.speaker_latin,
                self.wording.word(statement.polarity),
                *self._quoted(source),
                source.of_period,
                visible(document.outlet),
                visible(document.title),
                _iso(document.published),
                document.captured_at.isoformat(),
                document.public_id,
                document.sha256,
                statement.span.start,
                statement.span.end,
                document.constructed,
                source.permalink or source.path,
                visible(document.url) if document.url else None,
            )

    def _quoted(self, source: Source) -> tuple[str, str]:
        return visible(source.statement.quote), source.statement.language

    def _sections(self) -> Iterator[EventSection]:
        yield from self._report.contested
        yield from self._report.uncontested

    def _all_conflicts(self) -> Iterator[CitedConflict]:
        seen: set[str] = set()
        for cited in self._shown_conflicts():
            if cited.conflict.id not in seen:
                seen.add(cited.conflict.id)
                yield cited

    def _shown_conflicts(self) -> Iterator[CitedConflict]:
        for section in self._sections():
            for question in section.questions:
                yield from question.conflicts
            yield from section.loose
        yield from self._report.decided.conflicts


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _iso(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None
