"""The script that reads damaged documents of every kind: few of them here, all of them by hand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


def fuzz(tmp_path: Path, *options: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, SCRIPTS / "fuzz_readers.py", "--keep", tmp_path / "kept", *options]
    return subprocess.run(  # noqa: S603 - our own script
        [str(part) for part in command], capture_output=True, text=True, timeout=120, check=False
    )


def rows(table: str) -> dict[str, list[float]]:
    found = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {kind: [float(figure) for figure in figures] for kind, *figures in found[1:]}


def test_no_damaged_document_does_any_harm(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "--count", 160, "--seed", 8)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    table = rows(done.stdout)
    assert len(table) == 21
    files, read, in_part, reported, killed, *_ = table.pop("all")
    assert files == read + in_part + reported == 160
    assert min(read, in_part, reported) > 0
    assert killed <= 1
    assert sum(figures[0] for figures in table.values()) == 160
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(("limit", "said"), [("--seconds", r"took \d\.\d\d s"), ("--memory", r"took \d+ MB")])
def test_a_document_over_a_limit_is_named_and_kept(tmp_path: Path, limit: str, said: str) -> None:
    done = fuzz(tmp_path, "--count", 6, limit, 0)
    assert done.returncode == 1
    assert len(re.findall(said, done.stderr)) == 6
    assert len(list((tmp_path / "kept").iterdir())) == 6
    assert "6 of 6 files did what no file may do" in done.stdout
