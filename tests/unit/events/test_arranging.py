from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.events import LinkDecision, LinkVerdict
from tracker.events.arranging import pair_of, verdicts_of_move, violated
from tracker.events.constraints import Constraints

APART, TOGETHER = LinkVerdict.APART, LinkVerdict.TOGETHER
Verdicts = dict[tuple[str, str], LinkVerdict]

STATEMENTS = [f"s{number}" for number in range(7)]
MOVES = st.lists(
    st.tuples(st.sets(st.sampled_from(STATEMENTS), min_size=1, max_size=3), st.integers(0, 3)), max_size=8
)


def moved(homes: dict[str, str], verdicts: Verdicts, some: set[str], target: str) -> None:
    """Put statements into an event, one home after the other, as a person would."""
    for home in sorted({homes[one] for one in some} - {target}):
        going = {one for one in some if homes[one] == home}
        left = {one for one, event in homes.items() if event == home} - going
        inside = {one for one, event in homes.items() if event == target}
        among = going | left | inside
        standing = {pair: verdict for pair, verdict in verdicts.items() if among.issuperset(pair)}
        for pair, verdict in verdicts_of_move(going, inside, left, standing).items():
            if verdict is None:
                del verdicts[pair]
            else:
                verdicts[pair] = verdict
        homes.update(dict.fromkeys(going, target))


@given(MOVES)
def test_whatever_is_moved_where_no_decision_contradicts_where_statements_stand(
    moves: list[tuple[set[str], int]],
) -> None:
    homes = {one: f"e{number % 3}" for number, one in enumerate(STATEMENTS)}
    verdicts: Verdicts = {}
    for some, target in moves:
        going = {one for one in some if homes[one] != f"e{target}"}
        moved(homes, verdicts, going, f"e{target}")
        assert violated(homes, verdicts) is None
        decisions = [LinkDecision(one, other, verdict) for (one, other), verdict in verdicts.items()]
        constraints = Constraints.of(decisions)
        assert constraints.contradiction() is None
        for one in going:
            # Whoever moved it meant all that it was put beside, and none of what it came from.
            beside = {other for other in homes if homes[other] == homes[one]} - {one}
            assert constraints.together.get(one, frozenset()) >= beside


def test_what_hung_together_through_a_statement_hangs_together_without_it() -> None:
    standing = {("a", "m"): TOGETHER, ("b", "m"): TOGETHER}
    found = verdicts_of_move({"m"}, {"t"}, {"a", "b"}, standing)
    assert found == {
        ("a", "b"): TOGETHER,
        ("a", "m"): APART,
        ("b", "m"): APART,
        ("m", "t"): TOGETHER,
    }


def test_a_later_decision_takes_back_an_earlier_one() -> None:
    found = verdicts_of_move({"m"}, {"t", "b"}, set(), {("m", "t"): APART})
    assert found == {("b", "m"): TOGETHER, ("b", "t"): TOGETHER, ("m", "t"): None}


def test_a_part_of_an_event_hangs_together_and_is_apart_from_the_rest() -> None:
    assert verdicts_of_move({"a", "b"}, set(), {"c", "d"}, {}) == {
        ("a", "b"): TOGETHER,
        ("a", "c"): APART,
        ("a", "d"): APART,
    }


def test_a_verdict_that_statements_stand_against_is_found() -> None:
    assert violated({"a": "e1", "b": "e2"}, {("a", "b"): TOGETHER}) == ("a", "b")
    assert violated({"a": "e1", "b": "e1"}, {("a", "b"): APART}) == ("a", "b")
    assert violated({"a": "e1"}, {("a", "b"): APART}) is None
    assert pair_of("b", "a") == pair_of("a", "b") == ("a", "b")
