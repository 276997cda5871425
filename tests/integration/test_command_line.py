"""The command over a real database, index and model, from init to report."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import real_postgresql
from tracker_shell import CHECKOUT, Shell, environment_of_a_process

from tracker.resources import DEMONSTRATION

pytestmark = pytest.mark.model

QUESTION = "who holds Sirte"
MINUTES = 240
"""Seconds that a process may take on a busy machine."""


def search(shell: Shell, *arguments: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shell.ok("search", QUESTION, "--json", *arguments).json()
    return found


def ids_and_scores(results: list[dict[str, Any]]) -> list[tuple[str, float]]:
    return [(result["statement"]["id"], result["score"]) for result in results]


def test_a_database_can_be_made_twice(shell: Shell) -> None:
    for _ in range(2):
        answer = shell.ok("init")
        assert answer.out == ""
        assert shell.ok("config", "show").out.splitlines()[1].partition("=")[2] in answer.err
    assert shell.ok("export", shell.home / "out").out == "0 documents, 0 statements, 0 events, 0 conflicts\n"


def test_without_a_database_every_command_says_how_to_make_one(shell: Shell, tmp_path: Path) -> None:
    news = tmp_path / "news.txt"
    news.write_text("The port reopened.")
    for arguments in (
        ("ingest", news),
        ("export", tmp_path / "out"),
        ("search", "port"),
        ("relink",),
        ("index", "verify"),
        ("index", "rebuild"),
        ("report", "--week", "2020-W02", "--out", tmp_path),
        ("serve", "--port", "65000"),
        ("token", "create", "--name", "me", "--scope", "read"),
    ):
        answer = shell(*arguments)
        assert (answer.code, answer.out) == (3, ""), arguments
        assert "run `tracker init`" in answer.err, arguments
    assert not shell.home.exists()


def test_the_demonstration_corpus_gives_events_of_several_sides_with_conflicts(
    demonstration: Shell, tmp_path: Path
) -> None:
    rows = demonstration.rows(tmp_path / "out")
    assert len(rows["documents"]) == len(DEMONSTRATION.read_text("utf-8").splitlines())
    assert len(rows["statements"]) > 100
    assert len(rows["events"]) >= 10
    assert {row["language"] for row in rows["documents"]} == {"en", "ar", "tr", "ru"}
    assert len({row["party"] for row in rows["statements"]}) >= 4
    disputed = {row["event"] for row in rows["conflicts"]}
    assert len(disputed) >= 10
    assert disputed <= {row["id"] for row in rows["events"]}


def test_every_quote_of_an_export_stands_in_its_document_where_it_says(
    demonstration: Shell, tmp_path: Path
) -> None:
    texts = {row["id"]: row["text"] for row in map(json.loads, DEMONSTRATION.read_text("utf-8").splitlines())}
    for row in demonstration.rows(tmp_path / "out")["statements"]:
        assert texts[row["document"]][row["start"] : row["end"]] == row["quote"]


def test_an_export_refers_to_nothing_that_is_not_in_it(demonstration: Shell, tmp_path: Path) -> None:
    rows = demonstration.rows(tmp_path / "out")
    statements = {row["id"]: row for row in rows["statements"]}
    assert {row["document"] for row in rows["statements"]} <= {row["id"] for row in rows["documents"]}
    for event in rows["events"]:
        assert {statements[one]["event"] for one in event["statements"]} == {event["id"]}
        assert event["parties"] == sorted({statements[one]["party"] for one in event["statements"]})
    for conflict in rows["conflicts"]:
        one, other = statements[conflict["a"]], statements[conflict["b"]]
        assert one["party"] != other["party"]
        assert one["event"] == other["event"] == conflict["event"]


def test_every_conflict_is_explained_in_one_sentence_that_names_both_sides(
    demonstration: Shell, tmp_path: Path
) -> None:
    rows = demonstration.rows(tmp_path / "out")
    party = {row["id"]: row["party"] for row in rows["statements"]}
    for conflict in rows["conflicts"]:
        assert 0 <= conflict["score"] <= 1
        outside_quotes = re.sub("“[^”]*”", "", conflict["explanation"])
        assert outside_quotes.endswith(".")
        assert not re.search(r"[.!?]\s", outside_quotes)
        for side in (party[conflict["a"]], party[conflict["b"]]):
            assert ("the outlet" if side == "MEDIA" else side) in outside_quotes


def test_search_answers_across_languages_best_first(demonstration: Shell) -> None:
    results = search(demonstration, "-k", 25)
    scores = [result["score"] for result in results]
    assert len(results) == 25
    assert scores == sorted(scores, reverse=True)
    assert len({result["statement"]["id"] for result in results}) == 25
    assert ids_and_scores(search(demonstration, "-k", 5)) == ids_and_scores(results)[:5]


def test_search_keeps_to_its_filters(demonstration: Shell, tmp_path: Path) -> None:
    rows = demonstration.rows(tmp_path / "out")
    published = {row["id"]: (row["published"] or "")[:10] for row in rows["documents"]}
    statements = {row["id"]: row for row in rows["statements"]}

    def found(*arguments: object) -> list[dict[str, Any]]:
        return [
            statements[result["statement"]["id"]] for result in search(demonstration, "-k", 1000, *arguments)
        ]

    sides = ("--party", "GNA", "--party", "TUR")
    assert {row["party"] for row in found(*sides)} == {"GNA", "TUR"}
    assert len(found(*sides)) == sum(row["party"] in {"GNA", "TUR"} for row in statements.values())
    days = [published[row["document"]] for row in found("--from", "2020-01-05", "--to", "2020-01-15")]
    wanted = [published[row["document"]] for row in statements.values()]
    assert sorted(days) == sorted(day for day in wanted if "2020-01-05" <= day <= "2020-01-15") != []
    languages = {row["id"]: row["language"] for row in rows["documents"]}
    assert {languages[row["document"]] for row in found("--language", "ar")} == {"ar"}


def test_a_search_without_results_says_so_and_is_no_failure(demonstration: Shell) -> None:
    answer = demonstration.ok("search", QUESTION, "--party", "NOBODY")
    assert (answer.out, answer.err) == ("", "tracker: nothing found\n")
    assert demonstration.ok("search", QUESTION, "--party", "NOBODY", "--json").json() == []


def test_search_for_people_shows_score_party_quote_and_source(demonstration: Shell) -> None:
    first = search(demonstration, "-k", 1)[0]
    line, source = demonstration.ok("search", QUESTION, "-k", 1).out.splitlines()
    assert line.startswith(f"{first['score']:.3f}  ")
    assert first["statement"]["quote"] in line
    assert first["statement"]["id"] in source


def test_the_index_can_be_rebuilt_from_the_database(demonstration: Shell) -> None:
    before = ids_and_scores(search(demonstration, "-k", 50))
    for path in (demonstration.home / "index").iterdir():
        path.unlink()
    (demonstration.home / "index").rmdir()
    count = len(demonstration.rows(demonstration.home / "out")["statements"])
    rebuilt = demonstration.ok("index", "rebuild")
    # Nothing is said of an index that is missing, since it is not built by opening it as well.
    assert (rebuilt.out, rebuilt.err) == (f"{count} vectors\n", "")
    assert ids_and_scores(search(demonstration, "-k", 50)) == before


def test_a_missing_index_is_rebuilt_with_a_word_about_it(demonstration: Shell) -> None:
    before = ids_and_scores(search(demonstration))
    for path in (demonstration.home / "index").iterdir():
        path.unlink()
    answer = demonstration.ok("search", QUESTION, "--json")
    assert "building it anew from the database" in answer.err
    assert ids_and_scores(answer.json()) == before
    assert demonstration.ok("search", QUESTION, "--json").err == ""


def test_a_torn_index_is_rebuilt_with_a_word_about_it(demonstration: Shell) -> None:
    before = ids_and_scores(search(demonstration))
    (file,) = (demonstration.home / "index").glob("segment-*.arrays")
    file.write_bytes(file.read_bytes()[:-100])
    answer = demonstration.ok("search", QUESTION, "--json")
    assert "torn or changed" in answer.err
    assert ids_and_scores(answer.json()) == before


def test_verifying_the_index_tells_whether_it_fits_the_database(demonstration: Shell) -> None:
    answer = demonstration.ok("index", "verify")
    assert re.match(r"\d+ vectors checked: 0 missing, 0 superfluous, 0 different\n", answer.out)
    remember = {path.name: path.read_bytes() for path in (demonstration.home / "index").iterdir()}
    news = "The Government of National Accord said on Monday that two tankers had left Ras Lanuf."
    demonstration.ok("ingest", "-", standard_input=news.encode())
    for path in (demonstration.home / "index").iterdir():
        path.unlink()
    for name, data in remember.items():
        (demonstration.home / "index" / name).write_bytes(data)
    behind = demonstration("index", "verify")
    assert behind.code == 1
    assert " 1 missing" in behind.out
    assert "tracker index rebuild" in behind.err
    assert demonstration("doctor").code == 1
    demonstration.ok("index", "rebuild")
    demonstration.ok("index", "verify")


def test_the_doctor_finds_nothing_wrong_with_a_sound_installation(demonstration: Shell) -> None:
    lines = dict(line.split(": ", 1) for line in demonstration.ok("doctor").out.splitlines())
    assert {"settings", "database", "index", "model"} <= set(lines)
    assert set(lines.values()) == {"ok"}


def test_the_doctor_finds_nothing_wrong_where_nothing_came_in_yet(shell: Shell) -> None:
    shell.ok("init")
    assert "index: ok" in shell.ok("doctor").out.splitlines()
    assert "0 missing" in shell.ok("index", "verify").out


def test_the_doctor_says_that_an_index_was_removed(demonstration: Shell) -> None:
    shutil.rmtree(demonstration.home / "index")
    answer = demonstration("doctor")
    assert answer.code == 1
    assert re.search(
        "^index damaged: .*there is no index here.*tracker index rebuild", answer.out, re.MULTILINE
    )


def test_the_doctor_says_what_to_do_about_each_fault(demonstration: Shell, tmp_path: Path) -> None:
    missing = Shell(tmp_path / "elsewhere" / "home")("doctor")
    assert missing.code == 1
    assert "run `tracker init`" in missing.out
    folder = Shell(demonstration.home, {"TRACKER_EMBEDDING_MODEL": "/no/such/model"})("doctor")
    assert folder.code == 1
    assert "/no/such/model" in folder.out
    garbage = Shell(demonstration.home, {"TRACKER_DATABASE_URL": "sqlite:////dev/null/news"})("doctor")
    assert garbage.code == 1


def test_settings_are_shown_with_secrets_masked(shell: Shell) -> None:
    settings = {
        "TRACKER_SECRET_KEY": "open-sesame",
        "TRACKER_DATABASE_URL": "postgresql://desk:pa55@db.example/news",
    }
    answer = Shell(shell.home, settings).ok("config", "show")
    shown = dict(line.split("=", 1) for line in answer.out.splitlines())
    assert shown["TRACKER_HOME"] == str(shell.home)
    assert shown["TRACKER_SECRET_KEY"] == "*" * 8
    assert "pa55" not in answer.out
    assert "db.example/news" in shown["TRACKER_DATABASE_URL"]


def test_a_mistake_in_the_settings_has_an_exit_code_of_its_own(shell: Shell) -> None:
    answer = Shell(shell.home, {"TRACKER_VECTOR_INDEX": "annoy"})("doctor")
    assert (answer.code, answer.out) == (3, "")
    assert "TRACKER_VECTOR_INDEX" in answer.err
    shell.home.parent.mkdir(exist_ok=True)
    (shell.home.parent / "tracker.toml").write_text('outlet = "Coast Wire"\n')
    answer = shell("config", "show")
    assert answer.code == 3
    assert "outlet" in answer.err.lower()
    assert "tracker.toml" in answer.err


@real_postgresql.sqlite_only
def test_pgvector_needs_postgresql(demonstration: Shell) -> None:
    answer = Shell(demonstration.home, {"TRACKER_VECTOR_INDEX": "pgvector"})("search", "port")
    assert answer.code == 3
    assert "TRACKER_VECTOR_INDEX=pgvector needs a database on PostgreSQL" in answer.err


def test_the_weekly_report_is_written_in_both_formats(demonstration: Shell, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    answer = demonstration.ok("report", "--week", "2020-W02", "--out", out)
    paths = [Path(line) for line in answer.out.splitlines()]
    assert {path.suffix for path in paths} == {".html", ".md", ".json"}
    assert set(paths) == set(out.iterdir())
    for path in paths:
        text = path.read_text("utf-8")
        assert "2020-W02" in text
        assert "Sirte" in text
        # The corpus is made up, and whoever is shown it is told.
        assert "constructed" in text.lower()


@pytest.mark.parametrize(
    ("option", "value"), [("--week", "2020-W60"), ("--week", "June"), ("--format", "docx")]
)
def test_a_report_that_cannot_be_written_is_refused(
    demonstration: Shell, tmp_path: Path, option: str, value: str
) -> None:
    options = {"--week": "2020-W02", "--format": "md", "--out": str(tmp_path / "reports"), option: value}
    answer = demonstration("report", *(word for pair in options.items() for word in pair))
    assert answer.code == 2
    assert value in answer.err or "60" in answer.err
    assert not (tmp_path / "reports").exists()


def test_the_weekly_report_script_does_what_the_command_does(demonstration: Shell, tmp_path: Path) -> None:
    arguments = ["--week", "2020-W02", "--as-of", "2030-01-01", "--format", "md", "--out"]
    demonstration.ok("report", *arguments, tmp_path / "command")
    done = subprocess.run(  # noqa: S603 - our own script and interpreter
        [sys.executable, CHECKOUT / "scripts" / "weekly_report.py", *arguments, tmp_path / "script"],
        env=environment_of_a_process(demonstration),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=MINUTES,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    by_command, by_script = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        for folder in ("command", "script")
    )
    assert by_script == by_command
    assert len(by_script) == 2
