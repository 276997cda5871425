import argon2
import pytest

from tracker.domain.people import PeopleError
from tracker.services.people import generated_password
from tracker.storage.passwords import Argon2Passwords

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Argon2Passwords:
    return Argon2Passwords(CHEAP)


@pytest.mark.parametrize("password", ["four words in a row", "كلمة سر طويلة", "", "\ud800"])
def test_a_password_matches_its_own_hash_alone(passwords: Argon2Passwords, password: str) -> None:
    kept = passwords.hash(password)
    assert kept.startswith("$argon2id$")
    assert password == "" or password not in kept
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password + "x")


def test_no_two_hashes_are_the_same(passwords: Argon2Passwords) -> None:
    assert passwords.hash("four words in a row") != passwords.hash("four words in a row")


def test_a_hash_made_more_cheaply_is_outdated(passwords: Argon2Passwords) -> None:
    kept = passwords.hash("four words in a row")
    assert not passwords.is_outdated(kept)
    assert Argon2Passwords().is_outdated(kept)
    assert Argon2Passwords().matches(kept, "four words in a row")


def test_what_is_no_hash_is_an_error_and_no_match(passwords: Argon2Passwords) -> None:
    with pytest.raises(PeopleError, match="set a new password"):
        passwords.matches("swordfish", "swordfish")


def test_by_default_a_hash_costs_what_is_recommended() -> None:
    parameters = argon2.extract_parameters(argon2.PasswordHasher().hash("x"))
    assert parameters.type is argon2.Type.ID
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "passwordpassword",
        "qwertyuiop123",
        "iloveyou12345",
        "aaaaaaaaaaaaaaaa",
        "x" * 256,
        "amalamalamal",
        "Counterclaim2026",
        "P@ssw0rd2020",
        "administrator1",
    ],
)
def test_what_is_tried_first_is_no_password(passwords: Argon2Passwords, password: str) -> None:
    assert passwords.is_guessable(password, ("amal", "counterclaim"))


@pytest.mark.parametrize(
    "password",
    [
        "four words in a row",
        "the bridge at qasr sidra",
        "q9$Fj2!kLm0Pz",
        "كلمة مرور طويلة جدا",
        pytest.param(generated_password(), id="generated"),
    ],
)
def test_words_without_rhyme_and_chance_are_passwords(passwords: Argon2Passwords, password: str) -> None:
    assert not passwords.is_guessable(password, ("amal", "counterclaim"))
