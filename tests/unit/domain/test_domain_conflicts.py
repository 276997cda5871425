"""What a conflict says of itself."""

import pytest

from tracker.domain.conflicts import Conflict, ConflictType, Evidence, Verdict
from tracker.domain.documents import Span


@pytest.mark.parametrize(
    ("named", "third"),
    [((), None), (("a", "b"), None), (("b", "c"), "c"), (("c",), "c")],
    ids=["nothing named", "its own two", "a third as well", "a third alone"],
)
def test_the_third_is_whoever_is_named_and_is_neither_of_the_two(
    named: tuple[str, ...], third: str | None
) -> None:
    evidence = tuple(Evidence(one, Span(0, 1)) for one in named)
    verdict = Verdict(ConflictType.OTHER, 0.5, "They differ.", "difference", evidence)
    assert Conflict("x", "e", "a", "b", verdict, "rules-1").third == third
