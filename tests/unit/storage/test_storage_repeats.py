from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select
from storage_examples import NOW

from tracker.domain.repeats import KEPT_FOR, LEASE, Claim, KeptAnswer, KeyInUseError, KeyReusedError
from tracker.storage.engine import reading
from tracker.storage.people import SqlPeople
from tracker.storage.repeats import SqlKeyBook
from tracker.storage.tables import IdempotencyKeyRow

ONE, OTHER = "1" * 64, "2" * 64
ANSWER = KeptAnswer(201, b'{"linked": true}', {"Location": "/api/v1/documents/d1"})


class Watch:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


class Book:
    """A key book, a clock to set, and processes to end."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.watch, self.gone = engine, Watch(), set[str]()
        self.book = SqlKeyBook(engine, self.watch, self.gone.__contains__)
        people = SqlPeople(engine, self.watch)
        for token in ("t1", "t2"):
            if not any(one.id == token for one in people.tokens()):
                people.add_token(token_id=token, name="feed", sha256=token * 32, scope="ingest", actor="adil")

    def claim(
        self, fingerprint: str = ONE, *, whose: str = "t1", key: str = "k", holder: str = "one"
    ) -> Claim | KeptAnswer:
        until = self.watch.time + KEPT_FOR
        return self.book.claim(whose, key, fingerprint, holder=holder, until=until)

    def rows(self) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(IdempotencyKeyRow)) or 0


@pytest.fixture
def book(engine: Engine) -> Book:
    return Book(engine)


def claimed(book: Book, **how: str) -> Claim:
    claim = book.claim(**how)
    assert isinstance(claim, Claim)
    return claim


def test_an_answer_is_given_again_as_it_was(book: Book) -> None:
    book.book.keep(claimed(book), ANSWER)
    assert book.claim(holder="other") == ANSWER
    assert Book(book.engine).claim() == ANSWER, "it outlives the process"


def test_a_key_with_another_request_is_refused(book: Book) -> None:
    claim = claimed(book)
    with pytest.raises(KeyReusedError):
        book.claim(OTHER)
    book.book.keep(claim, ANSWER)
    with pytest.raises(KeyReusedError):
        book.claim(OTHER)


def test_a_request_that_is_being_answered_is_not_answered_twice(book: Book) -> None:
    claimed(book)
    book.watch.time += LEASE - timedelta(seconds=1)
    with pytest.raises(KeyInUseError):
        book.claim(holder="other")


def test_a_process_that_ended_leaves_its_request_to_the_next(book: Book) -> None:
    claim = claimed(book)
    book.book.note(claim, "d1")
    book.gone.add("one")
    taken_over = claimed(book, holder="other")
    assert taken_over.documents == ("d1",)
    book.book.keep(claim, KeptAnswer(500, b""))
    book.book.drop(claim)
    book.book.note(claim, "d2")
    with pytest.raises(KeyInUseError):
        book.claim(holder="third")
    book.book.keep(taken_over, ANSWER)
    assert book.claim() == ANSWER


def test_a_process_of_which_nothing_is_known_has_five_minutes(book: Book) -> None:
    claimed(book)
    book.watch.time += LEASE
    assert claimed(book, holder="other").holder == "other"


def test_a_request_that_was_not_answered_may_come_again(book: Book) -> None:
    book.book.drop(claimed(book))
    assert book.rows() == 0
    assert claimed(book, fingerprint=OTHER).documents == ()


def test_what_was_stored_for_a_request_that_was_not_answered_is_remembered(book: Book) -> None:
    claim = claimed(book)
    book.book.note(claim, "d1")
    book.book.note(claim, "d1")
    book.book.drop(claim)
    assert claimed(book, holder="other").documents == ("d1",)
    with pytest.raises(KeyReusedError):
        book.claim(OTHER)


def test_keys_of_different_tokens_are_different_keys(book: Book) -> None:
    book.book.keep(claimed(book), ANSWER)
    assert isinstance(book.claim(OTHER, whose="t2"), Claim)
    assert isinstance(book.claim(OTHER, key="K"), Claim)


def test_a_key_is_free_after_a_day_and_swept(book: Book) -> None:
    book.book.keep(claimed(book), ANSWER)
    book.watch.time += KEPT_FOR - timedelta(seconds=1)
    assert book.claim() == ANSWER
    book.watch.time += timedelta(seconds=1)
    assert isinstance(book.claim(OTHER, key="another"), Claim)
    assert book.rows() == 1, "the expired one is gone"
    assert isinstance(book.claim(OTHER), Claim)


class Callers(RuleBasedStateMachine):
    """Callers send requests, processes end, time passes: one request is never answered in two ways."""

    engine: Engine

    @initialize()
    def begin(self) -> None:
        self.book = Book(self.engine)
        with self.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM idempotency_key")
        self.claims: dict[str, Claim] = {}
        self.kept: dict[tuple[str, str], tuple[KeptAnswer, datetime]] = {}
        self.processes = 0

    @rule(key=st.sampled_from("ab"), fingerprint=st.sampled_from([ONE, OTHER]))
    def send(self, key: str, fingerprint: str) -> None:
        self.processes += 1
        holder = f"p{self.processes}"
        present = self.kept.get((key, fingerprint))
        try:
            found = self.book.claim(fingerprint, key=key, holder=holder)
        except (KeyInUseError, KeyReusedError):
            assert present is None or self.book.watch.time >= present[1]
            return
        if isinstance(found, KeptAnswer):
            assert present is not None
            assert found == present[0]
        else:
            assert present is None or self.book.watch.time >= present[1]
            standing = [one for one in self.claims.values() if one.key == key]
            assert all(one.holder in self.book.gone or self.is_late(one) for one in standing)
            self.claims[holder] = found
            self.began[holder] = self.book.watch.time
            self.prints[holder] = fingerprint

    @initialize()
    def clear(self) -> None:
        self.began: dict[str, datetime] = {}
        self.prints: dict[str, str] = {}

    def is_late(self, claim: Claim) -> bool:
        return self.book.watch.time >= self.began[claim.holder] + LEASE

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), ends=st.sampled_from(["keep", "drop", "die"]))
    def end(self, data: st.DataObject, ends: str) -> None:
        holder = data.draw(st.sampled_from(sorted(self.claims)))
        if ends == "die":
            self.book.gone.add(holder)
            return
        claim = self.claims.pop(holder)
        answer = KeptAnswer(201, holder.encode())
        if ends == "drop":
            self.book.book.drop(claim)
            return
        self.book.book.keep(claim, answer)
        later = [one for one in self.claims.values() if one.key == claim.key]
        if all(int(one.holder[1:]) < int(holder[1:]) for one in later):
            until = self.began[holder] + KEPT_FOR
            if self.book.watch.time < until:
                self.kept[claim.key, self.prints[holder]] = (answer, until)

    @rule(hours=st.sampled_from([0.05, 0.2, 25]))
    def wait(self, hours: float) -> None:
        self.book.watch.time += timedelta(hours=hours)

    @invariant()
    def a_key_has_one_row(self) -> None:
        assert self.book.rows() <= 2


@pytest.fixture
def callers(engine: Engine) -> type[Callers]:
    Callers.engine = engine
    return Callers


def test_no_request_is_answered_in_two_ways(callers: type[Callers]) -> None:
    run_state_machine_as_test(callers, settings=settings(max_examples=25, stateful_step_count=15))
