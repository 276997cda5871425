"""One index directory, several processes and threads."""

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.domain.errors import IndexDamagedError
from tracker.index import FaissIndex, faiss_index


@dataclass(frozen=True)
class SmallModel:
    name: str = "small"
    revision: str = "1"
    dimension: int = 8


def row(direction: int) -> NDArray[np.float32]:
    """A vector of its own for each number."""
    vector = np.random.default_rng(direction).standard_normal((1, 8)).astype(np.float32)
    return vector / np.linalg.norm(vector)


def put(index: FaissIndex, *numbers: int) -> None:
    for number in numbers:
        index.upsert(np.array([number]), row(number))


def keys(index: FaissIndex) -> list[int]:
    return index.keys().tolist()


def in_another_process(work: Callable[[Path], None], directory: Path) -> None:
    process = multiprocessing.get_context("fork").Process(target=work, args=(directory,))
    process.start()
    process.join(20)
    hung = process.is_alive()
    process.kill()
    process.join()
    assert not hung
    assert process.exitcode == 0


def add_seven(directory: Path) -> None:
    index = FaissIndex.open(directory, SmallModel())
    put(index, 7)
    index.save()


def remove_one(directory: Path) -> None:
    index = FaissIndex.open(directory, SmallModel())
    index.remove(np.array([1]))
    index.save()


@pytest.fixture
def index(tmp_path: Path) -> FaissIndex:
    created = FaissIndex.create(tmp_path, SmallModel())
    put(created, 1, 2, 3)
    created.save()
    return created


def test_a_process_takes_over_what_another_has_saved(index: FaissIndex, tmp_path: Path) -> None:
    assert not index.reload_if_changed()
    in_another_process(add_seven, tmp_path)
    assert [key for key, _ in index.search(row(7), 1)[0]] != [7]
    assert index.reload_if_changed()
    assert [key for key, _ in index.search(row(7), 1)[0]] == [7]
    assert not index.reload_if_changed()


def test_what_is_not_yet_saved_stays_on_top_of_what_is_taken_over(index: FaissIndex, tmp_path: Path) -> None:
    put(index, 4)
    index.remove(np.array([2]))
    index.upsert(np.array([3]), row(33))
    in_another_process(add_seven, tmp_path)
    assert index.reload_if_changed()
    assert keys(index) == [1, 3, 4, 7]
    assert index.search(row(33), 1)[0][0][0] == 3


def test_two_processes_that_save_lose_nothing_of_each_other(index: FaissIndex, tmp_path: Path) -> None:
    put(index, 4)
    in_another_process(add_seven, tmp_path)
    in_another_process(remove_one, tmp_path)
    index.save()
    assert keys(index) == [2, 3, 4, 7]
    assert keys(FaissIndex.open(tmp_path, SmallModel())) == [2, 3, 4, 7]


def add_many(directory: Path, first: int) -> None:
    index = FaissIndex.open(directory, SmallModel())
    for number in range(first, first + 20):
        put(index, number)
        index.save()


@pytest.mark.usefixtures("index")
def test_processes_that_save_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=add_many, args=(tmp_path, first)) for first in (100, 200, 300)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    added = [first + number for first in (100, 200, 300) for number in range(20)]
    assert keys(FaissIndex.open(tmp_path, SmallModel())) == [1, 2, 3, *added]


def test_indexes_that_start_empty_take_over_what_others_save(tmp_path: Path) -> None:
    one, other, reader = (FaissIndex.create(tmp_path, SmallModel()) for _ in range(3))
    put(one, 1)
    one.save()
    put(other, 2)
    other.save()
    assert reader.reload_if_changed()
    assert one.reload_if_changed()
    assert keys(reader) == keys(one) == keys(other) == [1, 2]


def test_an_index_that_starts_empty_leaves_nothing_of_what_was_there(
    index: FaissIndex, tmp_path: Path
) -> None:
    assert len(index) == 3
    created = FaissIndex.create(tmp_path, SmallModel())
    assert not created.reload_if_changed()
    put(created, 4)
    created.save()
    assert keys(FaissIndex.open(tmp_path, SmallModel())) == [4]


def test_an_index_built_anew_keeps_nothing_of_what_others_saved(index: FaissIndex, tmp_path: Path) -> None:
    in_another_process(add_seven, tmp_path)
    index.replace([(np.array([5]), row(5))])
    assert not index.reload_if_changed()
    index.save()
    assert keys(FaissIndex.open(tmp_path, SmallModel())) == [5]
    in_another_process(add_seven, tmp_path)
    assert index.reload_if_changed()
    assert keys(index) == [5, 7]


def test_an_index_of_another_model_is_neither_taken_over_nor_overwritten(
    index: FaissIndex, tmp_path: Path
) -> None:
    FaissIndex.create(tmp_path, SmallModel(revision="2")).save()
    put(index, 4)
    with pytest.raises(IndexDamagedError, match="holds vectors of small"):
        index.reload_if_changed()
    with pytest.raises(IndexDamagedError, match="holds vectors of small"):
        index.save()
    assert keys(index) == [1, 2, 3, 4]
    assert len(FaissIndex.open(tmp_path, SmallModel(revision="2"))) == 0


def test_a_damaged_successor_leaves_the_vectors_in_memory_usable(index: FaissIndex, tmp_path: Path) -> None:
    in_another_process(add_seven, tmp_path)
    [path] = tmp_path.glob("changes-*.arrays")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexDamagedError, match="torn or changed"):
        index.reload_if_changed()
    assert keys(index) == [1, 2, 3]


def test_an_index_whose_directory_was_emptied_stays_usable_and_can_be_saved(
    index: FaissIndex, tmp_path: Path
) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    assert not index.reload_if_changed()
    put(index, 4)
    index.save()
    assert keys(FaissIndex.open(tmp_path, SmallModel())) == [1, 2, 3, 4]


def test_a_reader_that_meets_a_removed_generation_reads_the_next(
    index: FaissIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the manifest and opening its file, a writer saves and removes that file."""
    monkeypatch.setattr(faiss_index, "_LEAST_UNSETTLED", 0)
    put(index, 4)
    reads = 0
    read_bytes = Path.read_bytes

    def read_while_saved(self: Path) -> bytes:
        nonlocal reads
        reads += 1
        content = read_bytes(self)
        if reads == 1:
            index.save()
        return content

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", read_while_saved)
        assert keys(FaissIndex.open(tmp_path, SmallModel())) == [1, 2, 3, 4]
    assert reads > 1


def test_searches_beside_a_writer_never_see_half_a_change(index: FaissIndex) -> None:
    """One thread keeps replacing, removing and adding; whatever others find has its own vector's score."""
    rows = {key: row(key) for key in range(400)}
    expected = {key: float(vector[0, 0]) for key, vector in rows.items()}
    first_axis = np.eye(1, 8, dtype=np.float32)
    index.replace([(np.array([key]), vector) for key, vector in rows.items()])
    done, wrong = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            for key, score in index.search(first_axis, 30)[0]:
                if abs(score - expected[key]) > 1e-6:
                    wrong.append((key, score))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for turn in range(60):
        some = np.arange(turn % 7, 400, 7)
        index.remove(some)
        index.upsert(some, np.concatenate([rows[key] for key in some.tolist()]))
    done.set()
    for thread in readers:
        thread.join(20)
    assert wrong == []
    assert len(index) == 400


def test_faiss_keeps_to_one_thread_in_every_thread_that_searches(index: FaissIndex) -> None:
    seen = []

    def search() -> None:
        faiss.omp_set_num_threads(2)
        index.search(row(1), 1)
        seen.append(faiss.omp_get_max_threads())

    thread = threading.Thread(target=search)
    thread.start()
    thread.join(20)
    assert seen == [1]


def search_many(directory: Path) -> None:
    FaissIndex.open(directory, SmallModel()).search(np.repeat(row(1), 600, axis=0), 3)


@pytest.mark.usefixtures("index")
def test_a_process_forked_after_searches_can_search(tmp_path: Path) -> None:
    search_many(tmp_path)  # through BLAS, where a pool of threads would be
    in_another_process(search_many, tmp_path)


MAKES_CENTROIDS = """
import os
import numpy as np
from tracker.index.coarse import coarse

before = len(os.listdir("/proc/self/task"))
coarse(np.random.default_rng(1).standard_normal((1_265, 384), dtype=np.float32))
print(len(os.listdir("/proc/self/task")) - before)
"""


def test_opening_lists_starts_no_threads_that_a_fork_would_lose() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", MAKES_CENTROIDS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "0"
