"""Spreadsheet lists: readable by Excel in Chinese, safe against formulas, whole or not at all."""

import csv
import re
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import GisError
from gis.exchange.formulas import neutral
from gis.exchange.tables import Sheet, write_csv, write_xlsx

SHEET = Sheet(
    "阀门", ("编号", "口径 mm", "位置"), [("V1", 300, "木桥路口"), ("=2+2", 1.5, "@SUM(A1)"), ("V3", None, "-V")]
)


def test_csv_begins_with_the_mark_that_excel_needs_and_holds_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "阀门.csv"
    write_csv(path, SHEET)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["编号", "口径 mm", "位置"],
            ["V1", "300", "木桥路口"],
            ["'=2+2", "1.5", "'@SUM(A1)"],
            ["V3", "", "'-V"],
        ]


def test_xlsx_stores_text_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_xlsx(path, [SHEET, Sheet("a/b:c[d]" * 9, ("x",), [])])
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows()][1:3] == [
        ["V1", 300, "木桥路口"],
        ["=2+2", 1.5, "@SUM(A1)"],
    ]
    assert len(book.sheetnames[1]) <= 31
    with ZipFile(path) as archive:
        sheet_xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >]", sheet_xml), "a formula got through"


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral(text).endswith(text)


def test_a_refused_write_says_why_and_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    target.mkdir()
    (target / "inside").touch()
    for write in (lambda: write_csv(target, SHEET), lambda: write_xlsx(target, [SHEET])):
        with pytest.raises(GisError) as refused:
            write()
        assert refused.value.code == "cannot_write_file"
    with pytest.raises(GisError):
        write_csv(tmp_path / "absent" / "x.csv", SHEET)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


def test_a_long_list_of_texts_is_written_as_it_is(tmp_path: Path) -> None:
    rows = [("", "=1+1", "a & <b> “引号” 😀", None, 0, -1.5), ("7", "  two  ", "第一行\n第二行", 3, None, "")] * 60
    path = tmp_path / "long.xlsx"
    write_xlsx(path, [Sheet("长", tuple("abcdef"), rows)])
    page = openpyxl.load_workbook(path).worksheets[0]
    read = [[cell.value for cell in row] for row in page.iter_rows()]
    assert read[1] == [None, "=1+1", "a & <b> “引号” 😀", None, 0, -1.5]
    assert read[2] == ["7", "  two  ", "第一行\n第二行", 3, None, None]
    assert len(read) == 121
    assert all(cell.data_type in {"s", "inlineStr", "n"} for row in page.iter_rows() for cell in row)
    assert page.column_dimensions["C"].width > page.column_dimensions["A"].width
