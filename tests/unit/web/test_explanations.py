"""What clashes, in the language of the interface."""

from dataclasses import replace

import pytest
from flask import Flask
from lxml import html
from room_stories import BridgeStory
from rooms import BRIDGE, application_of

from tracker.domain.conflicts import ConflictType, Evidence, Verdict
from tracker.domain.documents import Span
from tracker.domain.parties import MEDIA, Attribution, AttributionMethod
from tracker.domain.statements import (
    Figure,
    FigureKind,
    NamedPlace,
    PlaceFound,
    PlaceMention,
    Polarity,
    Statement,
)
from tracker.web.explanations import explanations

PLACES = (NamedPlace(BRIDGE, {"ar": ("جسر وادي سدرة",), "en": ("Wadi Sidra bridge",)}),)


def statement(party: str, quote: str, *figures: Figure, polarity: Polarity = Polarity.ASSERTS) -> Statement:
    return Statement(
        id=f"s-{party}",
        document="d1",
        span=Span(0, len(quote)),
        quote=quote,
        language="en",
        attribution=Attribution(party=party, method=AttributionMethod.SPEAKER, confidence=0.9),
        polarity=polarity,
        figures=figures,
        place=PlaceMention(BRIDGE, PlaceFound.SENTENCE),
    )


TAKEN = statement("LNA", "Our units captured the bridge.")
HELD = statement("GNA", "The attack on the bridge was repelled.")
CONTROL = Verdict(
    type=ConflictType.CONTROL,
    score=0.9,
    explanation="Stored <words>.",
    comparator="control",
    evidence=(Evidence(TAKEN.id, Span(10, 18)), Evidence(HELD.id, Span(29, 37))),
)


def said_in(code: str, verdict: Verdict, one: Statement, other: Statement) -> str:
    application = Flask(__name__)
    with application.test_request_context(headers={"Cookie": f"language={code}"}):
        return str(explanations(PLACES)(verdict, one, other))


def test_in_english_the_stored_sentence_stands() -> None:
    assert said_in("en", CONTROL, TAKEN, HELD) == '<span lang="en" dir="ltr">Stored &lt;words&gt;.</span>'


def test_in_arabic_it_is_told_anew_whichever_statement_comes_first() -> None:
    said = said_in("ar", CONTROL, TAKEN, HELD)
    assert "<bdi>جسر وادي سدرة</bdi>" in said
    assert '<bdi>LNA</bdi> («<bdi lang="en" dir="ltr">captured</bdi>») يفيد بالسيطرة عليه' in said
    assert '<bdi>GNA</bdi> («<bdi lang="en" dir="ltr">repelled</bdi>») يفيد بالاحتفاظ به' in said
    assert "يفيد بالسيطرة عليه" in said_in("ar", CONTROL, HELD, TAKEN)


@pytest.mark.parametrize(
    ("low", "high", "amount"), [(12, 12, "12"), (1_200, None, "en az 1.200"), (2, 9, "2 ile 9 arası")]
)
def test_figures_are_written_as_the_language_writes_them(low: int, high: int | None, amount: str) -> None:
    many = Figure(FigureKind.KILLED, low, high, Span(0, 3), counted="<men>")
    one = statement(MEDIA, "All died.", many)
    other = statement("GNA", "One died.", Figure(FigureKind.KILLED, 1, 1, Span(0, 3)))
    verdict = Verdict(
        type=ConflictType.CASUALTIES,
        score=0.5,
        explanation="stored",
        comparator="figures",
        evidence=(Evidence(one.id, Span(0, 3)), Evidence(other.id, Span(0, 3))),
    )
    text = html.fromstring(f"<p>{said_in('tr', verdict, one, other)}</p>").text_content()
    assert text.startswith("yayın organı")
    assert f"{amount} (“<men>”)" in text.replace("Ölü: ", "")


@pytest.mark.parametrize("change", [{"comparator": "oracle-9"}, {"evidence": ()}])
def test_where_what_is_stored_does_not_suffice_english_stands_marked(change: dict[str, object]) -> None:
    said = said_in("ar", replace(CONTROL, **change), TAKEN, HELD)
    assert said == '<span lang="en" dir="ltr">Stored &lt;words&gt;.</span>'


def test_pages_show_it(story: BridgeStory) -> None:
    conflict = story.conflicts["control"]
    client = application_of(story.shelf.room()).test_client()
    client.set_cookie("language", "ar")
    page = html.fromstring(client.get(f"/conflicts/{conflict.id}").text)
    (sentence,) = page.find_class("explanation")[0].iter("span")
    # The story's rules are not those of the program, so that nothing can be told anew.
    assert (sentence.get("lang"), sentence.text_content()) == ("en", conflict.verdict.explanation)
