"""Cells that a column of ours cannot hold are told of, each distinct word once."""

from typing import Any

import numpy as np
import pytest

from gis.exchange.cell_faults import CellFaults
from gis.exchange.values import typed
from gis.fault_log import FaultLog
from gis.faults import Fault
from gis.layers import LAYERS


def blamed(layer: str, column: str, cells: Any) -> list[Fault]:
    if isinstance(cells, list):
        values = np.empty(len(cells), dtype=object)
        values[:] = cells
    else:
        values = cells
    log = FaultLog()
    ids = np.array([f"F{row}" for row in range(len(values))], dtype=object)
    spec = LAYERS[layer].columns[column]
    CellFaults(layer, ids, log).blame(column, spec, values, typed(values, spec.kind))
    return list(log.faults())


def said(faults: list[Fault]) -> list[tuple[str, str, str]]:
    return [(fault.kind.value, fault.feature, str(fault.detail["word"])) for fault in faults]


def test_what_is_neither_yes_nor_no() -> None:
    found = blamed("customer", "critical", ["是", "no", None, "maybe", 1, 0.0, "maybe", 2])
    assert said(found) == [("neither_yes_nor_no", "F7", "2"), ("neither_yes_nor_no", "F3", "maybe")]
    assert found[1].detail["count"] == 2
    assert blamed("customer", "critical", np.array([True, False])) == []


@pytest.mark.parametrize("cells", [[3.6, 3, None], np.array([3.6, 3.0, np.nan]), ["3.6", "3", ""]])
def test_a_rounded_number_says_what_it_became(cells: Any) -> None:
    (fault,) = blamed("customer", "people", cells)
    assert said([fault]) == [("rounded_number", "F0", "3.6")]
    assert fault.detail["taken"] == "4"


def test_a_date_is_a_year_but_no_number_of_people() -> None:
    assert blamed("pipe", "year", ["1998-05-01", "1998", "1999年", 2001]) == []
    assert blamed("pipe", "year", np.array(["1998-05-01"], dtype="datetime64[D]")) == []
    (fault,) = blamed("customer", "people", ["2024-01-01"])
    assert (fault.kind, fault.detail["taken"]) == ("rounded_number", "2024")


def test_years_that_say_nothing() -> None:
    found = blamed("pipe", "year", ["0", "2015/2018", "90年代", 2**70])
    assert said(found) == [
        ("unreadable_number", "F3", str(2**70)),
        ("unreadable_number", "F1", "2015/2018"),
        ("unreadable_number", "F2", "90年代"),
        ("out_of_range", "F0", "0"),
    ]


def test_numbers_that_are_none() -> None:
    found = blamed("pipe", "depth_m", ["1.2", "deep", "NaN", None, "-0", "1e308"])
    assert said(found) == [("unreadable_number", "F2", "NaN"), ("unreadable_number", "F1", "deep")]
