"""The call that takes a document in."""

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from tracker.api import examples
from tracker.api.answers import Answer, EventReference
from tracker.api.desk import ApiDesk
from tracker.api.idempotency import KEY, REPLAYED, Attempt, once
from tracker.api.operation import Answered, Call, Header, Operation, Reply, Tag
from tracker.api.problems import ProblemError, ProblemKind
from tracker.api.representation import API
from tracker.domain.errors import DocumentChangedError, ReadingError
from tracker.domain.views import DocumentView
from tracker.services.receiving import Received

LONGEST_DOCUMENT: Final = 200_000
"""Code points of a text. Whoever has longer ones uses `tracker ingest`."""

_LARGEST_BODY: Final = 2_000_000
_LINE: Final = r"^[^\x00-\x1f\x7f]*$"

_NAMED = re.compile(r"`(\w+)`")


def _line(most: int, description: str) -> Any:  # noqa: ANN401 # what a field of pydantic is
    return Field(default=None, max_length=most, pattern=_LINE, description=description)


class NewDocument(BaseModel):
    """One document, with the fields of a line of `documents.jsonl`. An empty field counts as absent."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_DOCUMENT,
            description="The words, as they were published; every offset counts their code points.",
        ),
    ]
    id: str | None = _line(200, "Your own id, which comes back in every export. Without: ours alone.")
    url: str | None = _line(2_000, "Where it was published.")
    title: str | None = _line(1_000, "Its title.")
    outlet: str | None = _line(200, "Who published it.")
    published: str | None = _line(40, "When, in ISO 8601, best with its offset.")
    lang: str | None = _line(35, "Its language (BCP 47). Without: as it is detected.")


class IngestedDocument(Answer):
    """A document as it is stored."""

    id: str = Field(description="The caller's id where one was given, else ours.")
    title: str
    language: str
    sha256: str = Field(description="Of the bytes that are kept.")
    part: int | None = Field(description="Which story of its page it is; null for the only one.")
    statements: list[str] = Field(description="The ids of its statements, in order.")
    link: str


class IngestAnswer(Answer):
    """What became of a document. It is several where a page without an id of the caller's holds several."""

    documents: list[IngestedDocument]
    events: list[EventReference] = Field(description="The events in which its statements stand.")
    linked: bool = Field(
        description="Whether its statements stand in events and can be searched for; if not, they soon will."
    )
    note: str | None = Field(description="What else is to be said.")


_LOCATION: Final = Header(
    "Location", "Where the document can be read.", f"{API}/documents/{examples.DOCUMENT}"
)
_EXAMPLE: Final = {
    "id": "courier/2020/17",
    "url": "https://courier.example/2020/17",
    "title": "Harbour changes hands",
    "outlet": "Harbour Courier",
    "published": "2020-06-02T09:30:00Z",
    "lang": "en",
    "text": "Our units entered the harbour of Marsa on Monday, a spokesman of the Government of National "
    "Accord said. The Libyan National Army denied that anybody had entered the harbour.",
}
_ANSWER: Final = {
    "documents": [
        {
            "id": "courier/2020/17",
            "title": "Harbour changes hands",
            "language": "en",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "part": None,
            "statements": [examples.STATEMENT],
            "link": f"{API}/documents/{examples.DOCUMENT}",
        }
    ],
    "events": [{"id": examples.EVENT, "title": "Our units entered the harbour of Marsa on Monday"}],
    "linked": True,
    "note": None,
}


def ingest(desk: ApiDesk, call: Call) -> Reply:
    """Take a document in."""
    document = call.sent(NewDocument)

    def answer(attempt: Attempt) -> Reply:
        try:
            received = desk.writing.receive(
                document.model_dump(exclude_none=True), attempt.about_to_store, attempt.earlier
            )
        except DocumentChangedError as error:
            raise ProblemError(ProblemKind.CONFLICTING, str(error)) from None
        except ReadingError as error:
            raise _unreadable(error) from None
        return _reply(received)

    return once(desk.writing.repeats, call, answer)


def _reply(received: Received) -> Reply:
    status = 202 if not received.is_linked else 201 if received.is_new else 200
    location = f"{API}/documents/{received.documents[0].document.id}"
    return Reply(_represented(received), status=status, headers={"Location": location})


def _represented(received: Received) -> IngestAnswer:
    views = [view for one in received.documents for view in one.statements]
    events = {view.event_id: view.event_title or "" for view in views if view.event_id is not None}
    return IngestAnswer(
        documents=[_ingested(one) for one in received.documents],
        events=[EventReference(id=event, title=title) for event, title in events.items()],
        linked=received.is_linked,
        note=received.note or None,
    )


def _ingested(view: DocumentView) -> IngestedDocument:
    document = view.document
    return IngestedDocument(
        id=document.public_id,
        title=document.title,
        language=document.language,
        sha256=document.sha256,
        part=document.part,
        statements=[one.statement.id for one in view.statements],
        link=f"{API}/documents/{document.id}",
    )


def _unreadable(error: ReadingError) -> ProblemError:
    named = _NAMED.search(error.reason)
    pointer = f"#/{named[1]}" if named else "#/text"
    errors = [{"pointer": pointer, "detail": error.reason, "code": "unreadable"}]
    return ProblemError(ProblemKind.NOT_VALID, f"{pointer}: {error.reason}", errors=errors)


INGESTING: Final = (
    Operation(
        name="ingest",
        method="POST",
        path="/documents",
        tag=Tag.DOCUMENTS,
        summary="Ingest one document",
        description=(
            "The document goes the way of `tracker ingest`: it is stored, its statements are found, given to "
            "parties, linked into events and compared; when the answer comes, every process finds them. "
            "Sent once more, it changes nothing. A stored document is never overwritten: another text under "
            "an id in use is refused."
        ),
        handler=ingest,
        answers={
            201: Answered("It is new", IngestAnswer, headers=(_LOCATION, REPLAYED), example=_ANSWER),
            200: Answered(
                "It was stored before", IngestAnswer, headers=(_LOCATION, REPLAYED), example=_ANSWER
            ),
            202: Answered(
                "It is stored, and its statements will be linked by those who link others just now",
                IngestAnswer,
                headers=(_LOCATION, REPLAYED),
                example={**_ANSWER, "events": [], "linked": False},
            ),
        },
        scope="ingest",
        headers=(KEY,),
        body=NewDocument,
        body_examples={"a report": _EXAMPLE, "no more than a text": {"text": _EXAMPLE["text"]}},
        limit=_LARGEST_BODY,
        problems=(ProblemKind.PARAMETER, ProblemKind.CONFLICTING, ProblemKind.KEY_REUSED),
    ),
)
