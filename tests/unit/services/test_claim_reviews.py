from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tracker.domain.conflicts import Conflict, ConflictType, Judgement, Verdict
from tracker.domain.documents import Document, Span
from tracker.domain.parties import Attribution, AttributionMethod, Party
from tracker.domain.statements import Polarity, Statement
from tracker.domain.views import ConflictView, StatementView
from tracker.services.claim_reviews import claim_reviews

PARTIES = {"LNA": Party("LNA", {"en": "Libyan National Army"})}
DECIDED = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)


def said(key: str, party: str, quote: str) -> StatementView:
    document = Document(
        f"d{key}", None, None, "Bridge", "Courier", datetime(2020, 6, 3, tzinfo=UTC), None, "en", "ab", quote
    )
    span = Span(0, len(quote))
    attribution = Attribution(party, AttributionMethod.SPEAKER, 0.9)
    statement = Statement(key, document.id, span, quote, "en", attribution, Polarity.ASSERTS)
    return StatementView(statement, document, "e1", "Bridge", "en", 1)


def reviews(judgement: Judgement) -> list[dict[str, Any]]:
    verdict = Verdict(ConflictType.CONTROL, 0.8, "Both say they hold it.", "control")
    conflict = Conflict("c1", "e1", "s1", "s2", verdict, "rules-1", judgement)
    one, other = said("s1", "LNA", "We hold\nthe bridge."), said("s2", "GNA", "The bridge is ours.")
    view = ConflictView(conflict, one, other, "Bridge", "en")
    document: Any = claim_reviews(
        view,
        PARTIES,
        decided_at=DECIDED,
        reason="Same day.",
        link=lambda kind, key: f"/{kind}/{key}",
        desk="Desk",
    )
    assert document["@context"] == "https://schema.org"
    return list(document["@graph"])


def test_a_review_is_what_those_who_collect_them_read() -> None:
    one = {
        "@type": "ClaimReview",
        "url": "/conflict/c1",
        "datePublished": "2026-11-25",
        "author": {"@type": "Organization", "name": "Desk"},
        "reviewBody": "Both say they hold it. Same day.",
        "claimReviewed": "We hold the bridge.",
        "itemReviewed": {
            "@type": "Claim",
            "@id": "/statement/s1",
            "author": {"@type": "Organization", "name": "Libyan National Army"},
            "datePublished": "2020-06-03",
            "appearance": {
                "@type": "NewsArticle",
                "headline": "Bridge",
                "inLanguage": "en",
                "publisher": {"@type": "Organization", "name": "Courier"},
                "identifier": "sha256:ab",
                "datePublished": "2020-06-03T00:00:00+00:00",
            },
        },
        "reviewRating": {"@type": "Rating", "alternateName": "Contradicted by GNA"},
    }
    assert reviews(Judgement.CONFIRMED)[0] == one


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        (Judgement.REJECTED, "Not contradicted by what GNA said"),
        (Judgement.UNSURE, "Not clear whether contradicted by GNA"),
    ],
)
def test_each_judgement_has_its_words(judgement: Judgement, words: str) -> None:
    assert reviews(judgement)[0]["reviewRating"]["alternateName"] == words


def test_a_party_without_an_english_name_is_called_by_its_code() -> None:
    code = "LNA"
    view = ConflictView(
        Conflict(
            "c1",
            "e1",
            "s1",
            "s2",
            Verdict(ConflictType.CONTROL, 0.8, "Both.", "control"),
            "rules-1",
            Judgement.UNSURE,
        ),
        said("s1", code, "We hold it."),
        said("s2", "GNA", "No."),
        "Bridge",
        "en",
    )
    document: Any = claim_reviews(
        view,
        {code: Party(code, {"ar": "الجيش الوطني الليبي"})},
        decided_at=DECIDED,
        reason="",
        link=lambda kind, key: f"/{kind}/{key}",
        desk="Desk",
    )
    assert document["@graph"][0]["itemReviewed"]["author"]["name"] == code


def test_each_statement_of_a_judged_conflict_is_reviewed_beside_the_other() -> None:
    first, second = reviews(Judgement.CONFIRMED)
    assert first["claimReviewed"] == "We hold the bridge."
    assert first["reviewRating"]["alternateName"] == "Contradicted by GNA"
    assert second["reviewRating"]["alternateName"] == "Contradicted by Libyan National Army"
    assert first["itemReviewed"]["author"]["name"] == "Libyan National Army"
    assert first["reviewBody"] == "Both say they hold it. Same day."
    assert (first["url"], first["datePublished"]) == ("/conflict/c1", "2026-11-25")


@pytest.mark.parametrize("judgement", [Judgement.CONFIRMED, Judgement.REJECTED, Judgement.UNSURE])
def test_no_review_says_which_is_true(judgement: Judgement) -> None:
    for review in reviews(judgement):
        assert "ratingValue" not in review["reviewRating"]
        assert review["author"] == {"@type": "Organization", "name": "Desk"}


def test_what_nobody_has_judged_is_not_reviewed() -> None:
    with pytest.raises(ValueError, match="nobody has judged conflict c1"):
        reviews(Judgement.SUGGESTED)


def test_a_source_without_address_or_date_is_left_without() -> None:
    view = said("s1", "LNA", "We hold it.")
    bare = replace(view, document=replace(view.document, published=None))
    verdict = Verdict(ConflictType.CONTROL, 0.8, "Both hold it.", "control")
    conflict = Conflict("c1", "e1", "s1", "s2", verdict, "rules-1", Judgement.UNSURE)
    document: Any = claim_reviews(
        ConflictView(conflict, bare, said("s2", "GNA", "No."), "Bridge", "en"),
        PARTIES,
        decided_at=DECIDED,
        reason="",
        link=lambda kind, key: f"/{kind}/{key}",
        desk="Desk",
    )
    claim = document["@graph"][0]["itemReviewed"]
    assert "datePublished" not in claim
    assert "url" not in claim["appearance"]
