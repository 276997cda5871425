"""The sentence that says what clashes, and the words that it rests on."""

import re
from dataclasses import replace

import pytest
from conflict_examples import alike, denied, figure, said, written
from hypothesis import given
from hypothesis import strategies as st

from tracker.conflicts.aspects import Control
from tracker.conflicts.comparison import Comparator
from tracker.conflicts.counted import PEOPLE
from tracker.conflicts.explanation import _COUNTED, _STANCE, _SUBJECT, explain
from tracker.domain.conflicts import ConflictType, Verdict
from tracker.domain.documents import Span
from tracker.domain.statements import FigureKind, Polarity, Statement

CAPTURE = said("LNA", "The spokesman said that our units captured Sirte after three hours.")
REPULSE = said("GNA", "The ministry said that the attack on Sirte was repelled.")
REJECTION = denied("GNA", "The ministry denied that Sirte had been captured.")
DEAD = "The spokesman said that {} soldiers were killed at Sirte."


def counted(party: str, words: str, low: int, high: int | None = -1) -> Statement:
    quote = DEAD.format(words)
    return said(party, quote, written(quote, words, low, high))


FEW, MANY = counted("LNA", "three", 3), counted("GNA", "eleven", 11)


def verdict_on(comparator: Comparator, one: Statement, other: Statement) -> Verdict:
    (conflict,) = comparator.compare("e1", alike(one, other))
    return conflict.verdict


def quoted(explanation: str) -> list[str]:
    return re.findall("“([^”]*)”", explanation)


def sentences(explanation: str) -> int:
    """How many sentences there are outside of quotation marks."""
    return len(re.findall(r"[.!?](?:\s|$)", re.sub("“[^”]*”", "", explanation)))


def test_figures_that_share_no_number_are_both_named(everything: Comparator) -> None:
    verdict = verdict_on(everything, FEW, MANY)
    assert (verdict.type, verdict.comparator) == (ConflictType.CASUALTIES, "figures")
    assert verdict.explanation == "LNA counts 3 killed, GNA 11."


def test_a_figure_open_above_clashes_with_smaller_ones_alone(everything: Comparator) -> None:
    open_above = counted("LNA", "at least ten", 10, None)
    assert verdict_on(everything, open_above, counted("GNA", "fourteen", 14)).comparator != "figures"
    verdict = verdict_on(everything, open_above, counted("GNA", "four", 4))
    assert verdict.comparator == "figures"
    assert verdict.explanation == "LNA counts at least 10 killed, GNA 4."


def test_who_is_counted_is_told_in_the_words_of_the_text(everything: Comparator) -> None:
    (few,) = FEW.figures
    verdict = verdict_on(everything, replace(FEW, figures=(replace(few, counted="of our soldiers"),)), MANY)
    assert verdict.explanation == "LNA counts 3 killed (“of our soldiers”), GNA 11."


def test_stances_that_exclude_each_other_are_both_told_in_their_own_words(everything: Comparator) -> None:
    verdict = verdict_on(everything, CAPTURE, REPULSE)
    assert (verdict.type, verdict.comparator) == (ConflictType.CONTROL, "control")
    assert verdict.explanation == (
        "The accounts on Sirte exclude each other: "
        "LNA says it was taken (“captured”), GNA says it was held (“repelled”)."
    )


def test_where_no_place_is_known_none_is_named(everything: Comparator) -> None:
    verdict = verdict_on(everything, replace(CAPTURE, place=None), replace(REPULSE, place=None))
    assert verdict.explanation.startswith("The accounts exclude each other: ")


def test_who_denies_a_capture_is_not_said_to_hold(everything: Comparator) -> None:
    explanation = verdict_on(everything, CAPTURE, REJECTION).explanation
    assert "GNA denies that it changed hands (“captured”)" in explanation
    assert "held" not in explanation


@pytest.mark.parametrize(
    ("language", "claim", "denial", "word"),
    [
        (
            "en",
            "The spokesman said that a convoy burned.",
            "The ministry denied that a convoy burned.",
            "denied",
        ),
        ("ar", "قال المتحدث إن قافلة احترقت.", "نفت الوزارة احتراق القافلة.", "نفت"),
        ("tr", "Sözcü bir konvoyun yandığını söyledi.", "Bakanlık bu haberi yalanladı.", "yalanladı"),
        ("ru", "Представитель заявил, что колонна сгорела.", "Министерство опровергло это.", "опровергло"),
    ],
)
def test_who_denies_is_told_with_the_denying_word_whichever_comes_first(
    everything: Comparator, language: str, claim: str, denial: str, word: str
) -> None:
    asserted, refused = said("LNA", claim, language=language), denied("GNA", denial, language=language)
    for order in ((asserted, refused), (refused, asserted)):
        verdict = verdict_on(everything, *order)
        assert verdict.comparator == "denial"
        assert verdict.explanation.startswith(f"GNA denies (“{word}”) what LNA asserts")


def test_a_denial_quotes_what_it_denies(everything: Comparator) -> None:
    sent = said("LNA", "The spokesman said that Ankara delivered weapons to Tripoli.")
    rejected = denied("TUR", "The ministry rejected the report that weapons were delivered to Tripoli.")
    verdict = verdict_on(everything, sent, rejected)
    assert (verdict.type, verdict.comparator) == (ConflictType.INVOLVEMENT, "denial")
    assert verdict.explanation.startswith("TUR denies (“rejected”) what LNA asserts (“")
    assert "foreign forces or arms" in verdict.explanation


def test_a_denial_about_nothing_in_particular_is_about_whether_it_happened(everything: Comparator) -> None:
    asserted = said("LNA", "The spokesman said that smoke was seen.")
    verdict = verdict_on(everything, asserted, denied("GNA", "Nothing of the kind."))
    assert verdict.type is ConflictType.OCCURRENCE
    assert "whether it happened" in verdict.explanation


def test_a_bare_denial_is_about_what_the_other_side_asserts(everything: Comparator) -> None:
    verdict = verdict_on(everything, CAPTURE, denied("GNA", "The ministry rejected all of this."))
    assert (verdict.type, verdict.comparator) == (ConflictType.CONTROL, "denial")
    assert quoted(verdict.explanation) == ["rejected", "captured"]


def test_two_accounts_that_merely_differ_are_told_with_their_words(everything: Comparator) -> None:
    blamed = said("GNA", "The ministry said that the clinic was shelled.")
    other = said("LNA", "The spokesman said that the clinic was bombed.")
    verdict = verdict_on(everything, other, blamed)
    assert verdict.comparator == "difference"
    assert verdict.explanation == (
        "LNA (“bombed”) and GNA (“shelled”) give accounts that differ on who did it."
    )


def test_the_outlets_own_voice_is_called_the_outlet(everything: Comparator) -> None:
    own = replace(counted("MEDIA", "five", 5), id="s0")
    assert "the outlet" in verdict_on(everything, own, MANY).explanation


EXAMPLES = [
    (CAPTURE, REPULSE),
    (CAPTURE, REJECTION),
    (FEW, MANY),
    (FEW, REJECTION),
    (said("CIV", "Shells hit the market."), said("TUR", "A strike on the market was denied by nobody.")),
    (said("RUS", "Погода была ясной.", language="ru"), denied("TUR", "Hiçbiri doğru değil.", language="tr")),
]


@pytest.mark.parametrize(("one", "other"), EXAMPLES)
def test_an_explanation_is_one_sentence_whoever_comes_first(
    everything: Comparator, one: Statement, other: Statement
) -> None:
    for verdict in (verdict_on(everything, one, other), verdict_on(everything, other, one)):
        assert sentences(verdict.explanation) == 1, verdict.explanation
        assert verdict.explanation.endswith(".")
        assert {one.party, other.party} <= set(re.findall("[A-Z]{3}", verdict.explanation))


ASSERTED = [
    ("en", "our units captured the port"),
    ("en", "the attack was repelled"),
    ("en", "the brigade shelled the market and withdrew"),
    ("ar", "سيطرت قواتنا على الميناء"),
    ("tr", "birliklerimiz limanı ele geçirdi"),
]
DENIED = [
    ("en", "the ministry denied that weapons had arrived"),
    ("ar", "نفت الوزارة قصف الميناء"),
    ("tr", "bakanlık limana silah geldiğini yalanladı"),
    ("ru", "министерство опровергло захват порта"),
]


@st.composite
def told(draw: st.DrawFn, party: str) -> tuple[Statement, str]:
    """A statement somewhere in a document, and the document's text."""
    denies = draw(st.booleans())
    language, quote = draw(st.sampled_from(DENIED if denies else ASSERTED))
    before = draw(st.sampled_from(["", "A dispatch. ", "خبر. ", "İki haber: "]))
    polarity = Polarity.DENIES if denies else Polarity.ASSERTS
    made = said(party, quote, language=language, polarity=polarity, start=len(before))
    return made, before + quote


@given(told("LNA"), told("GNA"), st.sampled_from(ConflictType))
def test_the_evidence_is_what_stands_in_quotation_marks(
    everything: Comparator, one: tuple[Statement, str], other: tuple[Statement, str], kind: ConflictType
) -> None:
    texts = {statement.id: text for statement, text in (one, other)}
    (pair,) = everything.pairs(alike(one[0], other[0]))
    found = explain(pair, kind)
    words = [one.span.of(texts[one.statement]) for one in found.evidence]
    assert words == quoted(found.sentence), found.sentence


@given(
    low=st.integers(0, 40),
    more=st.integers(1, 40),
    kind=st.sampled_from(sorted(PEOPLE)),
    before=st.sampled_from(["", "First news. ", "خبر. "]),
    open_above=st.booleans(),
)
def test_the_evidence_of_two_tolls_is_where_their_numbers_stand(
    everything: Comparator, low: int, more: int, kind: FigureKind, before: str, *, open_above: bool
) -> None:
    numbers = {"LNA": low, "GNA": low + more}
    texts, statements = {}, []
    for party, number in numbers.items():
        quote = f"The spokesman counted {number} soldiers."
        start = len(before) + quote.index(str(number))
        high = None if open_above and party == "GNA" else number
        span = Span(start, start + len(str(number)))
        made = said(party, quote, figure(number, high, kind, span=span), start=len(before))
        texts[made.id] = before + quote
        statements.append(made)
    verdict = verdict_on(everything, *statements)
    assert verdict.comparator == "figures"
    words = {one.statement: one.span.of(texts[one.statement]) for one in verdict.evidence}
    assert words == {f"s{party}": str(number) for party, number in numbers.items()}
    assert [int(number) for number in re.findall(r"\d+", verdict.explanation)] == list(numbers.values())
    assert ("at least" in verdict.explanation) is open_above


def test_there_are_words_for_all_that_can_clash() -> None:
    assert set(_COUNTED) == PEOPLE
    assert set(_STANCE) == set(Control)
    assert set(_SUBJECT) == set(ConflictType)
