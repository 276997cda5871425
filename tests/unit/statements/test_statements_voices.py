"""What the voice encoder noted, as attribution, selection and polarity use it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statement_examples import WORLD, document

from tracker.domain.documents import Span
from tracker.domain.statements import Polarity
from tracker.domain.voices import ASKED, BORNE, DENIED, NAMED, PUT_FORWARD, ROLE, WIDTH, Marks
from tracker.statements.extraction import Weights, all_sightings, extract_statements, tellings
from tracker.statements.scene import Origin
from tracker.statements.speakers import SpeakerModel
from tracker.statements.voices import LEAST, ORDER, SCALE, Voices
from tracker.statements.weighing import LinearModel

NOBODY = SpeakerModel({}, voice=1.0)
"""Weighs nothing but what the encoder says."""

LISTENING = replace(
    WORLD,
    voiced=Weights(NOBODY, LinearModel({}, 0.0, 0.5, voice=1.0), LinearModel({}, 0.0, 0.5, voice=1.0)),
)


def pieces(sentence: str) -> Marks:
    """A piece for each word, with no numbers yet."""
    starts, ends, at = [], [], 0
    for word in sentence.split():
        starts.append(sentence.index(word, at))
        at = starts[-1] + len(word)
        ends.append(at)
    values = np.zeros((len(starts), WIDTH), dtype=np.float16)
    return Marks(np.array(starts, dtype=np.int32), np.array(ends, dtype=np.int32), values)


def marked(sentence: str, **numbers: dict[str, float]) -> Marks:
    """Words of a sentence, some of which bear a number: `named={"LNA": 2.0}`; "" stands for every word."""
    marks, words = pieces(sentence), sentence.split()
    columns = {"put_forward": PUT_FORWARD, "denied": DENIED, "named": NAMED.start, "asked": ASKED.start}
    for name, borne in numbers.items():
        for word, number in borne.items():
            rows = [row for row, one in enumerate(words) if word in one]
            marks.values[rows, columns[name]] = number
    return marks


def test_of_two_parties_named_the_one_whose_words_are_asked_for_speaks() -> None:
    text = "The GNA and the LNA met in a tent on Monday."
    for wanted in ("GNA", "LNA"):
        marks = marked(text, asked={"": 4.0}, named={wanted: 4.0}, put_forward={"": 5.0})
        [statement] = extract_statements(document(text), LISTENING, [[marks]])
        assert statement.party == wanted


def test_the_role_decides_where_no_words_are_asked_for() -> None:
    text = "The GNA and the LNA met in a tent on Monday."
    marks = marked(text, put_forward={"": 5.0})
    marks.values[:, ROLE.start + ORDER.index(Origin.OUTLET)] = 6.0
    [statement] = extract_statements(document(text), LISTENING, [[marks]])
    assert statement.party == "MEDIA"
    assert statement.attribution.confidence > 0.9


@pytest.mark.parametrize(
    "words", ["Ahmed al-Mismari was on the pier.", "Ahmed al-Mismari said so on Monday."]
)
def test_somebody_remembered_is_known_by_the_words_that_named_them(words: str) -> None:
    text = f"Tankers left the port.\n\n{words}\n\nThe GNA was not there."
    first, second, third = text.split("\n\n")
    heard = [
        marked(first, put_forward={"": -5.0}),
        marked(second, asked={"": 6.0}, named={"Mismari": 6.0}, put_forward={"": -5.0}),
        marked(third, asked={"": 6.0}, put_forward={"": 5.0}),
    ]
    [statement] = extract_statements(document(text), LISTENING, [heard])
    assert statement.party == "LNA"
    assert statement.quote == third


def test_what_it_holds_of_a_sentence_decides_whether_that_is_a_statement_and_denies() -> None:
    text = "The LNA said the pier was open."
    for sign in (1.0, -1.0):
        marks = marked(text, put_forward={"": 4.0}, denied={"": 4.0 * sign})
        [statement] = extract_statements(document(text), LISTENING, [[marks]])
        assert statement.polarity is (Polarity.DENIES if sign > 0 else Polarity.ASSERTS)
    assert extract_statements(document(text), LISTENING, [[marked(text, put_forward={"": -4.0})]]) == ()


def test_a_sentence_of_which_no_piece_was_read_is_judged_by_the_named_features() -> None:
    text = "The LNA said on Monday that three people were killed."
    nothing = Marks(
        np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros((0, WIDTH), dtype=np.float16)
    )
    plain = extract_statements(document(text), LISTENING)
    assert plain
    assert extract_statements(document(text), LISTENING, [[nothing]]) == plain


def test_a_story_is_told_with_its_outlet_heading_and_paragraphs() -> None:
    text = "Pier shelled\n\nThe LNA said the pier was open. It said no more.\n\nThe GNA was silent on Monday."
    [telling] = tellings(document(text, title="Pier shelled"))
    assert (telling.outlet, telling.heading) == ("Example Wire", "Pier shelled")
    assert telling.sentences == (
        "The LNA said the pier was open.",
        "It said no more.",
        "The GNA was silent on Monday.",
    )
    assert telling.paragraphs[0] == telling.paragraphs[1] < telling.paragraphs[2]


def test_every_sentence_says_what_the_encoder_holds_of_it() -> None:
    text = "The LNA said the pier was open."
    [sighting] = all_sightings(document(text), LISTENING, [[marked(text, put_forward={"": 2.0})]])
    heeded = sighting.heard.heeded
    assert heeded is not None
    assert heeded.put_forward == pytest.approx(2.0)
    assert len(heeded.speakers) == len(sighting.heard.candidates)
    assert math.fsum(math.exp(one) for one in heeded.speakers) == pytest.approx(1.0)
    [unheard] = all_sightings(document(text), LISTENING)
    assert unheard.heard.heeded is None


NUMBERS = st.floats(-4, 4, width=16)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), max_size=4), min_size=1, max_size=4),
    st.data(),
)
def test_means_are_those_of_the_pieces_that_a_span_touches(
    sentences: list[list[tuple[int, int]]], data: st.DataObject
) -> None:
    spans, marks, at, all_pieces = [], [], 0, []
    for sentence in sentences:
        begin, starts, ends = at, [], []
        for gap, length in sentence:
            starts.append(at + gap - begin)
            at += gap + length
            ends.append(at - begin)
        values = np.zeros((len(starts), WIDTH), dtype=np.float16)
        values[:, PUT_FORWARD] = [data.draw(NUMBERS) for _ in starts]
        spans.append(Span(begin, at + 1))
        marks.append(Marks(np.array(starts, dtype=np.int32), np.array(ends, dtype=np.int32), values))
        all_pieces += [
            (begin + start, begin + end, float(value))
            for start, end, value in zip(starts, ends, values[:, PUT_FORWARD], strict=True)
        ]
        at += 1
    first = data.draw(st.integers(0, at))
    span = Span(first, first + data.draw(st.integers(1, at + 1)))
    touched = [value for start, end, value in all_pieces if start < span.end and end > span.start]
    heeded = Voices.of(spans, marks).heed(span, [(Origin.OUTLET, None)])
    if not touched:
        assert heeded is None
    else:
        assert heeded is not None
        assert heeded.put_forward == pytest.approx(sum(touched) / len(touched), abs=1e-9)


@given(st.lists(st.tuples(st.sampled_from(ORDER), NUMBERS, NUMBERS, st.booleans()), min_size=1, max_size=6))
def test_scores_are_the_role_and_what_the_naming_words_say(
    candidates: list[tuple[Origin, float, float, bool]],
) -> None:
    words = " ".join(f"word{number}" for number in range(len(candidates) + 1))
    marks = pieces(words)
    marks.values[0, ASKED.start] = 2.0
    marks.values[0, ROLE] = np.arange(6) / 4
    asked, scores = [], []
    for number, (origin, named, borne, has_words) in enumerate(candidates, 1):
        marks.values[number, NAMED.start] = named
        marks.values[number, BORNE.start + ORDER.index(origin)] = borne
        place = Span(int(marks.starts[number]), int(marks.ends[number]))
        asked.append((origin, place if has_words else None))
        pointed = SCALE * 2.0 * named + borne if has_words else 0.0
        scores.append(ORDER.index(origin) / 4 + pointed)
    heeded = Voices.of([Span(0, len(words))], [marks]).heed(Span(0, int(marks.ends[0])), asked)
    assert heeded is not None
    total = math.log(math.fsum(math.exp(one) for one in scores))
    assert heeded.speakers == pytest.approx([max(one - total, LEAST) for one in scores], abs=1e-6)
