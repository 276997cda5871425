import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import Engine, select
from storage_examples import NOW, Examples

from tracker.domain.errors import NotFoundError
from tracker.domain.events import LinkDecision, Linking, LinkVerdict
from tracker.storage.engine import reading
from tracker.storage.store import SqlStore
from tracker.storage.tables import AuditEntryRow, LinkDecisionRow

APART, TOGETHER = LinkVerdict.APART, LinkVerdict.TOGETHER


@pytest.fixture
def ids(examples: Examples, keep: Callable[..., None]) -> list[str]:
    """The ids of three stored statements, in order."""
    document = examples.document()
    statements = [examples.statement(document, start) for start in range(3)]
    keep([document], statements)
    return sorted(statement.id for statement in statements)


def decide(store: SqlStore, one: str, other: str, verdict: LinkVerdict | None, reason: str = "") -> None:
    with store.writing() as session:
        session.decide_linking(one, other, verdict, actor="Ana", reason=reason)


def record(engine: Engine) -> list[AuditEntryRow]:
    with reading(engine) as session:
        rows = list(session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.id)))
        session.expunge_all()
        return rows


def test_nothing_is_decided_at_first(store: SqlStore, ids: list[str]) -> None:
    assert len(ids) == 3
    assert store.link_decisions() == []


def test_a_decision_comes_back_with_its_pair_in_order(store: SqlStore, ids: list[str]) -> None:
    decide(store, ids[1], ids[0], APART)
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], APART)]


def test_a_later_decision_on_the_same_pair_stands_whatever_their_order(
    store: SqlStore, ids: list[str]
) -> None:
    decide(store, ids[0], ids[1], APART)
    decide(store, ids[1], ids[0], TOGETHER)
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], TOGETHER)]


def test_decisions_come_in_the_order_in_which_they_were_made(store: SqlStore, ids: list[str]) -> None:
    decide(store, ids[0], ids[1], APART)
    decide(store, ids[1], ids[2], TOGETHER)
    decide(store, ids[0], ids[2], APART)
    decide(store, ids[0], ids[1], TOGETHER)
    assert store.link_decisions() == [
        LinkDecision(ids[1], ids[2], TOGETHER),
        LinkDecision(ids[0], ids[2], APART),
        LinkDecision(ids[0], ids[1], TOGETHER),
    ]


def test_a_decision_taken_back_stands_no_more_and_can_be_made_again(store: SqlStore, ids: list[str]) -> None:
    decide(store, ids[0], ids[1], APART)
    decide(store, ids[1], ids[2], APART)
    decide(store, ids[0], ids[1], None)
    assert store.link_decisions() == [LinkDecision(ids[1], ids[2], APART)]
    decide(store, ids[0], ids[1], APART)
    assert store.link_decisions()[-1] == LinkDecision(ids[0], ids[1], APART)


def test_no_decision_is_overwritten(store: SqlStore, ids: list[str], engine: Engine) -> None:
    for verdict in (APART, TOGETHER, None):
        decide(store, ids[0], ids[1], verdict, f"decided {verdict}")
    with reading(engine) as session:
        rows = session.scalars(select(LinkDecisionRow).order_by(LinkDecisionRow.id)).all()
        assert [row.verdict for row in rows] == [APART, TOGETHER, None]
        assert [row.reason for row in rows] == ["decided apart", "decided together", "decided None"]
        assert {(row.one, row.other, row.actor, row.at) for row in rows} == {(ids[0], ids[1], "Ana", NOW)}


def test_each_decision_is_on_record_with_what_stood_before(
    store: SqlStore, ids: list[str], engine: Engine
) -> None:
    decide(store, ids[1], ids[0], APART, "two attacks, months apart")
    decide(store, ids[0], ids[2], TOGETHER)
    decide(store, ids[0], ids[1], None, "прежнее было ошибкой")
    entries = record(engine)
    assert {(entry.actor, entry.action, entry.subject_kind, entry.at) for entry in entries} == {
        ("Ana", "decide_linking", "statement_pair", NOW)
    }
    pair, other_pair = f"{ids[0]} {ids[1]}", f"{ids[0]} {ids[2]}"
    assert [entry.subject_id for entry in entries] == [pair, other_pair, pair]
    changes = [
        (json.loads(entry.before or "")["verdict"], json.loads(entry.after or "")["verdict"])
        for entry in entries
    ]
    assert changes == [(None, "apart"), (None, "together"), ("apart", None)]
    assert [entry.reason for entry in entries] == ["two attacks, months apart", "", "прежнее было ошибкой"]


def test_a_decision_in_the_same_transaction_counts_as_what_stood(
    store: SqlStore, ids: list[str], engine: Engine
) -> None:
    with store.writing() as session:
        session.decide_linking(ids[0], ids[1], APART, actor="Ana", reason="")
        session.decide_linking(ids[0], ids[1], TOGETHER, actor="Omar", reason="")
    assert json.loads(record(engine)[1].before or "") == {"verdict": "apart"}
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], TOGETHER)]


def test_the_last_decision_stands_even_where_the_clock_went_back(
    engine: Engine, store: SqlStore, ids: list[str]
) -> None:
    decide(store, ids[0], ids[1], APART)
    for year, verdict in ((2020, TOGETHER), (2021, None), (2020, APART), (2019, TOGETHER)):
        clock = partial(datetime, year, 1, 1, tzinfo=UTC)
        decide(SqlStore(engine, clock), ids[0], ids[1], verdict)
    stood = [json.loads(entry.before or "")["verdict"] for entry in record(engine)]
    assert stood == [None, "apart", "together", None, "apart"]
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], TOGETHER)]


@pytest.mark.parametrize("unknown", ["s0", "sz"])
@pytest.mark.parametrize("unknown_first", [True, False])
def test_a_decision_on_an_unknown_statement_is_refused_and_leaves_nothing(
    store: SqlStore, ids: list[str], engine: Engine, unknown: str, *, unknown_first: bool
) -> None:
    pair = (unknown, ids[0]) if unknown_first else (ids[0], unknown)
    with pytest.raises(NotFoundError, match=f"no statement is stored under {unknown}"):
        decide(store, *pair, APART)
    assert store.link_decisions() == []
    assert record(engine) == []


def test_a_statement_cannot_be_decided_on_with_itself(store: SqlStore, ids: list[str]) -> None:
    with pytest.raises(ValueError, match=f"statement {ids[0]} with itself"):
        decide(store, ids[0], ids[0], TOGETHER)


def test_an_unknown_verdict_is_refused(store: SqlStore, ids: list[str]) -> None:
    with pytest.raises(Exception, match="'perhaps' is not among the defined enum values"):
        decide(store, ids[0], ids[1], "perhaps")  # type: ignore[arg-type]
    assert store.link_decisions() == []


def test_decisions_outlive_linking_anew(store: SqlStore, examples: Examples, ids: list[str]) -> None:
    decide(store, ids[0], ids[1], TOGETHER)
    event = examples.event(*store.statements(ids))
    with store.writing() as session:
        session.apply_linking(Linking((event,), {}))
        session.clear_linking()
        session.apply_linking(Linking((event,), {}))
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], TOGETHER)]


def test_reading_decisions_takes_one_query(
    store: SqlStore, ids: list[str], count_queries: Callable[[Callable[[], object]], int]
) -> None:
    decide(store, ids[0], ids[1], APART)
    decide(store, ids[1], ids[2], APART)
    assert count_queries(store.link_decisions) == 1
