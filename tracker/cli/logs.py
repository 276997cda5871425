"""The log of processes that stay: a line an event on standard error, for people or as JSON.

Each line says when (UTC), how grave, which part, what, and the ids of the request or job that it belongs to.
Whatever looks like a token or a password is masked, should a library ever put one into a message.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

from gunicorn.glogging import Logger

from tracker.domain.tracing import JOB, REQUEST
from tracker.language.hidden import name_hidden
from tracker.settings import Settings

_LONGEST: Final = 500
"""Characters of a message or of a field: a library's complaint may quote what it choked on."""

_SECRETS: Final = (
    (re.compile(r"\bcc_[0-9A-Za-z]+_[0-9A-Za-z_-]+"), "cc_********"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[0-9A-Za-z+/._~=-]{8,}"), r"\1 ********"),
    (
        re.compile(r"(?i)((?:password|passwd|pwd|secret|cookie)\w*[\"']?\s*[=:]\s*)[^\s,;&]+"),
        r"\1********",
    ),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:********@"),
)

_state = {"structured": False}


def is_structured() -> bool:
    """Whether this process writes its log as JSON, so that nothing else belongs on standard error."""
    return _state["structured"]


def configure(settings: Settings) -> None:
    """Write the log as the settings say, from now on and in processes that are forked."""
    structured = settings.log_format == "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if structured else PlainLines())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    # Of libraries only what goes wrong.
    root.setLevel(logging.WARNING)
    logging.getLogger("tracker").setLevel(settings.log_level.upper())
    _state["structured"] = structured


class JsonLines(logging.Formatter):
    """A line of JSON for each event, in ASCII: nothing in it can begin another line."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": masked(record.getMessage()),
            **_ids(),
            **{name: _plain(value) for name, value in _fields(record).items()},
        }
        if record.exc_info:
            line["exception"] = _told(record)
        return json.dumps(line)


class PlainLines(logging.Formatter):
    """A line for a person; what happened within is set off below it."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        fields = {**_fields(record), **_ids()}
        said = "".join(f" {name}={_on_one_line(str(_plain(value)))}" for name, value in fields.items())
        event = _on_one_line(masked(record.getMessage()))
        line = f"{_moment(record)} {record.levelname.lower()} {record.name}: {event}{said}"
        if record.exc_info:
            line += "".join(f"\n  | {name_hidden(part)}" for part in _told(record).splitlines())
        return line


class ServerLogger(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's own log, as part of ours."""

    def setup(self, cfg: Any) -> None:
        """Called in the first process and in each that it forks."""
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True


def masked(text: str) -> str:
    """A message, shortened, with whatever looks like a secret made unreadable."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _ids() -> dict[str, str]:
    ids = {"request_id": REQUEST.get(), "job_id": JOB.get()}
    return {name: value for name, value in ids.items() if value}


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields = getattr(record, "fields", {})
    return fields if isinstance(fields, dict) else {}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, float)) else masked(str(value))


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _told(record: logging.LogRecord) -> str:
    """Where an exception came from, and its message as far as it may be read."""
    kind, error, trace = record.exc_info or (None, None, None)
    if kind is None:
        return ""
    frames = "".join(traceback.format_list(traceback.extract_tb(trace)))
    return f"{frames}{kind.__name__}: {masked(str(error))}"


def _on_one_line(text: str) -> str:
    return name_hidden(text.replace("\r", "\\r").replace("\n", "\\n"))
