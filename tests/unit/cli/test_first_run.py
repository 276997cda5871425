import stat
from dataclasses import dataclass
from pathlib import Path

import pytest
from people_doubles import Office, people_of_every_role

from tracker.cli.first_run import add_first_admin, how_to_sign_in
from tracker.domain.people import Role
from tracker.services.people import PeopleService
from tracker.storage.first_password import FirstPasswordFile


@dataclass
class Installed:
    accounts: PeopleService
    first_password: FirstPasswordFile


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def installed(office: Office, tmp_path: Path) -> Installed:
    file = FirstPasswordFile(tmp_path / "home" / "first-password.txt")
    memory = office.memory
    service = PeopleService(memory, memory, memory, office.passwords, memory.watch, file.forget)
    return Installed(service, file)


def password_in(words: list[str]) -> str:
    (line,) = [line for line in words if line.startswith("password: ")]
    return line.removeprefix("password: ")


def test_the_first_run_tells_name_and_password_and_keeps_them_from_others(installed: Installed) -> None:
    words = add_first_admin(installed)  # type: ignore[arg-type]
    password = password_in(words)
    assert words[0] == "sign in as: admin"
    assert str(installed.first_password.path) in words[2]
    assert installed.first_password.path.read_text() == f"{password}\n"
    assert stat.S_IMODE(installed.first_password.path.stat().st_mode) == 0o600
    token = installed.accounts.sign_in("admin", password, "127.0.0.1", "a browser")
    person = installed.accounts.person_of(token)
    assert person is not None
    assert person.role is Role.ADMIN


def test_a_later_run_says_where_the_password_is_but_not_which(installed: Installed) -> None:
    password = password_in(add_first_admin(installed))  # type: ignore[arg-type]
    assert add_first_admin(installed) == []  # type: ignore[arg-type]
    (words,) = how_to_sign_in(installed)  # type: ignore[arg-type]
    assert "sign in as admin" in words
    assert str(installed.first_password.path) in words
    assert password not in words


def test_once_it_is_changed_the_file_is_gone_and_a_run_says_how_to_set_another(
    installed: Installed,
) -> None:
    password = password_in(add_first_admin(installed))  # type: ignore[arg-type]
    installed.accounts.change_password("admin", password, "another good password", address="127.0.0.1")
    assert not installed.first_password.path.exists()
    (words,) = how_to_sign_in(installed)  # type: ignore[arg-type]
    assert "tracker user password admin" in words


def test_somebody_elses_new_password_leaves_the_file(installed: Installed) -> None:
    add_first_admin(installed)  # type: ignore[arg-type]
    installed.accounts.add_user("basma", "a long enough password", Role.ANALYST, actor="admin")
    installed.accounts.set_password("basma", "another long password", actor="admin")
    assert installed.first_password.exists()


def test_where_there_are_users_nobody_is_added(tmp_path: Path) -> None:
    office = people_of_every_role()
    installed = Installed(office.people, FirstPasswordFile(tmp_path / "first-password.txt"))
    assert add_first_admin(installed) == []  # type: ignore[arg-type]
    assert "admin" not in office.memory.accounts
    assert how_to_sign_in(installed) == [  # type: ignore[arg-type]
        "sign in as adil; to set a forgotten password: tracker user password adil"
    ]


def test_without_anybody_a_run_says_how_to_add_somebody(installed: Installed) -> None:
    (words,) = how_to_sign_in(installed)  # type: ignore[arg-type]
    assert "tracker user add NAME --role admin" in words


def test_a_password_that_cannot_be_kept_is_told_all_the_same(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    installed = Installed(office.people, FirstPasswordFile(tmp_path / "file" / "first-password.txt"))
    words = add_first_admin(installed)  # type: ignore[arg-type]
    assert office.passwords.matches(office.memory.accounts["admin"].password_hash, password_in(words))
    assert "cannot be kept" in capsys.readouterr().err
