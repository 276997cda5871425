import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from desks import HOSTILE, World
from hypothesis import given
from hypothesis import strategies as st

from tracker.reports import WeeklyReport, render_markdown
from tracker.reports.markdown import escape_markdown
from tracker.reports.quoting import visible

Select = Callable[..., WeeklyReport]
ADDRESS = re.compile(r"<https://[!-~]+>")


def read_back(markdown: str) -> str:
    """What a reader of CommonMark sees of escaped text."""
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown))


@pytest.fixture
def text(select: Select, templates: Path) -> str:
    return render_markdown(select(base_url="https://desk.example"), templates)


@given(st.text(alphabet="ab1 .)-+=:#>*_`[]()!<>&|~$\\@{}\"'", max_size=30))
def test_escaped_words_read_as_themselves(words: str) -> None:
    words = visible(words)
    escaped = escape_markdown(words)
    assert read_back(escaped) == words
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~#$@]", escaped)
    assert "<" not in escaped
    assert not re.match(r"[-+=:>#]|[0-9]+[.)](?: |$)", escaped)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_what_is_made_visible_stays_on_one_line_and_can_be_encoded(words: str) -> None:
    shown = visible(words)
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
    assert visible(shown) == shown


def test_hostile_words_stay_words(text: str) -> None:
    quotes = [read_back(line.removeprefix("> ")) for line in text.splitlines() if line.startswith("> ")]
    assert HOSTILE in quotes
    assert "<" not in ADDRESS.sub("", text)
    assert r"\[go\](javascript" in text
    assert "(javascript:alert(document.cookie)" not in text


def test_rows_of_tables_have_the_cells_of_their_heading(text: str) -> None:
    tables = re.findall(r"(?:^\|.*\|$\n)+", text, flags=re.MULTILINE)
    # The glance, types, figures of two events, control, party, language, outlet.
    assert len(tables) == 8
    for table in tables:
        cells = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(cells) == 1, table


def test_every_quote_stands_in_the_original(text: str, world: World) -> None:
    shown = {read_back(line.removeprefix("> ")) for line in text.splitlines() if line.startswith("> ")}
    assert {visible(one.quote) for name, one in world.statements.items() if name != "open"} == shown


def test_a_quote_that_looks_like_a_list_stays_a_quote(text: str) -> None:
    assert r"> 1\. A medic said \[U+202E\]the ward was full\[U+202C\] and then left." in text.splitlines()


def test_arabic_amid_english_is_isolated_and_alone_is_not(text: str) -> None:
    assert "\u2068صوت الميناء\u2069, 4 June 2020" in text
    assert "\n> لم نفقد مهبط مرسى وما زال في أيدينا\n" in text


def test_every_source_is_listed_under_its_number(text: str, select: Select) -> None:
    chapter = text.partition("\n## Sources\n")[2]
    blocks = re.split(r"\n\*\*\\\[(\d+)\\\] ", chapter)[1:]
    listed = dict(zip(map(int, blocks[::2]), blocks[1::2], strict=True))
    for source in select().sources:
        block = read_back(listed.pop(source.number))
        document, statement = source.document, source.statement
        assert f"https://desk.example/documents/{document.id}#{statement.id}" in block
        for part in (document.outlet, document.public_id, document.sha256, statement.id):
            assert part in block
    assert listed == {}


def test_constructed_documents_are_marked(text: str) -> None:
    assert "### Yolda çatışma (**constructed**)" in text
    assert "written for demonstration" in text


def test_no_gap_is_wider_than_a_line(text: str) -> None:
    assert "\n\n\n" not in text
    assert text.endswith(".\n")
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_an_empty_week_says_so(select: Select, templates: Path) -> None:
    text = render_markdown(select("2019-W02"), templates)
    assert "## Nothing to report" in text
    assert "## Sources" not in text
