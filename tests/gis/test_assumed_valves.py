"""Valves placed by rule where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from drawings import faults_of, layer, node

from gis.noding import Noded, NodingOptions
from network.assets import Condition, DeviceKind, Position

ASSUME = NodingOptions(assume_valves=True)
TEE = [("A", [(0, 0), (100, 0)]), ("B", [(200, 0), (100, 0)]), ("C", [(100, 0), (100, 2)])]


def valves(noded: Noded) -> dict[str, tuple[str, float]]:
    """Pipe id and offset of each valve."""
    network = noded.city.network
    return {
        name: (network.pipes.ids[int(pipe)], round(float(offset_m), 3))
        for name, pipe, offset_m in zip(
            network.devices.ids, network.devices.pipe, network.devices.offset_m, strict=True
        )
    }


def test_every_leg_of_a_tee_but_the_largest_has_a_valve() -> None:
    noded = node(ASSUME, pipe=layer(TEE, dn_mm=[200.0, 300.0, 100.0]))

    assert valves(noded) == {"assumed-A-end": ("A", 99.0), "assumed-C-start": ("C", 0.5)}
    devices = noded.city.network.devices
    assert devices.assumed.all()
    assert devices.kind.tolist() == [DeviceKind.ISOLATION] * 2
    assert devices.dn_mm.tolist() == [200, 100]
    assert devices.condition.tolist() == [Condition.UNKNOWN] * 2
    assert devices.position.tolist() == [Position.OPEN] * 2
    assert list(noded.layers.get("valve").text("id")) == list(devices.ids)
    assert noded.layers.get("valve").flag("assumed").all()
    assert faults_of(noded)[0] == ("valves_assumed", "", "repaired")


def test_of_equal_legs_the_lowest_id_has_none_whatever_the_order() -> None:
    for features in (TEE, TEE[::-1]):
        assert set(valves(node(ASSUME, pipe=layer(features)))) == {"assumed-B-end", "assumed-C-start"}


def test_a_joint_of_two_pipes_has_no_valve() -> None:
    assert valves(node(ASSUME, pipe=layer(TEE[:2]))) == {}


def test_a_ring_on_a_tee_has_its_own_two_legs() -> None:
    ring = ("R", [(100, 0), (150, 50), (50, 50), (100, 0)])
    noded = node(ASSUME, pipe=layer([("A", [(0, 0), (100, 0)]), ring], dn_mm=[300.0, 100.0]))

    assert set(valves(noded)) == {"assumed-R-start", "assumed-R-end"}


@pytest.mark.parametrize(("dn_mm", "places"), [(600.0, [750.0]), (200.0, [500.0, 1000.0])])
def test_long_mains_are_divided(dn_mm: float, places: list[float]) -> None:
    noded = node(ASSUME, pipe=layer([("A", [(0, 0), (1500, 0)])], dn_mm=[dn_mm]))

    assert [offset_m for _, offset_m in valves(noded).values()] == pytest.approx(places)
    assert list(valves(noded)) == [f"assumed-A-{number}" for number in range(1, len(places) + 1)]


def test_a_very_long_pipe_does_not_fill_the_city_with_valves() -> None:
    noded = node(ASSUME, pipe=layer([("A", [(0, 0), (1500, 0)])], length_m=[1e6]))

    assert len(noded.city.network.devices) == 199


def test_a_length_that_cannot_be_is_measured_on_the_drawing() -> None:
    noded = node(ASSUME, pipe=layer([("A", [(0, 0), (1500, 0)])], length_m=[1e12]))

    assert len(noded.city.network.devices) == 2
    assert "out_of_range" in [fault.kind for fault in noded.faults]


def test_a_city_with_valves_of_its_own_gets_none() -> None:
    own = layer([("V", (50.0, 0.0))], kind=["isolation"], condition=["operable"])
    noded = node(ASSUME, pipe=layer(TEE), valve=own)

    assert list(noded.city.network.devices.ids) == ["V"]
    assert not noded.city.network.devices.assumed.any()


def test_valves_are_assumed_only_when_asked() -> None:
    assert len(node(pipe=layer(TEE)).city.network.devices) == 0


def test_offsets_follow_the_recorded_length() -> None:
    noded = node(ASSUME, pipe=layer(TEE, dn_mm=[200.0, 300.0, 100.0], length_m=[400.0, np.nan, np.nan]))

    assert valves(noded)["assumed-A-end"] == ("A", 399.0)


def test_valves_that_no_plan_could_close_do_not_count_as_a_valve_layer() -> None:
    own = layer(
        [("A!closed", (50.0, 0.0)), ("W", (100.0, 0.0))],
        kind=["isolation", "washout"],
        current=["closed", "open"],
        condition=["operable", "operable"],
        pipe_id=["A", ""],
        note=["x", "y"],
    )
    noded = node(ASSUME, pipe=layer(TEE), valve=own)

    assert list(noded.city.network.devices.ids) == ["A!closed", "W", "assumed-B-end", "assumed-C-start"]
    assert noded.city.network.devices.assumed.tolist() == [False, False, True, True]
    assert noded.layers.get("valve").text("note").tolist() == ["x", "y", "", ""]
    assert np.isnan(noded.layers.get("valve").real("turns")).all()
