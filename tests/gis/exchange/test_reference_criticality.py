"""How critical each valve of EPANET's Net3 is by WNTR's published figures, from segments and weights.

WNTR looks at the two segments that a valve parts, and at nothing that falls dry elsewhere: the sum of both over the
larger one, less one, for metres of pipe and for mean demand; and how many other valves the two segments have.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wntr
from test_reference_net3 import NET3, as_wntr_reads, noded

from gis.exchange.inp import read_valve_pairs
from network.columns import IdColumn
from network.inp import read_inp
from network.outage import segment_lengths_m
from network.segments import find_segments
from network.structure import Links


def excess(one: float, other: float) -> float:
    return (one + other) / max(one, other) - 1.0 if max(one, other) > 0.0 else 0.0


@pytest.fixture(scope="module")
def valves(reference_data: Path) -> dict[str, list[float]]:
    folder = reference_data / "net3_valves"
    pairs = read_valve_pairs(folder / "valve_layer_stategic_1.csv")
    network = noded(as_wntr_reads(read_inp(NET3)), pairs)
    segments = find_segments(network)
    theirs = wntr.network.WaterNetworkModel(str(NET3))
    length_m = segment_lengths_m(segments)
    for pump in network.pipes.ids.find_many(IdColumn.of(theirs.pump_name_list)).tolist():
        parts = segments.parts_of_pipe(pump)
        spans = segments.part_spans(parts)
        # WNTR gives a pump no length.
        np.subtract.at(length_m, segments.part_segment[parts], spans.end_m - spans.start_m)
    demand = wntr.metrics.average_expected_demand(theirs)
    at_node = demand.reindex(list(network.nodes.ids)).fillna(0.0).to_numpy()
    drawn = np.bincount(segments.vertex_segment[: len(at_node)], weights=at_node, minlength=segments.count)
    links = Links.of(segments)
    devices = network.devices
    names = zip(network.pipes.ids.take(devices.pipe), network.nodes.ids.take(devices.node), strict=True)
    row = {name: at for at, name in enumerate(names)}
    told: dict[str, list[float]] = {"length": [], "demand": [], "valve": []}
    for pair in pairs:
        one, other = (int(side[row[pair]]) for side in (segments.side_a, segments.side_b))
        apart = one != other
        told["length"].append(excess(length_m[one], length_m[other]) if apart else 0.0)
        told["demand"].append(excess(drawn[one], drawn[other]) if apart else 0.0)
        around = np.isin(links.side_a, [one, other]) | np.isin(links.side_b, [one, other])
        told["valve"].append(float(around.sum() - 1) if apart else 0.0)
    return told


@pytest.mark.parametrize("kind", ["length", "demand", "valve"])
def test_criticality_is_as_published(reference_data: Path, valves: dict[str, list[float]], kind: str) -> None:
    expected = pd.read_csv(reference_data / "net3_valves" / f"valve_crit_{kind}.csv", index_col=0)["0"].to_numpy()
    assert len(expected) == len(valves[kind]) == 141
    assert np.abs(expected - np.array(valves[kind])).max() < 1e-5
