"""What was stored and not linked, because the program was killed in between, is found and finished."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
from tracker_shell import Shell

from tracker.bootstrap import Installation, installation
from tracker.cli.serving import left_to_do
from tracker.domain.documents import IncomingDocument
from tracker.reading.reader import FileReader
from tracker.resources import DEMONSTRATION
from tracker.services.ingest import marked_constructed

pytestmark = pytest.mark.model


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path / "home")
    shell.ok("init")
    return shell


@contextmanager
def opened(shell: Shell) -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as patch:
        shell.use_what_was_read_once(patch)
        with installation(shell.read_settings(), lambda _: None) as installed:
            yield installed


def store_without_linking(shell: Shell, incoming: Iterator[IncomingDocument]) -> None:
    """As a kill between the two leaves it."""
    with opened(shell) as installed:
        installed.update_registry()
        for one in incoming:
            assert installed.ingest.take(one).new


def some_documents() -> Iterator[IncomingDocument]:
    for one in islice(FileReader().read([DEMONSTRATION]), 6):
        assert isinstance(one, IncomingDocument)
        yield one


def test_a_demonstration_that_was_broken_off_is_loaded_again(shell: Shell) -> None:
    with opened(shell) as installed:
        assert left_to_do(installed.store) == "demo"
    constructed = (one for one in marked_constructed(some_documents()) if isinstance(one, IncomingDocument))
    store_without_linking(shell, constructed)
    with opened(shell) as installed:
        assert left_to_do(installed.store) == "demo"
        assert any("tracker link" in notice for notice in installed.notices())
    shell.ok("link")
    with opened(shell) as installed:
        assert left_to_do(installed.store) == ""
        assert not any("tracker link" in notice for notice in installed.notices())


def test_documents_of_the_desk_that_wait_are_linked_without_a_demonstration(shell: Shell) -> None:
    store_without_linking(shell, some_documents())
    with opened(shell) as installed:
        assert left_to_do(installed.store) == "link"
        waiting = installed.store.count_unlinked()
    assert f"{waiting} statements linked" in shell.ok("link").out
    with opened(shell) as installed:
        assert installed.store.count_unlinked() == 0
        assert installed.store.counts().events
        assert left_to_do(installed.store) == ""
    assert "0 statements linked" in shell.ok("link").out


def test_an_index_that_cannot_be_mended_because_others_link_is_told_of(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_without_linking(shell, some_documents())
    shell.ok("link")
    for file in (shell.home / "index").iterdir():
        file.unlink()
    monkeypatch.setattr("tracker.bootstrap.indexing._PATIENCE", 0.05)
    told: list[str] = []
    with shell.linking(), pytest.MonkeyPatch.context() as patch:
        shell.use_what_was_read_once(patch)
        with installation(shell.read_settings(), told.append):
            pass
    [warning] = [one for one in told if "others are linking" in one]
    assert "tracker index rebuild" in warning
