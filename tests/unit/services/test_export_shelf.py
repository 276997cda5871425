import json
import os
import threading
import time
from pathlib import Path

import pytest
from service_doubles import MemoryStore, a_document

from tracker.domain.errors import NotFoundError, SettingsError
from tracker.services.export_shelf import KEPT_FOR, ExportShelf


@pytest.fixture
def shelf(store: MemoryStore, tmp_path: Path) -> ExportShelf:
    store.documents["d1"] = a_document(id="d1", external_id="n1")
    return ExportShelf(store, tmp_path / "exports")


def folders(tmp_path: Path) -> list[str]:
    return sorted(one.name for one in (tmp_path / "exports").iterdir())


def test_a_state_is_written_once(shelf: ExportShelf, store: MemoryStore, tmp_path: Path) -> None:
    first = shelf.current()
    written = (first.folder / "documents.jsonl").stat().st_mtime_ns
    assert shelf.current() == first
    assert (first.folder / "documents.jsonl").stat().st_mtime_ns == written
    assert folders(tmp_path) == [store.mark()]
    assert first.manifest["files"]["documents"]["rows"] == 1


def test_files_of_a_state_stay_the_same_though_more_is_stored(shelf: ExportShelf, store: MemoryStore) -> None:
    before = shelf.current()
    store.documents["d2"] = a_document(id="d2", external_id="n2")
    after = shelf.current()
    assert after.state != before.state
    assert after.manifest["files"]["documents"]["rows"] == 2
    assert shelf.at(before.state) == before
    assert len((before.folder / "documents.jsonl").read_bytes().splitlines()) == 1


def test_another_process_finds_what_was_written(
    shelf: ExportShelf, store: MemoryStore, tmp_path: Path
) -> None:
    written = shelf.current()
    other = ExportShelf(store, tmp_path / "exports")
    assert other.at(written.state) == written
    assert other.current() == written


@pytest.mark.parametrize("state", ["0" * 16, "..", "", "manifest.json"])
def test_an_unknown_state_is_not_found(shelf: ExportShelf, state: str) -> None:
    shelf.current()
    with pytest.raises(NotFoundError, match="ask for the manifest again"):
        shelf.at(state)


def test_what_nobody_asks_for_any_more_is_swept(
    shelf: ExportShelf, store: MemoryStore, tmp_path: Path
) -> None:
    old = shelf.current()
    left = tmp_path / "exports" / "1234.part"
    left.mkdir()
    long_ago = time.time() - KEPT_FOR.total_seconds() - 60
    for folder in (old.folder, left):
        os.utime(folder, (long_ago, long_ago))
    store.documents["d2"] = a_document(id="d2", external_id="n2")
    shelf.current()
    assert folders(tmp_path) == [store.mark()]


def test_what_was_asked_for_of_late_is_kept(shelf: ExportShelf, store: MemoryStore) -> None:
    old = shelf.current()
    long_ago = time.time() - KEPT_FOR.total_seconds() - 60
    os.utime(old.folder, (long_ago, long_ago))
    shelf.at(old.state)
    store.documents["d2"] = a_document(id="d2", external_id="n2")
    shelf.current()
    assert shelf.at(old.state) == old


def test_many_who_ask_at_once_get_one_export(shelf: ExportShelf, tmp_path: Path) -> None:
    states: list[str] = []
    threads = [threading.Thread(target=lambda: states.append(shelf.current().state)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(states) == 8
    assert len(set(states)) == 1
    assert len(folders(tmp_path)) == 1


def test_a_half_written_export_is_never_handed_out(
    shelf: ExportShelf, store: MemoryStore, tmp_path: Path
) -> None:
    store.documents["d0"] = a_document(id="d0", title=object())
    with pytest.raises(TypeError):
        shelf.current()
    assert folders(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(store: MemoryStore, tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("a file")
    with pytest.raises(SettingsError, match="exports"):
        ExportShelf(store, tmp_path / "exports").current()


def test_the_manifest_on_disk_is_that_of_the_answer(shelf: ExportShelf) -> None:
    shelved = shelf.current()
    assert json.loads((shelved.folder / "manifest.json").read_text()) == shelved.manifest
