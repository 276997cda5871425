import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from report_world import COAST

from tracker.domain.errors import SettingsError
from tracker.reports import WeeklyReport, render_html, render_markdown, report_name, write_reports
from tracker.reports.manifest import render_manifest

Select = Callable[..., WeeklyReport]
ROOT = Path(__file__).parents[3]


def test_each_format_becomes_a_file_named_after_the_week(
    select: Select, templates: Path, tmp_path: Path
) -> None:
    out = tmp_path / "reports" / "new"
    paths = write_reports(select(), ["html", "MD", "html"], out, templates)
    names = [f"counterclaim-2020-W23.{ending}" for ending in ("html", "md", "json")]
    assert paths == [out / name for name in names]
    assert paths[0].read_bytes() == render_html(select(), templates).encode()
    assert paths[1].read_bytes() == render_markdown(select(), templates).encode()
    assert paths[2].read_bytes() == render_manifest(select()).encode()
    assert sorted(out.iterdir()) == sorted(paths)


def test_the_same_week_gives_the_same_bytes(select: Select, templates: Path, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_reports(select(), ["html", "md"], tmp_path / "a", templates)]
    again = [path.read_bytes() for path in write_reports(select(), ["html", "md"], tmp_path / "b", templates)]
    assert first == again


def test_other_processes_give_the_same_bytes(templates: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from desks import make_world; from tracker.reports import *\n"
        "from report_world import FakeReportSource, selecting\n"
        "report = selecting(FakeReportSource(make_world()))()\n"
        "write_reports(report, ['html', 'md'], Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    written = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        folders = (ROOT, ROOT / "tests" / "unit" / "api", ROOT / "tests" / "unit" / "reports")
        path = os.pathsep.join(map(str, folders))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "TZ": f"UTC-{seed}"}
        command = [sys.executable, "-c", program, str(out), str(templates)]
        subprocess.run(command, check=True, env=environment)  # noqa: S603
        written.append([path.read_bytes() for path in sorted(out.iterdir())])
    assert len(written[0]) == 3
    assert written[0] == written[1]


@pytest.mark.parametrize("formats", [[], ["docx"], [""], ["html,md"]])
def test_what_is_no_format_is_refused(
    formats: list[str], select: Select, templates: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="use one of html"):
        write_reports(select(), formats, tmp_path, templates)


def test_a_folder_that_cannot_be_written_is_named(select: Select, templates: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match=r"file: the report cannot be written there"):
        write_reports(select(), ["md"], tmp_path / "file", templates)


def test_a_write_that_fails_leaves_the_earlier_report_and_nothing_else(
    select: Select, templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tmp_path / "counterclaim-2020-W23.md"
    earlier.write_text("the earlier report")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        write_reports(select(), ["md"], tmp_path, templates)
    assert [path.name for path in tmp_path.iterdir()] == [earlier.name]
    assert earlier.read_text() == "the earlier report"
    monkeypatch.undo()
    write_reports(select(), ["md"], tmp_path, templates)
    assert earlier.read_text().startswith("# Statements that clash")


def test_what_a_report_is_held_to_and_its_language_stand_in_the_name_of_the_file(select: Select) -> None:
    assert report_name(select(language="tr", parties=("GNA", "LNA"))) == "counterclaim-2020-W23-GNA-LNA-tr"
    assert report_name(select(place=COAST)) == "counterclaim-2020-W23-coast"
