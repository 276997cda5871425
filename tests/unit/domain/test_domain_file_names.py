import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.file_names import shown_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("news.txt", "news.txt"),
        ("/etc/passwd", "passwd"),
        ("C:\\news\\one.txt", "one.txt"),
        ("folder/", "folder"),
        ("", "?"),
        ("/", "?"),
        (" \t", "?"),
        ("a\x00b\nc.txt", "a\ufffdb\ufffdc.txt"),
        ("\u202egnp.txt", "\ufffdgnp.txt"),
        ("می\u200cرود.txt", "می\u200cرود.txt"),
        ("half \ud800.txt", "half \ufffd.txt"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_name_is_shown_without_folders_and_tricks(given_name: str, shown: str) -> None:
    assert shown_name(given_name) == shown


@given(st.text(max_size=400))
def test_a_shown_name_is_short_visible_and_no_path(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= 120
    assert not set(shown) & {"/", "\\"}
    assert all(unicodedata.category(letter)[0] != "C" or letter in "\u200c\u200d" for letter in shown), (
        shown.encode("unicode_escape")
    )


def test_a_long_name_keeps_its_ending() -> None:
    shown = shown_name("n" * 300 + ".warc.gz")
    assert len(shown) == 120
    assert shown.endswith("n.warc.gz")
    assert "…" in shown
