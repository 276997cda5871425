"""The whole program over the demonstration corpus, served to a browser: database, index, models."""

import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from tracker_shell import Shell
from visitors import POLL_SECONDS, keep_what_all_pages_share
from werkzeug.serving import make_server

from tracker.bootstrap import Installation, SystemClock, installation, job_queue
from tracker.cli.bench import Bench
from tracker.cli.serving import application
from tracker.cli.working import holder_name, is_gone
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.decisions import EventGrade, Reliability, SubjectKind
from tracker.domain.jobs import Defaults
from tracker.domain.registry_edits import NameKind, NewNames
from tracker.domain.report_orders import ReportOrder
from tracker.domain.tokens import Scope
from tracker.services.job_worker import JobWorker
from tracker.services.jobs import OfferedFile
from tracker.settings import load_settings

PASSWORD = "four words in a row"  # noqa: S105 # of people who do not exist
FEW = 5
PEOPLE = {"amal": "analyst", "omar": "analyst", "dina": "admin", "vera": "viewer"}


@dataclass(frozen=True)
class RealDesk:
    """A served installation, and what is stored in it to look at."""

    installed: Installation
    application: Flask
    address: str

    def token_of(self, name: str) -> str:
        """A session of a person, as signing in gives one."""
        return self.installed.accounts.sign_in(name, PASSWORD, address="127.0.0.1", agent="tests")

    def conflicts(self) -> list[Conflict]:
        """Those of an event of a middling size, the surest first."""
        conflicts = list(self.installed.store.all_conflicts())
        counts = Counter(one.event for one in conflicts)
        event = min((count, event) for event, count in counts.items() if count >= FEW)[1]
        return sorted((one for one in conflicts if one.event == event), key=lambda one: -one.verdict.score)


@contextmanager
def real_desk(shell: Shell) -> Iterator[RealDesk]:
    for name, role in PEOPLE.items():
        shell.ok("user", "add", name, "--role", role, standard_input=PASSWORD.encode() + b"\n")
    with pytest.MonkeyPatch.context() as patch:
        for key, value in shell.environment().items():
            patch.setenv(key, value)
        settings = load_settings()
        shell.use_what_was_read_once(patch)
        with installation(settings, lambda _: None) as installed:
            served = application(installed)
            keep_what_all_pages_share(served)
            server = make_server("127.0.0.1", 0, served, threaded=True)
            thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
            thread.start()
            yield RealDesk(installed, served, f"http://127.0.0.1:{server.server_port}")
            server.shutdown()
            thread.join()
            server.server_close()


def work_a_little(desk: RealDesk) -> None:
    """So that the pages of what people decide and hand in have something to show."""
    installed, decisions = desk.installed, desk.installed.decisions
    first, second = desk.conflicts()[:2]
    decisions.judge([first.id], Judgement.CONFIRMED, by="amal", reason="Both name the same night.")
    decisions.judge([second.id], Judgement.REJECTED, by="omar", reason="Two different airports.")
    for kind, key in ((SubjectKind.CONFLICT, first.id), (SubjectKind.EVENT, first.event)):
        decisions.note(kind, key, "اسأل المستشفى مرة أخرى.", by="amal")
        decisions.assign(kind, key, "omar", by="amal")
    decisions.grade(first.event, EventGrade.CONTESTED, by="omar", reason="Each side has its own count.")
    decisions.rate("1", Reliability.FAIRLY, by="omar", reason="Its reports could mostly be followed up.")
    decisions.locate(second.one, None, by="amal", reason="It names the town of the speaker.")
    names = NewNames("GNA", NameKind.NAMES, "en", ("Council of the Presidency",))
    installed.registry_edits.add_names(names, by="dina", reason="So the papers of the coast call them.")
    installed.tokens.create("newsroom <b>robot</b>", Scope.READ, actor="dina")
    port = b"The port was quiet on Tuesday."
    hand_in(desk, {"port.txt": port, "port.jpg": b"\xff\xd8\xff", "broken.txt": b"\x00\x01" * 500})
    installed.jobs.report(ReportOrder("2020-W02", "en"), ("md",), actor="amal")
    work_off(desk)
    installed.jobs.relink(actor="dina")
    hand_in(desk, {"<b>harbour</b>.txt": b"The harbour was quiet on Tuesday."})


def hand_in(desk: RealDesk, files: dict[str, bytes]) -> None:
    """A job that waits for a worker."""
    offered = [OfferedFile(name, io.BytesIO(content)) for name, content in files.items()]
    desk.installed.jobs.add(offered, Defaults(), actor="amal")


def work_off(desk: RealDesk) -> None:
    """Do the jobs that wait, as the worker beside the server does."""
    bench = Bench(desk.installed)
    with job_queue(desk.installed.settings, is_gone) as (queue, files):
        worker = JobWorker(queue, files, lambda: bench, SystemClock(), holder_name(), lambda: False)
        while worker.work_once():
            pass
