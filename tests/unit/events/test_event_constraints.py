from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.events import LinkDecision, LinkVerdict
from tracker.events.constraints import Constraints

TOGETHER, APART = LinkVerdict.TOGETHER, LinkVerdict.APART
NAMES = "abcdef"

decisions = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(LinkVerdict))
    .filter(lambda one: one[0] != one[1])
    .map(lambda one: LinkDecision(*one)),
    max_size=8,
)


def test_without_decisions_nothing_is_bound() -> None:
    assert Constraints.of([]) == Constraints({}, {})


def test_a_decision_binds_both_statements() -> None:
    found = Constraints.of([LinkDecision("b", "a", TOGETHER), LinkDecision("a", "c", APART)])
    assert found.together == {"a": {"b"}, "b": {"a"}}
    assert found.apart == {"a": {"c"}, "c": {"a"}}


def test_what_is_together_with_the_same_one_is_together() -> None:
    chain = [
        LinkDecision("a", "b", TOGETHER),
        LinkDecision("c", "d", TOGETHER),
        LinkDecision("c", "b", TOGETHER),
    ]
    found = Constraints.of(chain).together
    assert found == {one: set("abcd") - {one} for one in "abcd"}


def test_what_is_apart_from_the_same_one_may_be_together() -> None:
    found = Constraints.of([LinkDecision("a", "b", APART), LinkDecision("b", "c", APART)])
    assert found.apart == {"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}
    assert found.together == {}


def test_the_last_decision_on_a_pair_stands_whichever_is_named_first() -> None:
    found = Constraints.of([LinkDecision("a", "b", TOGETHER), LinkDecision("b", "a", APART)])
    assert (found.together, found.apart) == ({}, {"a": {"b"}, "b": {"a"}})
    back = Constraints.of([LinkDecision("a", "b", APART), LinkDecision("b", "a", TOGETHER)])
    assert (back.together, back.apart) == ({"a": {"b"}, "b": {"a"}}, {})


@given(decisions)
def test_what_binds_one_binds_the_other_and_nobody_is_bound_to_himself(
    given_ones: list[LinkDecision],
) -> None:
    found = Constraints.of(given_ones)
    for side in (found.together, found.apart):
        for one, others in side.items():
            assert one not in others
            assert all(one in side[other] for other in others)


@given(decisions)
def test_together_is_what_a_chain_of_standing_decisions_leads_to(given_ones: list[LinkDecision]) -> None:
    found = Constraints.of(given_ones)
    standing = {frozenset((one.one, one.other)): one.verdict for one in given_ones}
    reached = {name: {name} for name in NAMES}
    for _ in NAMES:
        for pair, verdict in standing.items():
            one, other = pair
            if verdict is TOGETHER:
                reached[one] = reached[other] = reached[one] | reached[other]
        for name in NAMES:
            reached[name] = set().union(*(reached[other] for other in reached[name]))
    for one, other in combinations(NAMES, 2):
        assert (other in found.together.get(one, ())) == (other in reached[one])
        assert (other in found.apart.get(one, ())) == (standing.get(frozenset((one, other))) is APART)
