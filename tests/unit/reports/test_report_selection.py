from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from desks import MARSA, World, day, make_conflict, make_document, make_event, make_statement
from report_world import COAST, FakeReportSource, cited

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DatePrecision, Span
from tracker.domain.errors import SettingsError
from tracker.domain.reporting import Judged, Told
from tracker.domain.statements import Figure, FigureKind, PlaceFound, PlaceMention
from tracker.reports import Period, Week, WeeklyReport, render_html
from tracker.reports.choosing import is_of_period
from tracker.reports.content import CitedConflict, EventSection

Select = Callable[..., WeeklyReport]
W23, W24 = Period.of_week(Week.parse("2020-W23")), Period.of_week(Week.parse("2020-W24"))


def shown(report: WeeklyReport) -> set[str]:
    return {source.statement.id for source in report.sources}


def ids(world: World, *names: str) -> set[str]:
    return {world.statements[name].id for name in names}


def conflicts_in(section: EventSection) -> list[CitedConflict]:
    return [one for question in section.questions for one in question.conflicts] + list(section.loose)


def move(world: World, name: str, published: datetime | None) -> None:
    """Let a document of the world have been published at another time."""
    document = world.documents[name]
    moved = replace(document, published=published)
    world.library.documents = [moved if one is document else one for one in world.library.documents]


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
    world.library.events.clear()
    add_event(world, "GNA", published=datetime(2020, 6, 8, 1, 30, tzinfo=timezone(timedelta(hours=2))))
    assert select().glance.events.now == 1
    assert select("2020-W24").glance.events.now == 0


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
    told = Told(statement, cited(world.documents["monday"]), None)
    assert is_of_period(told, W23) is counted
    assert is_of_period(told, W24)


def test_a_statement_without_any_date_is_of_no_week(world: World) -> None:
    undated = replace(cited(world.documents["monday"]), published=None)
    assert not is_of_period(Told(world.statements["open"], undated, None), W24)


def test_footnotes_are_numbered_in_order_of_first_use(select: Select) -> None:
    report = select()
    assert [source.number for source in report.sources] == list(range(1, 9))
    first = conflicts_in(report.contested[0])[0]
    assert {first.one.number, first.other.number} == {1, 2}


def test_every_footnote_resolves_to_the_words_at_its_span(select: Select, world: World) -> None:
    texts = {one.id: one.text for one in world.library.documents}
    for source in select().sources:
        statement, document = source.statement, source.document
        assert statement.span.of(texts[document.id]) == statement.quote
        assert source.path == f"/documents/{document.id}#{statement.id}"
        assert statement.document == document.id


def test_every_number_cited_is_that_of_a_footnote(select: Select) -> None:
    report = select()
    known = {source.number for source in report.sources}
    sections = (*report.contested, *report.uncontested)
    tallies = [*report.balance.parties, *report.balance.languages, report.glance.cited]
    tallies += [row for section in sections for row in section.parties]
    assert all(set(row.numbers) <= known for row in tallies)
    assert {number for row in report.balance.parties for number in row.numbers} == known


def test_contested_events_are_ranked_by_questions_parties_conflicts_and_id(
    select: Select, world: World
) -> None:
    world.library.events.clear()
    world.library.conflicts.clear()
    # One question each: conflicts of one type that share a statement are about one.
    many_parties = add_event(world, "GNA", "LNA", "UN", conflicts=2)
    many_conflicts = add_event(world, "GNA", "LNA", "LNA", "LNA", conflicts=3)
    tied = sorted(add_event(world, "GNA", "LNA", conflicts=1) for _ in range(6))
    two_questions = add_event(world, "GNA", "LNA", conflicts=1)
    event = next(one for one in world.library.events if one.id == two_questions)
    further = make_document("More of one. More of another.", outlet="Second Courier")
    more = [
        make_statement(further, quote, party)
        for quote, party in (("More of one.", "GNA"), ("More of another.", "LNA"))
    ]
    world.library.documents.append(further)
    world.library.statements.extend(more)
    grown = make_event(
        event.title, "en", [*(s for s in world.library.statements if s.id in event.statements), *more]
    )
    world.library.events[world.library.events.index(event)] = replace(grown, id=event.id)
    world.library.conflicts.append(make_conflict(event, *more, ConflictType.CONTROL, "Both hold it."))
    quiet = add_event(world, "GNA", "LNA", "UN", "TUR", "RUS")
    for _ in range(2):
        report = select()
        ranked = [section.event.id for section in report.contested]
        assert ranked == [two_questions, many_parties, many_conflicts, *tied]
        assert [section.event.id for section in report.uncontested] == [quiet]
        world.library.events.reverse()


def test_the_glance_counts_what_is_of_the_week_and_of_the_week_before(select: Select) -> None:
    glance = select().glance
    assert (glance.events.now, glance.contested.now, glance.statements.now) == (3, 1, 8)
    assert (glance.documents.now, glance.published.now, glance.happened.now) == (6, 8, 1)
    assert (glance.conflicts.now, glance.new_conflicts.now) == (2, 2)
    assert (glance.confirmed, glance.rejected, glance.unsure, glance.open) == (1, 1, 0, 1)
    after = select("2020-W24").glance
    assert (after.statements.now, after.statements.before, after.statements.difference) == (1, 8, -7)
    assert (after.conflicts.now, after.conflicts.before) == (0, 2)


def test_the_balance_counts_statements_by_party_language_and_outlet(select: Select) -> None:
    balance = select().balance
    assert [(row.label, row.count) for row in balance.parties] == [
        ("CIV", 2),
        ("GNA", 2),
        ("LNA", 2),
        ("TUR", 1),
        ("UN", 1),
    ]
    assert [(row.label, row.count) for row in balance.languages] == [
        ("en", 3),
        ("ar", 2),
        ("ru", 1),
        ("tr", 1),
        ("und", 1),
    ]
    assert sum(row.statements.count for row in balance.outlets) == 8
    assert sum(row.documents for row in balance.outlets) == 6
    assert sum(row.share for row in balance.parties) == pytest.approx(1)


def test_conflicts_are_tallied_by_type_and_judgement(select: Select) -> None:
    rows = select().glance.types
    assert [(row.type.value, row.confirmed, row.rejected, row.unsure, row.suggested) for row in rows] == [
        ("control", 0, 0, 0, 1),
        ("casualties", 1, 0, 0, 0),
        ("other", 0, 1, 0, 0),
    ]


def test_what_people_decided_stands_apart_from_what_was_suggested(
    select: Select, world: World, source: FakeReportSource
) -> None:
    confirmed, rejected = world.conflicts["casualties"], world.conflicts["rejected"]
    source.judged = {confirmed.id: Judged(9, date(2020, 6, 7)), rejected.id: Judged(4, date(2020, 6, 9))}
    source.corrected = {world.statements["vehicles"].id: {"party": Judged(5, date(2020, 6, 9))}}
    report = select()
    assert [(one.conflict.id, one.judged and one.judged.entry) for one in report.decided.conflicts] == [
        (rejected.id, 4),
        (confirmed.id, 9),
    ]
    assert report.decided.suggested == 1
    assert report.glance.judged_in_period == 1
    assert [(one.aspect, one.source.statement.id) for one in report.decided.corrections] == [
        ("party", world.statements["vehicles"].id)
    ]


def test_conflicts_go_by_judgement_then_by_score(select: Select, world: World) -> None:
    event, told = world.events["airfield"], world.statements
    world.library.conflicts = [
        make_conflict(event, told["taken"], told["held"], ConflictType.OTHER, "One.", score=0.5),
        make_conflict(event, told["taken"], told["no_captives"], ConflictType.OTHER, "Two.", score=0.9),
        make_conflict(
            event, told["captured"], told["held"], ConflictType.OTHER, "Three.", judgement=Judgement.CONFIRMED
        ),
        make_conflict(
            event, told["captured"], told["no_captives"], ConflictType.OTHER, "4", judgement=Judgement.UNSURE
        ),
    ]
    (question,) = select().contested[0].questions
    assert [one.conflict.verdict.explanation for one in question.conflicts] == ["Three.", "4", "Two.", "One."]


def test_positions_name_parties_with_a_quote_and_all_their_footnotes(select: Select, world: World) -> None:
    control = next(one for one in select().contested[0].questions if one.type is ConflictType.CONTROL)
    by_party = {voice.party: voice for position in control.positions for voice in position.voices}
    assert by_party["GNA"].quoted.statement.id == world.statements["taken"].id
    assert by_party["LNA"].quoted.statement.id == world.statements["held"].id
    assert all(voice.quoted.number in voice.numbers for voice in by_party.values())


def test_who_speaks_of_the_event_and_not_to_the_question_is_silent(select: Select, world: World) -> None:
    event = world.events["airfield"]
    further = [world.statements[name] for name in ("vehicles", "ward")]
    members = [world.statements[name] for name in ("taken", "captured", "held", "no_captives")]
    grown = replace(make_event(event.title, "ar", [*members, *further]), id=event.id, place=event.place)
    kept = [
        one
        for one in world.library.events
        if one not in (event, world.events["road"], world.events["rumours"])
    ]
    world.library.events = [grown, *kept]
    # Medics and residents are many voices, not a side that could be silent.
    assert {question.silent for question in select().contested[0].questions} == {("TUR",)}


def test_rejected_conflicts_make_no_event_contested(select: Select, world: World) -> None:
    report = select()
    road = next(one for one in report.uncontested if one.event.id == world.events["road"].id)
    assert (road.questions, road.loose, road.conflicts, road.rejected) == ((), (), 0, 1)


def test_an_event_is_shown_whole_and_what_is_of_other_days_is_marked(select: Select, world: World) -> None:
    move(world, "arabic", datetime(2020, 5, 20, tzinfo=UTC))
    report = select()
    other_days = {source.statement.id for source in report.sources if not source.of_period}
    assert other_days == ids(world, "held", "no_captives")
    assert "LNA" not in {row.label for row in report.balance.parties}
    assert (report.glance.statements.now, report.glance.cited.count) == (6, 6)
    assert {row.label for row in report.contested[0].parties} == {"GNA", "LNA"}
    assert report.contested[0].is_new is False


def test_conflicts_between_other_days_are_counted_and_left_out(select: Select, world: World) -> None:
    for name in ("english", "arabic"):
        move(world, name, datetime(2020, 5, 20, tzinfo=UTC))
    section = select().contested[0]
    # Of the English account only the sentence about Tuesday, a day of the week, is of the week now.
    assert [one.conflict.verdict.type for one in conflicts_in(section)] == [ConflictType.CONTROL]
    assert (section.conflicts, section.elsewhere) == (2, 1)
    assert not conflicts_in(section)[0].is_new


def test_figures_stand_in_rows_with_a_range_and_their_sources(select: Select, world: World) -> None:
    rows = select().contested[0].figures
    given = {(row.kind, row.low, row.high): [one.source.statement.id for one in row.entries] for row in rows}
    assert given == {
        (FigureKind.CAPTURED, 12, None): [world.statements["captured"].id],
        (FigureKind.CAPTURED, 0, 0): [world.statements["no_captives"].id],
    }


def test_who_holds_a_place_stands_by_place_and_day(select: Select) -> None:
    (tuesday,) = [one for one in select().control if one.day == date(2020, 6, 2)]
    assert tuesday.place_name == "Marsa"
    (claim,) = [one for one in tuesday.claims if one.party == "GNA"]
    assert (claim.contested, claim.quoted.number in claim.numbers) == (True, True)
    assert "gained" in claim.stances


def test_people_who_were_lost_are_no_place_that_was(select: Select, world: World) -> None:
    told = "Türkiye açıkladı: Marsa'da 4 asker hayatını kaybetti."
    document = make_document(told, language="tr")
    figure = Figure(FigureKind.KILLED, 4, 4, Span(told.index("4"), told.index("4") + 1))
    place = PlaceMention(MARSA, PlaceFound.SENTENCE)
    statement = replace(make_statement(document, told, "TUR", place=place), figures=(figure,))
    world.library.documents.append(document)
    world.library.statements.append(statement)
    world.library.events.append(make_event("Losses", "tr", [statement]))
    claims = [claim for one in select().control for claim in one.claims]
    assert claims
    assert "TUR" not in {claim.party for claim in claims}


def test_the_report_is_held_to_events_in_which_each_party_speaks(select: Select, world: World) -> None:
    report = select(parties=("GNA", "LNA"))
    assert [one.event.id for one in (*report.contested, *report.uncontested)] == [world.events["airfield"].id]
    assert (report.glance.documents.now, report.glance.published.now) == (2, 4)
    assert select(parties=("GNA", "TUR")).glance.events.now == 0


def test_places_inside_the_one_asked_for_count(select: Select, world: World) -> None:
    report = select(place=COAST)
    assert [one.event.id for one in report.contested] == [world.events["airfield"].id]
    assert report.uncontested == ()
    assert report.scope.place_name == "Coast"


def test_names_come_in_the_language_of_the_report(select: Select) -> None:
    report = select(language="ar", place=COAST)
    assert report.scope.place_name == "الساحل"
    assert report.contested[0].place_name == "مرسى"
    assert report.party_names["GNA"] != select().party_names["GNA"]


def test_the_trend_ends_with_the_week_and_counts_no_rejected_conflict(select: Select) -> None:
    points = select().trend
    assert len(points) == 8
    assert (points[-1].first, points[-1].last) == (W23.first, W23.last)
    assert [point.conflicts for point in points] == [0] * 7 + [2]
    assert points[-1].parties == {"GNA": 2, "LNA": 2}


def test_the_method_names_models_detectors_rules_and_the_trail(select: Select) -> None:
    method = select().method
    models = method.model, method.question_model, method.stance_model
    assert models == ("test-model r1", "asks r2", "sides r3")
    assert method.detectors == ("rules-7",)
    assert method.comparators == ("casualties-rule", "control-rule", "other-rule")
    assert (method.trail.entries, method.trail.head) == (3, "ab" * 32)


def test_the_order_in_which_the_source_answers_changes_nothing(
    select: Select, world: World, templates: Path
) -> None:
    report = render_html(select(), templates)
    for things in (world.library.events, world.library.conflicts, world.library.documents):
        things.reverse()
    world.library.events = [replace(one, members=one.members[::-1]) for one in world.library.events]
    assert render_html(select(), templates) == report


def test_a_week_without_events_is_empty(select: Select) -> None:
    report = select("2019-W02")
    assert (report.glance.events.now, report.sources, report.contested, report.uncontested) == (0, (), (), ())


def test_the_source_is_asked_for_the_period_before_and_the_day(
    select: Select, source: FakeReportSource
) -> None:
    select(as_of=date(2020, 6, 10))
    (wanted,) = source.asked
    assert (wanted.first, wanted.last) == (date(2020, 5, 25), date(2020, 6, 7))
    assert (wanted.as_of, wanted.clashes_from) == (date(2020, 6, 10), date(2020, 4, 13))


def test_permalinks_begin_with_the_base_address(select: Select) -> None:
    report = select(base_url="https://desk.example/libya/")
    for source in report.sources:
        assert source.permalink == f"https://desk.example/libya{source.path}"
    assert (
        report.contested[0].permalink == f"https://desk.example/libya/events/{report.contested[0].event.id}"
    )
    assert select().sources[0].permalink is None


@pytest.mark.parametrize("base", ["desk.example", "javascript:alert(1)", "https://", "http://a b"])
def test_a_base_address_that_is_none_is_refused(base: str, select: Select) -> None:
    with pytest.raises(SettingsError, match="base address"):
        select(base_url=base)
