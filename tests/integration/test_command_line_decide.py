"""An analyst's decision on two statements, from the command line."""

from pathlib import Path

import pytest
from tracker_shell import Shell

pytestmark = pytest.mark.model


def event_of(shell: Shell, folder: Path) -> dict[str, str]:
    events = shell.rows(folder)["events"]
    return {statement: event["id"] for event in events for statement in event["statements"]}


def test_a_decision_holds_at_once_and_after_linking_anew_until_it_is_taken_back(
    demonstration: Shell, tmp_path: Path
) -> None:
    event = max(demonstration.rows(tmp_path / "before")["events"], key=lambda row: len(row["statements"]))
    one, other = event["statements"][:2]
    said = demonstration.ok("decide", "apart", one, other, "--by", "anna", "--reason", "two raids").out
    assert said.startswith(f"{one}: event e")
    parted = event_of(demonstration, tmp_path / "parted")
    assert parted[one] != parted.get(other)
    demonstration.ok("relink")
    again = event_of(demonstration, tmp_path / "again")
    assert again[one] != again.get(other)
    demonstration.ok("decide", "open", one, other, "--by", "anna")
    after = event_of(demonstration, tmp_path / "after")
    assert after[one] == after[other]


def test_statements_of_two_events_put_together_share_one(demonstration: Shell, tmp_path: Path) -> None:
    first, second = demonstration.rows(tmp_path / "before")["events"][:2]
    one, other = first["statements"][0], second["statements"][0]
    demonstration.ok("decide", "together", one, other, "--by", "anna")
    after = event_of(demonstration, tmp_path / "after")
    assert after[one] == after[other]


def test_a_decision_that_contradicts_others_is_refused_with_the_way_out(
    demonstration: Shell, tmp_path: Path
) -> None:
    event = max(demonstration.rows(tmp_path / "before")["events"], key=lambda row: len(row["statements"]))
    first, second, third = event["statements"][:3]
    demonstration.ok("decide", "together", first, second, "--by", "anna")
    demonstration.ok("decide", "together", second, third, "--by", "anna")
    refused = demonstration("decide", "apart", first, third, "--by", "ben")
    assert refused.code == 1
    assert "say the opposite: take one of them back first" in refused.err


@pytest.mark.parametrize("pair", [("s00000000000000a", "s00000000000000b"), ("s00000000000000a",) * 2])
def test_a_decision_on_what_is_not_there_is_refused(demonstration: Shell, pair: tuple[str, str]) -> None:
    refused = demonstration("decide", "apart", *pair, "--by", "anna")
    assert (refused.code, refused.out) == (1, "")
    assert "Traceback" not in refused.err
