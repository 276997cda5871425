from tracker.reading.isolation import IsolatedWorker
from tracker.reading.reader import READABLE, _formats


def test_the_kinds_that_are_said_to_be_readable_are_those_that_are_read() -> None:
    assert set(READABLE) == set(_formats(IsolatedWorker(), 1.0))
