"""Faults of cells are given the place of their feature."""

from __future__ import annotations

from drawings import EPSG, layer

from gis.fault_places import with_places
from gis.faults import Fault, FaultKind
from gis.layers import LayerSet


def test_a_fault_is_where_its_feature_is() -> None:
    pipes = layer([("A", [(0, 0), (100, 0)]), ("B", [(100, 7), (200, 0)])])
    kind = FaultKind.UNREADABLE_NUMBER
    faults = (
        Fault(kind, "pipe", "B"),
        Fault(kind, "pipe", "A", 5.0, 6.0),
        Fault(kind, "pipe", "lost"),
        Fault(kind, "pipe"),
        Fault(kind, "valve", "B"),
    )
    placed = with_places(faults, LayerSet(EPSG, {"pipe": pipes}))
    assert [(fault.x_m, fault.y_m) for fault in placed] == [(100.0, 7.0), (5.0, 6.0), *[(None, None)] * 3]
