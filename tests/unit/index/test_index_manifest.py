from dataclasses import dataclass

import pytest

from tracker.index.coding import Loss
from tracker.index.manifest import Manifest, SealedFile, SealedLists, describe, parse
from tracker.index.segment import Probing

PROBING = Probing(probed=16, recall=0.9915, trained_on=25_000)


@dataclass(frozen=True)
class AnyModel:
    name: str = "a model / نموذج"
    revision: str = "7"
    dimension: int = 4


def a_manifest() -> Manifest:
    lists = SealedLists(SealedFile("lists-00000003.faiss", 700, "cd" * 32), PROBING, Loss(0.011, 612.5))
    segment = SealedFile("segment-00000003.arrays", 900, "ab" * 32)
    first = describe(generation=3, segment=segment, lists=lists, count=12, model=AnyModel())
    changes = SealedFile("changes-00000004.arrays", 90, "ef" * 32)
    return first.succeeded(generation=4, changes=(changes,), count=13)


def test_a_manifest_names_all_its_files() -> None:
    found = [sealed.file for sealed in a_manifest().files()]
    assert found == ["segment-00000003.arrays", "lists-00000003.faiss", "changes-00000004.arrays"]


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert parse(a_manifest().as_bytes()) == a_manifest()


def test_a_manifest_belongs_to_its_model_only() -> None:
    assert a_manifest().belongs_to(AnyModel())
    for other in (AnyModel(name="b"), AnyModel(revision="8"), AnyModel(dimension=5)):
        assert not a_manifest().belongs_to(other)


def test_every_changed_bit_of_a_manifest_is_noticed() -> None:
    written = a_manifest().as_bytes()
    for place in range(0, len(written), 3):
        for bit in range(8):
            changed = bytearray(written)
            changed[place] ^= 1 << bit
            with pytest.raises(ValueError):  # noqa: PT011 - broken in as many ways as JSON can be
                parse(bytes(changed))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"format": 1}',
        b'{"format": 2}',
        b'{"format": 2, "lists": null, "x": 1}',
        b"\xff",
    ],
)
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse(content)
