import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import argon2
import pytest

from tracker.bootstrap import token_digest
from tracker.cli import main


@dataclass
class People:
    tokens: list[dict[str, str]] = field(default_factory=list)
    users: list[tuple[str, str, str]] = field(default_factory=list)

    def add_token(self, **columns: str) -> None:
        self.tokens.append(columns)

    def add_user(self, name: str, password_hash: str, role: str) -> None:
        self.users.append((name, password_hash, role))


@dataclass
class Installed:
    people: People


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> People:
    people = People()

    @contextmanager
    def opened() -> Iterator[Installed]:
        yield Installed(people)

    monkeypatch.setattr("tracker.cli.accounts.opened", opened)
    return people


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def test_a_token_is_printed_alone_and_only_its_digest_is_kept(
    people: People, capsys: pytest.CaptureFixture[str]
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


def test_no_two_tokens_are_the_same(people: People) -> None:
    for _ in range(3):
        run("token", "create", "--name", "desk", "--scope", "read")
    assert (
        len({kept["sha256"] for kept in people.tokens})
        == len({kept["token_id"] for kept in people.tokens})
        == 3
    )


def test_a_password_is_read_from_standard_input_and_kept_as_a_hash(
    people: People, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\nanother line\n"))
    assert run("user", "add", "amal", "--role", "analyst") == 0
    ((name, kept, role),) = people.users
    assert (name, role) == ("amal", "analyst")
    assert argon2.PasswordHasher().verify(kept, "correct horse battery")
    out, err = capsys.readouterr()
    assert "correct horse" not in out + err + kept


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_refused(
    people: People, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], password: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    assert run("user", "add", "amal", "--role", "analyst") == 2
    assert people.users == []
    assert "12 to 256 characters" in capsys.readouterr().err
