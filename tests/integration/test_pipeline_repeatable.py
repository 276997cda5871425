"""What an ingest may be interrupted by, and what may be done again: the outcome is the same."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tracker_shell import Shell, environment_of_a_process

from tracker.domain.documents import IncomingDocument
from tracker.events.linkable import Linkable
from tracker.resources import DEMONSTRATION
from tracker.services.ingest import IngestService
from tracker.services.intake import Taken
from tracker.services.linking import LinkingService

pytestmark = pytest.mark.model

MINUTES = 240
"""Seconds that a process may take on a busy machine."""

TANKER = b"The Government of National Accord said on Monday that two tankers had left Ras Lanuf."


FORMER, PASSING = "e00000000000000f", "e0000000000000ff"
"""Ids of events that no statement gives."""


class KilledError(BaseException):
    """Stands for the end of the process: nothing catches it."""


def die(*_arguments: object) -> NoReturn:
    raise KilledError


def judge(shell: Shell, conflict: str, judgement: str) -> None:
    shell.in_database(
        "UPDATE conflict SET judgement = :judgement WHERE id = :id", judgement=judgement, id=conflict
    )


def judgements(shell: Shell) -> dict[str, str]:
    rows = shell.in_database("SELECT id, judgement FROM conflict WHERE judgement != 'suggested'")
    return {row.id: row.judgement for row in rows}


def test_ingesting_the_same_folder_twice_changes_nothing(demonstration: Shell, tmp_path: Path) -> None:
    before = demonstration.exported(tmp_path / "before")
    folder = tmp_path / "news"
    folder.mkdir()
    shutil.copy(DEMONSTRATION, folder)
    count = len(before["documents.jsonl"].splitlines())
    answer = demonstration.ok("ingest", folder)
    assert answer.out.startswith(f"documents: 0 new, {count} known, 0 failed\n")
    assert demonstration.exported(tmp_path / "after") == before


@dataclass(frozen=True)
class Unbroken:
    """Some documents, and the export of an ingest of them that nothing interrupted."""

    news: Path
    count: int
    export: dict[str, bytes]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Unbroken:
    folder = tmp_path_factory.mktemp("unbroken")
    lines = DEMONSTRATION.read_bytes().splitlines(keepends=True)[:12]
    (folder / "news.jsonl").write_bytes(b"".join(lines))
    shell = Shell(folder / "home")
    shell.ok("init")
    shell.ok("ingest", folder / "news.jsonl")
    return Unbroken(folder / "news.jsonl", len(lines), shell.exported(folder / "out"))


def test_an_ingest_that_was_killed_is_finished_by_the_next_as_if_nothing_had_happened(
    shell: Shell, unbroken: Unbroken, tmp_path: Path
) -> None:
    shell.ok("init")
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tracker", "ingest", unbroken.news],
        env=environment_of_a_process(shell),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_documents(shell, process, at_least=3)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    stored = shell.in_database("SELECT count(*) FROM document")[0][0]
    assert 3 <= stored < unbroken.count, "it was over before it could be killed"
    answer = shell.ok("ingest", unbroken.news)
    assert answer.out.startswith(f"documents: {unbroken.count - stored} new, {stored} known, 0 failed\n")
    assert shell.exported(tmp_path / "out") == unbroken.export
    shell.ok("index", "verify")


def _wait_for_documents(shell: Shell, process: "subprocess.Popen[bytes]", at_least: int) -> None:
    end = time.monotonic() + MINUTES
    while time.monotonic() < end:
        assert process.poll() is None, "it was over before it could be killed"
        if shell.in_database("SELECT count(*) FROM document")[0][0] >= at_least:
            return
        time.sleep(0.01)
    pytest.fail("no documents were stored")


def test_what_was_stored_but_not_linked_is_linked_by_the_next_ingest(
    shell: Shell, unbroken: Unbroken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.ok("init")
    with monkeypatch.context() as patch:
        patch.setattr("tracker.services.linking.link_statements", die)
        with pytest.raises(KilledError):
            shell("ingest", unbroken.news)
    assert shell.in_database("SELECT count(*) FROM event") == [(0,)]
    shell.ok("ingest", unbroken.news)
    assert shell.exported(tmp_path / "out") == unbroken.export
    shell.ok("index", "verify")


def test_an_ingest_that_ended_between_two_rounds_of_linking_goes_on_with_the_same_rounds(
    shell: Shell, unbroken: Unbroken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.ingest.BATCH", 4)
    link, together = LinkingService._link, []

    def telling(self: LinkingService, window: Any, new: Sequence[Linkable], *others: Any) -> Any:
        together.append({one.statement.id for one in new})
        return link(self, window, new, *others)

    monkeypatch.setattr(LinkingService, "_link", telling)
    whole = Shell(tmp_path / "whole")
    whole.ok("init")
    whole.ok("ingest", unbroken.news)
    expected = together.copy()
    together.clear()
    shell.ok("init")
    take = IngestService.take
    taken: list[Taken] = []

    def seven(self: IngestService, one: IncomingDocument) -> Taken:
        if len(taken) == 7:
            raise KilledError
        taken.append(take(self, one))
        return taken[-1]

    with monkeypatch.context() as patch:
        # Four documents are linked by then; three more are stored.
        patch.setattr(IngestService, "take", seven)
        with pytest.raises(KilledError):
            shell("ingest", unbroken.news)
    assert together == expected[:1]
    shell.ok("ingest", unbroken.news)
    assert together == expected
    assert shell.exported(tmp_path / "out") == whole.exported(tmp_path / "expected")


def test_an_ingest_killed_before_its_index_was_saved_leaves_no_statement_unfindable(
    demonstration: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tracker.index.faiss_index.FaissIndex.save", die)
        with pytest.raises(KilledError):
            demonstration("ingest", "-", standard_input=TANKER)
    demonstration.ok("ingest", "-", standard_input=TANKER)
    assert ": 0 missing, 0 superfluous, 0 different\n" in demonstration("index", "verify").out


def test_linking_anew_keeps_events_and_every_decision_of_a_person(
    demonstration: Shell, tmp_path: Path
) -> None:
    suggested = [row["id"] for row in demonstration.rows(tmp_path / "suggested")["conflicts"]]
    confirmed, rejected, doubted = suggested[0], suggested[len(suggested) // 2], suggested[-1]
    decided = {confirmed: "confirmed", rejected: "rejected", doubted: "unsure"}
    for conflict, judgement in decided.items():
        judge(demonstration, conflict, judgement)
    before = demonstration.exported(tmp_path / "before")
    status = {row["id"]: row["status"] for row in demonstration.rows(tmp_path / "judged")["conflicts"]}
    assert (status[confirmed], status[doubted]) == ("confirmed", "suggested")
    assert rejected not in status
    demonstration.ok("relink")
    assert judgements(demonstration) == decided
    assert demonstration.exported(tmp_path / "after") == before
    demonstration.ok("index", "verify")


def test_linking_anew_keeps_the_id_under_which_most_of_an_event_stood(
    demonstration: Shell, tmp_path: Path
) -> None:
    events = demonstration.rows(tmp_path / "before")["events"]
    first, second = [event for event in events if len(event["statements"]) > 2][:2]
    # As if the first had been found under an id that none of its statements gives, and one statement of the
    # second under yet another.
    move(demonstration, first["id"], FORMER, len(first["statements"]))
    move(demonstration, second["id"], PASSING, 1)
    demonstration.ok("relink")
    after = {row["id"]: set(row["statements"]) for row in demonstration.rows(tmp_path / "after")["events"]}
    assert after[FORMER] == set(first["statements"])
    assert after[second["id"]] == set(second["statements"])
    redirects = "SELECT id, redirects_to FROM event WHERE redirects_to IS NOT NULL"
    (row,) = demonstration.in_database(redirects)
    assert row == (PASSING, second["id"])


def move(shell: Shell, event: str, other: str, statements: int) -> None:
    """Put some statements of an event under another id."""
    columns = 'title, title_language, start, "end", precision, version'
    shell.in_database(
        f"INSERT INTO event (id, {columns}) SELECT :other, {columns} FROM event WHERE id = :event",  # noqa: S608
        other=other,
        event=event,
    )
    shell.in_database(
        "UPDATE membership SET event_id = :other WHERE statement_id IN"
        " (SELECT statement_id FROM membership WHERE event_id = :event ORDER BY position LIMIT :statements)",
        other=other,
        event=event,
        statements=statements,
    )


def test_a_rejected_conflict_is_not_suggested_again_when_more_is_told_of_its_event(
    demonstration: Shell, tmp_path: Path
) -> None:
    rows = demonstration.rows(tmp_path / "before")
    conflict = rows["conflicts"][0]
    judge(demonstration, conflict["id"], "rejected")
    quote = next(row["quote"] for row in rows["statements"] if row["id"] == conflict["a"])
    document = next(row["document"] for row in rows["statements"] if row["id"] == conflict["a"])
    published = next(row["published"] for row in rows["documents"] if row["id"] == document)
    demonstration.ok("ingest", "-", "--published", published[:10], standard_input=quote.encode())
    assert judgements(demonstration) == {conflict["id"]: "rejected"}
    assert conflict["id"] not in {row["id"] for row in demonstration.rows(tmp_path / "after")["conflicts"]}
