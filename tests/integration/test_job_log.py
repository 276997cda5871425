"""What the log says of a job: which one, how it ended, how long it took; and none of what is in its files."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from job_office import JobOffice

from tracker.cli.logs import JsonLines
from tracker.domain.tracing import JOB
from tracker.storage.engine import make_engine


class Kept(logging.Handler):
    """Keeps lines as they are written, when the ids of the moment are known."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


def test_every_line_of_a_job_names_it(
    tmp_path: Path, new_database_url: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, logger = Kept(), logging.getLogger("tracker")
    monkeypatch.setattr(logger, "handlers", [kept])
    monkeypatch.setattr(logger, "level", logging.INFO)
    logger.manager._clear_cache()  # type: ignore[attr-defined] # a level that was set by hand
    office = JobOffice(tmp_path, make_engine(new_database_url(tmp_path)))

    def disturb(_one: object) -> None:
        raise RuntimeError("the harbour burns")

    words = b"The Government of National Accord said on Monday that the harbour burns."
    done = office.hand_in({"one.txt": words})
    assert office.worker().work_once()
    failed = office.hand_in({"two.txt": words + b" Still."})
    assert office.worker(disturb=disturb).work_once()
    office.engine.dispose()
    ended = [line for line in kept.lines if line["event"] == "job ended"]
    assert [(line["job_id"], line["state"]) for line in ended] == [(done, "done"), (failed, "done")]
    assert all(float(str(line["seconds"])) >= 0 for line in ended)
    (trouble,) = [line for line in kept.lines if line["level"] == "error"]
    assert trouble["job_id"] == failed
    assert "RuntimeError" in str(trouble["exception"])
    assert "Government" not in json.dumps(kept.lines)
    assert JOB.get() == ""
