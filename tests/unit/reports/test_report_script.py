import os
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "weekly_report.py"


@pytest.mark.parametrize("code", [0, 3])
def test_the_script_hands_its_options_and_its_exit_code_on(
    code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[list[str]] = []

    def main(arguments: list[str]) -> NoReturn:
        handed.append(arguments)
        sys.exit(code)

    command_line = ModuleType("tracker.cli")
    command_line.main = main  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tracker.cli", command_line)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--week", "2020-W23", "--out", "reports"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert left.value.code == code
    assert handed == [["report", "--week", "2020-W23", "--out", "reports"]]


def test_the_script_can_be_started_by_its_name() -> None:
    assert os.access(SCRIPT, os.X_OK)
    assert SCRIPT.read_text().startswith("#!")
