"""What has changed since an earlier report: new, gone, changed, and which of it takes something back.

A retraction is what the earlier report said and nobody holds any more: a conflict that people have rejected
since, or no longer confirm; a statement that is no longer stored, or that a person has given to another
party, polarity or figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain.conflicts import Conflict, ConflictType, Judgement
from tracker.domain.reporting import Stored, Told
from tracker.domain.statements import Polarity
from tracker.reports.choosing import Chosen
from tracker.reports.content import Difference, Differences, EventSection, Numbers, QuestionShown
from tracker.reports.earlier import Earlier
from tracker.reports.footnotes import numbers_of
from tracker.reports.manifest import figure_key, figures_written, position_row
from tracker.reports.sections import Desk

Json = dict[str, Any]

_CHANGES = ("new", "gone", "changed")
_SUBJECTS = ("event", "question", "conflict", "figure", "statement")


def differences(
    earlier: Earlier,
    scope: Json,
    stored: Stored,
    chosen: Chosen,
    sections: Sequence[EventSection],
    desk: Desk,
) -> Differences:
    """What differs from an earlier report. `scope` is the row of this one's scope. Retractions come first."""
    same = earlier.is_about(scope)
    comparing = _Comparing(earlier.said, same, stored, chosen, sections, desk)
    rows = [
        *comparing.events(),
        *comparing.questions(),
        *comparing.conflicts(),
        *comparing.figures(),
        *comparing.statements(),
    ]
    rows.sort(
        key=lambda row: (
            not row.is_retraction,
            _CHANGES.index(row.change),
            _SUBJECTS.index(row.subject),
            row.id,
            row.aspect or "",
        )
    )
    return Differences(earlier.name, earlier.as_of, same, tuple(rows))


@dataclass(frozen=True, slots=True)
class _Comparing:
    """An earlier report beside what stands. With the `same` scope, what only one shows is told, too."""

    said: Json
    same: bool
    stored: Stored
    chosen: Chosen
    sections: Sequence[EventSection]
    desk: Desk

    def events(self) -> Iterator[Difference]:
        """Events that are new, gone, merged away, or called otherwise."""
        standing = {event.id: event for event in self.stored.events}
        shown = {one.event.id for one in self.chosen.events}
        for key, then in self.said["events"].items():
            label, language = then["title"], then["language"]
            if key in self.stored.merged:
                after = self.stored.merged[key]
                yield _difference("changed", "event", key, label, language, "event", key, after)
            elif key not in standing or (self.same and key not in shown):
                yield _difference("gone", "event", key, label, language)
            elif standing[key].title != label:
                now, written = standing[key].title, standing[key].title_language
                yield _difference("changed", "event", key, now, written, "text", label, now)
        for section in self.sections if self.same else ():
            event = section.event
            if event.id not in self.said["events"]:
                yield _difference(
                    "new",
                    "event",
                    event.id,
                    event.title,
                    event.title_language,
                    numbers=section.statements.numbers,
                )

    def questions(self) -> Iterator[Difference]:
        """Contested questions that are new or gone, or to which parties give other answers."""
        numbered = {source.number: source.statement.id for source in self.desk.footnotes.sources}
        titles = {section.event.id: section.event for section in self.sections}
        now = {one.id: (section, one) for section in self.sections for one in section.questions}
        for key, (section, question) in now.items():
            then = self.said["questions"].get(key)
            answers = [position_row(one, numbered) for one in question.positions]
            if then is None and not self.same:
                continue
            if then is None or _sides(then["positions"]) != _sides(answers):
                before = None if then is None else _sides(then["positions"])
                yield _difference(
                    "new" if then is None else "changed",
                    "question",
                    key,
                    section.event.title,
                    section.event.title_language,
                    "positions",
                    before,
                    _sides(answers),
                    numbers=_numbers_of_question(question),
                )
        for key, then in self.said["questions"].items():
            event = titles.get(then["event"])
            if key not in now and event is not None:
                before = _sides(then["positions"])
                yield _difference(
                    "gone", "question", key, event.title, event.title_language, "positions", before, None
                )

    def conflicts(self) -> Iterator[Difference]:
        """Conflicts that are new or gone, or that people judge otherwise."""
        standing = {one.id: one for one in self.stored.conflicts}
        for key, then in self.said["conflicts"].items():
            now = standing.get(key)
            before = Judgement(then["judgement"])
            if now is None:
                taken_back = before is Judgement.CONFIRMED
                yield _difference(
                    "gone",
                    "conflict",
                    key,
                    then["explanation"],
                    "en",
                    "judgement",
                    before,
                    None,
                    is_retraction=taken_back,
                )
                continue
            yield from self._judged_otherwise(now, before)
            if now.verdict.type.value != then["type"]:
                kind = ConflictType(then["type"])
                yield self._conflict("changed", now, "type", kind, now.verdict.type)
        for event in self.chosen.events if self.same else ():
            for conflict in event.standing:
                if conflict.id not in self.said["conflicts"]:
                    yield self._conflict("new", conflict, "judgement", None, conflict.judgement)

    def _judged_otherwise(self, now: Conflict, before: Judgement) -> Iterator[Difference]:
        if now.judgement is before:
            return
        taken_back = before is Judgement.CONFIRMED or now.judgement is Judgement.REJECTED
        yield self._conflict("changed", now, "judgement", before, now.judgement, is_retraction=taken_back)

    def _conflict(
        self,
        change: str,
        conflict: Conflict,
        aspect: str,
        before: str | None,
        after: str | None,
        *,
        is_retraction: bool = False,
    ) -> Difference:
        sides = (self.desk.footnotes.cite(self.stored.told[one]) for one in (conflict.one, conflict.other))
        return _difference(
            change,
            "conflict",
            conflict.id,
            conflict.verdict.explanation,
            "en",
            aspect,
            before,
            after,
            is_retraction=is_retraction,
            numbers=numbers_of(sides),
        )

    def figures(self) -> Iterator[Difference]:
        """Ranges of figures that have changed, in the events that both reports show."""
        for section in self.sections:
            then = self.said["figures"].get(section.event.id, {})
            if section.event.id not in self.said["events"]:
                continue
            for row in section.figures:
                key = figure_key(row)
                before = _range(then[key]["low"], then[key]["high"]) if key in then else None
                after = _range(row.low, row.high)
                if before != after:
                    yield _difference(
                        "changed" if before else "new",
                        "figure",
                        f"{section.event.id} {key}",
                        section.event.title,
                        section.event.title_language,
                        "range",
                        before,
                        after,
                        numbers=numbers_of(entry.source for entry in row.entries),
                    )

    def statements(self) -> Iterator[Difference]:
        """Statements that are new or gone, or that people have set right."""
        for key, then in self.said["statements"].items():
            told = self.stored.told.get(key)
            if told is None:
                yield _difference(
                    "gone", "statement", key, then["quote"], then["language"], is_retraction=True
                )
            else:
                yield from self._set_right(then, told)
        for event in self.chosen.events if self.same else ():
            for told in event.told:
                if told.statement.id in event.of_period and told.statement.id not in self.said["statements"]:
                    yield self._statement("new", told, None, None, None)

    def _set_right(self, then: Json, told: Told) -> Iterator[Difference]:
        statement = told.statement
        polarity = Polarity(then["polarity"])
        if statement.party != then["party"]:
            yield self._statement("changed", told, "party", then["party"], statement.party)
        if statement.polarity is not polarity:
            yield self._statement("changed", told, "polarity", polarity, statement.polarity)
        figures = figures_written(statement.figures)
        if figures != then["figures"]:
            yield self._statement("changed", told, "figures", _listed(then["figures"]), _listed(figures))
        led = self.stored.merged.get(then["event"], then["event"])
        if led is not None and told.event != led:
            yield self._statement("changed", told, "event", then["event"], told.event, is_retraction=False)

    def _statement(
        self,
        change: str,
        told: Told,
        aspect: str | None,
        before: str | None,
        after: str | None,
        *,
        is_retraction: bool | None = None,
    ) -> Difference:
        statement = told.statement
        return _difference(
            change,
            "statement",
            statement.id,
            statement.quote,
            statement.language,
            aspect,
            before,
            after,
            is_retraction=aspect is not None if is_retraction is None else is_retraction,
            numbers=(self.desk.footnotes.cite(told).number,),
        )


def _difference(
    change: str,
    subject: str,
    key: str,
    label: str,
    language: str,
    aspect: str | None = None,
    before: str | None = None,
    after: str | None = None,
    *,
    is_retraction: bool = False,
    numbers: Numbers = (),
) -> Difference:
    return Difference(change, subject, key, label, language, aspect, before, after, is_retraction, numbers)


def _sides(positions: Sequence[Json]) -> str:
    """Who gives which answer: the parties of each position, in the order of the positions."""
    return " / ".join(", ".join(sorted(position["parties"])) for position in positions)


def _numbers_of_question(question: QuestionShown) -> Numbers:
    return tuple(
        sorted({n for position in question.positions for voice in position.voices for n in voice.numbers})
    )


def _range(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _listed(figures: Sequence[Json]) -> str:
    return ", ".join(f"{one['kind']} {_range(one['low'], one['high'])}" for one in figures) or "–"
