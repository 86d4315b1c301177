"""What only the finished network shows."""

from __future__ import annotations

from drawings import EPSG, faults_of, layer

from gis.layers import Layer, LayerSet
from gis.noding import Noded, NodingOptions, build_city

LINE = layer([("A", [(0, 0), (100, 0)]), ("B", [(100, 0), (200, 0)]), ("C", [(100, 0), (100, 90)])])
PLANT = layer([("S", (0.0, 0.0))], kind=["plant"])


def noded(**layers: Layer) -> Noded:
    return build_city(LayerSet(EPSG, {"pipe": LINE, "source": PLANT, **layers}), NodingOptions())


def valves(*places: tuple[str, tuple[float, float]], kind: str = "isolation", **columns: list[str]) -> Layer:
    count = len(places)
    return layer(list(places), kind=[kind] * count, condition=["operable"] * count, **columns)


def test_a_sound_city_has_no_faults() -> None:
    assert noded().faults == ()


def test_a_valve_at_a_tee_that_names_no_pipe_has_an_unknown_leg() -> None:
    assert faults_of(noded(valve=valves(("V", (100.0, 0.0))))) == [("valve_leg_unknown", "V", "kept")]


def test_two_valves_at_one_place_are_one() -> None:
    faults = noded(valve=valves(("W", (50.0, 0.0)), ("V", (50.0, 0.0)))).faults

    assert [(fault.kind.value, fault.feature, fault.detail["other"]) for fault in faults] == [
        ("duplicate_valve", "W", "V")
    ]


def test_one_way_devices_without_a_way_are_told_with_their_layer() -> None:
    city = noded(valve=valves(("V", (50.0, 0.0)), kind="check"), pump=layer([("P", (150.0, 0.0))]))

    assert [(fault.kind.value, fault.layer, fault.feature) for fault in city.faults] == [
        ("direction_unknown", "valve", "V"),
        ("direction_unknown", "pump", "P"),
    ]
    assert (city.faults[0].x_m, city.faults[0].y_m) == (50.0, 0.0)


def test_an_island_without_a_source_is_told_at_its_longest_pipe() -> None:
    island = [("X", [(500, 0), (500, 60)]), ("Y", [(500, 60), (500, 200)])]
    pipes = layer([("A", [(0, 0), (100, 0)]), *island])
    (fault,) = noded(pipe=pipes).faults

    assert (fault.kind.value, fault.feature, fault.x_m, fault.y_m) == ("island_without_source", "Y", 500.0, 130.0)
    assert fault.detail == {"count": 2, "length_m": 200.0}


def test_an_island_on_a_tank_is_told() -> None:
    pipes = layer([("A", [(0, 0), (100, 0)]), ("X", [(500, 0), (500, 60)])])
    sources = layer([("S", (0.0, 0.0)), ("T", (500.0, 0.0))], kind=["plant", "tank"])
    (fault,) = noded(pipe=pipes, source=sources).faults

    assert (fault.kind.value, fault.layer, fault.feature) == ("island_on_tank", "source", "T")


def test_a_city_without_sources_is_told_once() -> None:
    city = build_city(LayerSet(EPSG, {"pipe": LINE}), NodingOptions())

    assert faults_of(city) == [("no_source", "", "reported")]
