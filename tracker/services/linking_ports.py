"""What linking needs so that only one links at a time."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Others = Callable[[], Iterable[str]]
"""Gives the statements that others are going to link."""


class Turn(Protocol):
    """The right to link, for the length of a block."""

    def give_way(self, before: Callable[[], None]) -> bool:
        """Let those go first who wait, and then go on; whether there were any.

        `before` is called where there are, while it is still one's turn. Others may have linked since.
        """


class Turns(Protocol):
    """Who may link, of all threads and processes that use one database: one at a time, in fair order."""

    def take(self, patience: float | None = None) -> AbstractContextManager[Turn]:
        """Wait for one's turn, at most so many seconds. Raises BusyError where it does not come."""

    def is_held(self) -> bool:
        """Whether anybody has their turn just now."""


class Alone:
    """The turns of somebody who knows that nobody else links."""

    @contextmanager
    def take(self, patience: float | None = None) -> Iterator["Alone"]:  # noqa: ARG002 # the protocol's
        """It is always one's turn."""
        yield self

    def is_held(self) -> bool:
        """Nobody else links."""
        return False

    def give_way(self, before: Callable[[], None]) -> bool:  # noqa: ARG002 # the protocol's
        """Nobody waits."""
        return False
