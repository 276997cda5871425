import json

import pytest

from tracker.cli import main
from tracker.cli.reading import _report
from tracker.domain.errors import (
    DatabaseError,
    IndexDamagedError,
    ModelMismatchError,
    NotFoundError,
    SettingsError,
    TrackerError,
)
from tracker.domain.views import Counts
from tracker.services.ingest import IngestSummary

COMMANDS = {
    "init": [],
    "ingest": ["--outlet", "--published", "--language", "--json"],
    "export": [],
    "search": ["-k", "--party", "--language", "--from", "--to", "--mode", "--json"],
    "serve": ["--host", "--port", "--workers"],
    "relink": [],
    "index verify": [],
    "index rebuild": [],
    "report": ["--week", "--format", "--out"],
    "token create": ["--name", "--scope"],
    "user add": ["--role"],
    "config show": [],
    "doctor": [],
}
"""What people's scripts call, with the options they use."""


def code_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    code = left.value.code
    assert isinstance(code, int)
    return code


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_contract_has_its_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*command.split(), "--help") == 0
    told = capsys.readouterr().out
    assert [option for option in COMMANDS[command] if option not in told] == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("TRACKER_HOME: not a folder"), 3),
        (DatabaseError("there is no database yet: run `tracker init`"), 3),
        (ModelMismatchError("old (1)", "new (2)"), 3),
        (IndexDamagedError("the index is torn"), 1),
        (NotFoundError("no event is stored under e1"), 1),
        (TrackerError("something else"), 1),
    ],
)
def test_an_error_becomes_one_line_on_standard_error_and_an_exit_code(
    error: TrackerError, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("tracker.cli.maintenance.load_settings", fail)
    assert code_of("init") == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"tracker: {error}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest",),
        ("export",),
        ("search",),
        ("search", "port", "-k", "0"),
        ("search", "port", "--from", "yesterday"),
        ("ingest", "news", "--published", "2020-13-01"),
        ("report", "--out", "reports"),
        ("token", "create", "--name", "me", "--scope", "everything"),
        ("serve", "--port", "99999"),
        ("serve", "--workers", "0"),
        ("nonsense",),
    ],
)
def test_wrong_usage_has_an_exit_code_of_its_own(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Usage: tracker" in err


def summary(*failures: str, new: int = 0, known: int = 0) -> IngestSummary:
    return IngestSummary(
        new=new,
        known=known,
        statements=3,
        failures=list(failures),
        notes=["fr.txt: read with English rules"],
        totals=Counts(4, 12, 2, 1),
    )


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (summary("x: empty", new=1), 1),
        (summary("x: empty", known=1), 1),
        (summary("x: empty", "y: empty"), 4),
    ],
)
def test_failed_documents_give_an_exit_code_by_whether_anything_was_read(
    found: IngestSummary, code: int
) -> None:
    with pytest.raises(SystemExit) as left:
        _report(found, as_json=False)
    assert left.value.code == code


def test_a_summary_goes_to_standard_output_and_reasons_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        _report(summary("news.jsonl:7: not JSON", new=2, known=1), as_json=False)
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "documents: 2 new, 1 known, 1 failed",
        "statements: 3 added; now 12 statements, 2 events, 1 conflicts",
    ]
    assert err.splitlines() == ["tracker: news.jsonl:7: not JSON", "tracker: fr.txt: read with English rules"]


def test_a_summary_as_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _report(summary("أخبار.txt: empty", new=2), as_json=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "documents": {"new": 2, "known": 0, "failed": 1},
        "statements_added": 3,
        "totals": {"documents": 4, "statements": 12, "events": 2, "conflicts": 1},
        "failures": ["أخبار.txt: empty"],
    }


def test_when_all_is_well_the_command_goes_on() -> None:
    _report(summary(new=1), as_json=False)
