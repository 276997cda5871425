"""From filed statements to what is contested, and what people decide about it, over a real database."""

from collections.abc import Callable

import pytest
from newsroom import Newsroom, QuestionEmbedder

from tracker.domain.conflicts import Conflict, ConflictType, Judgement
from tracker.domain.documents import Span
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.statements import Figure, FigureKind, Polarity

TAKEN = "Sirte was captured by our units after three hours."
HELD = "Sirte is quiet because the attack was repelled at dawn."
DENIED = "Sirte was never left and whatever is said of it was denied."


@pytest.fixture
def told(newsroom: Newsroom) -> list[str]:
    """Two parties' accounts of one day."""
    statements = [*newsroom.file(TAKEN, party="LNA"), *newsroom.file(HELD, party="GNA")]
    newsroom.link()
    assert newsroom.is_one(*statements)
    return statements


def only_conflict(newsroom: Newsroom) -> Conflict:
    (conflict,) = newsroom.store.all_conflicts()
    return conflict


def answers(dispute: Dispute) -> list[set[frozenset[str]]]:
    return [{frozenset(one.statements) for one in question.positions} for question in dispute.questions]


def test_what_two_parties_say_of_one_event_is_a_question(newsroom: Newsroom, told: list[str]) -> None:
    taken, held = told
    conflict = only_conflict(newsroom)
    (question,) = newsroom.dispute(taken).questions
    assert (question.type, question.conflicts, question.silent) == (ConflictType.CONTROL, (conflict.id,), ())
    assert {position.statements: position.parties for position in question.positions} == {
        (taken,): ("LNA",),
        (held,): ("GNA",),
    }


def test_the_words_that_clash_are_kept_where_they_stand(newsroom: Newsroom, told: list[str]) -> None:
    verdict = only_conflict(newsroom).verdict
    texts = {one.id: one.quote for one in newsroom.store.statements(told)}
    words = {one.span.of(texts[one.statement]) for one in verdict.evidence}
    assert words == {"captured", "repelled"}
    assert all(f"“{word}”" in verdict.explanation for word in words)


def test_a_rejected_conflict_leaves_the_questions_and_stays_away(newsroom: Newsroom, told: list[str]) -> None:
    conflict = only_conflict(newsroom)
    newsroom.judge(conflict.id, Judgement.REJECTED)
    assert newsroom.dispute(told[0]).questions == ()
    newsroom.relink()
    assert newsroom.dispute(told[0]).questions == ()
    assert only_conflict(newsroom).judgement is Judgement.REJECTED
    # Nor does more news of the event bring it back.
    (denial,) = newsroom.file(DENIED, party="TUR", polarity=Polarity.DENIES)
    newsroom.link()
    (question,) = newsroom.dispute(told[0]).questions
    assert conflict.id not in question.conflicts
    assert denial in {one for position in question.positions for one in position.statements}


def test_a_confirmed_conflict_stays_though_nothing_suggests_it_any_longer(
    open_newsroom: Callable[..., Newsroom],
) -> None:
    newsroom = open_newsroom()
    taken, held, denial = (
        *newsroom.file(TAKEN, party="LNA"),
        *newsroom.file(HELD, party="GNA"),
        *newsroom.file(DENIED, party="TUR", polarity=Polarity.DENIES),
    )
    newsroom.link()
    conflicts = list(newsroom.store.all_conflicts())
    assert len(conflicts) == 3
    kept = next(one for one in conflicts if {one.one, one.other} == {taken, held})
    newsroom.judge(kept.id, Judgement.CONFIRMED)
    later = open_newsroom(suggesting=False)
    later.relink()
    conflict = only_conflict(later)
    assert (conflict.id, conflict.judgement) == (kept.id, Judgement.CONFIRMED)
    assert (conflict.verdict, conflict.detector) == (kept.verdict, kept.detector)
    dispute = later.dispute(denial)
    assert answers(dispute) == [{frozenset({taken}), frozenset({held})}]
    assert dispute.questions[0].silent == ("TUR",)


def test_two_put_apart_after_their_conflict_was_confirmed_can_still_be_looked_at(
    newsroom: Newsroom, told: list[str]
) -> None:
    taken, held = told
    beside = newsroom.file("Sirte fell.", "Sirte is lost.", party="UAE")
    newsroom.link()
    conflict = next(one for one in newsroom.store.all_conflicts() if {one.one, one.other} == {taken, held})
    newsroom.judge(conflict.id, Judgement.CONFIRMED)
    newsroom.decisions.move([held], None, by="amal", reason="two days")
    assert not newsroom.is_one(taken, held)
    for statement in newsroom.store.events_of([taken, held, *beside]):
        newsroom.dispute(statement)


def test_figures_that_differ_are_a_question_and_stand_in_the_ledger(newsroom: Newsroom) -> None:
    def dead(number: int, words: str, party: str) -> str:
        quote = f"Sirte saw {words} soldiers killed."
        span = Span(quote.index(words), quote.index(words) + len(words))
        (filed,) = newsroom.file(
            quote, party=party, figures=[Figure(FigureKind.KILLED, number, number, span)]
        )
        return filed

    few, many, echo = dead(3, "three", "LNA"), dead(11, "eleven", "GNA"), dead(3, "three", "UN")
    newsroom.link()
    dispute = newsroom.dispute(few)
    question = next(one for one in dispute.questions if one.type is ConflictType.CASUALTIES)
    assert {one.interval: frozenset(one.statements) for one in question.positions} == {
        (3, 3): frozenset({few, echo}),
        (11, 11): frozenset({many}),
    }
    assert (question.counts, question.about) == (FigureKind.KILLED, "combatants")
    (row,) = dispute.ledger
    assert (row.kind, row.group, row.low, row.high) == (FigureKind.KILLED, "combatants", 3, 11)
    assert {one.statement for one in row.entries} == {few, many, echo}
    assert row.policy is RangePolicy.EVERY_FIGURE


def test_vectors_of_questions_are_kept_beside_those_of_contexts(newsroom: Newsroom, told: list[str]) -> None:
    texts = newsroom.linking.comparing.questions
    assert isinstance(texts.embedder, QuestionEmbedder)
    statements = newsroom.store.statements(told)
    assert texts.missing([f"{one.party}: {one.quote}" for one in statements]) == {}
    assert newsroom.linking.embeddings.missing(statements) == {}
    # Search and the model in use know of the contexts' vectors alone.
    assert newsroom.store.count_vectors() == len(told)
    assert newsroom.store.model() == newsroom.linking.embeddings.identity
