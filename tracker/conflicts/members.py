"""What the comparison is told of a statement."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.features import TWO_LANGUAGES
from tracker.conflicts.shares import Numbers
from tracker.conflicts.support import ALONE, saying_the_same
from tracker.domain.statements import Polarity, Statement


class Member(NamedTuple):
    """A statement of an event with its vectors, and the day its document was published.

    `vector` is of the question encoder. `stance` is of the stance encoder; without it nothing is said of
    which side of a question the statement takes.
    """

    statement: Statement
    vector: NDArray[np.float32]
    published: date | None = None
    stance: NDArray[np.float32] | None = None


def in_company(members: Sequence[Member]) -> Sequence[Member]:
    """The same, without the stances of two who are alone in their event.

    What differs from a conflict by one thing, such as the day, may well take the other side of a like
    question. Hardly a labelled event has but two statements, so that nothing was learned of this: there the
    words alone decide.
    """
    return members if len(members) > ALONE else [one._replace(stance=None) for one in members]


def same_among(members: Sequence[Member]) -> Numbers:
    """How surely each two members of an event say the same: shape (members, members)."""
    if not members:
        return np.zeros((0, 0))
    vectors = np.stack([one.vector for one in members]).astype(np.float64)
    languages = np.array([one.statement.language for one in members])
    denies = np.array([one.statement.polarity is Polarity.DENIES for one in members])
    apart = languages[:, None] != languages[None, :]
    return saying_the_same(vectors @ vectors.T + TWO_LANGUAGES * apart, denies)
