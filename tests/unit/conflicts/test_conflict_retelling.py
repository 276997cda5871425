"""What clashes, put together anew from what is stored beside the English sentence."""

from dataclasses import replace

import pytest
from conflict_examples import alike, denied, said, written

from tracker.conflicts.comparison import Comparator
from tracker.conflicts.explanation import _STANCE, _SUBJECT
from tracker.conflicts.retelling import COUNTS, STANCES, SUBJECTS, Counted, Part, Retold, Voice, retell
from tracker.domain.conflicts import ConflictType, Evidence, Verdict
from tracker.domain.documents import Span
from tracker.domain.parties import MEDIA
from tracker.domain.statements import FigureKind, Place, Polarity, Statement

CAPTURE = said("LNA", "The spokesman said that our units captured Sirte after three hours.")
REPULSE = said("GNA", "The ministry said that the attack on Sirte was repelled.")
REJECTION = denied("GNA", "The ministry denied that Sirte had been captured.")
DEAD = "The spokesman said that {} soldiers were killed at Sirte."


def counted(party: str, words: str, low: int) -> Statement:
    quote = DEAD.format(words)
    return said(party, quote, written(quote, words, low))


def compared(comparator: Comparator, one: Statement, other: Statement) -> tuple[Verdict, Retold | None]:
    (conflict,) = comparator.compare("e1", alike(one, other))
    first, second = sorted((one, other), key=lambda statement: statement.id)
    return conflict.verdict, retell(conflict.verdict, first, second)


def in_english(retold: Retold) -> str:
    """The message with its parts as the stored sentence would have them."""

    def shown(part: Part) -> str:
        match part:
            case Voice():
                party = "the outlet" if part.party == MEDIA else part.party
                return f"{party} (“{part.words}”)" if part.words else party
            case Counted():
                of_whom = f" (“{part.figure.counted}”)" if part.figure.counted else ""
                return COUNTS[part.figure.kind] % {"amount": part.figure.describe()} + of_whom
            case Place():
                return part.name
            case _:
                return part

    return retold.message % {name: shown(part) for name, part in retold.parts.items()}


@pytest.mark.parametrize(
    ("one", "other", "rule", "told"),
    [
        (
            counted("LNA", "three", 3),
            counted("GNA", "eleven", 11),
            "figures",
            "GNA counts 11 killed, LNA counts 3 killed.",
        ),
        (
            CAPTURE,
            REPULSE,
            "control",
            (
                "The accounts on Sirte exclude each other: GNA (“repelled”) says it was held, "
                "LNA (“captured”) says it was taken."
            ),
        ),
        (
            CAPTURE,
            REJECTION,
            "control",
            (
                "The accounts on Sirte exclude each other: GNA (“captured”) denies that it changed hands, "
                "LNA (“captured”) says it was taken."
            ),
        ),
    ],
)
def test_the_sentence_says_what_was_found(
    everything: Comparator, one: Statement, other: Statement, rule: str, told: str
) -> None:
    verdict, retold = compared(everything, one, other)
    assert verdict.comparator == rule
    assert retold is not None
    assert in_english(retold) == told


def test_who_denies_is_told_by_the_statements_as_they_are_now() -> None:
    denial = Verdict(next(iter(SUBJECTS)), 0.5, "stored", "denial")
    retold = retell(denial, REJECTION, CAPTURE)
    assert retold is not None
    assert retold.parts["denier"] == Voice("GNA", None, "en")
    assert retold.parts["claimant"] == Voice("LNA", None, "en")
    turned = retell(denial, replace(REJECTION, polarity=Polarity.ASSERTS), CAPTURE)
    assert turned is None


def test_who_denies_is_found_whichever_of_the_two_it_is() -> None:
    retold = retell(Verdict(next(iter(SUBJECTS)), 0.5, "stored", "denial"), CAPTURE, REJECTION)
    assert retold is not None
    assert retold.parts["denier"] == Voice("GNA", None, "en")
    assert in_english(retold) == "GNA denies what LNA asserts: they differ on who holds the place."


def test_counts_are_told_in_the_language_of_each(everything: Comparator) -> None:
    one, other = counted("LNA", "three", 3), replace(counted("GNA", "eleven", 11), language="tr")
    _, retold = compared(everything, one, other)
    assert retold is not None
    told = [part for part in retold.parts.values() if isinstance(part, Counted)]
    assert {part.figure.low: part.language for part in told} == {3: "en", 11: "tr"}


def test_accounts_of_no_known_place_exclude_each_other_as_well(everything: Comparator) -> None:
    verdict, _ = compared(everything, CAPTURE, REPULSE)
    retold = retell(verdict, replace(REPULSE, place=None), replace(CAPTURE, place=None))
    assert retold is not None
    assert in_english(retold) == (
        "The accounts exclude each other: GNA (“repelled”) says it was held, "
        "LNA (“captured”) says it was taken."
    )


def test_nothing_is_told_where_the_words_of_one_side_alone_are_gone(everything: Comparator) -> None:
    verdict, _ = compared(everything, CAPTURE, REPULSE)
    elsewhere = replace(REPULSE, quote="The ministry said so.", span=Span(0, 21))
    assert retell(verdict, elsewhere, CAPTURE) is None
    assert retell(verdict, CAPTURE, elsewhere) is None


def test_words_are_taken_from_the_quote_where_the_evidence_stands() -> None:
    quote = "بل إن القوات انسحبت."
    one = replace(said("LNA", quote, language="ar"), span=Span(40, 40 + len(quote)))
    verdict = Verdict(
        type=next(iter(SUBJECTS)),
        score=0.5,
        explanation="stored",
        comparator="difference",
        evidence=(Evidence(one.id, Span(51, 58)),),
    )
    retold = retell(verdict, one, REPULSE)
    assert retold is not None
    assert retold.parts["one"] == Voice("LNA", quote[11:18], "ar")
    assert retold.parts["other"] == Voice("GNA", None, "en")


@pytest.mark.parametrize("span", [Span(2, 9), Span(36, 44), Span(55, 90), Span(70, 80)])
def test_words_beside_the_quote_are_left_out(span: Span) -> None:
    # A statement may have been cut anew since it was compared.
    one = replace(CAPTURE, span=Span(40, 40 + len("Its units left.")), quote="Its units left.")
    verdict = Verdict(next(iter(SUBJECTS)), 0.5, "stored", "difference", (Evidence(one.id, span),))
    retold = retell(verdict, one, REPULSE)
    assert retold is not None
    assert retold.parts["one"] == Voice("LNA", None, "en")


def test_two_sides_that_no_word_shows_are_told_as_such() -> None:
    verdict = Verdict(ConflictType.CONTROL, 0.5, "stored", "stance")
    retold = retell(verdict, CAPTURE, REPULSE)
    assert retold is not None
    assert "no word shows" in retold.message
    assert retold.parts["subject"] == SUBJECTS[ConflictType.CONTROL]


@pytest.mark.parametrize("comparator", ["figures", "control"])
def test_nothing_is_told_where_the_words_are_gone(comparator: str) -> None:
    verdict = Verdict(type=next(iter(SUBJECTS)), score=0.5, explanation="stored", comparator=comparator)
    assert retell(verdict, CAPTURE, REPULSE) is None


def test_nothing_is_told_of_rules_that_are_not_known() -> None:
    verdict = Verdict(type=next(iter(SUBJECTS)), score=0.5, explanation="stored", comparator="oracle-9")
    assert retell(verdict, CAPTURE, REPULSE) is None


def test_the_words_are_those_of_the_stored_sentences() -> None:
    assert dict(SUBJECTS) == _SUBJECT
    assert dict(STANCES) == _STANCE
    assert set(COUNTS) == set(FigureKind)
