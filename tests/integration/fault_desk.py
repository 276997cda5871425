"""The command with a fault in its way, at one place after the other.

    LD_PRELOAD=failing_disk.so python fault_desk.py FOLDER ACT:FAULT:CASES...

Run as a process of its own, since the disk is one for all of it. Each case is a child over a copy of the same
home, in which the fault comes at the n-th place. Then what is stored is read, the act is done once more
without a fault, and read again. CASES 0: all places. Prints a line of JSON for each act and fault.
"""

import json
import os
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fault_kinds import REASONS, fault_of
from light_desk import FIRST, SECOND, Row, State, in_child, leave_models_out, lines, must, state

from tracker.services.linking import LinkingService

LATER = "2030-01-01"


def make_base(home: Path) -> None:
    """A home with a little news, and files with more."""
    (home / "first.jsonl").write_text(lines(FIRST), encoding="utf-8")
    (home / "second.jsonl").write_text(lines(SECOND), encoding="utf-8")
    must(home, "init")
    must(home, "ingest", "first.jsonl")


def leave_the_rest() -> None:
    """Have nobody describe and compare events anew that a person has decided about."""
    LinkingService._refresh = lambda _: None  # type: ignore[method-assign]


class Desk:
    """A home as it was before the act, and what the act has to make of it."""

    def __init__(self, folder: Path, act: str) -> None:
        self.folder, self.act = folder / act, act
        self.before = self.folder / "before"
        shutil.copytree(folder / "base", self.before)
        with closing(sqlite3.connect(self.before / "tracker.sqlite3")) as connection:
            (self.conflict,) = connection.execute("SELECT id FROM conflict ORDER BY id LIMIT 1").fetchone()
            events = connection.execute("SELECT DISTINCT event_id FROM membership ORDER BY event_id")
            self.events = [event for (event,) in events]
        if act == "report":
            must(self.before, *self.words)
            must(self.before, "ingest", "second.jsonl")
        self.old = state(self.before)
        shutil.copytree(self.before, self.folder / "after")
        must(self.folder / "after", *self.words)
        self.new = state(self.folder / "after")
        # An act of a person is one transaction, what follows from it another that may come later.
        self.waiting = self.new
        if act == "merge":
            shutil.copytree(self.before, self.folder / "waiting")
            in_child(self.folder / "waiting", self.words, leave_the_rest)
            self.waiting = state(self.folder / "waiting")
        assert self.new != self.old, "the act changes nothing"

    @property
    def words(self) -> list[str]:
        """The act at the shell."""
        return {
            "ingest": ["ingest", "second.jsonl"],
            "judge": ["decide", "judge", self.conflict, "--as", "confirmed", "--by", "amal", "--reason", "x"],
            "merge": ["decide", "merge", self.events[0], "--into", self.events[1], "--by", "amal"],
            "report": f"report --week 2020-W02 --format html,md,xlsx --out reports --as-of {LATER}".split(),
            "backup": ["backup", "desk.zip"],
        }[self.act]

    def is_whole(self, found: State) -> str:
        """Empty where each part of the state is the old or the new one; otherwise which is not."""
        if found in (self.old, self.waiting, self.new):
            return ""
        if self.act == "ingest":
            return self._half_ingested(found)
        torn = [name for name in found if found[name] not in (self.old.get(name, []), self.new.get(name))]
        if self.act == "report":  # each of its files is one step, after all of them have been written beside
            return ", ".join(torn)
        return ", ".join(torn) or "a part of the old state beside one of the new"

    def _half_ingested(self, found: State) -> str:
        """A document is one transaction, a batch of linking another: each is there whole, or not at all."""
        stored = {row[0] for row in found["document"]}
        statements = {row[0] for row in self.new["statement"] if row[1] in stored}
        for name, among in (("document", stored), ("figure", statements)):
            if found[name] != [row for row in self.new[name] if row[0] in among]:
                return f"{name} of the documents that are stored"
        words = found["statement_words"]
        if len(words) != len(statements) or not set(words) <= set(self.new["statement_words"]):
            return "words of the documents that are stored"
        if [row[:6] for row in found["statement"]] != [
            row[:6] for row in self.new["statement"] if row[0] in statements
        ]:
            return "statements of the documents that are stored"
        linked = {row[0] for row in found["statement"] if not row[6]}
        for side in (self.old, self.new):
            if linked == {row[0] for row in side["statement"] if not row[6]} and all(
                found[name] == side[name] for name in ("membership", "event", "conflict")
            ):
                return ""
        return "linking"


@contextmanager
def copied(desk: Desk, name: str) -> Iterator[Path]:
    home = desk.folder / name
    shutil.copytree(desk.before, home)
    yield home
    shutil.rmtree(home)


def sweep(desk: Desk, fault: str, cases: int) -> Row:
    """All cases, or so many of them: how many there are, and what is wrong with any."""
    with copied(desk, "counted") as home:
        given = fault_of(fault)
        _, (count, stages), _ = in_child(home, desk.words, lambda: given.arm(home, 0), given.told)
    chosen = list(range(1, count + 1))
    if cases and cases < count:
        chosen = sorted(random.Random(f"{desk.act} {fault}").sample(chosen, cases))  # noqa: S311
    result: Row = {"act": desk.act, "fault": fault, "places": count, "tried": len(chosen), "wrong": []}
    result |= {"old": 0, "new": 0, "between": 0, "told": 0, "withstood": 0, "stages": stages or []}
    for nth in chosen:
        with copied(desk, f"case-{nth}") as home:
            _try(desk, fault, nth, home, result)
    return result


def _try(desk: Desk, fault: str, nth: int, home: Path, result: Row) -> None:
    given = fault_of(fault)
    code, told, err = in_child(home, desk.words, lambda: given.arm(home, nth), given.told)

    def wrong(what: str) -> None:
        result["wrong"].append(f"{nth} of {result['places']} ({told and told[1]}), exit {code}: {what}")

    found = state(home)
    half = desk.is_whole(found)
    if half:
        wrong(f"half: {half}")
    kind = "old" if found == desk.old else "new" if found == desk.new else "between"
    result[kind] += 1
    if code == 0:
        result["withstood"] += 1
        if kind != "new":
            wrong("it was called done and is not")
    elif code > 0:
        result["told"] += 1
        named = any(str(one) in err for one in (home.name, "reports", "desk.zip"))
        if "Traceback" in err or not named or not any(one in err for one in REASONS):
            wrong(f"unclear: {err.strip()[-300:]}")
    _repeat(desk, home, wrong)


def _repeat(desk: Desk, home: Path, wrong: Callable[[str], None]) -> None:
    """Once more, without a fault: all is as if nothing had happened."""
    backup = home / "desk.zip"
    if desk.act == "backup" and backup.exists():
        backup.unlink()
    checks = {"ingest": [["index", "verify"]], "judge": [["verify-audit"]], "merge": [["verify-audit"]]}
    # Two events are merged once; what has to follow is done by whoever links next.
    again = ["link"] if desk.act == "merge" and state(home) != desk.old else desk.words
    for words in (again, *checks.get(desk.act, [])):
        code, _, err = in_child(home, words, lambda: None)
        if code != 0:
            wrong(f"afterwards {words[0]} failed: {err.strip()[-300:]}")
    left = state(home)
    if left != desk.new:
        others = [name for name in left if left[name] != desk.new.get(name)]
        wrong(f"afterwards not as an unbroken run: {others}")
    strays = [path.name for path in home.rglob("*") if path.name.endswith((".part", ".temporary"))]
    if desk.act == "ingest" and strays:
        wrong(f"left lying about: {strays}")


def main() -> None:
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        del os.environ[name]
    leave_models_out()
    folder = Path(sys.argv[1])
    (folder / "base").mkdir(parents=True)
    make_base(folder / "base")
    desks: dict[str, Desk] = {}
    for one in sys.argv[2:]:
        since = time.monotonic()
        act, fault, cases = one.split(":")
        desk = desks.get(act) or desks.setdefault(act, Desk(folder, act))
        result = sweep(desk, fault, int(cases))
        result["seconds"] = round(time.monotonic() - since, 1)
        print(json.dumps(result), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
