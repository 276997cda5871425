"""What goes in and what comes out whole, as types of plain JSON values: documents sent, exports."""

from typing import Any, NotRequired, TypedDict

from tracker.client.objects import Reference


class NewDocument(TypedDict):
    """A document to be ingested; all but its text may be left out."""

    text: str
    id: NotRequired[str | None]
    url: NotRequired[str | None]
    title: NotRequired[str | None]
    outlet: NotRequired[str | None]
    published: NotRequired[str | None]
    lang: NotRequired[str | None]


class IngestedDocument(TypedDict):
    """A document as it is stored."""

    id: str
    title: str
    language: str
    sha256: str
    part: int | None
    statements: list[str]
    link: str


class IngestAnswer(TypedDict):
    """What became of a document. It is several where a page without an id of yours holds several."""

    documents: list[IngestedDocument]
    events: list[Reference]
    linked: bool
    note: str | None


class ExportedFile(TypedDict):
    """A file of an export, uncompressed."""

    name: str
    rows: int
    bytes: int
    sha256: str


class Manifest(TypedDict):
    """What an export holds, and by what it was made. `state` follows from all else."""

    format: str
    state: str
    tool: dict[str, str]
    model: dict[str, Any] | None
    detectors: list[str]
    audit: dict[str, Any]
    files: dict[str, ExportedFile]
