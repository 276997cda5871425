"""What people have judged, as ClaimReview (schema.org): for those who collect such reviews.

A review here says how one party's statement stands to another's. It never says which of them is true, so it
carries no rating value, only words.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from tracker.domain.conflicts import Judgement
from tracker.domain.parties import Party
from tracker.domain.views import ConflictView, StatementView

Json = dict[str, object]

Link = Callable[[str, str], str]
"""The permanent address of a thing of some kind ("conflict", "statement") by its id."""

_WORDS = {
    Judgement.CONFIRMED: "Contradicted by {other}",
    Judgement.REJECTED: "Not contradicted by what {other} said",
    Judgement.UNSURE: "Not clear whether contradicted by {other}",
}


def claim_reviews(
    view: ConflictView,
    parties: Mapping[str, Party],
    *,
    decided_at: datetime,
    reason: str,
    link: Link,
    desk: str,
) -> Json:
    """Two reviews, one of each statement of a judged conflict, as one JSON-LD document.

    `desk` names who judged: the organisation, not the person. Raises ValueError for a conflict that nobody
    has judged.
    """
    if view.conflict.judgement not in _WORDS:
        raise ValueError(f"nobody has judged conflict {view.conflict.id}")
    sides = ((view.one, view.other), (view.other, view.one))
    common: Json = {
        "@type": "ClaimReview",
        "url": link("conflict", view.conflict.id),
        "datePublished": decided_at.date().isoformat(),
        "author": {"@type": "Organization", "name": desk},
        "reviewBody": " ".join(part for part in (view.conflict.verdict.explanation, reason) if part),
    }
    words = _WORDS[view.conflict.judgement]
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                **common,
                "claimReviewed": " ".join(one.statement.quote.split()),
                "itemReviewed": _claim(one, parties, link),
                "reviewRating": {
                    "@type": "Rating",
                    "alternateName": words.format(other=_name(other.statement.party, parties)),
                },
            }
            for one, other in sides
        ],
    }


def _claim(view: StatementView, parties: Mapping[str, Party], link: Link) -> Json:
    document = view.document
    appearance: Json = {
        "@type": "NewsArticle",
        "headline": document.title,
        "inLanguage": document.language,
        "publisher": {"@type": "Organization", "name": document.outlet},
        "identifier": f"sha256:{document.sha256}",
    }
    if document.url:
        appearance["url"] = document.url
    if document.published:
        appearance["datePublished"] = document.published.isoformat()
    claim: Json = {
        "@type": "Claim",
        "@id": link("statement", view.statement.id),
        "author": {"@type": "Organization", "name": _name(view.statement.party, parties)},
        "appearance": appearance,
    }
    if document.published:
        claim["datePublished"] = document.published.date().isoformat()
    return claim


def _name(code: str, parties: Mapping[str, Party]) -> str:
    party = parties.get(code)
    return code if party is None else party.label.get("en", code)
