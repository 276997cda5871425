from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statement_examples import WORLD, document

from tracker.domain.documents import Span
from tracker.domain.statements import Statement
from tracker.language.pack import LANGUAGES
from tracker.statements.extraction import extract_statements

# Pieces of news in all four languages, to be put together in every order, and what pages break on.
WORDS = """
    said denied told according to he she it the spokesman ministry LNA GNA Ankara Turkish Haftar
    killed injured 12 1,500 ١٢ forty dozens at least between vehicles km 2019 106th brigade
    Monday yesterday 6 January 2020 06.01.2020 May in Gharyan Tripoli Mitiga airport Libya
    قال وأضاف نفت بحسب الجيش الوطني حكومة الوفاق قتيلا عشرات ألف الاثنين غريان إن أن المتحدث
    söyledi yalanladı göre LUO UMH Sözcüsü on beş kişi öldü pazartesi Garyan'da bin 5.
    заявил опроверг по словам ЛНА ПНС погибли не менее 14 тыс. в понедельник Гарьяне что как
    Read more: Share this Copyright © TUNIS - (Example) — “ ” « » " ' , . ; : ! ? … ؟ ( ) [ ]
"""
BREAKERS = ["\n", "\n\n", "\r\n", "\u2028", "\u200f", "\u0301", "ﬁ", "İ", "ﷺ", "🚢", "\ud83d", "\x00"]

NEWS = st.lists(st.sampled_from([*WORDS.split(), *BREAKERS]), max_size=40).map(" ".join)
ANY_TEXT = st.text(alphabet=st.characters())
TEXTS = st.one_of(NEWS, ANY_TEXT, st.tuples(NEWS, ANY_TEXT, NEWS).map("".join))
DAYS = st.none() | st.datetimes(timezones=st.just(UTC))


def _spans(statement: Statement) -> list[Span]:
    attribution = statement.attribution
    found = [attribution.speaker_span, attribution.cue_span, *(figure.span for figure in statement.figures)]
    found.append(statement.date.span if statement.date else None)
    found.append(statement.place.span if statement.place else None)
    return [span for span in found if span is not None]


@given(TEXTS, st.sampled_from([*LANGUAGES, "und", "fr"]), DAYS, st.one_of(st.just(""), NEWS))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_without_error_and_every_span_lies_where_it_says(
    text: str, language: str, published: datetime | None, title: str
) -> None:
    found = extract_statements(document(text, language, title=title, published=published), WORLD)
    ends = [0, *(statement.span.end for statement in found)]
    assert all(end <= one.span.start for end, one in zip(ends, found, strict=False))
    assert len({statement.id for statement in found}) == len(found)
    for statement in found:
        assert statement.quote == statement.span.of(text) != ""
        assert statement.quote == statement.quote.strip()
        assert all(
            statement.span.start <= span.start < span.end <= statement.span.end for span in _spans(statement)
        )


@given(NEWS, st.sampled_from(LANGUAGES))
@settings(max_examples=100)
def test_speaker_and_cue_are_quoted_from_where_their_spans_say(text: str, language: str) -> None:
    for statement in extract_statements(document(text, language), WORLD):
        attribution = statement.attribution
        assert 0 < attribution.confidence <= 1
        if attribution.speaker_span:
            assert attribution.speaker_span.of(text) == attribution.speaker
        if attribution.cue_span:
            assert attribution.cue_span.of(text) == attribution.cue


@given(NEWS, NEWS, st.sampled_from(LANGUAGES))
@settings(max_examples=100)
def test_what_follows_a_paragraph_does_not_change_what_is_read_in_it(
    text: str, more: str, language: str
) -> None:
    paragraph = " ".join(text.split()) + "."
    alone = extract_statements(document(paragraph, language, title="A title of its own"), WORLD)
    both = extract_statements(document(f"{paragraph}\n{more}", language, title="A title of its own"), WORLD)
    assert [one for one in both if one.span.end <= len(paragraph)] == list(alone)
