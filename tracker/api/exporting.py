"""The calls that hand everything out: four lists as JSON Lines, and the manifest that names their hashes."""

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Annotated, Final

from flask import Response, request
from pydantic import Field

from tracker.api.answers import Answer
from tracker.api.desk import ApiDesk
from tracker.api.entity_tags import GZIP
from tracker.api.operation import Answered, Call, Header, Operation, Reply, Tag
from tracker.api.problems import ProblemError, ProblemKind
from tracker.api.queries import Parameters
from tracker.domain.errors import SettingsError
from tracker.services.export import FORMAT, KINDS, MANIFEST
from tracker.services.export_shelf import Shelved

MEDIA_TYPE: Final = "application/jsonl"
STATE_HEADER: Final = "Counterclaim-State"

_BLOCK: Final = 1 << 16
_GZIP_FRAME: Final = 31  # zlib's way to say: with the head and tail of gzip
_LEVEL: Final = 4
_STATE: Final = "5f1d0c3b7a92e684"


class ExportParameters(Parameters):
    """Which state is wanted."""

    state: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = Field(
        default=None,
        description="The `state` of a manifest, for a file of that very state. Without: the present one.",
    )


class ToolObject(Answer):
    """The program that wrote an export."""

    name: str
    version: str


class VectorModelObject(Answer):
    """The embedding model whose vectors the statements were linked with."""

    name: str
    revision: str
    dimension: int


class TrailObject(Answer):
    """Where the audit trail stood."""

    entries: int
    seal: str = Field(description="The seal of its last entry, which stands for all before it.")


class FileObject(Answer):
    """A file of an export, uncompressed."""

    name: str
    rows: int
    bytes: int
    sha256: str


class ManifestAnswer(Answer):
    """What an export holds, and by what it was made."""

    format: str
    state: str = Field(description="The name of this state: it follows from all else that stands here.")
    tool: ToolObject
    model: VectorModelObject | None
    detectors: list[str] = Field(description="Versions of the comparison that found the conflicts.")
    audit: TrailObject
    files: dict[str, FileObject] = Field(description="By kind.")


_STATE_OF: Final = Header(STATE_HEADER, "The `state` of the manifest that goes with this file.", _STATE)
_FILE: Final = {"rows": 48, "bytes": 14_211, "sha256": "9f86d081884c7d659a2feaa0c55ad015" * 2}
_MANIFEST: Final = {
    "format": FORMAT,
    "state": _STATE,
    "tool": {"name": "counterclaim", "version": "1.0.0"},
    "model": {"name": "counterclaim-claims-1", "revision": "1", "dimension": 384},
    "detectors": ["comparison-3"],
    "audit": {"entries": 12, "seal": "1b4f0e9851971998e732078544c96b36" * 2},
    "files": {kind: {"name": f"{kind}.jsonl", **_FILE} for kind in KINDS},
}


def manifest(desk: ApiDesk, call: Call) -> Reply:
    """The manifest of an export."""
    shelved = _shelved(desk, call)
    return Reply((shelved.folder / MANIFEST).read_bytes(), headers={STATE_HEADER: shelved.state})


def export_file(kind: str, desk: ApiDesk, call: Call) -> Response:
    """One list of an export, block by block."""
    shelved = _shelved(desk, call)
    described = shelved.manifest["files"][kind]
    is_compressed = request.accept_encodings["gzip"] > 0
    tag = described["sha256"] + (GZIP if is_compressed else "")
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        try:
            # Opened before it is answered: from here on nobody can take it away.
            file = (shelved.folder / described["name"]).open("rb")
        except OSError as error:
            raise ProblemError(ProblemKind.UNAVAILABLE, "the export was removed: try again") from error
        blocks = _blocks(file)
        response = Response(_compressed(blocks) if is_compressed else blocks, content_type=MEDIA_TYPE)
        # For an answer of which nothing is sent, to HEAD for one.
        response.call_on_close(file.close)
        if is_compressed:
            response.headers["Content-Encoding"] = "gzip"
        else:
            response.content_length = described["bytes"]
        response.headers["Content-Disposition"] = f'attachment; filename="{described["name"]}"'
    response.headers[STATE_HEADER] = shelved.state
    response.set_etag(tag)
    return response


def _shelved(desk: ApiDesk, call: Call) -> Shelved:
    state = call.asked(ExportParameters).state
    try:
        return desk.writing.shelf.current() if state is None else desk.writing.shelf.at(state)
    except SettingsError as error:
        raise ProblemError(ProblemKind.UNAVAILABLE, "exports cannot be kept on this server") from error


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block


def _compressed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_FRAME)
    for block in blocks:
        packed = packer.compress(block)
        if packed:
            yield packed
    yield packer.flush()


def _operation(kind: str, handler: Callable[[ApiDesk, Call], Response]) -> Operation:
    return Operation(
        name=f"export_{kind}",
        method="GET",
        path=f"/export/{kind}.jsonl",
        tag=Tag.EXPORT,
        summary=f"All {kind}, an object a line",
        description=f"The lines of `{kind}.jsonl` as `tracker export` writes them.",
        handler=handler,
        answers={200: Answered("JSON Lines", media_type=MEDIA_TYPE, headers=(_STATE_OF,), example="{}\n")},
        query=ExportParameters,
        problems=(ProblemKind.NOT_FOUND,),
    )


EXPORTING: Final = (
    Operation(
        name="export_manifest",
        method="GET",
        path="/export/manifest",
        tag=Tag.EXPORT,
        summary="What an export holds: rows and hashes of its files, versions, where the audit trail stood",
        description=(
            "Ask for it first, then for each file with its `state`: the files are then of one state of the "
            "database, whatever is written meanwhile, and have these hashes. A state is kept for an hour "
            "after it was last asked for."
        ),
        handler=manifest,
        answers={200: Answered("The manifest", ManifestAnswer, headers=(_STATE_OF,), example=_MANIFEST)},
        query=ExportParameters,
        problems=(ProblemKind.NOT_FOUND,),
    ),
    *(_operation(kind, partial(export_file, kind)) for kind in KINDS),
)
