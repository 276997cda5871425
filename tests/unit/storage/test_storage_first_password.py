import stat
from pathlib import Path

import pytest

from tracker.domain.errors import SettingsError
from tracker.storage.first_password import FirstPasswordFile


def test_it_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = FirstPasswordFile(tmp_path / "home" / "first-password.txt")
    assert not file.exists()
    file.keep("one")
    file.keep("two")
    assert file.exists()
    assert file.path.read_text() == "two\n"
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["first-password.txt"]


def test_it_is_forgotten_with_the_password_it_holds(tmp_path: Path) -> None:
    file = FirstPasswordFile(tmp_path / "first-password.txt")
    file.forget("admin")
    file.keep("one")
    file.forget("amal")
    assert file.exists()
    file.forget("admin")
    assert not file.exists()


def test_where_it_cannot_be_kept_or_removed_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be kept"):
        FirstPasswordFile(tmp_path / "file" / "first-password.txt").keep("one")
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(SettingsError, match="no longer works"):
        FirstPasswordFile(tmp_path / "folder").forget("admin")
