import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from people_doubles import START, Office, people_of_every_role

from tracker.bootstrap import SystemClock
from tracker.cli import main
from tracker.domain.people import Role
from tracker.domain.tokens import ApiToken, token_digest
from tracker.services.people import PeopleService
from tracker.services.tokens import TokenService


@dataclass
class Tokens:
    tokens: list[dict[str, Any]] = field(default_factory=list)
    revoked: dict[str, str] = field(default_factory=dict)

    def add_token(self, **columns: Any) -> None:
        self.tokens.append(columns)

    def revoke_token(self, token_id: str, *, actor: str) -> None:
        self.revoked[token_id] = actor


@dataclass
class StoredTokens:
    """What a service asks of a store, over the lists above."""

    kept: Tokens

    def add_token(self, **columns: Any) -> None:
        self.kept.add_token(**columns)

    def revoke_token(self, token_id: str, *, actor: str) -> None:
        self.kept.revoke_token(token_id, actor=actor)

    def tokens(self) -> list[ApiToken]:
        return [
            ApiToken(
                one["token_id"],
                one["name"],
                one["scope"],
                created_at=START,
                expires_at=one["expires_at"],
                last_used_at=None,
                revoked_at=START if one["token_id"] in self.kept.revoked else None,
            )
            for one in self.kept.tokens
        ]


@dataclass
class Installed:
    tokens: TokenService
    accounts: PeopleService
    clock: SystemClock


@pytest.fixture
def office() -> Office:
    return people_of_every_role()


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, office: Office) -> Tokens:
    tokens = Tokens()

    @contextmanager
    def opened() -> Iterator[Installed]:
        service = TokenService(StoredTokens(tokens), SystemClock())  # type: ignore[arg-type]
        yield Installed(service, office.people, SystemClock())

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


def test_a_token_may_end_after_days_or_with_a_day(people: Tokens) -> None:
    run("token", "create", "--name", "desk", "--scope", "read", "--expires", "7")
    run("token", "create", "--name", "desk", "--scope", "read", "--expires", "2031-01-31")
    run("token", "create", "--name", "desk", "--scope", "read")
    week, day, never = (kept["expires_at"] for kept in people.tokens)
    assert timedelta(days=6, hours=23) < week - SystemClock().now() <= timedelta(days=7)
    assert day.isoformat() == "2031-02-01T00:00:00+00:00"
    assert never is None


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--expires", "soon", "neither a number of days"),
        ("--expires", "0", "neither a number of days"),
        ("--expires", "99999", "neither a number of days"),
        ("--expires", "2020-01-01", "has passed"),
        ("--expires", "2999-01-01", "at most"),
        ("--name", " ", "cannot be empty"),
        ("--name", "x" * 65, "at most 64"),
        ("--name", "a\u202eb", "invisible"),
        ("--scope", "dance", "dance"),
    ],
)
def test_a_token_that_cannot_be_made_is_a_usage_error(
    option: str, value: str, words: str, people: Tokens, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"--name": "desk", "--scope": "read", option: value}
    assert run("token", "create", *(word for pair in given.items() for word in pair)) == 2
    assert words in capsys.readouterr().err
    assert people.tokens == []


def test_tokens_are_listed_and_revoked_by_id_or_name(
    people: Tokens, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("desk", "feed", "feed"):
        run("token", "create", "--name", name, "--scope", "ingest", "--expires", "2031-01-31")
    desk, feed, other = (kept["token_id"] for kept in people.tokens)
    capsys.readouterr()
    assert run("token", "revoke", "desk", feed) == 0
    assert people.revoked == {desk: "command line", feed: "command line"}
    assert run("token", "revoke", "feed") == 0, "only one of that name is left that works"
    assert run("token", "revoke", "feed") == 1
    assert "no token feed" in capsys.readouterr().err
    assert run("token", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [desk, feed, other]
    assert all("revoked 2026-11-25 09:30" in line and "never used" in line for line in lines)
    assert run("token", "list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["works"]) for row in rows] == [(desk, False), (feed, False), (other, False)]
    assert rows[0]["expires_at"] == "2031-02-01T00:00:00+00:00"


def test_a_name_of_several_tokens_revokes_none(people: Tokens, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        run("token", "create", "--name", "feed", "--scope", "ingest")
    assert run("token", "revoke", "feed") == 1
    assert all(kept["token_id"] in capsys.readouterr().err for kept in people.tokens[:1])
    assert people.revoked == {}


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
