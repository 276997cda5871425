"""An analyst's decisions from the command line."""

from pathlib import Path

import pytest
from tracker_shell import Shell

pytestmark = pytest.mark.model


def event_of(shell: Shell, folder: Path) -> dict[str, str]:
    events = shell.rows(folder)["events"]
    return {statement: event["id"] for event in events for statement in event["statements"]}


def test_a_statement_parted_from_its_event_stays_apart_until_that_is_undone(
    demonstration: Shell, tmp_path: Path
) -> None:
    event = max(demonstration.rows(tmp_path / "before")["events"], key=lambda row: len(row["statements"]))
    one, other = event["statements"][:2]
    said = demonstration.ok("decide", "move", one, "--to", "new", "--by", "anna", "--reason", "two raids")
    assert said.out.startswith(f"{one}: event e")
    assert "move" in said.err or "split" in said.err
    parted = event_of(demonstration, tmp_path / "parted")
    assert parted[one] != parted[other] == event["id"]
    demonstration.ok("relink")
    again = event_of(demonstration, tmp_path / "again")
    assert again[one] != again.get(other)
    demonstration.ok("decide", "undo", "--by", "anna")
    after = event_of(demonstration, tmp_path / "after")
    assert after[one] == after[other]


def test_two_events_merged_are_one(demonstration: Shell, tmp_path: Path) -> None:
    first, second = demonstration.rows(tmp_path / "before")["events"][:2]
    demonstration.ok("decide", "merge", first["id"], "--into", second["id"], "--by", "anna")
    after = event_of(demonstration, tmp_path / "after")
    assert {after[one] for one in (*first["statements"], *second["statements"])} == {second["id"]}


def test_a_rejected_conflict_is_in_no_export_until_it_is_given_back(
    demonstration: Shell, tmp_path: Path
) -> None:
    conflict = demonstration.rows(tmp_path / "before")["conflicts"][0]["id"]
    demonstration.ok(
        "decide", "judge", conflict, "--as", "rejected", "--by", "anna", "--reason", "other town"
    )
    assert conflict not in {row["id"] for row in demonstration.rows(tmp_path / "rejected")["conflicts"]}
    again = demonstration.ok("decide", "judge", conflict, "--as", "rejected", "--by", "ben")
    assert "stands so already" in again.err
    demonstration.ok("decide", "undo", "--by", "anna")
    demonstration.ok("decide", "redo", "--by", "anna")
    demonstration.ok("decide", "undo", "--by", "anna")
    assert conflict in {row["id"] for row in demonstration.rows(tmp_path / "back")["conflicts"]}


@pytest.mark.parametrize(
    "act",
    [
        ("move", "s00000000000000a", "--to", "new"),
        ("judge", "c00000000000000a", "--as", "confirmed"),
        ("merge", "e00000000000000a", "--into", "e00000000000000b"),
        ("undo",),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(demonstration: Shell, act: tuple[str, ...]) -> None:
    refused = demonstration("decide", *act, "--by", "anna")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("tracker: ")
    assert "Traceback" not in refused.err
