import csv
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.services.tabulating import harmless, write_csv, write_json_lines, write_xlsx

COLUMNS = ("quote", "killed")
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    '=HYPERLINK("x")',
]

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


def csv_of(*quotes: str) -> list[list[str]]:
    written = b"".join(write_csv(COLUMNS, ({"quote": quote, "killed": 3} for quote in quotes)))
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def sheet_of(book: bytes) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return ET.fromstring(parts.read("xl/worksheets/sheet1.xml"))  # noqa: S314 # our own file


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_begins_as_a_formula_does(formula: str) -> None:
    assert csv_of(formula)[1][0][0] == "'"
    sheet = sheet_of(write_xlsx("list", COLUMNS, [{"quote": formula, "killed": 3}], right_to_left=False))
    assert [element.tag for element in sheet.iter() if element.tag.endswith("}f")] == []
    assert [element.tag for element in sheet.iter() if element.tag.endswith("}hyperlink")] == []


def test_numbers_stay_numbers() -> None:
    assert harmless(-3) == -3
    assert csv_of("Nine fell.")[1] == ["Nine fell.", "3"]
    sheet = sheet_of(write_xlsx("list", COLUMNS, [{"quote": "x", "killed": 3}], right_to_left=False))
    cells = [element for element in sheet.iter() if element.tag.endswith("}c") and element.get("t") is None]
    assert [element.findtext("{*}v") for element in cells] == ["3"]


@given(st.lists(TEXTS.filter(lambda text: harmless(text) == text), max_size=4))
def test_csv_gives_every_text_back(quotes: list[str]) -> None:
    assert [row[0] for row in csv_of(*quotes)[1:]] == quotes


@given(st.lists(TEXTS, max_size=4))
def test_json_lines_give_every_text_back_as_it_is(quotes: list[str]) -> None:
    written = b"".join(write_json_lines(COLUMNS, ({"quote": quote, "killed": None} for quote in quotes)))
    assert [json.loads(line)["quote"] for line in written.decode().split("\n")[:-1]] == quotes


def test_the_same_rows_give_the_same_workbook_and_arabic_sheets_run_from_the_right() -> None:
    rows = [{"quote": "سقط تسعة", "killed": 9}]
    one, other = (write_xlsx("قائمة", COLUMNS, rows, right_to_left=True) for _ in range(2))
    assert one == other
    assert b'rightToLeft="1"' in ET.tostring(sheet_of(one))


def test_a_list_without_rows_still_has_its_head() -> None:
    assert csv_of() == [list(COLUMNS)]


def test_a_text_too_long_for_a_cell_is_cut_visibly() -> None:
    book = write_xlsx("list", COLUMNS, [{"quote": "x" * 40_000, "killed": None}], right_to_left=False)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert "x…" in parts.read("xl/sharedStrings.xml").decode()
