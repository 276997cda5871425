"""Examples of what calls answer, made up for the description; plain JSON values, of one small event."""

from typing import Any, Final

STATEMENT: Final = "s0d1a4c2f97b3e58"
OTHER_STATEMENT: Final = "s7be2190c4d6fa31"
EVENT: Final = "e52c90f7a1d84b36"
CONFLICT: Final = "c3f61d80e7a2945b"
DOCUMENT: Final = "d94b1e6a03c7f582"
OTHER_DOCUMENT: Final = "d1c7835fe09ab246"

_TAKEN: Final = "Our units entered the harbour on Monday, a government spokesman said."
_HELD: Final = "نفى الناطق باسم القيادة دخول أي قوة إلى الميناء"
_MODEL: Final = {"name": "counterclaim-claims-1", "revision": "1"}
_EVENT_REFERENCE: Final = {"id": EVENT, "title": _TAKEN}


def _statement(
    name: str, document: str, quote: str, language: str, party: str, **further: object
) -> dict[str, Any]:
    return {
        "id": name,
        "document": document,
        "start": 0,
        "end": len(quote),
        "quote": quote,
        "language": language,
        "party": party,
        "speaker": "a government spokesman",
        "polarity": "asserts",
        "place": "Marsa",
        "place_id": "example-marsa",
        "event_date": "2020-06-01",
        "date_precision": "day",
        "figures": [],
        "confidence": 0.93,
        "cue": "said",
        "chain": ["a government spokesman"],
        "method": "speaker",
        "outlet": "Harbour Courier",
        "published": "2020-06-02T09:30:00Z",
        "document_title": "Harbour changes hands",
        "url": "https://courier.example/harbour",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "constructed": True,
        "links": {
            "self": f"/api/v1/statements/{name}",
            "document": f"/api/v1/documents/{document}",
            "html": f"/documents/{document}#{name}",
        },
        **further,
    }


_ONE: Final = _statement(STATEMENT, DOCUMENT, _TAKEN, "en", "GNA")
_OTHER: Final = _statement(
    OTHER_STATEMENT,
    OTHER_DOCUMENT,
    _HELD,
    "ar",
    "LNA",
    speaker="الناطق باسم القيادة",
    polarity="denies",
    cue="نفى",
    chain=["الناطق باسم القيادة"],
    outlet="صوت الميناء",
    document_title="القيادة تنفي",
    url="https://voice.example/1",
)

SEARCHES: Final[dict[str, Any]] = {
    "across languages": {"text": "قوات الوفاق دخلت الميناء", "k": 5},
    "denials of one party": {
        "text": "entered the harbour",
        "parties": ["LNA"],
        "polarities": ["denies"],
        "published_from": "2020-06-01",
        "published_to": "2020-06-07",
        "mode": "semantic",
    },
}
STATEMENT_ANSWER: Final = {"statement": _ONE, "event": _EVENT_REFERENCE, "conflicts": 1}
_OTHER_ANSWER: Final = {"statement": _OTHER, "event": _EVENT_REFERENCE, "conflicts": 1}
SEARCH: Final = {
    "query": SEARCHES["across languages"]["text"],
    "mode": "hybrid",
    "model": _MODEL,
    "results": [
        {
            **_OTHER_ANSWER,
            "score": 1.0,
            "found": {
                "mode": "hybrid",
                "semantic": {"rank": 1, "score": 0.81},
                "lexical": {"rank": 1, "score": 4.2},
                "words": [{"start": 31, "end": 38}],
            },
        }
    ],
}
SIMILAR: Final = {
    "statement": STATEMENT,
    "model": _MODEL,
    "results": [
        {
            **_OTHER_ANSWER,
            "score": 0.84,
            "found": {
                "mode": "semantic",
                "semantic": {"rank": 1, "score": 0.84},
                "lexical": None,
                "words": [],
            },
        }
    ],
}
_CURSOR: Final = "c2VhbGVkLXNlYWxlZC1zZWFbIjIwMjAtMDYtMDIiXQ"
STATEMENT_LIST: Final = {"statements": [STATEMENT_ANSWER], "next": _CURSOR}

_CONFLICT: Final = {
    "id": CONFLICT,
    "a": STATEMENT,
    "b": OTHER_STATEMENT,
    "type": "control",
    "score": 0.91,
    "status": "suggested",
    "explanation": "GNA says its units entered the harbour, LNA denies that any force did.",
    "third": None,
    "comparator": "control",
    "detector": "rules-7",
}
SINGLE_CONFLICT: Final = {"conflict": _CONFLICT, "event": _EVENT_REFERENCE, "statements": [_ONE, _OTHER]}
CONFLICT_LIST: Final = {"conflicts": [SINGLE_CONFLICT], "next": None}

_EVENT: Final = {
    "id": EVENT,
    "title": _TAKEN,
    "title_language": "en",
    "place": "Marsa",
    "place_id": "example-marsa",
    "start": "2020-06-01",
    "end": "2020-06-01",
    "date_precision": "day",
    "constructed": True,
    "parties": {"GNA": 1, "LNA": 1},
    "languages": {"ar": 1, "en": 1},
}
EVENT_LIST: Final = {
    "events": [
        {
            **_EVENT,
            "statements": 2,
            "documents": 2,
            "conflicts": 1,
            "waiting": 1,
            "latest": "2020-06-02T09:30:00Z",
        }
    ],
    "next": _CURSOR,
}
EVENT_ANSWER: Final = {
    **_EVENT,
    "statements": [
        {"statement": one, "conflicts": 1, "reason": "the same place and day"} for one in (_ONE, _OTHER)
    ],
    "conflicts": [_CONFLICT],
}
COMPARISON: Final = {
    "event": _EVENT_REFERENCE,
    "range": "every_figure",
    "questions": [
        {
            "id": "q60b7c3d19ae8f24",
            "type": "control",
            "about": "Marsa",
            "counts": None,
            "positions": [
                {
                    "parties": [one["party"]],
                    "denies": one["polarity"] == "denies",
                    "interval": None,
                    "admitted_by": [],
                    "leading": one["id"],
                    "statements": {one["party"]: [one]},
                }
                for one in (_ONE, _OTHER)
            ],
            "silent": ["UN"],
            "conflicts": [CONFLICT],
        }
    ],
    "ledger": [],
    "revisions": [],
}

_DOCUMENT: Final = {
    "id": DOCUMENT,
    "url": "https://courier.example/harbour",
    "title": "Harbour changes hands",
    "outlet": "Harbour Courier",
    "published": "2020-06-02T09:30:00Z",
    "published_found": "given",
    "language": "en",
    "sha256": _ONE["sha256"],
    "part": None,
    "constructed": True,
    "captured_at": "2026-11-20T08:00:00Z",
    "media_type": "text/plain",
}
DOCUMENT_LIST: Final = {
    "documents": [{**_DOCUMENT, "statements": 1, "link": f"/api/v1/documents/{DOCUMENT}"}],
    "next": None,
}
DOCUMENT_ANSWER: Final = {**_DOCUMENT, "size": len(_TAKEN), "text": _TAKEN, "statements": [_ONE]}

_PARTY: Final = {
    "code": "GNA",
    "label": {"en": "Government of National Accord", "ar": "حكومة الوفاق الوطني"},
    "description": "The government in Tripoli and those who fight for it.",
    "allies": ["TUR"],
    "since": "2015-12-17",
    "statements": 41,
    "denials": 6,
    "events": 17,
    "conflicts": 12,
    "languages": {"ar": 20, "en": 12, "tr": 9},
    "last": "2020-06-02T09:30:00Z",
}
PARTY_LIST: Final = {"parties": [_PARTY], "next": None}
SINGLE_PARTY: Final = {
    "party": _PARTY,
    "names": {"en": ["Government of National Accord", "GNA"]},
    "speakers": {"a government spokesman": 7},
    "first": "2019-04-04T18:00:00Z",
    "clashes": [{"party": "LNA", "type": "control", "conflicts": 5}],
}
