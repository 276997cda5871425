"""Workers of one server hold the models in the memory of the process that forks them."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.model

PROGRAM = """
import json, os
from pathlib import Path

from tracker.bootstrap import Models
from tracker.domain.voices import WIDTH, Telling
from tracker.embedding.loading import DEFAULT_MODEL, QUESTION_MODEL, STANCE_MODEL, load_embedder
from tracker.embedding.voice_reader import VoiceModel

def threads():
    return len(os.listdir("/proc/self/task"))

def private():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) // 1024

models = Models(VoiceModel(), *map(load_embedder, (DEFAULT_MODEL, QUESTION_MODEL, STANCE_MODEL)))
before = threads()
models.open_for_forks()
found = {"started": threads() - before, "opened": private()}
given, taken = os.pipe()
if os.fork() == 0:
    shapes = [one.encode(["a text"]).shape for one in (models.claims, models.questions, models.stances)]
    [[marks]] = models.voices.read([Telling("", "", ("a text",), (0,))])
    shapes.append([1, marks.values.shape[1]])
    os.write(taken, json.dumps({"shapes": shapes, "forked": private(), "width": WIDTH}).encode())
    os._exit(0)
os.close(taken)
print(json.dumps({**found, **json.loads(os.read(given, 10_000))}))
"""


def test_a_forked_process_uses_models_that_it_does_not_hold_again() -> None:
    ran = subprocess.run(  # noqa: S603 - this interpreter, the program above
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = json.loads(ran.stdout)
    assert found["started"] == 0, "threads started before a fork are missing after it"
    assert found["shapes"] == [[1, 384]] * 3 + [[1, found["width"]]]
    assert found["forked"] < 0.3 * found["opened"]
