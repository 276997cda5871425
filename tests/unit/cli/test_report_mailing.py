"""tracker report --mail-to: what is checked first, and what a mail that fails leaves."""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tracker.cli import main, reporting
from tracker.domain.errors import MailError
from tracker.reports.mail import Post
from tracker.settings import Settings


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What was done, in order; nothing is read or rendered."""
    done: list[str] = []
    report = SimpleNamespace(contested=("one",), uncontested=(), period="2020-W23")
    settings = Settings(home=tmp_path, smtp_host="mail.example", mail_from="desk@example.org")

    @contextmanager
    def opened() -> Any:
        yield SimpleNamespace(settings=settings)

    def make(*_: object) -> object:
        done.append("made")
        return report

    def write(*_: object) -> list[Path]:
        done.append("written")
        return [tmp_path / "counterclaim-2020-W23.pdf"]

    monkeypatch.setattr(reporting, "opened", opened)
    monkeypatch.setattr(reporting, "make_report", make)
    monkeypatch.setattr(reporting, "write_reports", write)
    monkeypatch.setattr(
        Post, "send", lambda self, *_: done.append(f"mailed to {', '.join(map(str, self.recipients))}")
    )
    return done


def run(*more: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["report", "--week", "2020-W23", "--format", "pdf", "--out", "reports", *more])
    return int(left.value.code or 0)


def test_the_report_is_mailed_once_it_is_written(made: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--mail-to", "a@example.org", "--mail-to", "b@example.org") == 0
    assert made == ["made", "written", "mailed to a@example.org, b@example.org"]
    printed = capsys.readouterr()
    assert printed.out.strip().endswith("counterclaim-2020-W23.pdf")
    assert "mailed to a@example.org, b@example.org" in printed.err


def test_a_wrong_address_is_said_before_anything_is_made(
    made: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--mail-to", "nobody") == 3
    assert made == []
    assert "'nobody' is no mail address" in capsys.readouterr().err


def test_a_mail_that_fails_leaves_the_files_and_exit_code_one(
    made: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MailError("the mail server mail.example:587 cannot be reached")

    monkeypatch.setattr(Post, "send", fail)
    assert run("--mail-to", "a@example.org") == 1
    assert made == ["made", "written"]
    printed = capsys.readouterr()
    assert "counterclaim-2020-W23.pdf" in printed.out
    assert "cannot be reached" in printed.err


def test_without_an_address_nothing_is_mailed(made: list[str]) -> None:
    assert run() == 0
    assert made == ["made", "written"]
