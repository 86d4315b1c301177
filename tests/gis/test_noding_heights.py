"""Ground levels of nodes: what cannot be and what contradicts itself is told."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawings import layer, node

PIPES = [("A", [(0, 0), (100, 0)]), ("B", [(100, 0), (200, 0)])]


def raised(*heights: tuple[float, float]):  # type: ignore[no-untyped-def]
    lines = [
        (name, shapely.LineString([(*start, low), (*end, high)]))
        for (name, (start, end)), (low, high) in zip(PIPES, heights, strict=True)
    ]
    return layer(lines)


def levels(noded) -> list[float]:  # type: ignore[no-untyped-def]
    nodes = noded.city.network.nodes
    return [float(nodes.elevation_m[row]) for row in np.argsort(nodes.x_m)]


def test_heights_that_cannot_be_are_told_and_not_taken() -> None:
    noded = node(pipe=raised((12.0, 9_500.0), (-9_999.0, np.nan)))
    assert levels(noded) == pytest.approx([12.0, np.nan, np.nan], nan_ok=True)
    told = [
        (fault.feature, fault.detail["column"], fault.detail["word"], fault.action.value)
        for fault in noded.faults
        if fault.kind.value == "out_of_range"
    ]
    assert told == [("B", "z", "-9999", "skipped"), ("A", "z", "9500", "skipped")]


def test_ends_at_one_node_that_differ_are_told_and_the_lower_counts() -> None:
    for heights in (((1.0, 20.0), (17.0, 3.0)), ((1.0, 17.0), (20.0, 3.0))):
        noded = node(pipe=raised(*heights))
        assert levels(noded) == [1.0, 17.0, 3.0]
        (fault,) = (fault for fault in noded.faults if fault.kind.value == "elevations_differ")
        assert fault.detail["distance_m"] == pytest.approx(3.0)
        assert (fault.x_m, fault.y_m) == (100.0, 0.0)


def test_junctions_come_before_ends_and_are_compared_with_each_other_alone() -> None:
    junctions = layer([("J1", (100, 0)), ("J2", (100, 0))], elevation_m=[50.0, 50.5])
    noded = node(pipe=raised((1.0, 20.0), (20.0, 3.0)), junction=junctions)
    assert levels(noded) == [1.0, 50.0, 3.0]
    assert {fault.kind.value for fault in noded.faults} == {"geometry_3d"}


def test_a_junction_off_every_end_is_told() -> None:
    noded = node(pipe=layer(PIPES), junction=layer([("J", (150, 0)), ("K", (200, 0))], elevation_m=[7.0, 8.0]))
    assert levels(noded) == pytest.approx([np.nan, np.nan, 8.0], nan_ok=True)
    assert [(fault.kind.value, fault.feature) for fault in noded.faults] == [("junction_off_pipe", "J")]
