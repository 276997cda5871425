"""The index on disk: killed at any moment while it is written it can be used, and damaged it is refused.

A few kills and damages in a run of all tests. As many as docs/reliability.md names, with the figures printed:

    FAULTS=all python -m pytest -s tests/integration/test_faults_index.py
"""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.domain.errors import IndexDamagedError
from tracker.index import FaissIndex, building, segment, verify

EVERY = os.environ.get("FAULTS") == "all"
KILLS = 50 if EVERY else 6
DAMAGES = 300 if EVERY else 45
COUNT = 1_500


@dataclass(frozen=True)
class SmallModel:
    name: str = "small"
    revision: str = "1"
    dimension: int = 48


def rows(first: int, count: int) -> NDArray[np.float32]:
    """Vectors of their own for each number, the same each time."""
    made = [np.random.default_rng(number).standard_normal(48) for number in range(first, first + count)]
    vectors = np.stack(made).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def lists_over_few_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that all three kinds of files are written."""
    monkeypatch.setattr(segment, "FLAT_LIMIT", 500)
    monkeypatch.setattr(building, "FLAT_LIMIT", 500)


def in_child(work: Callable[[int], None]) -> tuple[int, int]:
    """A child of this process that may write to a pipe; its number and the end to read from."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            work(writer)
            os._exit(0)
        except BaseException:  # noqa: BLE001 # the parent sees it by the exit
            os._exit(1)
    os.close(writer)
    return child, reader


def keep_saving(directory: Path, told: int) -> None:
    """Add a vector and save; build all anew each fourth time. Each saving that is done is told."""
    index = FaissIndex.open(directory, SmallModel())
    while True:
        count = len(index)
        if count % 4 == 0:
            index.replace([(np.arange(count), rows(0, count))])
        index.upsert(np.array([count]), rows(count, 1))
        index.save()
        os.write(told, count.to_bytes(4, "little"))


def make(directory: Path, first: int = 0) -> None:
    """An index with a segment, lists and changes."""

    def work(_told: int) -> None:
        index = FaissIndex.create(directory, SmallModel())
        index.replace([(np.arange(COUNT), rows(first, COUNT))])
        index.save()
        index.upsert(np.array([COUNT]), rows(first + COUNT, 1))
        index.save()

    child, reader = in_child(work)
    os.close(reader)
    assert os.waitpid(child, 0)[1] == 0


def wait_for_half_a_file(directory: Path) -> None:
    """A file that is being written stands beside those that are valid."""
    end = time.monotonic() + 20
    while not any(name.endswith(".temporary") for name in os.listdir(directory)):  # noqa: PTH208 # as fast as can be
        assert time.monotonic() < end, "nothing is written"


def test_whatever_moment_a_writer_is_killed_at_its_index_can_be_used(tmp_path: Path) -> None:
    """Every vector that was reported saved is there afterwards, and the next process carries on."""
    make(tmp_path)
    chance, interrupted = random.Random(4), 0  # noqa: S311
    for _ in range(KILLS):
        child, reader = in_child(lambda told: keep_saving(tmp_path, told))
        reported = int.from_bytes(os.read(reader, 4), "little")
        time.sleep(chance.uniform(0, 0.3))
        wait_for_half_a_file(tmp_path)
        time.sleep(chance.choice((0, 0, 0.0003, 0.002)))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reader, 4):
            reported = int.from_bytes(more, "little")
        os.close(reader)
        interrupted += any(path.name.endswith(".temporary") for path in tmp_path.iterdir())
        opened = FaissIndex.open(tmp_path, SmallModel())
        assert len(opened) in {reported + 1, reported + 2}
        assert verify(opened, [(np.arange(len(opened)), rows(0, len(opened)))]).is_sound
        newest = rows(len(opened) - 1, 1)
        assert [key for key, _ in opened.search(newest, 1)[0]] == [len(opened) - 1]
    print(f"{KILLS} kills, {interrupted} of them while a file was half written: all indexes usable")  # noqa: T201
    assert interrupted, "no kill fell into the middle of saving"


Damage = Callable[[Path, Path, random.Random], None]


def flip_a_bit(folder: Path, _other: Path, chance: random.Random) -> None:
    path = any_file(folder, chance)
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut_off(folder: Path, _other: Path, chance: random.Random) -> None:
    path = any_file(folder, chance)
    os.truncate(path, chance.randrange(path.stat().st_size))


def blank_a_block(folder: Path, _other: Path, chance: random.Random) -> None:
    """As a block that was never written, on a file system that had made room for it."""
    path = any_file(folder, chance)
    content = bytearray(path.read_bytes())
    start = chance.randrange(len(content))
    wiped = bytes(min(4096, len(content) - start))
    if content[start : start + len(wiped)] == wiped:
        content[start] = 1
    else:
        content[start : start + len(wiped)] = wiped
    path.write_bytes(content)


def take_another_indexs_file(folder: Path, other: Path, chance: random.Random) -> None:
    """Of the same name, kind and size."""
    path = any_file(folder, chance)
    shutil.copyfile(other / path.name, path)


def swap_two_files(folder: Path, _other: Path, chance: random.Random) -> None:
    one, two = chance.sample(files(folder), 2)
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)


def remove_a_file(folder: Path, _other: Path, chance: random.Random) -> None:
    any_file(folder, chance).unlink()


ALL_DAMAGES: tuple[Damage, ...] = (
    flip_a_bit,
    cut_off,
    blank_a_block,
    take_another_indexs_file,
    swap_two_files,
    remove_a_file,
)


def files(folder: Path) -> list[Path]:
    named = sorted(path for path in folder.iterdir() if path.suffix in {".arrays", ".faiss", ".json"})
    return [path for path in named if path.name != "checked.json"]


def any_file(folder: Path, chance: random.Random) -> Path:
    return chance.choice(files(folder))


@pytest.fixture(scope="module")
def two_indexes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of the same model and as many vectors, which are not the same."""
    folder = tmp_path_factory.mktemp("indexes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "FLAT_LIMIT", 500)
        patch.setattr(building, "FLAT_LIMIT", 500)
        make(folder / "one")
        make(folder / "other", first=10_000)
    return folder / "one", folder / "other"


def test_no_damaged_index_is_accepted(two_indexes: tuple[Path, Path], tmp_path: Path) -> None:
    whole, other = two_indexes
    assert {path.name.partition("-")[0] for path in files(whole)} == {
        "segment",
        "lists",
        "changes",
        "manifest.json",
    }
    contents = {path.name: path.read_bytes() for path in files(whole)}
    accepted, unclear = [], []
    for case in range(DAMAGES):
        damage = ALL_DAMAGES[case % len(ALL_DAMAGES)]
        broken = tmp_path / "broken"
        # With the notes that these very files were checked, as after a damage in place.
        shutil.copytree(whole, broken)
        damage(broken, other, random.Random(case))  # noqa: S311
        assert {path.name: path.read_bytes() for path in files(broken)} != contents
        try:
            FaissIndex.open(broken, SmallModel())
            accepted.append((case, damage.__name__))
        except IndexDamagedError as error:
            if str(broken) not in str(error) or "tracker index rebuild" not in str(error):
                unclear.append(str(error))
        shutil.rmtree(broken)
    print(f"{DAMAGES} damaged indexes, {len(accepted)} accepted")  # noqa: T201
    assert accepted == []
    assert unclear == []


def test_a_whole_index_of_another_database_is_found_by_verifying(two_indexes: tuple[Path, Path]) -> None:
    found = verify(
        FaissIndex.open(two_indexes[1], SmallModel()), [(np.arange(COUNT + 1), rows(0, COUNT + 1))]
    )
    assert (found.missing, found.superfluous, found.different) == (0, 0, COUNT + 1)
