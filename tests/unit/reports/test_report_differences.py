"""What a report says has changed since an earlier one, and what of it is a retraction."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desks import World, make_conflict
from report_world import FakeReportSource

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.errors import SettingsError
from tracker.domain.statements import Polarity
from tracker.reports import WeeklyReport, render_html, render_markdown
from tracker.reports.content import Difference
from tracker.reports.earlier import Earlier
from tracker.reports.manifest import render_manifest

Select = Callable[..., WeeklyReport]
Rows = dict[tuple[str, str, str | None], Difference]


@pytest.fixture
def earlier(select: Select, tmp_path: Path) -> Earlier:
    path = tmp_path / "counterclaim-2020-W23.json"
    path.write_text(render_manifest(select()), encoding="utf-8")
    return Earlier.read(path)


@pytest.fixture
def rows(select: Select, earlier: Earlier) -> Callable[..., Rows]:
    """What differs now, by change, id and aspect."""

    def read(**given: object) -> Rows:
        differing = select(earlier=earlier, **given).differences
        assert differing is not None
        return {(row.change, row.id, row.aspect): row for row in differing.rows}

    return read


def judge(world: World, name: str, judgement: Judgement) -> str:
    conflict = world.conflicts[name]
    judged = replace(conflict, judgement=judgement)
    world.library.conflicts = [judged if one is conflict else one for one in world.library.conflicts]
    return conflict.id


def correct(world: World, name: str, **changes: object) -> str:
    statement = world.statements[name]
    corrected = replace(statement, **changes)
    world.library.statements = [corrected if one is statement else one for one in world.library.statements]
    return statement.id


def test_where_nothing_has_changed_nothing_is_listed(rows: Callable[..., Rows]) -> None:
    assert rows() == {}


def test_a_conflict_that_people_reject_is_a_retraction(rows: Callable[..., Rows], world: World) -> None:
    key = judge(world, "control", Judgement.REJECTED)
    row = rows()["changed", key, "judgement"]
    assert (row.before, row.after, row.is_retraction) == ("suggested", "rejected", True)
    assert row.numbers


def test_a_confirmation_that_is_taken_back_is_a_retraction(rows: Callable[..., Rows], world: World) -> None:
    key = judge(world, "casualties", Judgement.SUGGESTED)
    row = rows()["changed", key, "judgement"]
    assert (row.before, row.after, row.is_retraction) == ("confirmed", "suggested", True)


def test_a_conflict_that_people_confirm_is_none(rows: Callable[..., Rows], world: World) -> None:
    key = judge(world, "control", Judgement.CONFIRMED)
    assert rows()["changed", key, "judgement"].is_retraction is False


def test_a_suggestion_that_is_gone_is_no_retraction_but_a_confirmed_one_is(
    rows: Callable[..., Rows], world: World
) -> None:
    world.library.conflicts = []
    found = rows()
    assert found["gone", world.conflicts["control"].id, "judgement"].is_retraction is False
    assert found["gone", world.conflicts["casualties"].id, "judgement"].is_retraction is True


def test_a_statement_that_is_given_to_another_party_or_polarity_is_a_retraction(
    rows: Callable[..., Rows], world: World
) -> None:
    attribution = replace(world.statements["vehicles"].attribution, party="LNA")
    key = correct(world, "vehicles", attribution=attribution, polarity=Polarity.DENIES, figures=())
    found = rows()
    assert (found["changed", key, "party"].before, found["changed", key, "party"].after) == ("TUR", "LNA")
    assert found["changed", key, "polarity"].after is Polarity.DENIES
    assert found["changed", key, "figures"].before == "vehicles 4"
    assert all(found["changed", key, aspect].is_retraction for aspect in ("party", "polarity", "figures"))


def test_a_statement_that_is_gone_is_a_retraction_with_the_words_it_had(
    rows: Callable[..., Rows], world: World
) -> None:
    gone = world.statements["ward"]
    world.library.statements.remove(gone)
    event = world.events["rumours"]
    left = replace(event, members=tuple(one for one in event.members if one.statement != gone.id))
    world.library.events[world.library.events.index(event)] = left
    row = rows()["gone", gone.id, None]
    assert (row.is_retraction, row.label) == (True, gone.quote)


def test_an_event_that_was_merged_leads_to_the_other_and_its_statements_do_not_repeat_it(
    rows: Callable[..., Rows], world: World, source: FakeReportSource
) -> None:
    road, rumours = world.events["road"], world.events["rumours"]
    world.library.events.remove(road)
    world.library.events[world.library.events.index(rumours)] = replace(
        rumours, members=(*rumours.members, *road.members)
    )
    source.merged = {road.id: rumours.id}
    found = rows()
    assert found["changed", road.id, "event"].after == rumours.id
    assert not [key for key in found if key[2] == "event" and key[1] != road.id]


def test_a_statement_that_was_moved_is_told_and_no_retraction(
    rows: Callable[..., Rows], world: World
) -> None:
    airfield, rumours = world.events["airfield"], world.events["rumours"]
    moved = airfield.members[1]
    world.library.events[world.library.events.index(airfield)] = replace(
        airfield, members=tuple(one for one in airfield.members if one != moved)
    )
    world.library.events[world.library.events.index(rumours)] = replace(
        rumours, members=(*rumours.members, moved)
    )
    row = rows()["changed", moved.statement, "event"]
    assert (row.before, row.after, row.is_retraction) == (airfield.id, rumours.id, False)


def test_what_is_new_is_told_of_the_same_days(rows: Callable[..., Rows], world: World) -> None:
    told = world.statements
    conflict = make_conflict(
        world.events["airfield"], told["taken"], told["no_captives"], ConflictType.OTHER, "!"
    )
    world.library.conflicts.append(conflict)
    assert rows()["new", conflict.id, "judgement"].after is Judgement.SUGGESTED


def test_ranges_that_have_changed_are_told(rows: Callable[..., Rows], world: World) -> None:
    figures = (replace(world.statements["wounded"].figures[0], high=30),)
    correct(world, "wounded", figures=figures)
    (row,) = [row for key, row in rows().items() if key[2] == "range"]
    assert (row.before, row.after) == ("2–9", "2–30")


def test_of_other_days_only_what_became_of_the_earlier_one_is_told(
    rows: Callable[..., Rows], world: World
) -> None:
    assert rows(week="2020-W24") == {}
    key = judge(world, "control", Judgement.REJECTED)
    found = rows(week="2020-W24")
    assert set(found) == {("changed", key, "judgement")}
    assert found["changed", key, "judgement"].is_retraction


def test_retractions_come_first_and_are_marked_in_the_report(
    select: Select, earlier: Earlier, world: World, templates: Path
) -> None:
    judge(world, "control", Judgement.REJECTED)
    document = world.documents["monday"]
    earlier_one = replace(document, published=datetime(2020, 6, 4, tzinfo=UTC))
    world.library.documents = [earlier_one if one is document else one for one in world.library.documents]
    report = select(earlier=earlier)
    assert report.differences is not None
    flags = [row.is_retraction for row in report.differences.rows]
    assert flags == sorted(flags, reverse=True)
    assert flags[0]
    assert any(row.change == "new" and row.subject == "event" for row in report.differences.rows)
    assert '<span class="label retraction">Retraction</span>' in render_html(report, templates)
    assert "- **Retraction** Changed, Conflict" in render_markdown(report, templates)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no earlier report can be read"),
        ("[]", "no report for machines"),
        ('{"format": "counterclaim-report/2"}', "no report for machines"),
        ('{"format": "counterclaim-report/1"}', "not whole"),
        (
            json.dumps(
                {"format": "counterclaim-report/1"}
                | {
                    part: {}
                    for part in ("scope", "statements", "events", "conflicts", "questions", "figures")
                }
            ),
            "of which day",
        ),
    ],
)
def test_a_file_that_is_no_earlier_report_is_refused(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "earlier.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match=message):
        Earlier.read(path)
