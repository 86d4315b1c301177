from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import handmade
import numpy as np
import pytest
import shapely
from map_town import BLOCK_M, EAST, NORTH, town, town_layers
from same import differences

from gis.cache import open_tables, save_tables
from gis.layers import Layer, LayerSet
from gis.scene.build import build_scene, dn_classes, road_classes
from gis.scene.detail import detail_at
from gis.scene.labels import LabelKind
from gis.scene.scene import AreaClass, DnClass, OutlineClass, RoadClass, Scene
from gis.scene.view import Bounds
from gis.search_tables import search_tables

EVERYWHERE = Bounds(-1e5, -1e5, 1e5, 1e5)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return build_scene(town(assumed=3), town_layers())


def test_diameters_by_class_and_unknown_ones_apart() -> None:
    assert dn_classes(np.array([1200, 800, 799, 400, 300, 200, 150, 100, 0])).tolist() == [
        *(DnClass.FROM_800, DnClass.FROM_800, DnClass.FROM_400, DnClass.FROM_400, DnClass.FROM_200),
        *(DnClass.FROM_200, DnClass.FROM_150, DnClass.BELOW_150, DnClass.UNKNOWN),
    ]


def test_roads_by_kind_then_width_then_as_streets() -> None:
    kinds = np.array(["ring", "lane", "", "", ""], dtype=object)
    layer = Layer(np.full(5, None), {"kind": kinds, "width_m": np.array([10.0, 40.0, 40.0, 6.0, np.nan])})
    assert road_classes(layer).tolist() == [
        *(RoadClass.ARTERIAL, RoadClass.LANE, RoadClass.ARTERIAL, RoadClass.LANE, RoadClass.STREET)
    ]


def test_everything_of_the_town_is_there(scene) -> None:
    city = town()
    assert set(scene.mains.owner.tolist()) == set(range(len(city.network.pipes)))
    assert sorted(scene.devices.row.tolist()) == list(range(len(city.network.devices)))
    assert len(scene.customers) == len(city.customers)
    assert len(scene.buildings) == len(city.customers)
    assert scene.ground.index.count(EVERYWHERE, AreaClass.WATER) == 1
    assert scene.outlines.count(EVERYWHERE, OutlineClass.DMA) > 0
    assert scene.sensor_names[0] == "PT-01"
    assert scene.synthetic
    assert scene.assumed_valves == 3


def test_extent_is_that_of_the_mains_in_the_project_crs(scene) -> None:
    assert scene.extent == pytest.approx((EAST, NORTH, EAST + 7 * BLOCK_M, NORTH + 7 * BLOCK_M))


def test_each_customer_knows_the_building_it_lives_in(scene) -> None:
    city = town()
    spots = np.column_stack([city.customers.x_m - EAST, city.customers.y_m - NORTH])
    box = scene.buildings.boxes[scene.building_of_customer]
    assert (box[:, :2] <= spots).all()
    assert (spots <= box[:, 2:]).all()


def test_valves_lie_along_their_pipe(scene) -> None:
    assert scene.devices.turn == pytest.approx(np.zeros(len(scene.devices)))


def test_sources_bear_their_names_where_they_have_one() -> None:
    assert list(build_scene(handmade.city(), handmade.layers()).source_names) == ["西水厂"]
    assert list(build_scene(town(), town_layers()).source_names) == ["S0"]


def test_critical_customers_are_known(scene) -> None:
    assert scene.critical.row.tolist() == [0]


def test_names_and_their_ranks(scene) -> None:
    by_kind = {
        kind: {scene.labels.names[int(i)] for i in scene.labels.text[scene.labels.kind == kind]} for kind in LabelKind
    }
    assert by_kind[LabelKind.ARTERIAL] == {"银杏0路", "Elm 0 Rd"}
    assert "银杏3路" in by_kind[LabelKind.ROAD]
    assert by_kind[LabelKind.WATER] == {"镜湖"}
    assert by_kind[LabelKind.COMMUNITY] == {"柳园小区"}


def test_scales_choose_their_copy(scene) -> None:
    assert scene.mains_at(1.0) is scene.mains
    assert scene.mains_at(4.0) is scene.mains_8
    assert scene.mains_at(100.0) is scene.mains_64
    assert scene.roads_at(1.0) is scene.roads
    assert scene.roads_at(40.0) is scene.roads_32


def test_kept_and_mapped_again_it_is_the_same(scene, tmp_path) -> None:
    save_tables(tmp_path, "scene", scene)
    again = open_tables(tmp_path, "scene", Scene)
    assert np.array_equal(again.mains.xy_m, scene.mains.xy_m)
    assert again.mains.index.grid.cell_m == scene.mains.index.grid.cell_m
    assert again.labels.names[0] == scene.labels.names[0]
    assert again.extent == scene.extent


def test_a_city_with_missing_layers_and_broken_features() -> None:
    layers = handmade.layers()
    road = layers.get("road")
    assert road.geometry[0] is None
    scene = build_scene(handmade.city(), layers)
    assert len(scene.roads) > 0
    assert len(scene.buildings) == 0
    assert scene.building_of_customer.tolist() == [-1, -1]


def test_a_city_without_anything() -> None:
    scene = build_scene(handmade.without_rows(handmade.city()), LayerSet(4548))
    assert len(scene.mains) == 0
    assert scene.extent.x_max > scene.extent.x_min


def test_a_customer_without_a_place_is_left_out_of_the_picture_not_of_the_city() -> None:
    city = town()
    x_m = city.customers.x_m.copy()
    x_m[3] = np.nan
    scene = build_scene(replace(city, customers=replace(city.customers, x_m=x_m)), town_layers())
    assert 3 not in scene.customers.row
    assert scene.building_of_customer[3] == -1


def test_buildings_with_courtyards_and_several_wings() -> None:
    court = shapely.Polygon(
        [(EAST, NORTH), (EAST + 40, NORTH), (EAST + 40, NORTH + 40), (EAST, NORTH + 40)],
        [[(EAST + 10, NORTH + 10), (EAST + 30, NORTH + 10), (EAST + 30, NORTH + 30)]],
    )
    wings = shapely.MultiPolygon([shapely.box(EAST + 60, NORTH, EAST + 70, NORTH + 9), court])
    geometry = np.array([court, wings], dtype=object)
    places = Layer(
        geometry, {"id": np.array(["a", "b"], dtype=object), "kind": np.array(["building"] * 2, dtype=object)}
    )
    scene = build_scene(town(), LayerSet(4548, {"place": places}))
    assert sorted(scene.buildings.row.tolist()) == [0, 1, 1]
    _, starts = scene.buildings.outlines(np.arange(3))
    assert len(starts) - 1 == 5


@dataclass(frozen=True)
class InPairs:
    """The layers of a set, places two at a time and never whole."""

    whole: LayerSet

    @property
    def synthetic(self) -> bool:
        return self.whole.synthetic

    def get(self, name: str) -> Layer:
        assert name != "place", "a million buildings at once fill the memory"
        return self.whole.get(name)

    def parts(self, name: str, columns: Collection[str], *, drawn: bool = True) -> Iterator[Layer]:
        assert drawn
        layer = self.whole.get(name)
        for first in range(0, len(layer), 2):
            rows = slice(first, first + 2)
            kept = {column: layer.columns[column][rows] for column in columns if column in layer.columns}
            yield Layer(layer.geometry[rows], kept)


def test_places_are_walked_through_in_parts_and_make_the_same_scene(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis.scene.areas._PLACES_AT_ONCE", 5)
    made = build_scene(town(assumed=3), InPairs(town_layers()))
    assert not list(differences(scene, made))
    names, walked = (search_tables(layers, town()) for layers in (town_layers(), InPairs(town_layers())))
    assert len(names.names) > 10
    assert not list(differences(replace(names, ids=()), replace(walked, ids=())))


def test_customers_find_the_nearest_building_within_three_metres() -> None:
    rng = np.random.default_rng(5)
    corner = np.array([EAST, NORTH])
    low, sides = corner + rng.uniform(0.0, 400.0, (300, 2)), rng.uniform(2.0, 9.0, (300, 1))
    boxes = shapely.box(*low.T, *(low + sides).T)
    places = Layer(boxes, {"id": np.arange(300).astype(str).astype(object), "kind": np.full(300, "building", object)})
    city = town()
    spots = corner + rng.uniform(0.0, 400.0, (len(city.customers), 2))
    customers = replace(city.customers, x_m=spots[:, 0], y_m=spots[:, 1])
    scene = build_scene(replace(city, customers=customers), LayerSet(4548, {"place": places}))
    away_m = shapely.distance(shapely.points(spots)[:, None], boxes[None, :])
    found = scene.building_of_customer
    assert 0 < int((found < 0).sum()) < len(found)
    for row, position in enumerate(found.tolist()):
        if position < 0:
            assert away_m[row].min() > 3.0
        else:
            assert away_m[row, scene.buildings.row[position]] == away_m[row].min() <= 3.0


def test_small_mains_fade_before_they_would_be_lost() -> None:
    scales = [0.2, 1, 2.9, 3, 7.9, 8, 20, 21, 127]
    for dn_class in DnClass:
        fades = [detail_at(scale).main_fade[dn_class] for scale in scales]
        assert fades == sorted(fades, reverse=True)
        assert min(fades) > 0
    tiny = detail_at(128)
    assert [dn_class for dn_class in DnClass if tiny.main_fade[dn_class] > 0] == list(DnClass)[: DnClass.FROM_150]
    assert detail_at(2.9).valves
    assert not detail_at(3.0).valves
    assert detail_at(3.0).density
    assert detail_at(7.9).plan_valves
    assert not detail_at(8.0).plan_valves


def test_far_away_fewer_places_for_a_name_but_never_none(scene) -> None:
    labels = scene.labels
    counts = [len(labels.near(EVERYWHERE, LabelKind.ROAD, apart_m)) for apart_m in (1, 250, 600, 1200, 1e6)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == int((labels.kind == LabelKind.ROAD).sum())
    farthest = labels.near(EVERYWHERE, LabelKind.ROAD, 1e6)
    assert set(labels.text[farthest].tolist()) == set(labels.text[labels.kind == LabelKind.ROAD].tolist())
