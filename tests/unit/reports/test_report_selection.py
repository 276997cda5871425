from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from desks import World, day, make_conflict, make_document, make_event, make_statement

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DatePrecision
from tracker.domain.errors import SettingsError
from tracker.reports import Week, WeeklyReport, render_html
from tracker.reports.weekly import is_of_week

Select = Callable[..., WeeklyReport]


def shown(report: WeeklyReport) -> set[str]:
    return {source.view.statement.id for source in report.sources}


def ids(world: World, *names: str) -> set[str]:
    return {world.statements[name].id for name in names}


def add_event(world: World, *parties: str, conflicts: int = 0, **document: object) -> str:
    """A new event with one statement a party, the first of them in conflict with each of the next."""
    number = len(world.library.documents)
    words = [f"Account {number} of party {place}." for place in range(len(parties))]
    source = make_document(" ".join(words), **document)
    statements = [make_statement(source, quote, party) for quote, party in zip(words, parties, strict=True)]
    event = make_event(f"Event {number}", "en", statements)
    world.library.documents.append(source)
    world.library.statements.extend(statements)
    world.library.events.append(event)
    world.library.conflicts.extend(
        make_conflict(event, statements[0], statements[1 + place], ConflictType.OTHER, "They differ.")
        for place in range(conflicts)
    )
    return event.id


def test_the_week_holds_sunday_night_and_not_monday_morning(select: Select, world: World) -> None:
    in_week, after = shown(select()), shown(select("2020-W24"))
    everything = set(world.statements) - {"open"}
    assert in_week == ids(world, *everything)
    assert after == ids(world, "open")


def test_a_zone_moves_a_publication_into_the_week_of_utc(select: Select, world: World) -> None:
    libyan = timezone(timedelta(hours=2))
    sunday = add_event(world, "GNA", published=datetime(2020, 6, 8, 1, 30, tzinfo=libyan))
    world.library.events_between = lambda *_: [world.library.event(sunday)]  # type: ignore[method-assign]
    assert select().glance.events == 1
    assert select("2020-W24").glance.events == 0


@pytest.mark.parametrize(
    ("precision", "counted"),
    [
        (DatePrecision.DAY, True),
        (DatePrecision.WEEK, True),
        (DatePrecision.MONTH, False),
        (DatePrecision.YEAR, False),
    ],
)
def test_a_day_spoken_of_counts_where_it_is_known_well_enough(
    precision: DatePrecision, world: World, *, counted: bool
) -> None:
    statement = replace(world.statements["open"], date=day("2020-06-01", precision))
    view = world.library.view(statement)
    assert is_of_week(view, Week.parse("2020-W23")) is counted
    assert is_of_week(view, Week.parse("2020-W24"))


def test_a_statement_without_any_date_is_of_no_week(world: World) -> None:
    view = world.library.view(world.statements["open"])
    undated = replace(view, document=replace(view.document, published=None))
    assert not is_of_week(undated, Week.parse("2020-W24"))


def test_footnotes_are_numbered_in_order_of_first_use(select: Select) -> None:
    report = select()
    assert [source.number for source in report.sources] == list(range(1, 9))
    first = report.contested[0].judged[0].conflicts[0]
    assert {first.one.number, first.other.number} == {1, 2}


def test_every_footnote_resolves_to_the_words_at_its_span(select: Select) -> None:
    for source in select().sources:
        statement, document = source.view.statement, source.view.document
        assert statement.span.of(document.text) == statement.quote
        assert source.path == f"/documents/{document.id}#{statement.id}"
        assert statement.document == document.id


def test_every_number_cited_is_that_of_a_footnote(select: Select) -> None:
    report = select()
    known = {source.number for source in report.sources}
    tallies = [*report.glance.parties, *report.glance.languages, report.glance.statements]
    tallies += [row for section in (*report.contested, *report.uncontested) for row in section.parties]
    assert all(set(row.numbers) <= known for row in tallies)
    assert {number for row in report.glance.parties for number in row.numbers} == known


def test_contested_events_are_ranked_by_conflicts_then_parties_then_id(select: Select, world: World) -> None:
    world.library.events.clear()
    world.library.conflicts.clear()
    two_conflicts = add_event(world, "GNA", "LNA", "LNA", conflicts=2)
    many_parties = add_event(world, "GNA", "LNA", "UN", "TUR", conflicts=1)
    tied = sorted(add_event(world, "GNA", "LNA", conflicts=1) for _ in range(6))
    assert tied[0] < many_parties, "by id alone, an event of fewer parties comes first"
    quiet = add_event(world, "GNA", "LNA", "UN", "TUR", "RUS")
    for _ in range(2):
        report = select()
        assert [section.event.id for section in report.contested] == [two_conflicts, many_parties, *tied]
        assert [section.event.id for section in report.uncontested] == [quiet]
        world.library.events.reverse()


def test_glance_counts_statements_by_party_and_language_and_conflicts_by_type(select: Select) -> None:
    glance = select().glance
    assert (glance.events, glance.contested, glance.statements.count) == (3, 1, 8)
    assert [(row.label, row.count) for row in glance.parties] == [
        ("CIV", 2),
        ("GNA", 2),
        ("LNA", 2),
        ("TUR", 1),
        ("UN", 1),
    ]
    assert [(row.label, row.count) for row in glance.languages] == [
        ("en", 3),
        ("ar", 2),
        ("ru", 1),
        ("tr", 1),
        ("und", 1),
    ]
    assert [(row.type.value, row.confirmed, row.unsure, row.suggested) for row in glance.conflicts] == [
        ("control", 0, 0, 1),
        ("casualties", 1, 0, 0),
    ]
    assert glance.constructed.count == 1


def test_what_people_decided_stands_apart_from_what_was_suggested(select: Select, world: World) -> None:
    event = world.events["airfield"]
    unsure = make_conflict(
        event,
        world.statements["taken"],
        world.statements["no_captives"],
        ConflictType.OTHER,
        "Hard to tell.",
        judgement=Judgement.UNSURE,
    )
    world.library.conflicts.append(unsure)
    judged = select().contested[0].judged
    assert [group.judgement for group in judged] == [
        Judgement.CONFIRMED,
        Judgement.UNSURE,
        Judgement.SUGGESTED,
    ]
    assert all(one.conflict.judgement is group.judgement for group in judged for one in group.conflicts)


def test_conflicts_of_one_judgement_go_by_score(select: Select, world: World) -> None:
    event, statements = world.events["airfield"], world.statements
    stronger = make_conflict(
        event, statements["captured"], statements["held"], ConflictType.OTHER, "Both.", score=0.99
    )
    world.library.conflicts.append(stronger)
    suggested = select().contested[0].judged[-1]
    assert [one.conflict.verdict.score for one in suggested.conflicts] == [0.99, 0.75]


def test_rejected_conflicts_make_no_event_contested(select: Select, world: World) -> None:
    report = select()
    road = next(one for one in report.uncontested if one.event.id == world.events["road"].id)
    assert (road.judged, road.rejected) == ((), 1)


def test_the_other_side_of_a_conflict_is_shown_from_another_week_but_not_counted(
    select: Select, world: World
) -> None:
    document = world.documents["arabic"]
    moved = replace(document, published=datetime(2020, 5, 20, tzinfo=UTC))
    world.library.documents = [moved if one is document else one for one in world.library.documents]
    report = select()
    before = {source.view.statement.id for source in report.sources if not source.of_week}
    assert before == ids(world, "held", "no_captives")
    assert "LNA" not in {row.label for row in report.glance.parties}
    assert report.glance.statements.count == 6
    assert {row.label for row in report.contested[0].parties} == {"GNA", "LNA"}


def test_conflicts_between_other_weeks_are_counted_and_left_out(select: Select, world: World) -> None:
    for name in ("english", "arabic"):
        document = world.documents[name]
        moved = replace(document, published=datetime(2020, 5, 20, tzinfo=UTC))
        world.library.documents = [moved if one is document else one for one in world.library.documents]
    section = select().contested[0]
    # Of the English account only the sentence about Tuesday, a day of the week, is of the week now.
    assert [one.conflict.verdict.type for group in section.judged for one in group.conflicts] == [
        ConflictType.CONTROL
    ]
    assert section.elsewhere == 1


def test_figures_of_an_event_are_listed_with_party_and_source(select: Select) -> None:
    rows = select().contested[0].figures
    assert [(row.figure.describe(), row.source.view.statement.party) for row in rows] == [
        ("0", "LNA"),
        ("at least 12", "GNA"),
    ]


def test_statements_in_no_conflict_are_tallied(select: Select, world: World) -> None:
    world.library.conflicts = [world.conflicts["control"]]
    assert [(row.label, row.count) for row in select().contested[0].others] == [("GNA", 1), ("LNA", 1)]


def test_the_method_names_model_detectors_and_rules(select: Select) -> None:
    method = select().method
    assert method.model == "test-model r1"
    assert method.detectors == ("rules-7",)
    assert method.comparators == ("casualties-rule", "control-rule")


def test_the_order_in_which_the_library_answers_changes_nothing(
    select: Select, world: World, templates: Path
) -> None:
    report = render_html(select(), templates)
    for things in (world.library.events, world.library.conflicts, world.library.documents):
        things.reverse()
    world.library.events = [replace(one, members=one.members[::-1]) for one in world.library.events]
    assert render_html(select(), templates) == report


def test_a_week_without_events_is_empty(select: Select) -> None:
    report = select("2019-W02")
    assert (report.glance.events, report.sources, report.contested, report.uncontested) == (0, (), (), ())


def test_permalinks_begin_with_the_base_address(select: Select) -> None:
    for source in select(base_url="https://desk.example/libya/").sources:
        assert source.permalink == f"https://desk.example/libya{source.path}"
    assert select().sources[0].permalink is None


@pytest.mark.parametrize("base", ["desk.example", "javascript:alert(1)", "https://", "http://a b"])
def test_a_base_address_that_is_none_is_refused(base: str, select: Select) -> None:
    with pytest.raises(SettingsError, match="base address"):
        select(base_url=base)
