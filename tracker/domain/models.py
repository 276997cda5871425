"""Which embedding model vectors come from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """A model by name, revision and the length of its vectors."""

    name: str
    revision: str
    dimension: int

    def __str__(self) -> str:
        return f"{self.name} ({self.revision})"
