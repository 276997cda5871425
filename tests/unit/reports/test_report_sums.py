"""Whatever is told: the parts of the report add up to its totals."""

from datetime import UTC, datetime, timedelta

from desks import FakeLibrary, World, make_conflict, make_document, make_event, make_statement
from hypothesis import given, settings
from hypothesis import strategies as st
from report_world import FakeReportSource, selecting

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.reports import WeeklyReport

PARTIES = ("GNA", "LNA", "TUR", "UN", "MEDIA")
MONDAY = datetime(2020, 6, 1, 9, tzinfo=UTC)

told = st.tuples(
    st.sampled_from(PARTIES),
    st.integers(0, 2),  # which event
    st.integers(-9, 9),  # days from Monday on
    st.sampled_from(["en", "ar", "und"]),
    st.sampled_from(["Harbour Courier", "", "صوت الميناء"]),
    st.booleans(),
)
clash = st.tuples(
    st.integers(0, 11),
    st.integers(0, 11),
    st.sampled_from(list(ConflictType)),
    st.sampled_from(list(Judgement)),
)


def make(
    accounts: list[tuple[str, int, int, str, str, bool]],
    clashes: list[tuple[int, int, ConflictType, Judgement]],
) -> World:
    documents, statements, by_event = [], [], {}
    for number, (party, event, days, language, outlet, constructed) in enumerate(accounts):
        quote = f"Account {number}."
        published = MONDAY + timedelta(days=days)
        document = make_document(
            quote, language=language, outlet=outlet, constructed=constructed, published=published
        )
        documents.append(document)
        statements.append(make_statement(document, quote, party))
        by_event.setdefault(event, []).append(statements[-1])
    events = [make_event(f"Event {key}", "en", told) for key, told in by_event.items()]
    home = {one: event for event in events for one in event.statements}
    conflicts = {}
    for first, second, kind, judgement in clashes:
        one, other = statements[first % len(statements)], statements[second % len(statements)]
        if one.party != other.party and home[one.id] is home[other.id]:
            conflict = make_conflict(home[one.id], one, other, kind, "They differ.", judgement=judgement)
            conflicts[conflict.id] = conflict
    library = FakeLibrary(documents, statements, events, list(conflicts.values()))
    return World(library, {}, {}, {}, {})


def check(report: WeeklyReport) -> None:
    glance, sections = report.glance, (*report.contested, *report.uncontested)
    for parts in (report.balance.parties, report.balance.languages):
        assert sum(row.count for row in parts) == glance.cited.count == glance.statements.now
        assert sorted(number for row in parts for number in row.numbers) == list(glance.cited.numbers)
    assert sum(row.statements.count for row in report.balance.outlets) == glance.cited.count
    for section in sections:
        assert sum(row.count for row in section.parties) == section.statements.count
        shown = {one.conflict.id for question in section.questions for one in question.conflicts}
        shown |= {one.conflict.id for one in section.loose}
        assert len(shown) == section.conflicts - section.elsewhere
    assert len(sections) == glance.events.now
    assert len(report.contested) == glance.contested.now
    assert sum(one.conflicts - one.elsewhere for one in report.contested) == glance.conflicts.now
    assert glance.confirmed + glance.unsure + glance.open == glance.conflicts.now
    for judgement in ("confirmed", "rejected", "unsure"):
        assert sum(getattr(row, judgement) for row in glance.types) == getattr(glance, judgement)
    assert sum(row.suggested for row in glance.types) == glance.open == report.decided.suggested
    assert len(report.decided.conflicts) == glance.confirmed + glance.rejected + glance.unsure
    assert [source.number for source in report.sources] == list(range(1, len(report.sources) + 1))


@settings(max_examples=25, deadline=None)
@given(st.lists(told, min_size=1, max_size=12), st.lists(clash, max_size=12))
def test_the_parts_of_a_report_add_up_to_its_totals(
    accounts: list[tuple[str, int, int, str, str, bool]],
    clashes: list[tuple[int, int, ConflictType, Judgement]],
) -> None:
    select = selecting(FakeReportSource(make(accounts, clashes)))
    report = select()
    check(report)
    # Whatever clashes stands in an event, so the chart's last columns are the numbers of new conflicts.
    assert [point.conflicts for point in report.trend[-2:]] == [
        report.glance.new_conflicts.before,
        report.glance.new_conflicts.now,
    ]
    assert all(sum(point.types.values()) == point.conflicts for point in report.trend)
    check(select(parties=("GNA",)))
