"""The calls that read documents."""

from typing import Final

from pydantic import Field

from tracker.api import examples
from tracker.api.answers import DocumentAnswer
from tracker.api.desk import ApiDesk
from tracker.api.list_answers import DocumentList
from tracker.api.list_representation import represent_listed_document
from tracker.api.operation import Answered, Call, Link, Operation, PathParameter, Reply, Tag
from tracker.api.reading_on import LINK, LIST_PROBLEMS, read_on
from tracker.api.representation import represent_document
from tracker.api.requests import LanguageCode, Name, Paged, Period, Truth
from tracker.domain.reading_lists import DocumentFilter

DOCUMENT_ID: Final = PathParameter(
    "document_id",
    "Our id of a document, or the caller's, its slashes escaped or not.",
    examples.DOCUMENT,
    slashes=True,
)


class DocumentListParameters(Paged, Period):
    """Which documents are wanted."""

    outlet: tuple[Name, ...] = Field(
        default=(), max_length=50, description="Only documents of these outlets, by name."
    )
    language: tuple[LanguageCode, ...] = Field(
        default=(), max_length=50, description="Only documents in these languages (BCP 47)."
    )
    constructed: Truth | None = Field(
        default=None, description="Only documents written for demonstration, or all others."
    )

    @property
    def wanted(self) -> DocumentFilter:
        """The filter that these parameters ask for."""
        return DocumentFilter(
            outlets=self.outlet,
            languages=self.language,
            published_from=self.published_from,
            published_to=self.published_to,
            constructed=self.constructed,
        )


def documents(desk: ApiDesk, call: Call) -> Reply:
    """A list of documents."""
    asked = call.asked(DocumentListParameters)
    rows, cursor, headers = read_on(
        desk, call, "documents", asked, lambda after, size: desk.lists.documents(asked.wanted, after, size)
    )
    answer = DocumentList(documents=[represent_listed_document(one) for one in rows], next=cursor)
    return Reply(answer, headers=headers)


def document(desk: ApiDesk, call: Call) -> Reply:
    """One document, by our id or the caller's."""
    return Reply(represent_document(desk.library.document(call.path["document_id"])))


DOCUMENTS: Final = (
    Operation(
        name="documents",
        method="GET",
        path="/documents",
        tag=Tag.DOCUMENTS,
        summary="List documents, without their texts",
        description="The newest publication first, those of unknown date last.",
        handler=documents,
        answers={
            200: Answered(
                "Documents",
                DocumentList,
                headers=(LINK,),
                example=examples.DOCUMENT_LIST,
                links=(Link("document", "document_id", "/documents/0/id"),),
            )
        },
        query=DocumentListParameters,
        problems=LIST_PROBLEMS,
    ),
    Operation(
        name="document",
        method="GET",
        path="/documents/{document_id}",
        tag=Tag.DOCUMENTS,
        summary="One document with its text and the statements found in it",
        handler=document,
        answers={200: Answered("The document", DocumentAnswer, example=examples.DOCUMENT_ANSWER)},
        ids=(DOCUMENT_ID,),
    ),
)
