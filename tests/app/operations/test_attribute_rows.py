"""Rows of the attribute table: sorted, filtered, chosen by an area, exported."""

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.messages import load_words
from app.operations import attribute_rows
from app.operations.attribute_rows import arrange, export_table
from app.operations.attributes import KINDS, attributes_of
from app.table_requests import ArrangeTable, ExportTable
from gis.cache import open_city
from gis.errors import GisError
from network.topology import City, DeviceStates

WORDS = [load_words("zh_CN"), load_words("en")]


@pytest.fixture(scope="module")
def city(demo: Path) -> City:
    return open_city(demo / "cache")


def rows_for(city: City, kind: str, **asked: object) -> list[int]:
    states = DeviceStates.recorded(city.network.devices)
    return arrange(city, states, ArrangeTable(kind, **asked), WORDS).rows.tolist()


def silent(step: str, fraction: float | None = None) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_sorts_all_rows_and_puts_the_unknown_last(city: City, kind: str, descending: bool) -> None:
    for column in attributes_of(city, kind):
        rows = rows_for(city, kind, column=column.code, descending=descending)
        assert sorted(rows) == list(range(len(column.values)))
        if column.number:
            cells = [column.cell(row, WORDS[1]) for row in rows]
            known = [cell for cell in cells if cell is not None]
            assert known == sorted(known, reverse=descending)
            assert all(cell is None for cell in cells[len(known) :])


@pytest.mark.parametrize(("text", "meant"), [("卡死", "inoperable"), ("stuck", "inoperable")])
def test_a_filter_is_understood_in_both_languages(city: City, text: str, meant: str) -> None:
    rows = rows_for(city, "valve", text=text)
    condition = next(column for column in attributes_of(city, "valve") if column.code == "condition")
    expected = [
        row for row in range(len(condition.values)) if WORDS[1].say("condition", meant) == condition.cell(row, WORDS[1])
    ]
    assert rows == expected
    assert rows


def test_a_filter_looks_into_every_column_of_text(city: City) -> None:
    address = city.customers.address[5]
    rows = rows_for(city, "customer", text=address)
    assert 5 in rows
    assert all(address in city.customers.address[row] or address in city.customers.name[row] for row in rows)
    assert rows_for(city, "pipe", text="no such thing") == []


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=5))
def test_an_area_chooses_what_lies_in_it(city: City, shares: list[tuple[float, float]]) -> None:
    low, high = city.shapes.xy_m.min(axis=0), city.shapes.xy_m.max(axis=0)
    ring = tuple(tuple((low + (high - low) * share).tolist()) for share in shares)
    x, y = np.array(ring).T
    for row in rows_for(city, "junction", ring_m=ring):
        px, py = city.network.nodes.x_m[row], city.network.nodes.y_m[row]
        assert x.min() <= px <= x.max()
        assert y.min() <= py <= y.max()


def test_a_pipe_that_crosses_the_edge_is_chosen(city: City) -> None:
    x, y = city.shapes.xy_m[0]
    ring = ((x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1))
    assert 0 in rows_for(city, "pipe", ring_m=ring)
    assert rows_for(city, "pipe", ring_m=tuple((a + 1e6, b) for a, b in ring)) == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_rows_are_written_in_their_order(demo: Path, city: City, tmp_path: Path, suffix: str) -> None:
    rows = np.array([3, 1, 2], dtype=np.int32)
    path = tmp_path / f"pipes.{suffix}"
    done = export_table(city, ExportTable(demo / "cache", "pipe", rows, path, "en"), WORDS[1], silent)
    assert done.rows == 3
    if suffix == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = [row[0] for row in csv.reader(file)]
    else:
        table = [str(row[0].value) for row in openpyxl.load_workbook(path).active.iter_rows()]
    assert table == ["id", *(city.network.pipes.ids[row] for row in (3, 1, 2))]


def test_more_rows_than_excel_holds_are_refused(
    demo: Path, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attribute_rows, "MOST_XLSX_ROWS", 2)
    asked = ExportTable(demo / "cache", "pipe", np.arange(3, dtype=np.int32), tmp_path / "x.xlsx", "en")
    with pytest.raises(AppError) as refused:
        export_table(city, asked, WORDS[1], silent)
    assert refused.value.code == "table.too_many_rows"


def test_a_file_that_cannot_be_written_is_refused(demo: Path, city: City, tmp_path: Path) -> None:
    asked = ExportTable(demo / "cache", "pipe", np.arange(3, dtype=np.int32), tmp_path / "no" / "x.csv", "en")
    with pytest.raises(GisError) as refused:
        export_table(city, asked, WORDS[1], silent)
    assert refused.value.code == "cannot_write_file"
