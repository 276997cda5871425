import pytest

from tracker.services.lately import Lately


class Watch:
    time = 0.0

    def __call__(self) -> float:
        return self.time


def test_an_answer_is_asked_for_anew_only_after_a_while() -> None:
    watch, asked = Watch(), iter(range(10))
    lately = Lately(lambda: next(asked), 5.0, watch)
    assert [lately(), lately()] == [0, 0]
    watch.time = 4.9
    assert lately() == 0
    watch.time = 5.0
    assert [lately(), lately()] == [1, 1]


def test_an_error_is_not_kept() -> None:
    answers = iter([OSError("gone"), "back"])

    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return str(answer)

    lately = Lately(ask, 5.0, Watch())
    with pytest.raises(OSError, match="gone"):
        lately()
    assert lately() == "back"
