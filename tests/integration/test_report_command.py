"""The options and exit codes of the report command, over a database without news."""

import json
from pathlib import Path

import pytest
from tracker_shell import Shell


@pytest.fixture
def empty(shell: Shell) -> Shell:
    shell.ok("init")
    return shell


def test_a_week_without_events_gives_a_report_that_says_so(empty: Shell, tmp_path: Path) -> None:
    answer = empty.ok("report", "--week", "2020-W02", "--out", tmp_path / "out")
    assert "nothing is told of 2020-W02" in answer.err
    by_ending = {Path(line).suffix: Path(line).read_text("utf-8") for line in answer.out.splitlines()}
    assert set(by_ending) == {".html", ".md", ".json"}
    assert "Nothing to report" in by_ending[".html"]
    assert "Nothing to report" in by_ending[".md"]
    assert json.loads(by_ending[".json"])["events"] == {}


def test_any_days_can_be_reported_on_and_stand_in_the_name(empty: Shell, tmp_path: Path) -> None:
    answer = empty.ok(
        "report", "--from", "2020-01-01", "--to", "2020-01-31", "--format", "md", "--out", tmp_path
    )
    assert Path(answer.out.splitlines()[0]).name == "counterclaim-2020-01-01--2020-01-31.md"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "--week"),
        (("--week", "2020-W02", "--from", "2020-01-01"), "either --week"),
        (("--from", "2020-01-01"), "--to"),
        (("--from", "2020-01-02", "--to", "2020-01-01"), "later than"),
        (("--week", "2020-W02", "--as-of", "June"), "June"),
        (("--week", "2020-W02", "--party", "XYZ"), "no party 'XYZ'"),
        (("--week", "2020-W02", "--place", "Nowhere at all"), "Nowhere at all"),
        (("--week", "2020-W02", "--language", "de"), "'de'"),
        (("--week", "2020-W02", "--compare", "none.json"), "none.json"),
    ],
)
def test_what_cannot_be_asked_is_a_matter_of_usage(
    options: tuple[str, ...], message: str, empty: Shell, tmp_path: Path
) -> None:
    answer = empty("report", *options, "--out", tmp_path / "out")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert not (tmp_path / "out").exists()


def test_an_address_or_a_file_that_is_none_is_a_matter_of_settings(empty: Shell, tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    file.write_text("{}")
    for option in (("--base-url", "desk.example"), ("--compare", str(file))):
        answer = empty("report", "--week", "2020-W02", *option, "--out", tmp_path / "out")
        assert (answer.code, answer.out) == (3, "")
        assert option[1] in answer.err
        assert not (tmp_path / "out").exists()
