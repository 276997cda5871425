import numpy as np

from tracker.index import Verification, verify
from tracker.index.contents import Contents
from tracker.index.segment import Segment

ROWS = np.eye(6, dtype=np.float32)


class Unsaved(Contents):
    """An index without files."""

    def check_files(self) -> None:
        """There is nothing to check."""


def an_index() -> Unsaved:
    index = Unsaved(Segment.empty(6))
    index.upsert(np.array([10, 20, 30, 40]), ROWS[:4])
    return index


def test_an_index_like_the_database_is_sound() -> None:
    batches = [(np.array([40, 10]), ROWS[[3, 0]]), (np.array([20, 30]), ROWS[[1, 2]])]
    assert verify(an_index(), batches) == Verification(checked=4, missing=0, superfluous=0, different=0)
    assert verify(an_index(), batches).is_sound


def test_missing_superfluous_and_different_vectors_are_counted() -> None:
    altered = ROWS[1].copy()
    altered[1] = np.nextafter(np.float32(1), np.float32(0))  # one bit
    batches = [(np.array([10, 20, 50]), np.stack([ROWS[0], altered, ROWS[4]])), (np.array([60]), ROWS[5:])]
    found = verify(an_index(), batches)
    assert found == Verification(checked=4, missing=2, superfluous=2, different=1)
    assert not found.is_sound


def test_each_kind_of_difference_alone_is_unsound() -> None:
    assert not Verification(checked=1, missing=1, superfluous=0, different=0).is_sound
    assert not Verification(checked=1, missing=0, superfluous=1, different=0).is_sound
    assert not Verification(checked=1, missing=0, superfluous=0, different=1).is_sound


def test_an_empty_database_makes_everything_superfluous() -> None:
    assert verify(an_index(), []) == Verification(checked=0, missing=0, superfluous=4, different=0)
