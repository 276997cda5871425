"""The index on disk: whole or refused, whatever happens to it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.bootstrap.indexing import FedIndex, vectors_at_hand
from tracker.domain.errors import IndexDamagedError, TrackerError
from tracker.domain.identifiers import statement_of_key
from tracker.index import FaissIndex, building, faiss_index, segment, verify
from tracker.index.array_file import read_arrays, write_arrays
from tracker.index.directory import IndexDirectory
from tracker.index.manifest import SealedFile, SealedLists, describe, parse


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


def only(directory: Path, kind: str) -> Path:
    """The one file of this kind: segment, lists or changes."""
    [path] = directory.glob(f"{kind}-*")
    return path


@pytest.fixture
def with_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a small index gets lists."""
    monkeypatch.setattr(segment, "FLAT_LIMIT", 20)
    monkeypatch.setattr(building, "FLAT_LIMIT", 20)


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_an_opened_index_is_the_one_that_was_saved(tmp_path: Path) -> None:
    index = saved(tmp_path / "new" / "index")
    opened = FaissIndex.open(tmp_path / "new" / "index", SmallModel())
    assert len(opened) == 300
    assert opened.search(ROWS[:9], 12) == index.search(ROWS[:9], 12)
    assert verify(opened, batches()).is_sound


@pytest.mark.parametrize("kept", [300, 250])
def test_the_vector_of_one_key_is_the_one_that_was_put_last(tmp_path: Path, kept: int) -> None:
    saved(tmp_path, kept)
    index = FaissIndex.open(tmp_path, SmallModel())
    index.upsert(KEYS[kept:], ROWS[kept:])
    index.upsert(KEYS[:1], ROWS[7:8])
    index.remove(KEYS[1:2])
    wanted = [ROWS[7], None, *ROWS[2:]]
    for key, row in zip(KEYS.tolist(), wanted, strict=True):
        found, (known, rows) = index.vector_of(key), index.vectors_of(np.array([key]))
        if row is None:
            assert found is None
            assert not known.any()
        else:
            assert found is not None
            assert np.array_equal(found, row[np.newaxis])
            assert np.array_equal(rows, row[np.newaxis])
    assert index.vector_of(2**61) is None
    known, rows = index.vectors_of(KEYS[:5])
    assert known.tolist() == [True, False, True, True, True]
    assert np.array_equal(rows, ROWS[[7, 2, 3, 4]])


def test_a_vector_that_the_index_lacks_comes_from_the_database(tmp_path: Path) -> None:
    index = FedIndex.create(tmp_path, SmallModel())
    ids = [statement_of_key(key) for key in KEYS[:3].tolist()]
    asked: list[Sequence[str]] = []

    class Database:
        def vectors(self, given: Sequence[str]) -> NDArray[np.float32]:
            asked.append(given)
            return ROWS[: len(given)]

    vectors = vectors_at_hand(index, Database())  # type: ignore[arg-type]
    index.upsert(KEYS[:2], ROWS[:2])
    assert np.array_equal(vectors(ids[:2]), ROWS[:2])
    assert asked == []
    assert np.array_equal(vectors(ids), ROWS[:3])
    assert asked == [ids]


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


@pytest.mark.usefixtures("with_lists")
def test_only_the_last_generation_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = saved(tmp_path, 100)
    (tmp_path / "segment-00000099.arrays.temporary").write_bytes(b"left by a killed process")
    (tmp_path / "vectors-00000007.faiss").write_bytes(b"left by an earlier version of the program")
    index.upsert(KEYS[100:200], ROWS[100:200])
    index.save()
    kept = {"manifest.json", "lock", "checked.json"}
    first = {"segment-00000001.arrays", "lists-00000001.faiss"}
    assert names(tmp_path) == {*kept, *first, "changes-00000002.arrays"}
    monkeypatch.setattr(faiss_index, "_LEAST_UNSETTLED", 100)
    index.upsert(KEYS[200:], ROWS[200:])
    index.save()
    assert names(tmp_path) == {*kept, "segment-00000003.arrays", "lists-00000003.faiss"}


def test_a_save_writes_only_what_has_changed(tmp_path: Path) -> None:
    index = saved(tmp_path, 299)
    before = only(tmp_path, "segment").stat().st_mtime_ns
    index.upsert(KEYS[299:], ROWS[299:])
    index.remove(KEYS[:1])
    index.save()
    assert only(tmp_path, "segment").stat().st_mtime_ns == before
    assert only(tmp_path, "changes").stat().st_size < 16 * 4 + 1_000
    opened = FaissIndex.open(tmp_path, SmallModel())
    assert opened.keys().tolist() == sorted(KEYS[1:].tolist())
    assert opened.search(ROWS[299:], 3) == index.search(ROWS[299:], 3)


def test_many_small_savings_are_put_together(tmp_path: Path) -> None:
    index = saved(tmp_path, 250)
    for row in range(250, 290):
        index.upsert(KEYS[row : row + 1], ROWS[row : row + 1])
        index.remove(KEYS[row - 250 : row - 249])
        index.save()
    assert len(list(tmp_path.glob("changes-*"))) < 20
    opened = FaissIndex.open(tmp_path, SmallModel())
    assert opened.keys().tolist() == sorted(KEYS[40:290].tolist())
    assert opened.search(ROWS, 5) == index.search(ROWS, 5)


def test_a_missing_index_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=rf"{tmp_path}.*no index here.*tracker index rebuild"):
        FaissIndex.open(tmp_path, SmallModel())
    with pytest.raises(IndexDamagedError, match="no index here"):
        FaissIndex.open(tmp_path / "absent", SmallModel())


def test_a_manifest_without_its_file_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    only(tmp_path, "segment").unlink()
    with pytest.raises(IndexDamagedError, match=r"segment-00000001\.arrays, which .* names, is missing"):
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


@pytest.mark.usefixtures("with_lists")
@pytest.mark.parametrize("damage", DAMAGES)
def test_all_of_a_hundred_damaged_files_are_refused_before_faiss_sees_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path, np.random.Generator], None]
) -> None:
    index = saved(tmp_path / "whole", 200)
    index.upsert(KEYS[200:], ROWS[200:])
    index.save()
    read_index = faiss.read_index
    for case in range(25):
        broken = tmp_path / str(case)
        shutil.copytree(tmp_path / "whole", broken)
        kind = ("segment", "lists", "lists", "changes", "manifest")[case % 5]
        victim = broken / "manifest.json" if kind == "manifest" else only(broken, kind)
        damage(victim, np.random.default_rng(case))
        with monkeypatch.context() as patch:
            refuse = read_index if kind == "changes" else lambda *_: pytest.fail("FAISS saw a damaged file")
            patch.setattr(faiss, "read_index", refuse)
            with pytest.raises(IndexDamagedError, match=rf"{broken}.*tracker index rebuild"):
                FaissIndex.open(broken, SmallModel())


@pytest.mark.usefixtures("with_lists")
@pytest.mark.parametrize("kind", ["segment", "lists"])
def test_a_file_changed_in_place_is_noticed_although_it_was_checked_before(tmp_path: Path, kind: str) -> None:
    saved(tmp_path)
    FaissIndex.open(tmp_path, SmallModel())
    with only(tmp_path, kind).open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    with pytest.raises(IndexDamagedError, match="torn or changed"):
        FaissIndex.open(tmp_path, SmallModel())


@pytest.mark.usefixtures("with_lists")
def test_opening_reads_no_file_through_that_was_checked_and_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path / "index")
    digests = []
    file_digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *given: digests.append(1) or file_digest(*given))
    FaissIndex.open(tmp_path / "index", SmallModel())
    assert digests == []
    shutil.copytree(tmp_path / "index", tmp_path / "copy")
    FaissIndex.open(tmp_path / "copy", SmallModel())
    assert len(digests) == 2
    FaissIndex.open(tmp_path / "copy", SmallModel())
    assert len(digests) == 2
    FaissIndex.open(tmp_path / "copy", SmallModel()).check_files()
    assert len(digests) == 4


@pytest.mark.usefixtures("with_lists")
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"boot": 1, "files": 2}', b'{"boot": "", "files": {}}']
)
def test_a_damaged_note_of_what_was_checked_only_costs_a_check(tmp_path: Path, content: bytes) -> None:
    saved(tmp_path)
    (tmp_path / "checked.json").write_bytes(content)
    assert len(FaissIndex.open(tmp_path, SmallModel())) == 300


@pytest.mark.usefixtures("with_lists")
def test_verification_notices_a_byte_that_went_bad_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path)
    path = only(tmp_path, "lists")
    times = path.stat()
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    monkeypatch.setattr("tracker.index.seals.Seals.vouches_for", lambda *_: True)  # a disk tells nobody
    opened = FaissIndex.open(tmp_path, SmallModel())
    with pytest.raises(IndexDamagedError, match=r"lists-00000001\.faiss is torn or changed"):
        verify(opened, batches())


def put_in_place(directory: Path, kind: str, content: bytes) -> None:
    """Put another content in the place of a file, under a manifest that fits it."""
    path = only(directory, kind)
    path.write_bytes(content)
    sealed = SealedFile(path.name, len(content), hashlib.sha256(content).hexdigest())
    before = parse((directory / "manifest.json").read_bytes())
    lists = before.lists
    if kind == "lists" and lists is not None:
        lists = SealedLists(sealed, lists.probing, lists.loss)
    written = describe(
        generation=1,
        segment=sealed if kind == "segment" else before.segment,
        lists=lists,
        count=300,
        model=SmallModel(),
    )
    (directory / "manifest.json").write_bytes(written.as_bytes())


def arrays(directory: Path, **changed: NDArray[np.generic]) -> bytes:
    whole = read_arrays(only(directory, "segment").read_bytes())
    with (directory / "scratch").open("wb") as file:
        write_arrays(file, {**whole, **changed})
    return (directory / "scratch").read_bytes()


ASCENDING = np.sort(KEYS)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"keys": np.repeat(ASCENDING[::2], 2)}, "distinct, ascending"),
        ({"keys": ASCENDING[::-1]}, "distinct, ascending"),
        ({"keys": ASCENDING - ASCENDING[1]}, "distinct, ascending"),
        ({"keys": ASCENDING[:299]}, "as many as vectors"),
        ({"keys": ASCENDING[:299], "rows": ROWS[:299]}, "holds 299 vectors, its manifest says 300"),
        ({"rows": ROWS[:, :8]}, r"'rows' has the shape \(300, 8\)"),
        ({"rows": ASCENDING}, "no array 'rows' of the kind wanted"),
    ],
)
def test_a_whole_segment_of_another_make_is_refused(
    tmp_path: Path, changed: dict[str, NDArray[np.generic]], reason: str
) -> None:
    saved(tmp_path)
    put_in_place(tmp_path, "segment", arrays(tmp_path, **changed))
    with pytest.raises(IndexDamagedError, match=reason):
        FaissIndex.open(tmp_path, SmallModel())


def flat() -> faiss.Index:
    index = faiss.IndexFlatIP(16)
    index.add(ROWS)
    return index


def lists_of(
    rows: NDArray[np.float32], kind: int = faiss.ScalarQuantizer.QT_8bit_direct_signed
) -> faiss.Index:
    quantizer, by_residual = faiss.IndexFlatIP(rows.shape[1]), False
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, rows.shape[1], 4, kind, faiss.METRIC_INNER_PRODUCT, by_residual
    )
    index.train(rows)
    index.add(rows)
    return index


@pytest.mark.usefixtures("with_lists")
@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (flat, "does not hold inverted lists"),
        (lambda: lists_of(ROWS[:299]), "the lists hold 299 vectors, not 300"),
        (lambda: lists_of(ROWS[:, :8].copy()), "one byte a number"),
        (lambda: lists_of(ROWS, faiss.ScalarQuantizer.QT_fp16), "one byte a number"),
    ],
)
def test_whole_lists_of_another_make_are_refused(
    tmp_path: Path, build: Callable[[], faiss.Index], reason: str
) -> None:
    saved(tmp_path)
    faiss.write_index(build(), str(tmp_path / "scratch"))
    put_in_place(tmp_path, "lists", (tmp_path / "scratch").read_bytes())
    with pytest.raises(IndexDamagedError, match=reason):
        FaissIndex.open(tmp_path, SmallModel())


def test_an_index_of_an_earlier_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    saved(tmp_path)
    content = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps({**content, "format": 1}), "utf-8")
    with pytest.raises(IndexDamagedError, match=r"not of a format known here.*tracker index rebuild"):
        FaissIndex.open(tmp_path, SmallModel())


def test_a_manifest_cannot_lead_out_of_its_directory(tmp_path: Path) -> None:
    saved(tmp_path / "index")
    before = IndexDirectory(tmp_path / "index").manifest(SmallModel())
    shutil.copy(only(tmp_path / "index", "segment"), tmp_path / before.segment.file)
    outside = SealedFile(**{**asdict(before.segment), "file": f"../{before.segment.file}"})
    forged = describe(generation=1, segment=outside, lists=None, count=300, model=SmallModel())
    (tmp_path / "index" / "manifest.json").write_bytes(forged.as_bytes())
    with pytest.raises(IndexDamagedError, match="no name of an index file"):
        FaissIndex.open(tmp_path / "index", SmallModel())


# The lock file opened; then for each file and for the manifest: opened, flushed, put in place, and their
# directory flushed; and FAISS's own writing of lists.
CHANGES_STEPS = 9
SEGMENT_STEPS = 14


class Faults:
    """Makes the n-th of the calls that write to disk fail."""

    def __init__(self, patch: pytest.MonkeyPatch, fails_at: int) -> None:
        self.calls = 0
        self.fails_at = fails_at
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "open"), (faiss, "write_index")):
            patch.setattr(owner, name, self.failing(getattr(owner, name)))
        # What is only noted to save time may fail without a word.
        patch.setattr("tracker.index.seals.Seals.note", lambda *_: None)

    def failing(self, call: Callable[..., object]) -> Callable[..., object]:
        def maybe(*arguments: object, **options: object) -> object:
            reads = not {"r", "rb"}.isdisjoint((*arguments, *options.values()))
            self.calls += not reads
            if self.calls == self.fails_at and not reads:
                raise OSError(28, "No space left on device")
            return call(*arguments, **options)

        return maybe


@pytest.mark.usefixtures("with_lists")
@pytest.mark.parametrize(("most", "steps"), [(2_048, CHANGES_STEPS), (0, SEGMENT_STEPS)])
def test_a_full_disk_at_any_step_leaves_the_old_index_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, steps: int
) -> None:
    monkeypatch.setattr(faiss_index, "_LEAST_UNSETTLED", most)
    outcomes = []
    for step in range(1, steps + 2):
        directory = tmp_path / str(step)
        index = saved(directory, 100)
        index.upsert(KEYS[100:], ROWS[100:])
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, step)
            if step <= steps:
                with pytest.raises(TrackerError, match="No space left on device") as raised:
                    index.save()
                assert not isinstance(raised.value, IndexDamagedError)
            else:
                index.save()
        if step > steps:
            assert faults.calls == steps
            break
        outcomes.append(len(FaissIndex.open(directory, SmallModel())))
        assert len(index) == 300
        index.save()
        assert verify(FaissIndex.open(directory, SmallModel()), batches()).is_sound
    # Only when the directory cannot be flushed is the new manifest in place although saving failed.
    assert outcomes == [100] * (steps - 1) + [300]


@pytest.mark.usefixtures("with_lists")
def test_the_manifest_takes_its_place_only_after_the_files_are_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        steps.append("fsync")
        fsync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        steps.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    index = saved(tmp_path, 250)
    one = "segment-00000001.arrays", "lists-00000001.faiss", "manifest.json"
    in_place = [step for name in one for step in ("fsync", name, "fsync")]
    assert steps == [*in_place, "checked.json"]
    steps.clear()
    index.upsert(KEYS[250:], ROWS[250:])
    index.save()
    assert steps == ["fsync", "changes-00000002.arrays", "fsync", "fsync", "manifest.json", "fsync"]


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
