import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import Document, Span
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.domain.views import StatementView
from tracker.services.citing import Citation, CitationFormat

HERE = "https://desk.example/statements/s1"


def citation(quote: str = "The bridge at Sidra is ours.", outlet: str = "Sidra Courier") -> Citation:
    document = Document(
        id="d1",
        external_id=None,
        url="https://courier.example/bridge",
        title="Bridge & road",
        outlet=outlet,
        published=datetime(2020, 6, 3, 9, tzinfo=UTC),
        published_found=None,
        language="en",
        sha256="ab" * 32,
        text=quote,
    )
    statement = Statement(
        id="s1",
        document="d1",
        span=Span(0, len(quote)),
        quote=quote,
        language="en",
        attribution=Attribution("LNA", AttributionMethod.SPEAKER, 0.9, speaker="the spokesman"),
        polarity=Polarity.ASSERTS,
    )
    return Citation.of(StatementView(statement, document, None, None, None, 0), HERE)


@pytest.mark.parametrize("how", CitationFormat)
def test_every_format_tells_the_words_their_source_and_how_to_check_them(how: CitationFormat) -> None:
    written = citation().write(how)
    for part in ("The bridge at Sidra is ours.", "Sidra Courier", "LNA", HERE, "ab" * 32, "courier.example"):
        assert part in written
    assert "2020" in written


def test_a_source_without_date_or_address_says_so() -> None:
    bare = replace(citation(), published="", url="", title="", speaker="")
    assert bare.write(CitationFormat.PLAIN).startswith(
        "LNA: “The bridge at Sidra is ours.”. Sidra Courier. no date."
    )
    assert "no date" in bare.write(CitationFormat.MARKDOWN)
    assert "date =" not in bare.write(CitationFormat.BIBTEX)
    (record,) = json.loads(bare.write(CitationFormat.CSL))
    assert "issued" not in record
    assert record["URL"] == HERE


def test_what_was_constructed_is_said_to_be() -> None:
    for how in CitationFormat:
        assert "Constructed for demonstration" in replace(citation(), constructed=True).write(how)


def test_a_citation_for_reference_managers_holds_the_date_in_parts() -> None:
    (record,) = json.loads(citation().write(CitationFormat.CSL))
    assert record["issued"] == {"date-parts": [[2020, 6, 3]]}
    assert record["type"] == "article-newspaper"


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


@given(TEXTS)
def test_no_text_breaks_out_of_bibtex(text: str) -> None:
    written = citation(quote=text).write(CitationFormat.BIBTEX)
    bare = re.sub(r"\\.", "", written)
    depth = 0
    for letter in bare:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
    assert depth == 0
    assert bare.count("\n}") == 1


@given(TEXTS)
def test_no_text_becomes_a_link_or_markup_in_markdown(text: str) -> None:
    quote = citation(quote=text).write(CitationFormat.MARKDOWN).splitlines()[0].removeprefix("> ")
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>\[\]`*_]", quote)


@given(TEXTS)
def test_a_citation_for_reference_managers_is_json_whatever_it_cites(text: str) -> None:
    (record,) = json.loads(citation(quote=text, outlet=text).write(CitationFormat.CSL))
    assert " ".join(text.split()) in record["note"]
