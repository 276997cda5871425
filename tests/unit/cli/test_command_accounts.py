import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from people_doubles import Office, people_of_every_role

from tracker.bootstrap import token_digest
from tracker.cli import main
from tracker.domain.people import Role
from tracker.services.people import PeopleService


@dataclass
class Tokens:
    tokens: list[dict[str, str]] = field(default_factory=list)

    def add_token(self, **columns: str) -> None:
        self.tokens.append(columns)


@dataclass
class Installed:
    people: Tokens
    accounts: PeopleService


@pytest.fixture
def office() -> Office:
    return people_of_every_role()


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, office: Office) -> Tokens:
    tokens = Tokens()

    @contextmanager
    def opened() -> Iterator[Installed]:
        yield Installed(tokens, office.people)

    monkeypatch.setattr("tracker.cli.accounts.opened", opened)
    return tokens


def type_in(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def test_a_token_is_printed_alone_and_only_its_digest_is_kept(
    people: Tokens, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("token", "create", "--name", "desk", "--scope", "read") == 0
    out, err = capsys.readouterr()
    token = out.rstrip("\n")
    (kept,) = people.tokens
    assert out == f"{token}\n"
    assert err == ""
    assert kept["sha256"] == token_digest(token)
    assert (kept["name"], kept["scope"]) == ("desk", "read")
    assert token.startswith(f"cc_{kept['token_id']}_")
    assert token not in kept.values()


def test_no_two_tokens_are_the_same(people: Tokens) -> None:
    for _ in range(3):
        run("token", "create", "--name", "desk", "--scope", "read")
    assert (
        len({kept["sha256"] for kept in people.tokens})
        == len({kept["token_id"] for kept in people.tokens})
        == 3
    )


@pytest.mark.usefixtures("people")
def test_a_password_is_read_from_standard_input_and_kept_as_a_hash(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "correct horse battery\nanother line\n")
    assert run("user", "add", "  basma ", "--role", "analyst") == 0
    user = office.memory.accounts["basma"]
    assert user.role is Role.ANALYST
    assert office.passwords.matches(user.password_hash, "correct horse battery")
    assert office.memory.acts[-1] == ("command line", "add_user", "basma")
    out, err = capsys.readouterr()
    assert "correct horse" not in out + err


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("password", ["", "short", "x" * 257])
@pytest.mark.parametrize("command", [("add", "basma", "--role", "analyst"), ("password", "amal")])
def test_a_password_that_is_too_short_or_too_long_is_refused(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    password: str,
) -> None:
    before = dict(office.memory.accounts)
    type_in(monkeypatch, f"{password}\n")
    assert run("user", *command) == 2
    assert office.memory.accounts == before
    assert "12 to 256 characters" in capsys.readouterr().err


@pytest.mark.usefixtures("people")
def test_a_name_with_invisible_characters_is_refused_before_a_password_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "")
    assert run("user", "add", "am\u202eal", "--role", "viewer") == 2
    assert "invisible" in capsys.readouterr().err


@pytest.mark.usefixtures("people")
def test_a_forgotten_password_is_replaced_and_sessions_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = office.token_of("amal")
    type_in(monkeypatch, "correct horse battery\n")
    assert run("user", "password", "amal") == 0
    assert office.people.person_of(token) is None
    assert office.passwords.matches(office.memory.accounts["amal"].password_hash, "correct horse battery")
    assert office.changed == ["amal"]


@pytest.mark.usefixtures("people")
def test_nobody_gets_a_password_by_a_name_that_nobody_has(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "correct horse battery\n")
    assert run("user", "password", "nobody") == 1
    assert "no user named nobody" in capsys.readouterr().err
