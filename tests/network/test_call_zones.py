"""Zones of complaints on a small town: a street with two ends, one of them in no DMA."""

import numpy as np
import pytest
from small_city import Draft

from network.call_inference import call_basis
from network.call_zones import _squares, complaint_zones
from network.scan_statistic import Zones
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates


def town(customers: int = 60) -> tuple[SupplyModel, Zones]:
    """A plant, a main with a valve on each pipe's head, customers on each pipe, and one whom nothing feeds."""
    draft = Draft().chain("a", "b", "c", "d").chain("b", "e").chain("y", "z").source("S", node="a")
    for pipe in ("ab", "bc", "cd", "be"):
        draft.device(f"V{pipe}", pipe=pipe, at=1.0)
        for number in range(customers):
            draft.customer(f"{pipe}{number}", pipe, 20.0 + number)
    draft.customer("dry", "yz", 10.0)
    city = draft.city()
    model = prepare(city, DeviceStates.recorded(city.network.devices))
    return model, complaint_zones(city, call_basis(model))


def test_zones_follow_the_water() -> None:
    model, zones = town()
    rows = {pipe: model.city.customers.ids.find(f"{pipe}3") for pipe in ("ab", "bc", "cd", "be")}
    of = dict(zip(zones.names, zones.label, strict=True))
    assert len({int(of["segment"][row]) for row in rows.values()}) == 4
    assert (of["segment"] >= 0).sum() == 240
    assert of["part_50"][rows["cd"]] == of["segment"][rows["cd"]]
    # Under cd hang 60, under bc 120: more than a third of the city; a part of 300 there is not but the city.
    assert (of["part_300"] == -1).all()
    assert set(of) >= {"dma", "square_500", "square_1500"}
    assert of["segment"][model.city.customers.ids.find("dry")] == -1
    assert {int(zones.sizes(row)[0]) for row in np.flatnonzero(zones.label[0] >= 0)} == {60}


def test_a_dma_is_that_of_the_main() -> None:
    _, zones = town(3)
    assert (zones.label[zones.names.index("dma")] == -1).all()
    assert zones.label.dtype == np.int32


@pytest.mark.parametrize("count", [0, 1, 400])
def test_customers_of_one_square_and_no_others_have_one_number(count: int) -> None:
    x_m, y_m = np.random.default_rng(count).uniform(-2_000.0, 2_000.0, (2, count))
    x_m[:1], y_m[:1] = 501_000.0, -3_900_000.0
    squares = list(zip((x_m // 500.0).tolist(), (y_m // 500.0).tolist(), strict=True))
    labels = _squares(x_m, y_m, 500.0).tolist()
    assert len(set(zip(squares, labels, strict=True))) == len(set(squares)) == len(set(labels))
    assert set(labels) == set(range(len(set(squares))))
