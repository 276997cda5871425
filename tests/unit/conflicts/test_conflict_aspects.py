from collections.abc import Callable

import pytest
from conflict_examples import denied, said

from tracker.conflicts.aspects import Aspects, Control, Telling
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import Span
from tracker.domain.statements import Polarity, Statement

Read = Callable[[Statement], Aspects]


def telling(quote: str, words: str) -> Telling:
    """Words of a quote that begins its document."""
    return Telling(words, Span(quote.index(words), quote.index(words) + len(words)))


@pytest.mark.parametrize(
    ("language", "quote", "control"),
    [
        ("en", "Our units captured the port.", Control.GAINED),
        ("en", "The garrison repelled the column.", Control.HELD),
        ("en", "The brigade withdrew at dawn.", Control.LOST),
        ("ar", "سيطرت قواتنا على الميناء.", Control.GAINED),
        ("tr", "Birliklerimiz limanı ele geçirdi.", Control.GAINED),
        ("ru", "Наши части захватили порт.", Control.GAINED),
        ("en", "Our men hold the camp.", Control.HELD),
        ("en", "The pier is no longer in the hands of our men.", Control.LOST),
        ("ar", "الميناء كله في قبضة قواتنا.", Control.HELD),
        ("ar", "قواتنا تسيطر على الميناء.", Control.HELD),
        ("tr", "Liman birliklerimizin elinde.", Control.HELD),
        ("tr", "Birliklerimiz limanda kontrolü sağladı.", Control.GAINED),
        ("ru", "Порт в наших руках.", Control.HELD),
        ("ru", "Наши части овладели портом.", Control.GAINED),
    ],
)
def test_control_is_read_in_each_language_and_keeps_the_words(
    read: Read, language: str, quote: str, control: Control
) -> None:
    aspects = read(said("LNA", quote, language=language))
    assert control in aspects.control
    words, span = aspects.control[control]
    assert words == span.of(quote)
    assert words
    assert ConflictType.CONTROL in aspects.topics


def test_whoever_denies_a_capture_has_not_gained_the_place(read: Read) -> None:
    quote = "The ministry denied that Sirte had been captured."
    captured = telling(quote, "captured")
    assert dict(read(denied("GNA", quote)).control) == {Control.DENIED: captured}
    assert dict(read(said("GNA", quote)).control) == {Control.GAINED: captured}


def test_whoever_denies_something_else_may_still_hold_the_place(read: Read) -> None:
    quote = "The ministry denied the rumours; the attack was repelled."
    assert set(read(denied("GNA", quote)).control) == {Control.HELD}


def test_topics_keep_their_first_telling_words_as_written(read: Read) -> None:
    quote = "Killed and wounded were brought in after the truce was signed."
    topics = read(said("CIV", quote)).topics
    assert topics[ConflictType.CASUALTIES] == telling(quote, "Killed")
    assert topics[ConflictType.AGREEMENT] == telling(quote, "truce")
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
    quote = "The ministry denied that the port had changed hands."
    aspects = read(denied("GNA", quote))
    assert aspects.denies
    assert aspects.denial == telling(quote, "denied")


def test_a_denial_without_a_reporting_verb_keeps_its_negation(read: Read) -> None:
    quote = "Nobody ever entered the port."
    assert read(denied("GNA", quote)).denial == telling(quote, "Nobody")


def test_an_assertion_has_no_denial_whatever_its_words(read: Read) -> None:
    aspects = read(said("GNA", "The ministry denied entry to nobody."))
    assert not aspects.denies
    assert aspects.denial is None


def test_what_tells_is_found_again_at_its_place_in_the_document(read: Read) -> None:
    before = "A dispatch in two parts. "
    text = before + "The ministry denied that the truce had failed and that Sirte had been captured."
    statement = said("GNA", text[len(before) :], polarity=Polarity.DENIES, start=len(before))
    aspects = read(statement)
    told = [*aspects.topics.values(), *aspects.control.values()]
    assert {words for words, _ in told} == {"truce", "captured"}
    for words, span in (*told, aspects.denial or telling("", "")):
        assert span.of(text) == words
    assert aspects.denial == Telling("denied", Span(text.index("denied"), text.index("denied") + 6))


def test_the_accord_in_a_governments_name_is_no_agreement(read: Read) -> None:
    named = read(said("LNA", "The Government of National Accord shelled the road."))
    assert ConflictType.AGREEMENT not in named.topics
    assert ConflictType.AGREEMENT in read(said("LNA", "The accord was signed at noon.")).topics
