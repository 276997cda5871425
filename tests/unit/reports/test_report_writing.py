import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.domain.errors import SettingsError
from tracker.reports import WeeklyReport, render_html, render_markdown, write_reports

Select = Callable[..., WeeklyReport]
ROOT = Path(__file__).parents[3]


def test_each_format_becomes_a_file_named_after_the_week(
    select: Select, templates: Path, tmp_path: Path
) -> None:
    out = tmp_path / "reports" / "new"
    paths = write_reports(select(), ["html", "MD", "html"], out, templates)
    assert paths == [out / "counterclaim-2020-W23.html", out / "counterclaim-2020-W23.md"]
    assert paths[0].read_bytes() == render_html(select(), templates).encode()
    assert paths[1].read_bytes() == render_markdown(select(), templates).encode()
    assert sorted(out.iterdir()) == sorted(paths)


def test_the_same_week_gives_the_same_bytes(select: Select, templates: Path, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_reports(select(), ["html", "md"], tmp_path / "a", templates)]
    again = [path.read_bytes() for path in write_reports(select(), ["html", "md"], tmp_path / "b", templates)]
    assert first == again


def test_other_processes_give_the_same_bytes(templates: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from desks import make_world; from tracker.reports import *\n"
        "library, week = make_world().library, Week.parse('2020-W23')\n"
        "report = select_week(library, week, model='test-model r1')\n"
        "write_reports(report, ['html', 'md'], Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    written = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "unit" / "api")])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "TZ": f"UTC-{seed}"}
        command = [sys.executable, "-c", program, str(out), str(templates)]
        subprocess.run(command, check=True, env=environment)  # noqa: S603
        written.append([path.read_bytes() for path in sorted(out.iterdir())])
    assert len(written[0]) == 2
    assert written[0] == written[1]


@pytest.mark.parametrize("format_", ["pdf", "xlsx"])
def test_formats_of_later_versions_are_refused_before_anything_is_written(
    format_: str, select: Select, templates: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(SettingsError, match=f"{format_} is not available in this version; use html or md"):
        write_reports(select(), ["html", format_], out, templates)
    assert not out.exists()


@pytest.mark.parametrize("formats", [[], ["docx"], [""], ["html,md"]])
def test_what_is_no_format_is_refused(
    formats: list[str], select: Select, templates: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="use html or md"):
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
