"""The manifest of an index on disk: which files it is made of and what must be in them."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from tracker.index.coding import Loss
from tracker.index.segment import Probing

FORMAT = 2


class Model(Protocol):
    """Which model vectors come from."""

    @property
    def name(self) -> str:
        """The name it goes by."""

    @property
    def revision(self) -> str:
        """Which revision of it."""

    @property
    def dimension(self) -> int:
        """How many numbers one vector has."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file and what must be in it."""

    file: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class SealedLists:
    """The file of the inverted lists, and how they are searched."""

    file: SealedFile
    probing: Probing
    loss: Loss


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a saved index without opening its files."""

    generation: int
    """Goes up with every saving."""
    segment: SealedFile
    """The bulk of the vectors."""
    lists: SealedLists | None
    """The lists over it, where it is large enough to need some."""
    changes: tuple[SealedFile, ...]
    """What has changed since, in the order of saving."""
    count: int
    dimension: int
    model: str
    revision: str
    created: str
    """Time of saving, in UTC, ISO 8601."""

    def belongs_to(self, model: Model) -> bool:
        """Whether the vectors come from this model."""
        mine = (self.model, self.revision, self.dimension)
        return mine == (model.name, model.revision, model.dimension)

    def files(self) -> tuple[SealedFile, ...]:
        """All files of it."""
        lists = () if self.lists is None else (self.lists.file,)
        return (self.segment, *lists, *self.changes)

    def succeeded(self, *, generation: int, changes: tuple[SealedFile, ...], count: int) -> Self:
        """The manifest of a later saving around the same segment."""
        return replace(self, generation=generation, changes=changes, count=count, created=_now())

    def as_bytes(self) -> bytes:
        """The manifest as it is written: JSON, with a checksum over all else."""
        content = {"format": FORMAT, **asdict(self)}
        content["checksum"] = _checksum(content)
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def describe(
    *, generation: int, segment: SealedFile, lists: SealedLists | None, count: int, model: Model
) -> Manifest:
    """The manifest of a segment saved now."""
    return Manifest(
        generation=generation,
        segment=segment,
        lists=lists,
        changes=(),
        count=count,
        dimension=model.dimension,
        model=model.name,
        revision=model.revision,
        created=_now(),
    )


def parse(written: bytes) -> Manifest:
    """The manifest that was written as these bytes. Raises ValueError if a single one has changed."""
    content = json.loads(written)
    if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
        raise ValueError("it is not of a format known here")
    content.pop("checksum", None)
    try:
        manifest = _read(content)
        unchanged = manifest.as_bytes() == written
    except (TypeError, ValueError, KeyError):
        unchanged = False
    if not unchanged:
        raise ValueError("its content does not match its checksum")
    return manifest


def _read(content: dict[str, Any]) -> Manifest:
    lists = content.pop("lists")
    if lists is not None:
        lists = SealedLists(SealedFile(**lists["file"]), Probing(**lists["probing"]), Loss(*lists["loss"]))
    return Manifest(
        segment=SealedFile(**content.pop("segment")),
        lists=lists,
        changes=tuple(SealedFile(**one) for one in content.pop("changes")),
        **content,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _checksum(content: dict[str, object]) -> str:
    joined = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(joined.encode()).hexdigest()
