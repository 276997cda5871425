"""Edits of the registry: file, table and trail change together or not at all."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from storage_examples import NOW

from tracker.domain.audit import first_broken
from tracker.domain.errors import NotFoundError, SettingsError
from tracker.domain.parties import Party
from tracker.domain.registry_edits import (
    NameKind,
    NewNames,
    NewParty,
    RegistryChangedError,
    RegistryFaultError,
)
from tracker.registry.current import CurrentRegistry
from tracker.registry.loading import Registry
from tracker.services.registry import RegistryService
from tracker.storage.auditing import all_entries
from tracker.storage.engine import reading
from tracker.storage.registry_edits import SqlRegistryEdits
from tracker.storage.tables import PartyRow

SHIPPED = Registry(tuple(Party(code, {"en": code}) for code in ("LNA", "GNA", "TUR")), ())
GUARD = NewParty("SHG", {"en": "Harbour Guard"}, names={"en": ("harbour guards",)})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "parties.toml"


@pytest.fixture
def current(file: Path) -> CurrentRegistry:
    return CurrentRegistry(file, SHIPPED)


@pytest.fixture
def edits(engine: Engine, current: CurrentRegistry) -> SqlRegistryEdits:
    return SqlRegistryEdits(engine, lambda: NOW, current)


@pytest.fixture
def registry(current: CurrentRegistry, edits: SqlRegistryEdits) -> RegistryService:
    return RegistryService(current, edits)


def stored(engine: Engine) -> dict[str, dict[str, list[str]]]:
    with reading(engine) as session:
        return {row.code: row.names for row in session.scalars(select(PartyRow))}


def trail(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        entries = list(all_entries(session))
    assert first_broken(entries) is None
    return [(entry.actor, entry.action, entry.subject_id) for entry in entries]


def test_a_party_that_is_added_stands_in_file_table_and_trail(
    registry: RegistryService, engine: Engine, file: Path
) -> None:
    entry = registry.add_party(GUARD, by="adil", reason="seen in June")
    assert stored(engine)["SHG"] == {"en": ["harbour guards"]}
    assert [party.code for party in registry.parties()][-1] == "SHG"
    assert 'code = "SHG"' in file.read_text(encoding="utf-8")
    assert trail(engine) == [("adil", "add_party", "SHG")]
    assert (entry.reason, entry.before, entry.at) == ("seen in June", None, NOW)


def test_an_edit_is_taken_back_to_the_letter(registry: RegistryService, engine: Engine, file: Path) -> None:
    file.write_text("# ours, without an end", encoding="utf-8")
    registry.add_party(GUARD, by="adil")
    second = registry.add_names(NewNames("SHG", NameKind.NAMES, "ar", ("حرس الميناء",)), by="amal")
    assert [edit.can_be_taken_back for edit in registry.edits()] == [True, False]
    undone = registry.take_back(second.id, by="adil")
    assert (undone.undoes, undone.after) == (second.id, None)
    registry.take_back(1, by="adil")
    assert file.read_text(encoding="utf-8") == "# ours, without an end"
    assert [party.code for party in registry.parties()] == ["LNA", "GNA", "TUR"]
    assert [edit.taken_back_by is not None for edit in registry.edits()] == [True, True]
    # Statements may name it, so the table keeps it.
    assert "SHG" in stored(engine)


def test_only_the_last_edit_that_stands_can_be_taken_back(registry: RegistryService) -> None:
    first = registry.add_party(GUARD, by="adil")
    registry.add_names(NewNames("SHG", NameKind.NAMES, "tr", ("liman bekçileri",)), by="adil")
    with pytest.raises(RegistryChangedError):
        registry.take_back(first.id, by="adil")
    with pytest.raises(NotFoundError):
        registry.take_back(99, by="adil")


def test_what_cannot_be_added_leaves_everything_as_it_was(
    registry: RegistryService, engine: Engine, file: Path
) -> None:
    with pytest.raises(RegistryFaultError) as raised:
        registry.add_party(NewParty("GNA", {"en": "x"}, names={"en": ("x",)}), by="adil")
    assert (raised.value.field, raised.value.fault) == ("code", "taken")
    assert (trail(engine), file.exists()) == ([], False)


def test_a_file_that_cannot_be_written_leaves_no_entry(
    registry: RegistryService, engine: Engine, current: CurrentRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: str) -> None:
        raise SettingsError("no space left")

    monkeypatch.setattr(current, "write", full)
    with pytest.raises(SettingsError):
        registry.add_party(GUARD, by="adil")
    assert trail(engine) == []
    assert "SHG" not in stored(engine)


def test_a_database_that_fails_at_the_end_gets_the_old_file_back(
    registry: RegistryService, engine: Engine, current: CurrentRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = current.write

    def write_and_fail(text: str) -> None:
        written(text)
        monkeypatch.setattr(current, "write", written)
        raise KeyboardInterrupt

    monkeypatch.setattr(current, "write", write_and_fail)
    with pytest.raises(KeyboardInterrupt):
        registry.add_party(GUARD, by="adil")
    assert current.read() == ""
    assert [party.code for party in registry.parties()] == ["LNA", "GNA", "TUR"]
    assert trail(engine) == []


def test_of_two_who_add_at_once_both_are_kept_and_one_code_is_given_once(engine: Engine, file: Path) -> None:
    refused: list[RegistryFaultError] = []

    def add(number: int) -> None:
        current = CurrentRegistry(file, SHIPPED)
        service = RegistryService(current, SqlRegistryEdits(engine, lambda: NOW, current))
        service.add_party(
            NewParty(f"P{number}", {"en": f"Party {number}"}, names={"en": (f"force {number}",)}), by="adil"
        )
        try:
            service.add_party(GUARD, by="adil")
        except RegistryFaultError as error:
            refused.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = [party.code for party in CurrentRegistry(file, SHIPPED).parties]
    assert sorted(codes[3:]) == ["P0", "P1", "P2", "P3", "SHG"]
    assert [error.fault for error in refused] == ["taken"] * 3
    assert len(trail(engine)) == 5
