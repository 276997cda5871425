from dataclasses import dataclass

import pytest

from tracker.index.manifest import Manifest, describe, parse


@dataclass(frozen=True)
class AnyModel:
    name: str = "a model / نموذج"
    revision: str = "7"
    dimension: int = 4


def a_manifest() -> Manifest:
    return describe(generation=3, file="vectors-00000003.faiss", sha256="ab" * 32, count=12, model=AnyModel())


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert parse(a_manifest().as_bytes()) == a_manifest()


def test_a_manifest_belongs_to_its_model_only() -> None:
    assert a_manifest().belongs_to(AnyModel())
    for other in (AnyModel(name="b"), AnyModel(revision="8"), AnyModel(dimension=5)):
        assert not a_manifest().belongs_to(other)


def test_every_changed_bit_of_a_manifest_is_noticed() -> None:
    written = a_manifest().as_bytes()
    for place in range(len(written)):
        for bit in range(8):
            changed = bytearray(written)
            changed[place] ^= 1 << bit
            with pytest.raises(ValueError):  # noqa: PT011 - broken in as many ways as JSON can be
                parse(bytes(changed))


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{}", b'{"format": 1}', b'{"format": 2}', b'{"format": 1, "x": 1}', b"\xff"],
)
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse(content)
