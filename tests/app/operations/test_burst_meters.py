"""Whose inflow a flow meter measures: what has been measured where it entered counts no second time."""

from dataclasses import replace

import numpy as np
import pytest
from small_city import Draft

from app.operations.burst_meters import areas_told, metered_areas
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.quantities import Quantity
from network.columns import CodedColumn
from network.topology import City

DMA = {"bc": "D1", "cd": "D1", "de": "D1"}
"""Of each main: D1 lies behind the booster."""


def hill(dma: dict[str, str] | None = None, mains: tuple[str, ...] = (), *, way: int = 1) -> City:
    """Plant W1 - a =pump B1=> b - c - d - e, a house's station E1 and a tank T1 at its end, *mains* more."""
    draft = Draft().chain("w", "a", "b", "c", "d", "e").source("W1", node="w").source("T1", "TANK", node="e")
    for name in mains:
        draft.pipe(name, name[0], name[1])
    draft.device("B1", "PUMP", pipe="ab", at=50.0, direction=way).station("E1", pipe="de", at=20.0)
    city = draft.city()
    names = DMA if dma is None else dma
    column = CodedColumn.of([names.get(pipe, "") for pipe in city.network.pipes.ids])
    return replace(city, network=replace(city.network, pipes=replace(city.network.pipes, dma=column)))


def meter(name: str, **of: object) -> Channel:
    return Channel(name, name, Quantity.FLOW, "m3/h", **of)  # type: ignore[arg-type]


PLANT = meter("FT-W1", station_id="W1")
BOOSTER = meter("FT-B1", station_id="B1")
BORDER = meter("FD-D1", pipe_id="bc", dma_id="D1")
INTO, OUT_OF = {"role": Role.INLET}, {"role": Role.OUTLET}


def told(city: City, *channels: Channel) -> dict[str, dict[str, float]]:
    """By area, meters with their signs, as the words have them."""
    return {one.name: dict(zip(one.meters, one.signs, strict=True)) for one in areas_told(Channels(channels), city)}


def watched(city: City, *channels: Channel) -> dict[str, dict[str, float]]:
    areas, _ = metered_areas(Channels(channels), city)
    return {one.name: dict(zip(one.meters, one.signs, strict=True)) for one in areas}


def test_what_a_booster_lifts_has_come_into_the_city_before() -> None:
    sides = (meter("FI-B1", station_id="B1", **INTO), meter("FO-B1", station_id="B1", **OUT_OF))
    for boosters in ((BOOSTER,), sides):
        assert told(hill(), PLANT, *boosters, BORDER) == {"": {"FT-W1": 1.0}, "D1": {"FD-D1": 1.0}}
        assert watched(hill(), PLANT, *boosters, BORDER) == {"D1": {"FD-D1": 1.0}, "": {"FT-W1": 1.0, "FD-D1": -1.0}}


def test_a_booster_s_meter_in_a_row_with_that_at_the_border_of_its_dma_measures_the_same_water() -> None:
    booster = replace(BOOSTER, dma_id="D1")
    assert told(hill(), PLANT, booster)["D1"] == {"FT-B1": 1.0}
    assert told(hill(), PLANT, booster, BORDER)["D1"] == {"FD-D1": 1.0}
    farther = replace(BORDER, pipe_id="cd")
    assert told(hill(), PLANT, booster, farther)["D1"] == {"FD-D1": 1.0}
    before = replace(BORDER, pipe_id="wa")
    assert told(hill(), PLANT, booster, before)["D1"] == {"FD-D1": 1.0}
    # Where a main branches off between them, or it is another inlet, both count.
    assert told(hill(mains=("bx",)), PLANT, booster, farther)["D1"] == {"FT-B1": 1.0, "FD-D1": 1.0}
    assert told(hill(mains=("xd",)), PLANT, booster, replace(BORDER, pipe_id="xd"))["D1"]["FT-B1"] == 1.0


@pytest.mark.parametrize("one", [{}, INTO, OUT_OF])
def test_a_pump_s_own_meters_count_by_the_way_it_pumps(one: dict[str, Role]) -> None:
    booster = meter("FT-B1", station_id="B1", dma_id="D1", **one)
    assert told(hill(), PLANT, booster)["D1"] == {"FT-B1": 1.0}
    assert told(hill(way=-1), PLANT, booster)["D1"] == {"FT-B1": -1.0}
    assert "D1" not in told(hill({**DMA, "wa": "D1"}), PLANT, booster), "within it"


def test_inlet_and_outlet_of_one_pump_are_one_inflow() -> None:
    sides = (meter("I", station_id="B1", dma_id="D1", **INTO), meter("O", station_id="B1", dma_id="D1", **OUT_OF))
    assert told(hill(), PLANT, *sides)["D1"] == {"O": 1.0}


def test_what_comes_into_a_plant_is_no_supply_and_what_a_tank_takes_is_drawn() -> None:
    plant = (meter("raw", station_id="W1", **INTO), meter("sent", station_id="W1", **OUT_OF))
    tank = (meter("taken", station_id="T1", **INTO), meter("given", station_id="T1"))
    assert told(hill(), *plant, *tank) == {"": {"sent": 1.0, "taken": -1.0, "given": 1.0}}
    house = (meter("house", station_id="E1"), meter("house too", station_id="E1", dma_id="D1"), meter("nowhere"))
    assert told(hill(), PLANT, *house) == {"": {"FT-W1": 1.0}}


def test_a_plant_s_own_pump_is_its_meter_where_it_has_no_other() -> None:
    draft = Draft().chain("w", "a", "b", "c").pipe("ab2", "a", "b").source("W1", node="w")
    draft.device("B1", "PUMP", pipe="ab", at=50.0, direction=1).device("B2", "PUMP", pipe="ab2", at=50.0, direction=1)
    second = meter("FT-B2", station_id="B2")
    city = draft.city()
    assert told(city, BOOSTER, second) == {"": {"FT-B1": 1.0, "FT-B2": 1.0}}
    assert told(city, PLANT, BOOSTER, second) == {"": {"FT-W1": 1.0}}
    behind = hill(mains=("ax",))
    assert told(behind, BOOSTER) == {}, "what branches off before it was not measured"


def test_stations_that_the_network_does_not_know_are_sources_unless_the_mains_pressure_comes_in() -> None:
    plant = (meter("sent", station_id="X1"), meter("raw", station_id="X1", **INTO))
    lifted = meter("lifted", station_id="X2")
    inlet = Channel("PI-X2", "", Quantity.PRESSURE, "MPa", station_id="X2", role=Role.INLET)
    assert told(hill(), *plant, lifted, inlet) == {"": {"sent": 1.0}}


def test_a_plant_inside_a_dma_is_no_inflow_of_what_is_left() -> None:
    inside = replace(PLANT, dma_id="D0")
    areas = {**DMA, "wa": "D0"}
    out = meter("FD-D0", pipe_id="wa", dma_id="D0", **OUT_OF)
    assert told(hill(areas), inside, out)["D0"] == {"FT-W1": 1.0, "FD-D0": -1.0}
    assert watched(hill(areas), inside, out)[""] == {"FD-D0": 1.0}


def test_pipes_lie_in_the_area_that_is_metered_or_in_what_is_left() -> None:
    city = hill()
    areas, of_pipe = metered_areas(Channels((PLANT, BORDER)), city)
    inside = np.array([city.network.pipes.dma[row] == "D1" for row in range(len(of_pipe))])
    assert [one.name for one in areas] == ["D1", ""]
    assert (of_pipe == np.where(inside, 0, 1)).all()
    assert (metered_areas(Channels((BORDER,)), city)[1] == np.where(inside, 0, -1)).all()
    assert (metered_areas(Channels((PLANT,)), city)[1] == 0).all()
