import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tracker.domain.jobs import IncomingError
from tracker.storage.incoming import IncomingFolder

JOB, OTHER = "j" + "0" * 15, "j" + "1" * 15


@pytest.fixture
def folder(tmp_path: Path) -> IncomingFolder:
    return IncomingFolder(tmp_path / "incoming")


def test_a_file_is_kept_with_its_size_and_hash_for_us_alone(folder: IncomingFolder) -> None:
    data = os.urandom(3_000_000)
    kept = folder.keep(JOB, "0001.warc.gz", io.BytesIO(data))
    assert (kept.size, kept.sha256) == (len(data), sha256(data).hexdigest())
    path = folder.path(JOB, "0001.warc.gz")
    assert path.read_bytes() == data
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    ("job", "file"),
    [
        (JOB, "../0001.txt"),
        (JOB, "0001.txt/.."),
        (JOB, "one.txt"),
        (JOB, "0001"),
        (JOB, "0001.txt\n"),
        ("..", "0001.txt"),
        ("j0", "0001.txt"),
        (f"{JOB}/..", "0001.txt"),
    ],
)
def test_names_that_are_not_ours_are_refused(folder: IncomingFolder, job: str, file: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: folder.keep(job, file, io.BytesIO(b"x")),
        lambda: folder.path(job, file),
        lambda: folder.discard(job, [file]),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"no (name|id)"):
            call()


def test_a_file_is_never_written_over(folder: IncomingFolder) -> None:
    folder.keep(JOB, "0001.txt", io.BytesIO(b"first"))
    with pytest.raises(IncomingError, match="cannot be kept"):
        folder.keep(JOB, "0001.txt", io.BytesIO(b"second"))
    assert folder.path(JOB, "0001.txt").read_bytes() == b"first"


def test_a_disk_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "incoming").write_text("a file where the folder belongs")
    with pytest.raises(IncomingError, match="the files cannot be kept"):
        IncomingFolder(tmp_path / "incoming").keep(JOB, "0001.txt", io.BytesIO(b"x"))


def test_files_are_discarded_and_the_folder_with_the_last_of_them(folder: IncomingFolder) -> None:
    for file in ("0001.txt", "0002.txt"):
        folder.keep(JOB, file, io.BytesIO(b"x"))
    folder.discard(JOB, ["0001.txt", "0009.txt"])
    assert not folder.path(JOB, "0001.txt").exists()
    assert folder.path(JOB, "0002.txt").exists()
    folder.discard(JOB, ["0002.txt"])
    assert not folder.path(JOB, "0002.txt").parent.exists()
    folder.discard(JOB)
    folder.keep(JOB, "0001.txt", io.BytesIO(b"x"))
    folder.discard(JOB)
    assert not folder.path(JOB, "0001.txt").parent.exists()


def test_only_what_is_old_and_wanted_by_nobody_is_swept(folder: IncomingFolder, tmp_path: Path) -> None:
    folder.sweep({}, timedelta(0))
    for job in (JOB, OTHER):
        for file in ("0001.txt", "0002.txt"):
            folder.keep(job, file, io.BytesIO(b"x"))
    strange = tmp_path / "incoming" / "notes"
    strange.mkdir()
    ago = time.time() - 100
    for home in (folder.path(JOB, "0001.txt").parent, strange):
        os.utime(home, (ago, ago))
    folder.sweep({JOB: frozenset({"0002.txt"})}, timedelta(seconds=50))
    left = sorted(str(path.relative_to(tmp_path / "incoming")) for path in tmp_path.rglob("0*.txt"))
    assert left == [f"{JOB}/0002.txt", f"{OTHER}/0001.txt", f"{OTHER}/0002.txt"]
    assert strange.exists(), "what is not ours was removed"
