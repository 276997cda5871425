"""The command over a home without models: texts get vectors from their words, and few persons are known.

Each command runs in a child of this process, so that it can be killed, and ends as a process of its own does.
"""

import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import configure_mappers
from voice_doubles import Unheard

from tracker.bootstrap import models, wiring
from tracker.cli import main as tracker
from tracker.language.pack import language_pack
from tracker.registry import current
from tracker.registry.loading import load_places, load_registry

DIMENSION = 384  # as many as the weights of the comparison are for
State = dict[str, list[tuple[Any, ...]]]
Row = dict[str, Any]

PLACES = ("Gharyan", "Zuwara")

TABLES = {
    "document": "id, title, sha256, text, original",
    "statement": "id, document_id, quote, party_code, polarity, text_digest, linked_at IS NULL",
    "statement_words": "*",
    "figure": "statement_id, position, low, high",
    "membership": "statement_id, event_id, position, score, reason",
    "event": "id, title, place_id, start, redirects_to, due",
    "conflict": "id, event_id, one, other, type, score, judgement",
    "link_decision": "one, other, verdict, actor, reason",
    "audit_entry": "id, actor, action, subject_id, before, after, reason",
    "audit_subject": "*",
}
"""What has to be the same whatever happened on the way; times are not."""


class LightEmbedder:
    """Vectors from words alone, the same for the same text."""

    revision = "1"
    dimension = DIMENSION

    def __init__(self, name: str) -> None:
        self.name = name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row] += _direction(word)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def load(self) -> None:
        """There is nothing to open."""


@cache
def _direction(word: str) -> NDArray[np.float32]:
    seed = int(sha256(word.encode()).hexdigest()[:8], 16)
    return np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)


def leave_models_out() -> None:
    """Have installations of this process opened without models, and with few persons and places."""
    registry, places = load_registry(), [one for one in load_places() if one.place.name in PLACES]
    registry = replace(registry, speakers=registry.speakers[:9])
    models.load_embedder = lambda name, _folder: LightEmbedder(name)  # type: ignore[assignment]
    models.VoiceModel = lambda _folder: Unheard()  # type: ignore[assignment,misc]
    wiring.load_places = lambda: tuple(places)
    current.load_registry = lambda: registry
    language_pack("en")
    configure_mappers()


def report(number: int) -> Row:
    """A report of two sides and a figure, about Gharyan, or of tankers that left Zuwara, two months later."""
    words = (
        f"The Government of National Accord said that {number + 3} people were killed in Gharyan.\n\n"
        f"The Libyan National Army denied that {number + 3} people were killed in Gharyan."
    )
    if number % 2 == 0:
        words = (
            f"Turkey's defence ministry said {number} tankers had sailed from Zuwara with crude oil.\n\n"
            f"The Libyan National Army said that no tankers had sailed from Zuwara."
        )
    return {
        "id": f"r{number}",
        "title": "Tankers at sea" if number % 2 == 0 else "Fighting in the mountains",
        "text": words,
        "lang": "en",
        "outlet": "Constructed Wire",
        "published": "2020-03-02T10:00:00Z" if number % 2 == 0 else "2020-01-06T10:00:00Z",
    }


FIRST = [report(number) for number in (1, 2, 3)]
SECOND = [report(number) for number in (1, 4, 5, 7)]


def lines(records: Sequence[Row]) -> str:
    return "".join(json.dumps(one) + "\n" for one in records)


def state(home: Path) -> State:
    """All that is stored, and the files that the act writes."""
    found: State = {}
    with closing(sqlite3.connect(home / "tracker.sqlite3", timeout=5)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        for table, columns in TABLES.items():
            rows = connection.execute(f"SELECT {columns} FROM {table}")  # noqa: S608
            found[table] = sorted(rows, key=repr)
    for path in sorted((home / "reports").glob("*.*")):
        if not path.name.startswith("."):
            found[path.name] = [(sha256(path.read_bytes()).hexdigest(),)]
    found["backup"] = [("whole",)] if (home / "desk.zip").exists() else []
    return found


def in_child(
    home: Path,
    words: Sequence[str],
    prepare: Callable[[], object],
    after: Callable[[], object] = lambda: None,
) -> tuple[int, Any, str]:
    """Run a command in a child; its exit code (the signal's, negative), what `after` told, and its errors."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        answer: list[Any] = [70, None, ""]
        err = io.StringIO()
        try:
            os.environ["TRACKER_HOME"] = str(home)
            os.chdir(home)
            with redirect_stdout(io.StringIO()), redirect_stderr(err):
                prepare()
                try:
                    tracker(list(words))
                    answer[0] = 0
                except SystemExit as left:
                    answer[0] = left.code or 0
        except BaseException as error:  # noqa: BLE001 # whatever it is, it is told
            err.write(f"Traceback: {type(error).__name__}: {error}")
        finally:
            answer[1] = after()
            answer[2] = err.getvalue()
            with os.fdopen(writer, "w") as pipe:
                json.dump(answer, pipe)
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status), None, ""
    code, extra, err_text = json.loads(told)
    return code, extra, err_text


def must(home: Path, *words: str) -> None:
    """A command that has to succeed; whatever it has imported, later children find imported."""
    code, modules, err = in_child(home, words, lambda: None, lambda: sorted(sys.modules))
    assert code == 0, (words, code, err)
    for name in modules:
        with suppress(ImportError):
            import_module(name)
