"""Drinking-water points of an outage: hydrants that keep their water, tankers where none is, nobody forgotten."""

from datetime import UTC, datetime

import handmade
import numpy as np
import shapely

from app.journal.events import milliseconds
from app.messages import LANGUAGES, load_words
from app.operations.water_points import WaterPlan, WaterPoint, target_from, water_lines, water_plan, water_text
from app.outages.book import Revision
from app.outages.entries import Effect
from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city
from network.answers import AreaTarget, PipeTarget
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates

START_MS = milliseconds(datetime(2026, 3, 17, 14, tzinfo=UTC))


def model() -> SupplyModel:
    """A street between two plants, 3 km in the middle out; a hydrant at each end keeps its water, H2 does not."""
    places = {"S": 0.0, "T": 3_200.0, "V1": 90.0, "V2": 3_110.0, "H1": 50.0, "H2": 160.0, "H3": 3_150.0}
    point = {name: handmade.points((x_m, 0.0)) for name, x_m in places.items()}
    pipes = [((0.0, 0.0), (100.0, 0.0)), ((100.0, 0.0), (3_100.0, 0.0)), ((3_100.0, 0.0), (3_200.0, 0.0))]
    lines = [shapely.LineString([(handmade.EAST + x, handmade.NORTH + y) for x, y in ends]) for ends in pipes]
    doors = handmade.points(*((150.0 + 150.0 * number, 5.0) for number in range(19)))
    layers = {
        "pipe": Layer(handmade.objects(*lines), {"id": handmade.objects("ab", "bc", "cd")}),
        "valve": Layer(
            np.concatenate([point["V1"], point["V2"]]),
            {"id": handmade.objects("V1", "V2"), "kind": handmade.objects("isolation", "isolation")},
        ),
        "source": Layer(
            np.concatenate([point["S"], point["T"]]),
            {"id": handmade.objects("S", "T"), "kind": handmade.objects("plant", "plant")},
        ),
        "customer": Layer(
            doors, {"id": handmade.objects(*(f"C{number}" for number in range(19))), "people": np.full(19, 3)}
        ),
        "hydrant": Layer(
            np.concatenate([point["H1"], point["H2"], point["H3"]]), {"id": handmade.objects("H1", "H2", "H3")}
        ),
    }
    city = build_city(LayerSet(4548, layers, "街"), NodingOptions()).city
    return prepare(city, DeviceStates.recorded(city.network.devices))


def revision(hours: float, **target: object) -> Revision:
    window = (START_MS, START_MS + round(hours * 3_600_000))
    return Revision(("d", 1), 1, "王", START_MS, None, None, target, *window, Effect(), (), True, {})


def test_hydrants_with_water_first_then_tankers() -> None:
    found = water_plan(model(), revision(24.001, pipe="bc"))
    assert found.needed
    hydrants = [one.hydrant for one in found.points if one.hydrant]
    assert set(hydrants) == {"H1", "H3"}
    assert [one for one in found.points if not one.hydrant]
    assert all(one.farthest_m <= 500.0 for one in found.points)
    assert found.beyond == 0
    assert sum(one.people for one in found.points) == found.people
    for language in LANGUAGES:
        words = load_words(language)
        assert "H1" in water_text(found, words)
        assert len(water_lines(found, words)) == len(found.points) + 1


def test_a_hydrant_that_is_called_one_is_not_called_so_twice() -> None:
    points = tuple(
        WaterPoint(f"H{at}", near, 0.0, 0.0, 9, 80.0) for at, near in enumerate(("金浦街消火栓", "金浦街6号"))
    )
    plan = WaterPlan(True, (*points, WaterPoint("", "泉城花园", 0.0, 0.0, 9, 80.0)), 27, 0)
    assert water_text(plan, load_words("zh_CN")) == "金浦街消火栓取水、金浦街6号消火栓取水、泉城花园送水车"
    assert water_text(plan, load_words("en")) == "金浦街消火栓, hydrant at 金浦街6号, tanker at 泉城花园"


def test_exactly_24_hours_are_on_request_and_a_place_that_is_gone_has_no_points() -> None:
    assert not water_plan(model(), revision(24.0, pipe="bc")).needed
    assert water_plan(model(), revision(30.0, pipe="gone")) == WaterPlan(True, (), 0, 0)
    assert water_plan(model(), revision(30.0)) == WaterPlan(True, (), 0, 0)


def test_a_plans_record_names_its_target_again() -> None:
    city = model().city
    assert target_from(city, {"pipe": "bc", "offset_m": 7.5}) == PipeTarget(city.network.pipes.ids.find("bc"), 7.5)
    assert target_from(city, {"area": [[0, 0], [1, 0], [1, 1]]}) == AreaTarget(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    for kind, name in (("valve", "V1"), ("hydrant", "H1"), ("customer", "C3"), ("junction", city.network.nodes.ids[0])):
        assert target_from(city, {kind: name}) is not None
        assert target_from(city, {kind: "?"}) is None
