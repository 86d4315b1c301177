"""Texts of foreign tables: what is changed in them is told."""

from typing import Any

import numpy as np
import pytest

from gis.exchange.text_faults import LONGEST_ID, short_id, tidy
from gis.fault_log import FaultLog
from gis.faults import Fault


def cells(*values: Any) -> np.ndarray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def told(column: str, *values: Any) -> tuple[list[Any], tuple[Fault, ...]]:
    log = FaultLog()
    ids = cells(*(f"F{row}" for row in range(len(values))))
    return list(tidy("pipe", column, cells(*values), ids, log)), log.faults()


def test_plain_texts_stay_the_very_same_column() -> None:
    column, log = cells("铁", "", None, "two\nlines\tand a tab", 3.5), FaultLog()
    assert tidy("pipe", "material", column, column, log) is column
    assert log.faults() == ()
    numbers = np.array([1.0, np.nan])
    assert tidy("pipe", "dn_mm", numbers, column, log) is numbers


@pytest.mark.parametrize(
    ("text", "left", "kind", "shown"),
    [
        ("  P1", "P1", "trimmed_text", "<U+0020><U+0020>P1"),
        ("\u3000经十路\u3000", "经十路", "trimmed_text", "<U+3000>经十路<U+3000>"),
        ("   ", "", "trimmed_text", "<U+0020><U+0020><U+0020>"),
        ("A\x00B", "AB", "unprintable_text", "A<U+0000>B"),
        ("\ud800x", "x", "unprintable_text", "<U+D800>x"),
        ("锟斤拷路", "锟斤拷路", "damaged_text", "锟斤拷路"),
        ("\ufffd", "\ufffd", "damaged_text", "\ufffd"),
    ],
)
def test_what_is_changed_in_a_text_is_told(text: str, left: str, kind: str, shown: str) -> None:
    found, (fault,) = told("road", "Main Street", text)
    assert found == ["Main Street", left]
    assert (fault.kind, fault.feature, fault.detail["word"]) == (kind, "F1", shown)
    assert fault.detail["column"] == "road"
    assert fault.action == ("kept" if kind == "damaged_text" else "repaired")


def test_full_width_ids_and_ids_in_another_case_are_others() -> None:
    assert told("id", "Ｐ１", "P1", "p1") == (["Ｐ１", "P1", "p1"], ())


def test_a_column_tells_once_how_many() -> None:
    _, (fault,) = told("road", "a ", "b", "c ", "d ")
    assert (fault.feature, fault.detail["count"]) == ("F0", 3)


def test_a_page_is_no_id_but_may_be_a_remark() -> None:
    page = "x" * 10_000
    found, (fault,) = told("from_node", page, "n2")
    assert found == [short_id(page), "n2"]
    assert len(found[0]) == LONGEST_ID
    assert short_id(page) != short_id(page + "y")
    assert fault.kind == "long_id"
    assert told("landmark", page) == ([page], ())


def test_bytes_are_neither_text_nor_number() -> None:
    found, (fault,) = told("photo", b"\x89PNG", None, "text")
    assert found == [None, None, "text"]
    assert (fault.kind, fault.action) == ("binary_cell", "skipped")


def test_of_ids_themselves_the_report_names_what_can_be_seen() -> None:
    log = FaultLog()
    tidy("pipe", "id", cells(" P1"), None, log)
    assert [fault.feature for fault in log.faults()] == ["<U+0020>P1"]
