"""Missing and lying CRSs, swapped axes, zone numbers: refused without --crs, mended and reported with it."""

from typing import Any

import numpy as np
import pytest
from foreign_files import line, point
from shapely import LineString

from gis.crs import from_epsg, transform
from gis.errors import GisError
from gis.exchange.assemble import Imported, assemble
from gis.exchange.raw import RawLayer
from gis.faults import Action, FaultKind

EAST, NORTH = 500_000.0, 4_060_000.0


def raw(layer: str, shapes: list[Any], ids: list[str], crs: str = "EPSG:4548") -> RawLayer:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    return RawLayer(layer, f"{layer}.gpkg", "GPKG", crs, geometry, {"id": np.array(ids, dtype=object)})


def mains(crs: str = "EPSG:4548", origin: tuple[float, float] = (EAST, NORTH)) -> RawLayer:
    shapes = [line((0, 0), (100, 0), origin=origin), line((100, 0), (200, 0), origin=origin)]
    return raw("pipe", shapes, ["P1", "P2"], crs)


def read(*raws: RawLayer, epsg: int | None = None) -> Imported:
    return assemble(raws, told_crs=from_epsg(epsg) if epsg else None)


def kinds(imported: Imported) -> set[FaultKind]:
    return {fault.kind for fault in imported.faults}


def start(imported: Imported) -> tuple[float, float]:
    return imported.layers.get("pipe").geometry[0].coords[0][:2]


def refusal(*raws: RawLayer, epsg: int | None = None) -> GisError:
    with pytest.raises(GisError) as refused:
        read(*raws, epsg=epsg)
    return refused.value


def swapped(crs: str = "EPSG:4548") -> RawLayer:
    """Mains with northing in the column of easting."""
    turned = [LineString([(y, x) for x, y in shape.coords]) for shape in mains().geometry]
    return raw("pipe", turned, ["P1", "P2"], crs)


def test_missing_crs_is_refused_and_the_refusal_says_what_it_looks_like():
    layer = mains(crs="")
    fault = refusal(layer)
    assert fault.code == "crs_missing"
    assert fault.detail["x"] == pytest.approx(EAST + 100, abs=100)
    assert "EPSG:4548" in str(fault.detail["candidates"])


def test_missing_crs_told_is_taken_and_reported():
    layer = mains(crs="")
    imported = read(layer, epsg=4548)
    assert imported.layers.crs_epsg == 4548
    assert start(imported) == (EAST, NORTH)
    assert kinds(imported) == {FaultKind.CRS_MISSING}
    assert all(fault.action is Action.REPAIRED for fault in imported.faults)


def test_missing_crs_told_wrong_is_refused():
    layer = mains(crs="")
    assert refusal(layer, epsg=4490).code == "crs_impossible"
    assert refusal(layer, epsg=27700).code == "crs_impossible"


def test_lying_crs():
    layer = mains(crs="EPSG:4326")
    fault = refusal(layer)
    assert fault.code == "crs_lying"
    assert "4326" in str(fault.detail["said"])
    imported = read(layer, epsg=4548)
    assert FaultKind.CRS_LYING in kinds(imported)
    assert start(imported) == (EAST, NORTH)


def test_swapped_axes():
    layer = swapped()
    assert refusal(layer).code == "swapped_axes"
    imported = read(layer, epsg=4548)
    assert kinds(imported) == {FaultKind.SWAPPED_AXES}, "the file's word on the system itself was right"
    assert start(imported) == (EAST, NORTH)


def test_swapped_axes_without_crs():
    layer = swapped(crs="")
    assert refusal(layer).code == "crs_missing"
    imported = read(layer, epsg=4548)
    assert {FaultKind.SWAPPED_AXES, FaultKind.CRS_MISSING} <= kinds(imported)
    assert start(imported) == (EAST, NORTH)


def test_zone_number_in_front_of_eastings():
    layer = mains(origin=(39_000_000 + EAST, NORTH))
    fault = refusal(layer)
    assert fault.code == "zone_prefix"
    assert fault.detail["zone"] == 39
    imported = read(layer, epsg=4548)
    assert kinds(imported) == {FaultKind.ZONE_PREFIX}
    assert start(imported) == pytest.approx((EAST, NORTH))


def test_a_crs_with_zone_number_is_sound_and_its_number_left_behind():
    layer = mains(crs="EPSG:4527", origin=(39_000_000 + EAST, NORTH))
    imported = read(layer)
    assert imported.layers.crs_epsg == 4548
    assert start(imported) == pytest.approx((EAST, NORTH), abs=1e-6)
    assert kinds(imported) == {FaultKind.ZONE_PREFIX}


def test_degrees_become_the_customary_metric_crs_and_that_is_reported():
    x, y = transform(np.array([EAST, EAST + 100]), np.array([NORTH, NORTH]), "EPSG:4548", "EPSG:4490")
    shape = line((0, 0), (x[1] - x[0], y[1] - y[0]), origin=(x[0], y[0]))
    layer = raw("pipe", [shape], ["P"], "EPSG:4490")
    imported = read(layer)
    assert imported.layers.crs_epsg == 4548
    assert kinds(imported) == {FaultKind.CRS_CHANGED}
    assert imported.layers.get("pipe").geometry[0].length == pytest.approx(100, abs=1e-3)
    assert read(layer, epsg=4509).layers.crs_epsg == 4509, "the metric CRS told is the one used"


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:2263"])
def test_metres_that_are_none_and_feet_are_transformed(crs):
    longitude, latitude = (-73.95, 40.7)
    x, y = transform(np.array([longitude, longitude + 0.001]), np.array([latitude] * 2), "EPSG:4326", crs)
    shape = line((0, 0), (x[1] - x[0], y[1] - y[0]), origin=(x[0], y[0]))
    layer = raw("pipe", [shape], ["P"], crs)
    imported = read(layer)
    assert imported.layers.crs_epsg == 32618
    assert imported.layers.get("pipe").geometry[0].length == pytest.approx(84.5, abs=0.3)


def test_sound_files_and_a_crs_that_does_not_go_with_them():
    layer = mains()
    assert refusal(layer, epsg=4326).code == "crs_not_metric"
    assert refusal(layer, epsg=27700).code == "crs_elsewhere"


def test_layers_in_different_crss_come_together():
    x, y = transform(np.array([EAST + 50]), np.array([NORTH]), "EPSG:4548", "EPSG:4326")
    imported = read(mains(), raw("valve", [point(0, 0, (x[0], y[0]))], ["V"], "EPSG:4326"))
    assert imported.layers.get("valve").geometry[0].distance(imported.layers.get("pipe").geometry[0]) < 1e-3
    assert FaultKind.CRS_CHANGED in kinds(imported)


def test_heights_survive_a_change_of_crs():
    shape = LineString([(117.0, 36.6, 25.0), (117.001, 36.6, 26.0)])
    layer = raw("pipe", [shape], ["P"], "EPSG:4490")
    coords = list(read(layer).layers.get("pipe").geometry[0].coords)
    assert [z for _, _, z in coords] == [25.0, 26.0]


def test_features_far_from_the_city_are_left_out_and_reported():
    shapes = [line((k * 10, 0), (k * 10 + 10, 0)) for k in range(5)] + [line((0, 0), (9, 9), origin=(0, 0))]
    layer = raw("pipe", shapes, [f"P{k}" for k in range(6)])
    imported = read(layer)
    assert len(imported.layers.get("pipe")) == 5
    told = [(fault.kind, fault.feature, fault.x_m, fault.y_m) for fault in imported.faults]
    assert told == [(FaultKind.OUT_OF_BOUNDS, "P5", 0.0, 0.0)]


def test_a_layer_without_any_geometry_is_no_network():
    layer = raw("pipe", [None], ["P"])
    assert refusal(layer).code == "no_pipes"
