"""The manifest of an index on disk: which file it is and what must be in it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Protocol

FORMAT = 1


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
class Manifest:
    """What is known of a saved generation without opening its file."""

    generation: int
    file: str
    sha256: str
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

    def as_bytes(self) -> bytes:
        """The manifest as it is written: JSON, with a checksum over all else."""
        content = {"format": FORMAT, **asdict(self)}
        content["checksum"] = _checksum(content)
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def describe(*, generation: int, file: str, sha256: str, count: int, model: Model) -> Manifest:
    """The manifest of a generation saved now."""
    return Manifest(
        generation=generation,
        file=file,
        sha256=sha256,
        count=count,
        dimension=model.dimension,
        model=model.name,
        revision=model.revision,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def parse(written: bytes) -> Manifest:
    """The manifest that was written as these bytes. Raises ValueError if a single one has changed."""
    content = json.loads(written)
    if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
        raise ValueError("it is not of a format known here")
    content.pop("checksum", None)
    try:
        manifest = Manifest(**content)
        unchanged = manifest.as_bytes() == written
    except (TypeError, ValueError):
        unchanged = False
    if not unchanged:
        raise ValueError("its content does not match its checksum")
    return manifest


def _checksum(content: dict[str, object]) -> str:
    joined = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(joined.encode()).hexdigest()
