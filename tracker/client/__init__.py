"""A client of the API, for scripts and notebooks. It needs nothing but Python's standard library.

from tracker.client import Client

desk = Client("http://127.0.0.1:8000", "cc_…")
for found in desk.search("who holds the airport", k=5)["results"]:
    print(found["statement"]["party"], found["statement"]["quote"])
"""

from tracker.client.client import Client, Ingested
from tracker.client.errors import (
    ApiError,
    ChangedSinceReadError,
    ClientError,
    ExportDamagedError,
    UnreachableError,
)
from tracker.client.exchanged import IngestAnswer, Manifest, NewDocument
from tracker.client.objects import (
    Comparison,
    Conflict,
    ConflictWithStatements,
    Document,
    Event,
    FoundStatement,
    ListedDocument,
    ListedEvent,
    Party,
    SearchAnswer,
    SimilarAnswer,
    Statement,
    StatementAnswer,
)

__all__ = [
    "ApiError",
    "ChangedSinceReadError",
    "Client",
    "ClientError",
    "Comparison",
    "Conflict",
    "ConflictWithStatements",
    "Document",
    "Event",
    "ExportDamagedError",
    "FoundStatement",
    "IngestAnswer",
    "Ingested",
    "ListedDocument",
    "ListedEvent",
    "Manifest",
    "NewDocument",
    "Party",
    "SearchAnswer",
    "SimilarAnswer",
    "Statement",
    "StatementAnswer",
    "UnreachableError",
]
