"""Parts that several encoders hold: made once, shared, and let go."""

import gc
import threading
import time

from tracker.embedding.shared_parts import SharedParts


class Part:
    """Something of which there should be one."""


def test_the_same_content_gives_the_same_part_and_other_content_another() -> None:
    parts: SharedParts[Part] = SharedParts()
    one = parts.one("a", Part)
    assert parts.one("a", Part) is one
    assert parts.one("b", Part) is not one


def test_a_part_that_nobody_holds_is_let_go_and_made_anew() -> None:
    parts: SharedParts[Part] = SharedParts()
    made: list[str] = []

    def make() -> Part:
        made.append("part")
        return Part()

    held = parts.one("a", make)
    parts.one("a", make)
    assert len(made) == 1
    del held
    gc.collect()
    parts.one("a", make)
    assert len(made) == 2


def test_threads_that_want_a_part_at_once_get_the_same_one() -> None:
    parts: SharedParts[Part] = SharedParts()
    found: list[Part] = []

    def make() -> Part:
        time.sleep(0.02)
        return Part()

    threads = [threading.Thread(target=lambda: found.append(parts.one("a", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_a_part_that_cannot_be_made_does_not_stop_the_next_try() -> None:
    parts: SharedParts[Part] = SharedParts()

    def fail() -> Part:
        raise ValueError("torn")

    try:
        parts.one("a", fail)
    except ValueError:
        assert isinstance(parts.one("a", Part), Part)
    else:
        raise AssertionError("the failure was swallowed")
