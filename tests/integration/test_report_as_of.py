"""What was known at the end of a day, over a real database: later documents and decisions leave no trace."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from newsroom import Newsroom
from sqlalchemy import Engine

from tracker.domain.audit import START
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.decisions import Aspect, EventGrade
from tracker.domain.events import Event, Linking
from tracker.domain.reporting import Stored, Wanted
from tracker.registry.loading import load_registry
from tracker.reports import Period, WeeklyReport, render_html
from tracker.reports.choosing import Held
from tracker.reports.manifest import render_manifest
from tracker.reports.names import Names
from tracker.reports.weekly import Question, select_report
from tracker.resources import TEMPLATES
from tracker.services.decisions import DecisionService
from tracker.services.reporting import ReportingService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.report_source import SqlReportSource

MONDAY, TUESDAY, WEDNESDAY = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (16, 17, 18))
LAST_MOMENT = datetime(2026, 11, 17, 23, 59, 59, 999999, tzinfo=UTC)
TAKEN = "Sirte was captured by our units after three hours."
HELD = "Sirte is quiet because the attack was repelled at dawn."
LATER = "Sirte saw a second attack that was repelled before noon."


@dataclass
class Desk:
    """A newsroom whose clock can be set, and its reports."""

    newsroom: Newsroom
    now: datetime
    set_capture: Callable[[datetime], None]

    @property
    def engine(self) -> Engine:
        return self.newsroom.store._engine

    @property
    def decisions(self) -> DecisionService:
        return DecisionService(SqlDecisions(self.engine, lambda: self.now), self.newsroom.linking.refresh)

    def at(self, moment: datetime) -> "Desk":
        self.now = moment
        self.set_capture(moment)
        return self

    def file(self, quote: str, party: str) -> str:
        (statement,) = self.newsroom.file(quote, party=party)
        self.newsroom.link()
        return statement

    @property
    def service(self) -> ReportingService:
        linking = self.newsroom.linking
        return ReportingService(
            SqlReportSource(self.engine), linking.embeddings, linking.comparing, linking.comparator
        )

    def stored(self, day: datetime) -> Stored:
        first, last = date(2020, 3, 9), date(2020, 3, 15)
        return self.service.gather(Wanted(first, last, day.date(), first))

    def report(self, day: datetime) -> WeeklyReport:
        registry = load_registry()
        names = Names("en", registry.parties, registry.speakers, ())
        question = Question(Period(date(2020, 3, 9), date(2020, 3, 15)), day.date(), Held())
        models = {"model": "words 1", "question_model": "questions 1", "stance_model": "stances 1"}
        return select_report(self.service, question, names, **models)

    def written(self, day: datetime) -> str:
        report = self.report(day)
        return render_html(report, TEMPLATES) + render_manifest(report)


@pytest.fixture
def desk(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Desk:
    def set_capture(moment: datetime) -> None:
        monkeypatch.setattr("newsroom.NOW", moment)

    return Desk(newsroom, MONDAY, set_capture).at(MONDAY)


@pytest.fixture
def told(desk: Desk) -> tuple[str, str]:
    """Two accounts of one day that came in on Monday."""
    return desk.file(TAKEN, "LNA"), desk.file(HELD, "GNA")


def only_conflict(stored: Stored) -> Conflict:
    (conflict,) = stored.conflicts
    return conflict


def events_of(stored: Stored) -> dict[frozenset[str], Event]:
    return {frozenset(event.statements): event for event in stored.events}


def test_a_report_of_an_earlier_day_stays_the_same_whatever_is_stored_and_decided_later(
    desk: Desk, told: tuple[str, str]
) -> None:
    before = desk.written(MONDAY)
    desk.at(TUESDAY)
    later = desk.file(LATER, "TUR")
    desk.decisions.judge([only_conflict(desk.stored(MONDAY)).id], Judgement.REJECTED, by="amal")
    desk.decisions.move([told[1], later], None, by="amal")
    desk.decisions.correct(told[0], Aspect.POLARITY, "denies", by="omar")
    desk.decisions.grade(desk.newsroom.store.events_of([told[0]])[told[0]], EventGrade.WEAK, by="omar")
    assert desk.written(MONDAY) == before
    assert desk.written(TUESDAY) != before


@pytest.mark.usefixtures("told")
def test_what_comes_in_and_is_decided_on_the_day_itself_is_known_at_its_end(desk: Desk) -> None:
    conflict = only_conflict(desk.stored(MONDAY))
    desk.at(LAST_MOMENT)
    later = desk.file(LATER, "TUR")
    desk.decisions.judge([conflict.id], Judgement.CONFIRMED, by="amal", reason="both seen")
    stored = desk.stored(TUESDAY)
    assert later in stored.told
    assert {one.id: one.judgement for one in stored.conflicts}[conflict.id] is Judgement.CONFIRMED
    assert stored.judged[conflict.id].day == TUESDAY.date()
    assert desk.stored(MONDAY).judged == {}


def test_a_document_that_came_in_later_is_left_out_with_all_that_it_says(
    desk: Desk, told: tuple[str, str]
) -> None:
    later = desk.at(TUESDAY).file(LATER, "TUR")
    assert desk.newsroom.is_one(told[0], later)
    stored = desk.stored(MONDAY)
    assert set(stored.told) == set(told)
    assert set(events_of(stored)) == {frozenset(told)}
    assert {one.id for one in stored.documents} == {stored.told[one].document.id for one in told}
    assert only_conflict(stored).judgement is Judgement.SUGGESTED
    assert set(events_of(desk.stored(TUESDAY))) == {frozenset((*told, later))}


@pytest.mark.usefixtures("told")
def test_before_anything_came_in_there_is_nothing_to_tell(desk: Desk) -> None:
    stored = desk.stored(datetime(2026, 11, 15, tzinfo=UTC))
    assert (stored.told, stored.events, stored.conflicts, stored.documents) == ({}, (), (), ())
    assert (stored.trail.entries, stored.trail.head) == (0, START)


@pytest.mark.usefixtures("told")
def test_a_title_that_a_later_document_gave_is_not_told(desk: Desk) -> None:
    later = desk.at(TUESDAY).file(LATER, "TUR")
    (event,) = desk.newsroom.events()
    described = replace(event, title=LATER, title_language="en")
    with desk.newsroom.store.writing() as session:
        session.apply_linking(Linking((described,), {}))
    (shown,) = desk.stored(MONDAY).events
    assert later in described.statements
    assert shown.title in {TAKEN, HELD}


@pytest.mark.usefixtures("told")
def test_an_act_that_was_taken_back_later_stands_on_the_days_between(desk: Desk) -> None:
    conflict = only_conflict(desk.stored(MONDAY)).id
    desk.at(TUESDAY).decisions.judge([conflict], Judgement.REJECTED, by="amal")
    desk.at(WEDNESDAY).decisions.undo(by="amal")
    judgements = [
        {one.id: one.judgement for one in desk.stored(day).conflicts}[conflict]
        for day in (MONDAY, TUESDAY, WEDNESDAY)
    ]
    assert judgements == [Judgement.SUGGESTED, Judgement.REJECTED, Judgement.SUGGESTED]
    assert set(desk.stored(TUESDAY).judged) == {conflict}
    assert desk.stored(WEDNESDAY).judged == {}


def test_a_statement_that_was_moved_later_stands_where_it_stood(desk: Desk, told: tuple[str, str]) -> None:
    desk.at(TUESDAY).decisions.move([told[1]], None, by="amal")
    assert set(events_of(desk.stored(MONDAY))) == {frozenset(told)}
    assert set(events_of(desk.stored(TUESDAY))) == {frozenset([told[0]]), frozenset([told[1]])}
    # The conflict between them is suggested again, as it was.
    assert only_conflict(desk.stored(MONDAY)).judgement is Judgement.SUGGESTED


def test_events_that_were_merged_later_stand_apart(desk: Desk) -> None:
    sirte = desk.file(TAKEN, "LNA"), desk.file(HELD, "GNA")
    derna = desk.file("Derna fell to our units.", "LNA"), desk.file("Derna never fell to anyone.", "GNA")
    first, second = (desk.newsroom.store.events_of(told)[told[0]] for told in (sirte, derna))
    desk.at(TUESDAY).decisions.merge(second, first, by="amal")
    assert events_of(desk.stored(MONDAY)).keys() == {frozenset(sirte), frozenset(derna)}
    assert {event.id for event in desk.stored(MONDAY).events} == {first, second}
    assert events_of(desk.stored(TUESDAY)).keys() == {frozenset((*sirte, *derna))}


def test_a_statement_whose_opponent_came_in_later_stood_in_no_event(desk: Desk) -> None:
    first = desk.file(TAKEN, "LNA")
    later = desk.at(TUESDAY).file(HELD, "GNA")
    assert desk.stored(MONDAY).events == ()
    assert desk.stored(MONDAY).told[first].event is None
    assert set(events_of(desk.stored(TUESDAY))) == {frozenset([first, later])}


def test_an_event_that_a_person_made_of_one_statement_stays_one(desk: Desk, told: tuple[str, str]) -> None:
    desk.decisions.move([told[1]], None, by="amal")
    later = desk.at(TUESDAY).file("Sirte is ours and the attack on it failed.", "TUR")
    assert desk.newsroom.is_one(told[1], later)
    assert set(events_of(desk.stored(MONDAY))) == {frozenset([told[0]]), frozenset([told[1]])}


@pytest.mark.parametrize(
    ("aspect", "value"),
    [
        (Aspect.POLARITY, "denies"),
        (
            Aspect.DATE,
            {"day": "2020-03-09", "precision": "day", "found": "review", "start": None, "end": None},
        ),
        (
            Aspect.FIGURES,
            [{"kind": "killed", "low": 3, "high": 4, "start": 0, "end": 5, "counted": None, "side": None}],
        ),
        (
            Aspect.PARTY,
            {
                "party": "TUR",
                "speaker": None,
                "speaker_start": None,
                "speaker_end": None,
                "method": "review",
                "confidence": 1.0,
            },
        ),
    ],
)
def test_what_was_set_right_later_stands_as_it_was_read(
    aspect: Aspect, value: object, desk: Desk, told: tuple[str, str]
) -> None:
    before = desk.stored(MONDAY).told[told[0]].statement
    desk.at(TUESDAY).decisions.correct(told[0], aspect, value, by="amal")
    assert desk.stored(MONDAY).told[told[0]].statement == before
    assert desk.stored(TUESDAY).told[told[0]].statement != before
    assert desk.stored(MONDAY).corrected == {}
    assert set(desk.stored(TUESDAY).corrected[told[0]]) == {str(aspect)}


def test_a_grade_that_was_given_later_is_not_told(desk: Desk, told: tuple[str, str]) -> None:
    event = desk.newsroom.store.events_of(told)[told[0]]
    desk.at(TUESDAY).decisions.grade(event, EventGrade.FAIR, by="amal")
    assert desk.stored(MONDAY).grades == {}
    assert desk.stored(TUESDAY).grades == {event: "fair"}


@pytest.mark.usefixtures("told")
def test_the_trail_is_named_as_it_was(desk: Desk) -> None:
    conflict = only_conflict(desk.stored(MONDAY)).id
    first = desk.at(MONDAY).decisions.judge([conflict], Judgement.UNSURE, by="amal")
    second = desk.at(TUESDAY).decisions.judge([conflict], Judgement.CONFIRMED, by="amal")
    assert first is not None
    assert second is not None
    assert (desk.stored(MONDAY).trail.entries, desk.stored(MONDAY).trail.head) == (1, first.sha256)
    assert (desk.stored(TUESDAY).trail.entries, desk.stored(TUESDAY).trail.head) == (2, second.sha256)


def test_the_questions_of_a_report_are_those_of_the_event_page(desk: Desk, told: tuple[str, str]) -> None:
    (section,) = desk.report(MONDAY).contested
    dispute = desk.newsroom.dispute(told[0])
    assert [one.id for one in section.questions] == [one.id for one in dispute.questions]
    for shown, question in zip(section.questions, dispute.questions, strict=True):
        assert [{voice.party for voice in position.voices} for position in shown.positions] == [
            set(position.parties) for position in question.positions
        ]
