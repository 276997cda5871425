import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from people_doubles import NAMES, PASSWORD, Office, PlainPasswords, people_of_every_role

from tracker.domain.errors import NotFoundError
from tracker.domain.people import (
    IDLE_LIFE,
    SESSION_LIFE,
    GuessablePasswordError,
    LastAdminError,
    NameTakenError,
    Person,
    Role,
    SignInRefusedError,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongPasswordError,
    active_admins,
)
from tracker.services import people as service
from tracker.services.people import PeopleService, session_id, site_of

HERE = "192.0.2.7"


@pytest.fixture
def office() -> Office:
    return people_of_every_role()


def test_whoever_signs_in_is_known_by_the_token_alone(office: Office) -> None:
    token = office.people.sign_in("amal", PASSWORD, HERE, "A browser\n1.0")
    assert office.people.person_of(token) == Person("amal", Role.ANALYST)
    assert office.people.person_of(token + "x") is None
    assert office.people.person_of("") is None
    (session,) = office.people.sessions("amal")
    assert (session.id, session.agent) == (session_id(token), "A browser 1.0")
    assert token not in repr(office.memory)


def test_no_two_sessions_share_a_token(office: Office) -> None:
    tokens = {office.people.sign_in("amal", PASSWORD, HERE, "") for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) >= 43 for token in tokens)


def test_a_name_is_taken_however_it_was_typed(office: Office) -> None:
    office.people.add_user("Zoë", PASSWORD, Role.VIEWER, actor="adil")
    assert office.people.sign_in(" Zoe\u0308 ", PASSWORD, HERE, "")


@pytest.mark.parametrize("name", ["nobody", "", "am\0al", "am\ud800al", "x" * 10_000])
@pytest.mark.parametrize("password", [PASSWORD, "", "x" * 10_000])
def test_what_nobody_has_is_refused_after_one_comparison(office: Office, name: str, password: str) -> None:
    with pytest.raises(SignInRefusedError):
        office.people.sign_in(name, password, HERE, "")
    assert len(office.passwords.compared) == 1


def test_refusals_cannot_be_told_apart(office: Office) -> None:
    office.people.disable("vera", actor="adil")
    words, works = set(), []
    for name, password in (("nobody", PASSWORD), ("amal", "wrong"), ("vera", PASSWORD), ("vera", "wrong")):
        before = len(office.passwords.compared)
        with pytest.raises(SignInRefusedError) as refused:
            office.people.sign_in(name, password, HERE, "")
        words.add(str(refused.value))
        works.append(len(office.passwords.compared) - before)
    assert len(words) == 1
    assert works == [1] * 4


def test_a_password_that_begins_with_the_right_one_is_not_right(office: Office) -> None:
    long = "xy" * 128
    office.people.set_password("amal", long, actor="adil")
    with pytest.raises(SignInRefusedError):
        office.people.sign_in("amal", long + "y", HERE, "")
    assert office.people.sign_in("amal", long, HERE, "")


def test_somebody_disabled_while_the_password_is_looked_at_stays_outside(office: Office) -> None:
    class Slow(PlainPasswords):
        def matches(self, password_hash: str, password: str) -> bool:
            office.memory.disable("amal", actor="adil")
            return super().matches(password_hash, password)

    memory = office.memory
    people = PeopleService(memory, memory, memory, Slow(), memory.watch)
    with pytest.raises(SignInRefusedError):
        people.sign_in("amal", PASSWORD, HERE, "")
    assert memory.sessions("amal") == []


def test_guesses_are_slowed_down_and_a_success_forgets_them(office: Office) -> None:
    def guess(password: str = "wrong") -> str:  # noqa: S107 # a guess
        return office.people.sign_in("amal", password, HERE, "")

    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            guess()
    with pytest.raises(TooManyAttemptsError) as refused:
        guess(PASSWORD)
    assert refused.value.retry_after == 5
    assert office.people.sign_in("amal", PASSWORD, "192.0.2.8", ""), "another address is not held up"
    office.watch.advance(seconds=5)
    assert guess(PASSWORD)
    for _ in range(4):
        with pytest.raises(SignInRefusedError):
            guess()
    assert guess(PASSWORD)


def test_an_outdated_hash_is_renewed_at_the_next_sign_in(office: Office) -> None:
    office.passwords.version = 2
    with pytest.raises(SignInRefusedError):
        office.people.sign_in("amal", "wrong", HERE, "")
    assert office.memory.accounts["amal"].password_hash.startswith("plain:1:")
    token = office.people.sign_in("amal", PASSWORD, HERE, "")
    assert office.memory.accounts["amal"].password_hash.startswith("plain:2:")
    assert office.people.person_of(token) is not None
    assert office.changed == [], "the password itself is the same"


def test_nothing_of_a_disabled_user_is_touched(office: Office) -> None:
    token = office.people.sign_in("amal", PASSWORD, HERE, "")
    disabled = replace(office.memory.accounts["amal"], disabled_at=office.watch.now())
    office.memory.accounts["amal"] = disabled
    assert office.people.person_of(token) is None, "even where a session was left open"
    office.passwords.version = 2
    with pytest.raises(SignInRefusedError):
        office.people.sign_in("amal", PASSWORD, HERE, "")
    assert office.memory.accounts["amal"] == disabled


def test_use_is_noted_to_the_minute(office: Office) -> None:
    token = office.people.sign_in("amal", PASSWORD, HERE, "")
    for seconds, touched in ((0, 0), (59, 0), (1, 1), (30, 1), (30, 2)):
        office.watch.advance(seconds=seconds)
        assert office.people.person_of(token)
        assert office.memory.touched == touched


def test_a_session_that_is_used_lasts_until_its_end_and_no_longer(office: Office) -> None:
    token = office.people.sign_in("amal", PASSWORD, HERE, "")
    end = office.watch.now() + SESSION_LIFE
    while office.watch.now() + timedelta(hours=1) < end:
        office.watch.advance(hours=1)
        assert office.people.person_of(token)
    office.watch.time = end
    assert office.people.person_of(token) is None
    assert office.people.sessions("amal") == []


def test_a_session_that_is_not_used_ends(office: Office) -> None:
    token = office.people.sign_in("amal", PASSWORD, HERE, "")
    office.watch.time += IDLE_LIFE
    assert office.people.person_of(token) is None


def test_signing_out_ends_one_session(office: Office) -> None:
    one, other = (office.people.sign_in("amal", PASSWORD, HERE, "") for _ in range(2))
    office.people.sign_out(one)
    office.people.sign_out(one)
    office.people.sign_out("no token")
    assert office.people.person_of(one) is None
    assert office.people.person_of(other)
    assert office.memory.acts.count(("amal", "sign_out", "amal")) == 1


def test_nobody_ends_a_session_by_a_name_that_is_not_its_users(office: Office) -> None:
    token = office.people.sign_in("amal", PASSWORD, HERE, "")
    with pytest.raises(NotFoundError):
        office.people.revoke_session("vera", session_id(token), actor="vera")
    assert office.people.person_of(token)


def test_a_changed_password_ends_all_other_sessions(office: Office) -> None:
    one, other = (office.people.sign_in("amal", PASSWORD, HERE, "") for _ in range(2))
    office.people.change_password("amal", PASSWORD, "another long one", address=HERE, keep=session_id(one))
    assert office.people.person_of(one)
    assert office.people.person_of(other) is None
    assert office.changed == ["amal"]
    assert office.people.sign_in("amal", "another long one", HERE, "")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [("wrong", "another long one", WrongPasswordError), (PASSWORD, "short", WeakPasswordError)],
)
def test_a_password_that_was_not_changed_stays(
    office: Office, old: str, new: str, error: type[Exception]
) -> None:
    before = office.memory.accounts["amal"]
    with pytest.raises(error):
        office.people.change_password("amal", old, new, address=HERE)
    assert office.memory.accounts["amal"] == before
    assert office.changed == []


def test_of_two_who_change_a_password_at_once_one_is_told(office: Office) -> None:
    class Meanwhile(PlainPasswords):
        def hash(self, password: str) -> str:
            office.memory.set_password("amal", "plain:1:theirs", actor="adil", instead_of=None, keep=None)
            return super().hash(password)

    memory = office.memory
    people = PeopleService(memory, memory, memory, Meanwhile(), memory.watch)
    with pytest.raises(WrongPasswordError, match="meanwhile"):
        people.change_password("amal", PASSWORD, "another long one", address=HERE)
    assert memory.accounts["amal"].password_hash.endswith("theirs")


def test_a_name_is_given_once(office: Office) -> None:
    with pytest.raises(NameTakenError):
        office.people.add_user(" amal ", PASSWORD, Role.ADMIN, actor="adil")


def test_the_first_administrator_is_added_where_there_is_nobody() -> None:
    office = Office()
    password = office.people.add_first_admin(actor="the first run")
    assert password is not None
    assert len(password) >= 20
    token = office.people.sign_in("admin", password, HERE, "")
    assert office.people.person_of(token) == Person("admin", Role.ADMIN)
    assert office.people.add_first_admin(actor="the first run") is None


def test_no_more_passwords_are_hashed_at_once_than_memory_is_there_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_PATIENCE", 0.05)
    present, most, gate = 0, 0, threading.Event()

    class Counting(PlainPasswords):
        def matches(self, password_hash: str, password: str) -> bool:
            nonlocal present, most
            present += 1
            most = max(most, present)
            gate.wait(5)
            present -= 1
            return super().matches(password_hash, password)

    memory = office.memory
    people = PeopleService(memory, memory, memory, Counting(), memory.watch)
    people._decoy = "plain:1:nobody's"
    answers: list[object] = []

    def enter(name: str) -> None:
        try:
            answers.append(people.sign_in(name, PASSWORD, HERE, ""))
        except TooManyAttemptsError as error:
            answers.append(error)
            gate.set()

    threads = [threading.Thread(target=enter, args=(name,)) for name in NAMES.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == 2
    assert len([answer for answer in answers if isinstance(answer, str)]) == 2
    assert len([answer for answer in answers if isinstance(answer, TooManyAttemptsError)]) == 1


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("x" * 100, "x" * 64),
    ],
)
def test_attempts_are_counted_by_site(address: str, site: str) -> None:
    assert site_of(address) == site


class Acts(RuleBasedStateMachine):
    """Whatever administrators do, somebody may administer, and nobody who may not is signed in."""

    def __init__(self) -> None:
        super().__init__()
        self.office = people_of_every_role()
        self.tokens: list[tuple[str, str]] = []

    names = st.sampled_from([*NAMES.values(), "nobody"])

    @rule(name=names, role=st.sampled_from(Role))
    def set_role(self, name: str, role: Role) -> None:
        self._try(lambda: self.office.people.set_role(name, role, actor="adil"))

    @rule(name=names)
    def disable(self, name: str) -> None:
        self._try(lambda: self.office.people.disable(name, actor="adil"))

    @rule(name=names)
    def enable(self, name: str) -> None:
        self._try(lambda: self.office.people.enable(name, actor="adil"))

    @rule(name=names)
    def sign_in(self, name: str) -> None:
        self._try(lambda: self.tokens.append((name, self.office.token_of(name))))

    @rule(name=names)
    def end_sessions(self, name: str) -> None:
        self._try(lambda: self.office.people.revoke_sessions(name, actor="adil"))

    @invariant()
    def somebody_may_administer(self) -> None:
        assert active_admins(self.office.people.users()) >= 1

    @invariant()
    def only_the_enabled_are_signed_in(self) -> None:
        for name, token in self.tokens:
            person = self.office.people.person_of(token)
            user = self.office.memory.accounts[name]
            assert person is None or (user.is_active and person == Person(name, user.role))

    @staticmethod
    def _try(act: Callable[[], object]) -> None:
        with suppress(LastAdminError, NotFoundError, SignInRefusedError):
            act()


TestActs = Acts.TestCase
TestActs.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("password", ["xxxxxxxxxxxxxxxx", "counterclaim2026", "mona12345678"])
def test_a_password_that_others_would_guess_is_refused_wherever_one_is_set(
    office: Office, password: str
) -> None:
    with pytest.raises(GuessablePasswordError, match="others would guess"):
        office.people.add_user("mona", password, Role.VIEWER, actor="the tests")
    office.people.add_user("mona", PASSWORD, Role.VIEWER, actor="the tests")
    with pytest.raises(GuessablePasswordError):
        office.people.set_password("mona", password, actor="the tests")
    with pytest.raises(GuessablePasswordError):
        office.people.change_password("mona", PASSWORD, password, address="192.0.2.1")
    assert office.people.sign_in("mona", PASSWORD, "192.0.2.1", "")
