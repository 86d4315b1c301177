"""What every store must do. A store for another database joins the makers in ``stores`` and passes the same tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace

import handmade
import numpy as np
import pytest
import shapely
from handmade import Noded
from same import differences
from stores import Maker, opened

from gis.layers import LAYERS, Layer, LayerSet
from gis.stores.base import Applied, CityStore, ValveState
from gis.stores.in_turn import LayersInTurn
from network.assets import Condition, Position


@pytest.fixture
def noded() -> Noded:
    return handmade.noded()


def test_the_city_comes_back_exactly(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        assert list(differences(noded.city, store.city())) == []


def test_a_city_that_differs_from_its_layers_comes_back_exactly(maker: Maker, noded: Noded) -> None:
    city = noded.city
    moved = city.shapes.xy_m.copy()
    moved[1] += 0.001
    offsets = city.shapes.offsets.copy()
    offsets[-1] -= 1
    shapes = replace(city.shapes, xy_m=moved[:-1], offsets=offsets)
    pipes = replace(city.network.pipes, ids=type(city.network.pipes.ids).of(["P1", "P2", "@unknown", "P4"]))
    changed = replace(city, shapes=shapes, network=replace(city.network, pipes=pipes))
    texts = replace(changed.customers, name=type(city.customers.name).of(["", "另一名"]))
    changed = replace(changed, customers=texts)
    maker.write(replace(noded, city=changed), "r1")
    with opened(maker) as store:
        assert list(differences(changed, store.city())) == []


def test_reading_leaves_the_collector_as_it_was(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        store.city()
        assert gc.isenabled()
        gc.disable()
        try:
            store.city()
            assert not gc.isenabled()
        finally:
            gc.enable()


def test_an_empty_city(maker: Maker) -> None:
    empty = handmade.without_rows(handmade.city())
    maker.write(Noded(city=empty, layers=LayerSet(4548), faults=()), "r1")
    with opened(maker) as store:
        assert list(differences(empty, store.city())) == []
        assert set(store.layers().layers) == set(LAYERS)
        assert store.faults() == ()


@pytest.mark.parametrize("at_once", [1, 50_000])
def test_layers_come_back_with_what_they_brought_along(
    maker: Maker, noded: Noded, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("gis.stores.layer_tables.BATCH", at_once)
    maker.write(noded, "r1")
    with opened(maker) as store:
        stored = store.layers()
    assert (stored.crs_epsg, stored.name, stored.synthetic) == (4548, "手工城", True)
    for name, layer in noded.layers.layers.items():
        back = stored.get(name)
        for column, values in layer.columns.items():
            np.testing.assert_array_equal(back.columns[column], values, err_msg=f"{name}.{column}")
        if name != "zone":
            assert [*shapely.to_wkt(back.geometry)] == [*shapely.to_wkt(layer.geometry)], name
    assert {one.geom_type for one in stored.get("zone").geometry} == {"MultiPolygon"}
    assert [one.area for one in stored.get("zone").geometry] == [one.area for one in noded.layers.get("zone").geometry]
    assert stored.get("pipe").columns["depth_m"].dtype == np.float64
    assert stored.get("pipe").columns["surveyed"].dtype == np.bool_


def test_a_third_dimension_is_left_out(maker: Maker, noded: Noded) -> None:
    pipe = noded.layers.get("pipe")
    lifted = replace(pipe, geometry=shapely.force_3d(pipe.geometry, 12.0))
    layers = replace(noded.layers, layers={**noded.layers.layers, "pipe": lifted})
    maker.write(replace(noded, layers=layers), "r1")
    with opened(maker) as store:
        assert list(differences(noded.city, store.city())) == []
        assert not shapely.has_z(store.layers(["pipe"]).get("pipe").geometry).any()


@pytest.mark.parametrize(
    ("texts", "stored"),
    [
        (["POINT (1 2)", "MULTIPOINT (1 2, 3 4)"], ["MULTIPOINT ((1 2))", "MULTIPOINT ((1 2), (3 4))"]),
        (
            ["LINESTRING (0 0, 1 1)", "MULTILINESTRING ((0 0, 1 1))"],
            ["MULTILINESTRING ((0 0, 1 1))", "MULTILINESTRING ((0 0, 1 1))"],
        ),
        (["POINT (1 2)", "LINESTRING (0 0, 1 1)"], ["POINT (1 2)", "LINESTRING (0 0, 1 1)"]),
        (["MULTIPOINT (1 2, 3 4)", None], ["MULTIPOINT ((1 2), (3 4))", None]),
    ],
)
def test_mixed_geometry_is_kept(maker: Maker, noded: Noded, texts: list[str | None], stored: list[str | None]) -> None:
    layer = Layer(handmade.objects(*shapely.from_wkt(texts)), {"id": handmade.objects("A", "B")})
    layers = replace(noded.layers, layers={**noded.layers.layers, "place": layer, "new_layer": layer})
    maker.write(replace(noded, layers=layers), "r1")
    with opened(maker) as store:
        for name in ("place", "new_layer"):
            assert [*shapely.to_wkt(store.layers([name]).get(name).geometry, rounding_precision=1)] == stored


def test_only_the_layers_asked_for(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        assert set(store.layers(["road", "zone"]).layers) == {"road", "zone"}


def test_a_layer_comes_in_parts_as_it_comes_whole(maker: Maker, noded: Noded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.stores.spatialite.FETCH", 2)
    monkeypatch.setattr("gis.stores.postgis.FETCH", 2)
    monkeypatch.setattr("gis.stores.sql_store._BATCHES_A_PART", 1)
    maker.write(noded, "r1")
    with opened(maker) as store:
        layers = LayersInTurn(store)
        assert layers.synthetic
        for name in LAYERS:
            whole, parts = layers.get(name), list(layers.parts(name, ("id", "name")))
            assert sum(map(len, parts)) == len(whole)
            assert all(len(part) <= 2 and set(part.columns) <= {"id", "name"} for part in parts), name
            ids = [identity for part in parts for identity in part.columns["id"].tolist()]
            assert ids == whole.columns["id"].tolist(), name
            wkb = [one for part in parts for one in shapely.to_wkb(part.geometry)]
            assert wkb == list(shapely.to_wkb(whole.geometry)), name
            bare = list(layers.parts(name, ("id",), drawn=False))
            assert [identity for part in bare for identity in part.columns["id"].tolist()] == ids, name
            assert all(one is None for part in bare for one in part.geometry), name
        assert list(layers.parts("nobody's", ("id",))) == []
        assert len(layers.get("nobody's")) == 0


def test_faults_come_back_in_order(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        assert store.faults() == noded.faults


def test_what_the_store_says_of_itself(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        assert (store.meta.name, store.meta.crs_epsg, store.meta.synthetic) == ("手工城", 4548, True)
        assert store.meta.revision == "r1"


def test_a_city_without_crs(maker: Maker, noded: Noded) -> None:
    maker.write(replace(noded, layers=replace(noded.layers, crs_epsg=0)), "r1")
    with opened(maker) as store:
        assert store.meta.crs_epsg == 0
        assert list(differences(noded.city, store.city())) == []


def valve_words(store: CityStore) -> list[tuple[str, str]]:
    valves = store.layers(["valve"]).get("valve")
    return list(zip(valves.text("current"), valves.text("condition"), strict=True))


def test_the_journal_is_carried_in_with_its_mark(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        assert store.applied() == Applied({})
        states = [
            ValveState("V1", Position.CLOSED, Condition.INOPERABLE),
            ValveState("V2", Position.DISPUTED),
            ValveState("gone", Position.OPEN),
        ]
        store.apply(states, Applied({"a": 3, "b": 1}))
    with opened(maker) as store:
        assert store.applied() == Applied({"a": 3, "b": 1})
        assert valve_words(store) == [("closed", "inoperable"), ("disputed", ""), ("", "unknown")]
        assert list(differences(noded.city, store.city())) == [], "the record of the import stays"


def test_afresh_returns_to_the_record_first(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        store.apply([ValveState("V1", Position.CLOSED, Condition.PASSING)], Applied({"a": 1}))
        store.apply([ValveState("V2", None, Condition.PASSING)], Applied({"b": 1}), afresh=True)
        assert valve_words(store) == [("open", "operable"), ("", "passing"), ("", "unknown")]
        assert store.applied() == Applied({"b": 1})


def test_what_fails_half_way_leaves_everything_as_it_was(maker: Maker, noded: Noded) -> None:
    def states() -> Iterator[ValveState]:
        yield ValveState("V1", Position.CLOSED)
        raise RuntimeError("the power went")

    maker.write(noded, "r1")
    with opened(maker) as store:
        before = valve_words(store)
        with pytest.raises(RuntimeError, match="power"):
            store.apply(states(), Applied({"a": 1}))
        assert (valve_words(store), store.applied()) == (before, Applied({}))


def test_what_is_taken_back_returns_to_the_record(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        store.apply([ValveState("V1", Position.CLOSED, Condition.PASSING)], Applied({"a": 1}))
        store.apply([ValveState("V1", None, Condition.INOPERABLE)], Applied({"a": 2}))
        assert valve_words(store)[0] == ("open", "inoperable")
        store.apply([ValveState("V1")], Applied({"a": 3}))
        assert valve_words(store)[0] == ("open", "operable")


def test_our_own_writing_is_no_edit_from_outside(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        store.apply([ValveState("V1", Position.CLOSED)], Applied({"a": 1}))
        store.apply([], Applied({"a": 1}), afresh=True)
        assert store.outside_edits() == ()


def test_who_comes_late_with_an_earlier_mark_changes_nothing(maker: Maker, noded: Noded) -> None:
    maker.write(noded, "r1")
    with opened(maker) as store:
        store.apply([ValveState("V1", Position.CLOSED)], Applied({"a": 2}))
        store.apply([ValveState("V1", Position.OPEN)], Applied({"a": 1}))
        assert valve_words(store)[0][0] == "closed"
        assert store.applied() == Applied({"a": 2})
