"""The tracker command in this process, so that a run of tests reads model and registry once."""

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import real_postgresql
from numpy.typing import NDArray
from platformdirs import user_cache_path
from sqlalchemy import Row, text

from tracker.cli import main
from tracker.domain.voices import Marks, Telling
from tracker.embedding import SentenceTransformerEmbedder, load_embedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.registry.loading import load_places, load_registry
from tracker.settings import Settings
from tracker.storage.advisory_turns import AdvisoryTurns
from tracker.storage.engine import make_engine
from tracker.storage.turns import FileTurns

CHECKOUT = Path(__file__).parents[1]


class RememberingEmbedder:
    """An embedder that reckons the vectors of the same texts together once."""

    def __init__(self, embedder: SentenceTransformerEmbedder) -> None:
        self._embedder = embedder
        self._known: dict[tuple[str, ...], NDArray[np.float32]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # Not text by text: what stands beside a text moves the last digits of its vector.
        together = tuple(texts)
        if together not in self._known:
            self._known[together] = self._embedder.encode(texts)
        return self._known[together].copy()


class RememberingVoices:
    """A voice encoder that reads each story once."""

    def __init__(self) -> None:
        self._model = VoiceModel()
        self._known: dict[Telling, tuple[Marks, ...]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def read(self, tellings: Sequence[Telling]) -> list[tuple[Marks, ...]]:
        for telling in tellings:
            if telling not in self._known:
                [self._known[telling]] = self._model.read([telling])
        return [self._known[telling] for telling in tellings]


@cache
def _voices() -> RememberingVoices:
    return RememberingVoices()


@cache
def _embedder(name: str) -> RememberingEmbedder:
    return RememberingEmbedder(load_embedder(name))


def _embedder_of_any_home(name: str, _cache_folder: Path) -> RememberingEmbedder:
    """One for all homes: none of the models in use here is kept in one."""
    return _embedder(name)


_READ_ONCE = {
    "tracker.bootstrap.models.load_embedder": _embedder_of_any_home,
    "tracker.bootstrap.models.VoiceModel": lambda _cache_folder: _voices(),
    "tracker.registry.current.load_registry": cache(load_registry),
    "tracker.bootstrap.wiring.load_places": cache(load_places),
}


@dataclass(frozen=True)
class Answer:
    """What a command left at the shell."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """Runs commands with a home of their own, away from the settings of whoever runs the tests."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, standard_input: bytes = b"") -> Answer:
        """Run a command; whatever it raises but an exit is the test's."""
        out, err = io.StringIO(), io.StringIO()
        code: object = None
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("TRACKER_")]:
                patch.delenv(name)
            for name, value in self.environment().items():
                patch.setenv(name, value)
            self.home.parent.mkdir(parents=True, exist_ok=True)
            patch.chdir(self.home.parent)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(standard_input), encoding="utf-8"))
            self.use_what_was_read_once(patch)
            with redirect_stdout(out), redirect_stderr(err):
                try:
                    main([str(argument) for argument in arguments])
                except SystemExit as left:
                    code = left.code
        # A home that was made just now is told which database is its own.
        self.environment()
        assert code is None or isinstance(code, int)
        return Answer(code or 0, out.getvalue(), err.getvalue())

    def use_what_was_read_once(self, patch: pytest.MonkeyPatch) -> None:
        """Let installations that are opened in this process share models and registry."""
        for name, reader in _READ_ONCE.items():
            patch.setattr(name, reader)

    def environment(self) -> dict[str, str]:
        """The settings, for a process of its own too."""
        own = {"TRACKER_HOME": str(self.home)}
        if real_postgresql.IN_USE:
            own["TRACKER_DATABASE_URL"] = real_postgresql.of_home(self.home)
        return {**own, **self.settings}

    def read_settings(self) -> Settings:
        """The settings as a command reads them."""
        return Settings(home=self.home, database_url=self.environment().get("TRACKER_DATABASE_URL", ""))

    @contextmanager
    def linking(self) -> Iterator[None]:
        """Hold the turn to link, as another process that links does."""
        engine = make_engine(self.read_settings().database)
        turns = AdvisoryTurns(engine) if real_postgresql.IN_USE else FileTurns(self.home)
        with turns.take(1.0):
            yield
        engine.dispose()

    def ok(self, *arguments: object, standard_input: bytes = b"") -> Answer:
        """Run a command that has to succeed."""
        answer = self(*arguments, standard_input=standard_input)
        assert answer.code == 0, answer.err
        return answer

    @property
    def database(self) -> Path:
        return self.home / "tracker.sqlite3"

    def in_database(self, statement: str, **values: object) -> list[Row[Any]]:
        """What a statement gives, or does, past the program: its rows."""
        engine = make_engine(self.read_settings().database)
        try:
            with engine.begin() as connection:
                done = connection.execute(text(statement), values)
                return list(done) if done.returns_rows else []
        finally:
            engine.dispose()

    def exported(self, folder: Path) -> dict[str, bytes]:
        """The bytes of each file of an export."""
        self.ok("export", folder)
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def rows(self, folder: Path) -> dict[str, list[dict[str, Any]]]:
        """The rows of each list of an export, by its name without suffix."""
        return {
            name.removesuffix(".jsonl"): [json.loads(line) for line in data.splitlines()]
            for name, data in self.exported(folder).items()
            if name.endswith(".jsonl")
        }


def environment_of_a_process(shell: Shell) -> dict[str, str]:
    """The environment in which a process of its own has a shell's settings, and none of the tests'."""
    _lend_models(shell.home)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return {**inherited, **shell.environment(), "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}


def _lend_models(home: Path) -> None:
    """Let processes of a home use the encoders that this one has merged, rather than merge them once more.

    Merging takes as long as all else that a server begins with; its outcome is named after what goes into it.
    """
    if home.is_dir() and not (home / "models").exists():
        merged = user_cache_path("tracker") / "models"
        merged.mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(merged, target_is_directory=True)
