"""How passwords are kept: as argon2id hashes, which are slow on purpose and say how they were made."""

from collections.abc import Sequence
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from tracker.domain.people import PeopleError

_LOOKED_AT: Final = 72
"""Characters that are enough to judge by: reckoning the guesses takes longer the longer a password is."""

_LEAST_SCORE: Final = 2
"""Of 4: more than 1,000,000 guesses, by the lists of common passwords, words and names of the library."""


class Argon2Passwords:
    """Argon2id with the parameters of the library: 64 MiB and about a seventh of a second each."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()

    def hash(self, password: str) -> str:
        """The hash to keep of a new password."""
        return self._hasher.hash(password.encode("utf-8", "surrogatepass"))

    def matches(self, password_hash: str, password: str) -> bool:
        """Whether this is the password that was hashed. Raises PeopleError for what is no hash of ours."""
        try:
            return self._hasher.verify(password_hash, password.encode("utf-8", "surrogatepass"))
        except InvalidHashError as error:
            raise PeopleError("a stored password hash cannot be read: set a new password") from error
        except VerificationError:
            return False

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made in a way that is no longer used for new ones."""
        return self._hasher.check_needs_rehash(password_hash)

    def is_guessable(self, password: str, words: Sequence[str]) -> bool:
        """Whether a password is among those that are tried first, by somebody who knows these words."""
        judged = zxcvbn(password[:_LOOKED_AT], user_inputs=list(words))
        return bool(judged["score"] < _LEAST_SCORE)
