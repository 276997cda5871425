"""The index on disk: whole or refused, whatever happens to it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.domain.errors import IndexDamagedError, TrackerError
from tracker.index import FaissIndex, verify
from tracker.index.manifest import Manifest, describe


@dataclass(frozen=True)
class SmallModel:
    name: str = "small"
    revision: str = "1"
    dimension: int = 16


CHANCE = np.random.default_rng(3)
ROWS = CHANCE.standard_normal((300, 16)).astype(np.float32)
ROWS /= np.linalg.norm(ROWS, axis=1, keepdims=True)
KEYS = CHANCE.choice(2**60, 300, replace=False).astype(np.int64)


def batches(count: int = 300) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    for start in range(0, count, 70):
        yield KEYS[start : min(start + 70, count)], ROWS[start : min(start + 70, count)]


def saved(directory: Path, count: int = 300) -> FaissIndex:
    index = FaissIndex.create(directory, SmallModel())
    index.replace(batches(count))
    index.save()
    return index


def vectors_file(directory: Path) -> Path:
    [path] = directory.glob("vectors-*.faiss")
    return path


def test_an_opened_index_is_the_one_that_was_saved(tmp_path: Path) -> None:
    index = saved(tmp_path / "new" / "index")
    opened = FaissIndex.open(tmp_path / "new" / "index", SmallModel())
    assert len(opened) == 300
    assert opened.search(ROWS[:9], 12) == index.search(ROWS[:9], 12)
    assert verify(opened, batches()).is_sound


def test_an_index_rebuilt_after_its_directory_was_deleted_gives_the_same_hits(tmp_path: Path) -> None:
    index = FaissIndex.create(tmp_path / "index", SmallModel())
    for row in CHANCE.permutation(300):  # one by one and in another order than the database's
        index.upsert(KEYS[row : row + 1], ROWS[row : row + 1])
    index.upsert(KEYS[:40], ROWS[40:80])
    index.upsert(KEYS[:40], ROWS[:40])
    index.save()
    before = index.search(ROWS, 10)
    shutil.rmtree(tmp_path / "index")
    saved(tmp_path / "index")
    assert FaissIndex.open(tmp_path / "index", SmallModel()).search(ROWS, 10) == before


def test_saving_without_a_change_writes_nothing(tmp_path: Path) -> None:
    index = saved(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    index.save()
    index.upsert(KEYS[:50], ROWS[:50])  # they are there already
    index.remove(np.array([1, 2, 3]))  # these never were
    index.save()
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_only_the_last_generation_is_kept(tmp_path: Path) -> None:
    index = saved(tmp_path, 100)
    (tmp_path / "vectors-00000099.faiss.temporary").write_bytes(b"left by a killed process")
    index.upsert(KEYS[100:], ROWS[100:])
    index.save()
    assert {path.name for path in tmp_path.iterdir()} == {"vectors-00000002.faiss", "manifest.json", "lock"}


def test_a_missing_index_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=rf"{tmp_path}.*no index here.*tracker index rebuild"):
        FaissIndex.open(tmp_path, SmallModel())
    with pytest.raises(IndexDamagedError, match="no index here"):
        FaissIndex.open(tmp_path / "absent", SmallModel())


def test_a_manifest_without_its_file_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    vectors_file(tmp_path).unlink()
    with pytest.raises(IndexDamagedError, match=r"vectors-00000001\.faiss, which .* names, is missing"):
        FaissIndex.open(tmp_path, SmallModel())


@pytest.mark.parametrize(
    "model", [SmallModel(name="other"), SmallModel(revision="2"), SmallModel(dimension=32)]
)
def test_an_index_of_another_model_is_refused(tmp_path: Path, model: SmallModel) -> None:
    saved(tmp_path)
    with pytest.raises(IndexDamagedError, match="holds vectors of small"):
        FaissIndex.open(tmp_path, model)


def flip_a_bit(path: Path, chance: np.random.Generator) -> None:
    content = bytearray(path.read_bytes())
    content[chance.integers(len(content))] ^= 1 << int(chance.integers(8))
    path.write_bytes(content)


def flip_a_bit_of_the_header(path: Path, chance: np.random.Generator) -> None:
    content = bytearray(path.read_bytes())
    content[chance.integers(64)] ^= 1 << int(chance.integers(8))
    path.write_bytes(content)


def cut_off(path: Path, chance: np.random.Generator) -> None:
    os.truncate(path, int(chance.integers(path.stat().st_size)))


def lengthen(path: Path, chance: np.random.Generator) -> None:
    with path.open("ab") as file:
        file.write(chance.bytes(int(chance.integers(1, 50))))


DAMAGES = (flip_a_bit, flip_a_bit_of_the_header, cut_off, lengthen)


@pytest.mark.parametrize("damage", DAMAGES)
def test_all_of_a_hundred_damaged_files_are_refused_before_faiss_sees_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path, np.random.Generator], None]
) -> None:
    saved(tmp_path / "whole")
    monkeypatch.setattr(faiss, "read_index", lambda *_: pytest.fail("FAISS was given a damaged file"))
    for case in range(25):
        broken = tmp_path / str(case)
        shutil.copytree(tmp_path / "whole", broken)
        victim = broken / "manifest.json" if case % 5 == 0 else vectors_file(broken)
        damage(victim, np.random.default_rng(case))
        with pytest.raises(IndexDamagedError, match=rf"{broken}.*tracker index rebuild"):
            FaissIndex.open(broken, SmallModel())


def with_content(directory: Path, index: faiss.Index) -> None:
    """Put another FAISS index in place, under a manifest that fits it."""
    saved(directory)
    faiss.write_index(index, str(vectors_file(directory)))
    content = vectors_file(directory).read_bytes()
    manifest = describe(
        generation=1,
        file=vectors_file(directory).name,
        sha256=hashlib.sha256(content).hexdigest(),
        count=300,
        model=SmallModel(),
    )
    (directory / "manifest.json").write_bytes(manifest.as_bytes())


def doubled() -> faiss.Index:
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(16))
    index.add_with_ids(ROWS, np.repeat(KEYS[:150], 2))
    return index


def by_distance() -> faiss.Index:
    index = faiss.IndexIDMap2(faiss.IndexFlatL2(16))
    index.add_with_ids(ROWS, KEYS)
    return index


def without_keys() -> faiss.Index:
    index = faiss.IndexFlatIP(16)
    index.add(ROWS)
    return index


def too_few() -> faiss.Index:
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(16))
    index.add_with_ids(ROWS[:299], KEYS[:299])
    return index


def too_narrow() -> faiss.Index:
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(8))
    index.add_with_ids(ROWS[:, :8], KEYS)
    return index


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (doubled, "several vectors under one key"),
        (by_distance, "compared by inner product"),
        (without_keys, "under keys"),
        (too_few, "holds 299 vectors, manifest.json says 300"),
        (too_narrow, "vectors of 8 numbers, not 16"),
    ],
)
def test_a_whole_file_of_another_make_is_refused(
    tmp_path: Path, build: Callable[[], faiss.Index], reason: str
) -> None:
    with_content(tmp_path, build())
    with pytest.raises(IndexDamagedError, match=reason):
        FaissIndex.open(tmp_path, SmallModel())


def test_a_manifest_cannot_lead_out_of_its_directory(tmp_path: Path) -> None:
    saved(tmp_path / "index")
    shutil.copy(vectors_file(tmp_path / "index"), tmp_path / "vectors-00000001.faiss")
    content = json.loads((tmp_path / "index" / "manifest.json").read_text("utf-8"))
    for extra in ("format", "checksum"):
        content.pop(extra)
    forged = Manifest(**{**content, "file": "../vectors-00000001.faiss"})
    (tmp_path / "index" / "manifest.json").write_bytes(forged.as_bytes())
    with pytest.raises(IndexDamagedError, match="no name of an index file"):
        FaissIndex.open(tmp_path / "index", SmallModel())


# The lock file opened; then for the vectors and for the manifest: opened, flushed, put in place, and their
# directory flushed; and FAISS's own writing.
WRITING_STEPS = 10


class Faults:
    """Makes the n-th of the calls that write to disk fail."""

    def __init__(self, patch: pytest.MonkeyPatch, fails_at: int) -> None:
        self.calls = 0
        self.fails_at = fails_at
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "open"), (faiss, "write_index")):
            patch.setattr(owner, name, self.failing(getattr(owner, name)))

    def failing(self, call: Callable[..., object]) -> Callable[..., object]:
        def maybe(*arguments: object, **options: object) -> object:
            reads = "rb" in (*arguments, *options.values())
            self.calls += not reads
            if self.calls == self.fails_at and not reads:
                raise OSError(28, "No space left on device")
            return call(*arguments, **options)

        return maybe


def test_a_full_disk_at_any_step_leaves_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    outcomes = []
    for step in range(1, WRITING_STEPS + 2):
        directory = tmp_path / str(step)
        index = saved(directory, 100)
        index.upsert(KEYS[100:], ROWS[100:])
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, step)
            if step <= WRITING_STEPS:
                with pytest.raises(TrackerError, match="No space left on device") as raised:
                    index.save()
                assert not isinstance(raised.value, IndexDamagedError)
            else:
                index.save()
        if step > WRITING_STEPS:
            assert faults.calls == WRITING_STEPS
            break
        outcomes.append(len(FaissIndex.open(directory, SmallModel())))
        assert len(index) == 300
        index.save()
        assert verify(FaissIndex.open(directory, SmallModel()), batches()).is_sound
    # Only when the directory cannot be flushed is the new manifest in place although saving failed.
    assert outcomes == [100] * (WRITING_STEPS - 1) + [300]


def test_the_manifest_takes_its_place_only_after_the_vectors_are_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        steps.append("fsync")
        fsync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        steps.append(target.suffix)
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    saved(tmp_path)
    assert steps == ["fsync", ".faiss", "fsync", "fsync", ".json", "fsync"]


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    index = FaissIndex.create(tmp_path / "file" / "index", SmallModel())
    with pytest.raises(TrackerError, match=r"file/index: the vector index cannot be saved: Not a directory"):
        index.save()
    with pytest.raises(IndexDamagedError, match="file/index"):
        FaissIndex.open(tmp_path / "file" / "index", SmallModel())


def test_an_index_created_anew_replaces_even_a_damaged_one(tmp_path: Path) -> None:
    saved(tmp_path)
    (tmp_path / "manifest.json").write_text("{", "utf-8")
    saved(tmp_path, 70)
    assert len(FaissIndex.open(tmp_path, SmallModel())) == 70
