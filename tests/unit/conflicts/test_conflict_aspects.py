from collections.abc import Callable

import pytest
from conflict_examples import denied, said

from tracker.conflicts.aspects import Aspects, Control
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import Span
from tracker.domain.statements import Statement

Read = Callable[[Statement], Aspects]


@pytest.mark.parametrize(
    ("language", "quote", "control"),
    [
        ("en", "Our units captured the port.", Control.GAINED),
        ("en", "The garrison repelled the column.", Control.HELD),
        ("en", "The brigade withdrew at dawn.", Control.LOST),
        ("ar", "سيطرت قواتنا على الميناء.", Control.GAINED),
        ("tr", "Birliklerimiz limanı ele geçirdi.", Control.GAINED),
        ("ru", "Наши части захватили порт.", Control.GAINED),
    ],
)
def test_control_is_read_in_each_language_and_keeps_the_words(
    read: Read, language: str, quote: str, control: Control
) -> None:
    aspects = read(said("LNA", quote, language=language))
    assert control in aspects.control
    assert aspects.control[control] in quote
    assert ConflictType.CONTROL in aspects.topics


def test_whoever_denies_a_capture_has_not_gained_the_place(read: Read) -> None:
    quote = "The ministry denied that Sirte had been captured."
    assert dict(read(denied("GNA", quote)).control) == {Control.DENIED: "captured"}
    assert dict(read(said("GNA", quote)).control) == {Control.GAINED: "captured"}


def test_whoever_denies_something_else_may_still_hold_the_place(read: Read) -> None:
    quote = "The ministry denied the rumours; the attack was repelled."
    assert set(read(denied("GNA", quote)).control) == {Control.HELD}


def test_topics_keep_their_first_telling_words_as_written(read: Read) -> None:
    quote = "Killed and wounded were brought in after the truce was signed."
    topics = read(said("CIV", quote)).topics
    assert topics[ConflictType.CASUALTIES] == "Killed"
    assert topics[ConflictType.AGREEMENT] == "truce"
    assert ConflictType.CONTROL not in topics


def test_words_without_a_topic_have_none(read: Read) -> None:
    aspects = read(said("LNA", "The weather was fine."))
    assert (dict(aspects.topics), dict(aspects.control), aspects.denial) == ({}, {}, None)


def test_the_parties_a_statement_speaks_of_are_named_but_not_its_own(read: Read) -> None:
    aspects = read(said("LNA", "LNA forces drove the Government of National Accord out."))
    assert aspects.named == {"GNA"}


def test_the_speaker_is_not_one_of_those_spoken_of(read: Read) -> None:
    # Attributed to residents by the reporter, although an official of the other side passes it on.
    quote = "The Government of National Accord quoted residents as saying that shells fell."
    speaker = Span(0, quote.index(" quoted"))
    assert read(said("CIV", quote)).named == {"GNA"}
    assert read(said("CIV", quote, speaker_span=speaker)).named == frozenset()


def test_a_denial_keeps_the_word_that_denies(read: Read) -> None:
    aspects = read(denied("GNA", "The ministry denied that the port had changed hands."))
    assert aspects.denies
    assert aspects.denial == "denied"


def test_a_denial_without_a_reporting_verb_keeps_its_negation(read: Read) -> None:
    assert read(denied("GNA", "Nobody ever entered the port.")).denial == "Nobody"


def test_an_assertion_has_no_denial_whatever_its_words(read: Read) -> None:
    aspects = read(said("GNA", "The ministry denied entry to nobody."))
    assert not aspects.denies
    assert aspects.denial is None
