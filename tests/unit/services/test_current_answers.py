"""Answers that stand as long as nothing has changed."""

import threading
import time

import pytest

from tracker.services.current_answers import CurrentAnswers


class Shelf:
    """Something that changes, and how often it was asked for."""

    def __init__(self) -> None:
        self.state = 0
        self.asked = 0

    def answer(self) -> int:
        self.asked += 1
        return self.state


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def answers_of(shelf: Shelf, size: int = 128) -> CurrentAnswers:
    return CurrentAnswers(lambda: shelf.state, size)


def test_an_answer_is_reckoned_once_for_each_state(shelf: Shelf) -> None:
    answers = answers_of(shelf)
    assert [answers.get("all", shelf.answer) for _ in range(3)] == [0, 0, 0]
    shelf.state = 1
    assert [answers.get("all", shelf.answer) for _ in range(3)] == [1, 1, 1]
    assert shelf.asked == 2


def test_each_key_has_an_answer_of_its_own(shelf: Shelf) -> None:
    answers = answers_of(shelf)
    assert (answers.get("one", lambda: 1), answers.get("two", lambda: 2)) == (1, 2)
    assert (answers.get("one", lambda: 3), answers.get("two", lambda: 3)) == (1, 2)


def test_no_answer_may_be_an_answer(shelf: Shelf) -> None:
    answers = answers_of(shelf)
    calls: list[None] = []
    for _ in range(2):
        assert answers.get("none", lambda: calls.append(None)) is None
    assert len(calls) == 1


def test_what_was_not_used_lately_is_forgotten_first(shelf: Shelf) -> None:
    answers = answers_of(shelf, size=2)
    for key in ("one", "two", "one", "three"):
        answers.get(key, shelf.answer)
    asked = shelf.asked
    answers.get("one", shelf.answer)
    answers.get("three", shelf.answer)
    assert shelf.asked == asked
    answers.get("two", shelf.answer)
    assert shelf.asked == asked + 1


def test_a_failure_is_raised_and_not_kept(shelf: Shelf) -> None:
    answers = answers_of(shelf)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        answers.get("all", fail)
    assert answers.get("all", shelf.answer) == 0


def test_of_many_who_ask_at_once_one_reckons(shelf: Shelf) -> None:
    answers = answers_of(shelf)

    def slowly() -> int:
        time.sleep(0.05)
        return shelf.answer()

    threads = [threading.Thread(target=lambda: answers.get("all", slowly)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.asked == 1


def test_an_answer_may_be_newer_than_its_state_but_never_older(shelf: Shelf) -> None:
    answers = answers_of(shelf)

    def changes_meanwhile() -> int:
        shelf.state = 1
        return shelf.answer()

    assert answers.get("all", changes_meanwhile) == 1
    shelf.state = 2
    assert answers.get("all", shelf.answer) == 2
