import pytest

from tracker.cli.console import ProgressLine


def set_terminal(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)


def test_away_from_a_terminal_each_stage_is_told_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_terminal(monkeypatch, is_terminal=False)
    line = ProgressLine()
    for done in range(1, 4):
        line("reading", done, 0)
    line("linking", 3, 3)
    line.end()
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "reading ...\nlinking ...\n"


def test_on_a_terminal_one_line_is_written_over_and_left_empty(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_terminal(monkeypatch, is_terminal=True)
    moments = iter([10.0, 10.05, 10.1, 10.4])
    monkeypatch.setattr("tracker.cli.console.time.monotonic", lambda: next(moments))
    line = ProgressLine()
    line("linking", 1, 4)
    line("linking", 2, 4)  # too soon after the first
    line("linking", 4, 4)  # the last one is always shown
    line("reading", 7, 0)
    line.end()
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "".join(
        f"\r\x1b[K{text}" for text in ("linking: 1 of 4", "linking: 4 of 4", "reading: 7", "")
    )


def test_a_line_that_was_never_shown_leaves_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_terminal(monkeypatch, is_terminal=True)
    ProgressLine().end()
    assert capsys.readouterr().err == ""
