import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import identifiers

KEYS = st.integers(min_value=0, max_value=2**60 - 1)


def test_an_id_is_a_letter_for_the_kind_and_fifteen_hexadecimal_digits() -> None:
    made = [
        identifiers.document_id("ab" * 32, None, None),
        identifiers.statement_id("d1", 0, 10),
        identifiers.event_id("s1"),
        identifiers.conflict_id("s1", "s2"),
        identifiers.question_id("e1", "control", "c1"),
    ]
    assert [one[0] for one in made] == ["d", "s", "e", "c", "q"]
    assert all(re.fullmatch(r"[a-z][0-9a-f]{15}", one) for one in made)


@given(st.text(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_same_document_and_span_always_give_the_same_statement_id(
    document: str, start: int, end: int
) -> None:
    assert identifiers.statement_id(document, start, end) == identifiers.statement_id(document, start, end)


def test_another_span_or_document_gives_another_statement_id() -> None:
    made = {
        identifiers.statement_id("d1", 1, 23),
        identifiers.statement_id("d1", 12, 3),
        identifiers.statement_id("d11", 2, 3),
        identifiers.statement_id("d2", 1, 23),
    }
    assert len(made) == 4


def test_the_bytes_the_callers_id_and_the_address_each_make_a_document_another_one() -> None:
    made = {
        identifiers.document_id("a", None, None),
        identifiers.document_id("b", None, None),
        identifiers.document_id("a", "x", None),
        identifiers.document_id("a", None, "x"),
    }
    assert len(made) == 4


@given(st.text(), st.text())
def test_a_conflict_has_one_id_whichever_statement_is_named_first(one: str, other: str) -> None:
    assert identifiers.conflict_id(one, other) == identifiers.conflict_id(other, one)


def test_a_question_is_another_one_in_another_event_or_over_something_else() -> None:
    made = {
        identifiers.question_id("e1", "control", "c1"),
        identifiers.question_id("e2", "control", "c1"),
        identifiers.question_id("e1", "casualties", "c1"),
        identifiers.question_id("e1", "control", "c2"),
    }
    assert len(made) == 4
    assert identifiers.question_id("e1", "control", "c1") in made


@given(KEYS)
def test_a_vector_key_leads_back_to_its_statement(key: int) -> None:
    assert identifiers.vector_key(identifiers.statement_of_key(key)) == key


@given(st.text(), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_statements_vector_key_fits_a_signed_64_bit_integer_and_leads_back(
    document: str, start: int, end: int
) -> None:
    statement = identifiers.statement_id(document, start, end)
    key = identifiers.vector_key(statement)
    assert 0 <= key < 2**63
    assert identifiers.statement_of_key(key) == statement


def test_a_digest_is_the_sha256_of_the_text_in_utf8() -> None:
    assert identifiers.text_digest("سرت") == hashlib.sha256("سرت".encode()).hexdigest()


def test_a_lone_surrogate_from_a_broken_page_still_gets_a_digest_and_an_id() -> None:
    assert len(identifiers.text_digest("\ud83d")) == 64
    assert identifiers.document_id("\ud83d", None, None) != identifiers.document_id("", None, None)
