#!/usr/bin/env python3
"""Read thousands of damaged documents as `tracker ingest` does, and see that none does any harm.

    python scripts/fuzz_readers.py --count 5000 --seed 1

Each file has to give documents or errors that name it and say why, none after more than so many seconds
and megabytes, and after a page that ended the worker process the next page has to be read. Whatever
breaks this is told on standard error, its file is kept, and the exit status is 1. The documents are those
of `mutated_documents.py`; a table by kind goes to standard output.

Memory is the kernel's own count of the most that was resident at once (VmHWM, set back before each file)
of the process that reads and of its worker process, which is looked at every few milliseconds since it
may end. Linux only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mutated_documents import Specimen, mutated_documents

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.outcomes import fault_of
from tracker.reading.reader import FileReader

_GIVEN_UP = 90.0  # seconds on one file
_SAMPLED_EVERY = 0.01  # seconds
_LONGEST_MESSAGE = 1_000
_OWN_FAULT = "could not be read ("
_CANARY = b"<html><body><article><p>The lamp on the pier was lit again.</p></article></body></html>"


@dataclass(slots=True)
class Outcome:
    """What came of one file. Memory in MB; `seconds` is the longest wait for one document or error."""

    documents: int = 0
    errors: int = 0
    seconds: float = 0.0
    file_seconds: float = 0.0
    reader_memory: float = 0.0
    worker_memory: float = 0.0
    worker_ended: bool = False
    faults: list[str] = field(default_factory=list)


# --- the process that reads


class _Memory:
    """The most memory that this process and its child had since the last reset."""

    def __init__(self) -> None:
        self.worker = 0.0
        threading.Thread(target=self._sample, daemon=True).start()

    def reset(self) -> None:
        for process in ("self", *children()):
            try:
                Path(f"/proc/{process}/clear_refs").write_text("5", "ascii")
            except OSError:
                continue  # the child may have ended meanwhile
        self.worker = 0.0

    def look(self) -> None:
        self.worker = max([self.worker, *map(_peak, children())])

    @property
    def reader(self) -> float:
        return _peak("self")

    def _sample(self) -> None:
        while True:
            self.look()
            time.sleep(_SAMPLED_EVERY)


def children() -> list[str]:
    """The ids of the processes that the main thread of this one has started, which runs all readers."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()


def _peak(process: str) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8", "replace")
    except OSError:
        return 0.0
    written = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(written.split()[1]) * 1024 / 1_000_000


def read_all() -> None:
    """Read the files named on standard input, one reader for all, and tell of each as a line of JSON."""
    memory = _Memory()
    outcome = Outcome()
    path, since = Path(), 0.0

    def wait() -> None:
        nonlocal since
        now = time.monotonic()
        outcome.seconds, since = max(outcome.seconds, now - since), now

    def handed() -> Iterator[Path]:
        nonlocal outcome, path, since
        for line in sys.stdin:
            path, outcome, before = Path(line.rstrip("\n")), Outcome(), children()
            memory.reset()
            begun = since = time.monotonic()
            yield path
            wait()
            outcome.file_seconds = time.monotonic() - begun
            memory.look()
            outcome.reader_memory, outcome.worker_memory = memory.reader, memory.worker
            outcome.worker_ended = bool(set(before) - set(children()))
            print(json.dumps(asdict(outcome)), flush=True)

    for one in FileReader().read(handed()):
        wait()
        outcome.documents += isinstance(one, IncomingDocument)
        outcome.errors += isinstance(one, ReadingError)
        outcome.faults += _faults(one, path)


def _faults(one: IncomingDocument | ReadingError, path: Path) -> Iterator[str]:
    if isinstance(one, ReadingError):
        said = str(one)
        if not (one.origin.startswith(str(path)) and one.reason.strip()):
            yield f"an error that does not name the file and the reason: {said[:200]!r}"
        if len(said) > _LONGEST_MESSAGE or not said.isprintable():
            yield f"an error of {len(said)} characters, not all printable: {said[:200]!r}"
        if one.reason.startswith(_OWN_FAULT):
            yield f"an exception that no reader expected: {said[:300]}"
        return
    if fault := fault_of(one.text):
        yield f"a text that cannot be stored: {fault}"
    for name in ("origin", "external_id", "url", "title", "outlet", "language"):
        if (value := getattr(one, name)) is not None and (fault := fault_of(value)):
            yield f"a document whose {name} cannot be stored: {fault}"
    if one.published is not None and one.published.tzinfo is None:
        yield "a date without its zone"


# --- the process that hands it files and watches it


class Reader:
    """The reading process, started anew where it ended or was given up."""

    def __init__(self) -> None:
        self._process = self._start()

    def read(self, path: Path) -> Outcome:
        """What came of a file, a crash or hang of the whole process included."""
        process = self._process
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        watch = threading.Timer(_GIVEN_UP, process.kill)
        watch.start()
        try:
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watch.cancel()
        if line:
            return Outcome(**json.loads(line))
        self.close()
        self._process = self._start()
        fault = f"the process that reads ended with status {process.returncode} (-9: given up or no memory)"
        return Outcome(seconds=_GIVEN_UP, faults=[fault])

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    @staticmethod
    def _start() -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - this script
            [sys.executable, __file__, "--read"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )


def fuzz(options: argparse.Namespace, folder: Path) -> dict[str, list[Outcome]]:
    """Read all documents and tell of what is wrong; their outcomes by kind."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    reader = Reader()
    canary = folder / "canary.html"
    canary.write_bytes(_CANARY)
    for number, specimen in enumerate(mutated_documents(options.count, options.seed)):
        path = folder / f"{number}{specimen.suffix}"
        path.write_bytes(specimen.data)
        outcome = reader.read(path)
        if outcome.worker_ended and reader.read(canary).documents != 1:
            outcome.faults.append("after this file the next page was not read")
        outcome.faults += _broken_limits(outcome, options)
        found[specimen.kind].append(outcome)
        path.unlink()
        if outcome.faults:
            _keep(path.name, specimen, outcome, options.keep)
    reader.close()
    return found


def _broken_limits(outcome: Outcome, options: argparse.Namespace) -> Iterator[str]:
    if not (outcome.documents or outcome.errors or outcome.faults):
        yield "neither read nor reported"
    if outcome.seconds > options.seconds:
        yield f"took {outcome.seconds:.2f} s"
    if (most := max(outcome.reader_memory, outcome.worker_memory)) > options.memory:
        yield f"took {most:.0f} MB"


def _keep(name: str, specimen: Specimen, outcome: Outcome, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(specimen.data)
    for fault in outcome.faults:
        print(f"{folder / name} ({specimen.kind}): {fault}", file=sys.stderr)


def table(found: dict[str, list[Outcome]]) -> str:
    """A line a kind: files, those read whole, in part, not at all, and the greatest costs."""
    lines = [
        "| kind | files | read | part | reported | killed | document s | file s | reader MB | worker MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    everything = [one for outcomes in found.values() for one in outcomes]
    for kind, outcomes in (*sorted(found.items()), ("all", everything)):
        counts = (
            len(outcomes),
            sum(one.documents > 0 and not one.errors for one in outcomes),
            sum(one.documents > 0 and one.errors > 0 for one in outcomes),
            sum(not one.documents and one.errors > 0 for one in outcomes),
            sum(one.worker_ended for one in outcomes),
            f"{max((one.seconds for one in outcomes), default=0):.2f}",
            f"{max((one.file_seconds for one in outcomes), default=0):.2f}",
            f"{max((one.reader_memory for one in outcomes), default=0):.0f}",
            f"{max((one.worker_memory for one in outcomes), default=0):.0f}",
        )
        lines.append(f"| {kind} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def main() -> None:
    """Parse the options, read, and end with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=5_000, help="how many documents")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--seconds", type=float, default=10.0, help="the most that a document may take")
    parser.add_argument("--memory", type=float, default=512.0, help="the most MB that a process may take")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"), help="folder for what fails")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_all()
        return
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(options, Path(folder))
    print(table(found))
    failed = sum(bool(one.faults) for outcomes in found.values() for one in outcomes)
    print(f"\n{failed} of {options.count} files did what no file may do")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
