"""The models in a process of their own: what they give, and what becomes of either process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from platformdirs import user_cache_path

from tracker.domain.errors import ModelLostError, SettingsError
from tracker.embedding.apart import ApartEmbedder, ModelProcess
from tracker.embedding.loading import DEFAULT_MODEL, load_embedder

pytestmark = pytest.mark.model

MODELS = user_cache_path("tracker") / "models"
TEXTS = [
    "The Libyan National Army said on Monday that it held Sirte.",
    "قال الجيش الوطني الليبي يوم الاثنين إن سرت تحت سيطرته.",
    "Tankers left.",
    "Правительство национального согласия заявило, что порт не был обстрелян.",
]


@pytest.fixture(scope="module")
def process() -> Iterator[ModelProcess]:
    process = ModelProcess(MODELS)
    with process.started():
        yield process


def test_vectors_are_those_of_the_model_here(process: ModelProcess) -> None:
    here = load_embedder(DEFAULT_MODEL, MODELS)
    apart = ApartEmbedder(here, process)
    assert (apart.name, apart.revision, apart.dimension) == (here.name, here.revision, here.dimension)
    vectors = apart.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert np.vecdot(vectors, here.encode(TEXTS)).min() > 0.999
    assert process.seconds > 0


def test_no_other_text_has_a_part_in_a_vector(process: ModelProcess) -> None:
    together = process.begin(DEFAULT_MODEL, TEXTS)
    beside = process.begin(DEFAULT_MODEL, [f"Report number {number} of the port." for number in range(20)])
    assert beside.result().shape == (20, 384)
    for text, vector in zip(TEXTS, together.result(), strict=True):
        alone = process.begin(DEFAULT_MODEL, [text]).result()
        assert alone.tobytes() == vector.tobytes()


def test_what_a_model_complains_of_is_told_here(process: ModelProcess, tmp_path: Path) -> None:
    pending = process.begin(str(tmp_path), ["a"])
    with pytest.raises(SettingsError, match=str(tmp_path)):
        pending.result()


def test_that_it_was_killed_is_told_with_what_to_do() -> None:
    process = ModelProcess(MODELS)
    with process.started():
        first = process.begin(DEFAULT_MODEL, TEXTS)
        first.result()
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
        pending = process.begin(DEFAULT_MODEL, TEXTS)
        for child in children:
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        with pytest.raises(ModelLostError, match="what was stored stays"):
            pending.result()
        with pytest.raises(ModelLostError):
            process.begin(DEFAULT_MODEL, TEXTS).result()


PARENT = """
import sys, time
from pathlib import Path
from tracker.embedding.apart import ModelProcess

if __name__ == "__main__":
    process = ModelProcess(Path(sys.argv[1]))
    with process.started():
        pool = process._pool
        print(pool.submit(__import__("os").getpid).result(), flush=True)
        time.sleep(600)
"""


def test_it_ends_with_the_process_that_asks_even_where_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(PARENT, "utf-8")
    with subprocess.Popen(  # noqa: S603 # this interpreter, the program above
        [sys.executable, str(program), str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip()
        assert child.exists()
        parent.kill()
    until = time.monotonic() + 20
    while child.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not child.exists()
