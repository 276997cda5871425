import threading

import pytest

from tracker.services.remembering import Remembered, Same


class Work:
    """Counts how often something was worked out."""

    def __init__(self) -> None:
        self.done: list[object] = []

    def __call__(self, answer: object) -> object:
        self.done.append(answer)
        return answer


def test_an_answer_is_worked_out_once_for_equal_keys() -> None:
    work, kept = Work(), Remembered[object](10)
    assert kept.of(("event", (1, 2)), lambda: work("first")) == "first"
    assert kept.of(("event", (1, 2)), lambda: work("second")) == "first"
    assert kept.of(("event", (1, 3)), lambda: work("third")) == "third"
    assert work.done == ["first", "third"]


def test_keys_of_one_hash_are_told_apart() -> None:
    assert hash(-1) == hash(-2)
    kept = Remembered[str](10)
    assert kept.of(-1, lambda: "one") == "one"
    assert kept.of(-2, lambda: "two") == "two"


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    work, kept = Work(), Remembered[object](2)
    for key in ("a", "b", "a", "c"):
        kept.of(key, lambda key=key: work(key))
    assert work.done == ["a", "b", "c"]
    assert len(kept) == 2
    kept.of("a", lambda: work("a"))
    kept.of("b", lambda: work("b"))
    assert work.done == ["a", "b", "c", "b"]


def test_answers_count_by_their_weight() -> None:
    kept = Remembered[str](10, len)
    kept.of("long", lambda: "x" * 8)
    kept.of("short", lambda: "xx")
    assert len(kept) == 2
    kept.of("more", lambda: "x")
    assert len(kept) == 2
    kept.of("too long for all", lambda: "x" * 11)
    assert len(kept) == 0


def test_a_failure_is_not_kept() -> None:
    kept = Remembered[int](10)
    with pytest.raises(ZeroDivisionError):
        kept.of("key", lambda: 1 // 0)
    assert kept.of("key", lambda: 7) == 7


def test_the_same_object_is_told_from_its_equal() -> None:
    one, other = ["a"], ["a"]
    kept = Remembered[str](10)
    assert kept.of((Same(one), 1), lambda: "one") == "one"
    assert kept.of((Same(one), 1), lambda: "again") == "one"
    assert kept.of((Same(other), 1), lambda: "other") == "other"


def test_threads_share_answers_and_none_is_lost() -> None:
    kept = Remembered[int](50)

    def ask() -> None:
        for number in range(2_000):
            assert kept.of(number % 70, lambda number=number: number % 70) == number % 70

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 50
