"""The list of faults stays bearable."""

from __future__ import annotations

import numpy as np

from gis.fault_log import FaultLog
from gis.faults import Action, Fault, FaultKind

KIND = FaultKind.NULL_ID


def test_what_is_too_much_to_list_is_counted() -> None:
    log = FaultLog(listed_at_most=2)
    log.each(KIND, "pipe", ["a", "b", "c"], np.zeros((3, 2)), Action.REPAIRED, distance_m=np.array([1.0, 2.0, 3.0]))
    log.add(KIND, "pipe", "d")
    log.add(KIND, "valve", "e")

    faults = log.faults()
    assert [fault.feature for fault in faults] == ["a", "b", "e", ""]
    assert faults[1].detail == {"distance_m": 2.0}
    assert faults[-1].kind is FaultKind.TOO_MANY
    assert faults[-1].detail == {"kind": "null_id", "count": 4, "listed": 2}


def test_a_place_that_is_not_finite_is_no_place() -> None:
    log = FaultLog()
    log.add(KIND, "pipe", "a", (float("nan"), 0.0))
    log.count(KIND, "pipe", 0, Action.KEPT)

    assert log.faults() == (Fault(KIND, "pipe", "a"),)


def test_details_of_each_feature_are_plain_python_values() -> None:
    log = FaultLog()
    log.each(KIND, "pipe", ["a"], np.ones((1, 2)), row=np.array([7]), other=np.array(["x"], dtype=object), reach_m=1.0)

    (fault,) = log.faults()
    assert {key: type(value) for key, value in fault.detail.items()} == {"row": int, "other": str, "reach_m": float}
    assert (fault.x_m, fault.y_m) == (1.0, 1.0)
