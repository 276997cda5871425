import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tracker.services.collecting import LONG, nothing_collected


@pytest.fixture(autouse=True)
def a_collector_at_work() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_no_garbage_is_collected_while_a_long_text_is_read() -> None:
    with nothing_collected(LONG):
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_short_text_changes_nothing() -> None:
    with nothing_collected(LONG - 1):
        assert gc.isenabled()


def test_it_is_collected_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="no text"), nothing_collected(LONG):
        raise ValueError("no text")
    assert gc.isenabled()


def test_of_several_readers_the_last_lets_it_be_collected() -> None:
    # As threads do, the second begins before the first ends and ends after it.
    with ExitStack() as second:
        with nothing_collected(LONG):
            second.enter_context(nothing_collected(LONG))
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_did_not_work_before_does_not_work_after() -> None:
    gc.disable()
    with nothing_collected(LONG):
        pass
    assert not gc.isenabled()
