"""What people paste: orders, labels, punctuation, degrees and minutes, zones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.formats import dms
from gis.coordinates import Reading, read_place
from gis.crs import to_wgs84, transform
from gis.gcj02 import to_gcj02
from gis.graticule_grid import build_graticule
from gis.scene.view import Bounds

EPSG = 4548
LON, LAT = 117.1201, 36.6513
X, Y = (float(value[0]) for value in transform(np.array([LON]), np.array([LAT]), "EPSG:4326", f"EPSG:{EPSG}"))
EXTENT = Bounds(X - 20_000, Y - 20_000, X + 20_000, Y + 20_000)


def read(text: str) -> dict[str, Reading]:
    return {reading.system: reading for reading in read_place(text, EPSG, EXTENT)}


@pytest.mark.parametrize(
    "text",
    [
        "117.1201, 36.6513",
        "36.6513, 117.1201",
        "36.6513，117.1201",
        "１１７．１２０１　３６．６５１３",
        "lat=36.6513 lon=117.1201",
        "经度：117.1201，纬度：36.6513",
        "东经117.1201°，北纬36.6513°",
        "36.6513N 117.1201E",
        "N36.6513 E117.1201",
        "36°39'4.68\"N, 117°7'12.36\"E",
        "36°39′4.68″N 117°7′12.36″E",
        "北纬36度39分4.68秒 东经117度7分12.36秒",
        "(117.1201; 36.6513)",
        "坐标 117.1201、36.6513",
    ],
)
def test_degrees_in_every_dress(text: str) -> None:
    found = read(text)["wgs84"]
    assert (found.x_m, found.y_m) == pytest.approx((X, Y), abs=0.01)
    assert (found.first, found.second) == pytest.approx((LON, LAT))


def test_degrees_without_a_system_are_offered_both_ways() -> None:
    found = read("117.1201 36.6513")
    assert list(found) == ["wgs84", "gcj02"]
    assert 300 < np.hypot(found["gcj02"].x_m - X, found["gcj02"].y_m - Y) < 900


@pytest.mark.parametrize("name", ["GCJ-02", "gcj02", "高德", "火星坐标"])
def test_a_named_system_is_believed(name: str) -> None:
    lon, lat = to_gcj02(np.array([LON]), np.array([LAT]))
    found = read(f"{name} {lat[0]:.8f} {lon[0]:.8f}")
    assert list(found) == ["gcj02"]
    assert (found["gcj02"].x_m, found["gcj02"].y_m) == pytest.approx((X, Y), abs=0.01)
    assert list(read(f"WGS84 {LAT} {LON}")) == ["wgs84"]


def test_project_coordinates_in_either_order() -> None:
    for text in (f"{X:.2f} {Y:.2f}", f"{Y:.2f}, {X:.2f}", f"{X:.2f}m {Y:.2f}m"):
        found = read(text)["project"]
        assert (found.x_m, found.y_m) == pytest.approx((X, Y), abs=0.01)


@pytest.mark.parametrize(("prefix", "epsg"), [(39, 4548), (20, 4509)])
def test_zone_numbers_in_front_of_the_easting(prefix: int, epsg: int) -> None:
    x, y = transform(np.array([LON]), np.array([LAT]), "EPSG:4326", f"EPSG:{epsg}")
    found = read(f"{y[0]:.3f}, {prefix * 1_000_000 + x[0]:.3f}")
    assert list(found) == ["cgcs2000_zone"]
    assert (found["cgcs2000_zone"].x_m, found["cgcs2000_zone"].y_m) == pytest.approx((X, Y), abs=0.01)


def test_what_may_be_either_order_is_offered_both_ways() -> None:
    square = Bounds(-1e6, -1e6, 1e6, 1e6)
    found = read_place("1000 2000", 0, square)
    assert {(one.x_m, one.y_m) for one in found} == {(1000.0, 2000.0), (2000.0, 1000.0)}


def test_a_place_far_from_the_city_says_so() -> None:
    found = read_place("2.35 48.85", EPSG, EXTENT)
    assert found
    assert all(one.away_m > 1_000_000 for one in found)


@pytest.mark.parametrize(
    "text", ["", "V4406", "和平路12号", "117.1", "1 2 3", "36°75'1\"N 117°1'1\"E", "12 号 13", "nan nan", "P-1 2"]
)
def test_what_is_no_pair_of_coordinates_is_not_read(text: str) -> None:
    assert read_place(text, EPSG, EXTENT) == ()


def test_a_local_plane_knows_only_its_own_coordinates() -> None:
    found = read_place("117.1 36.6", 0, Bounds(0, 0, 100, 100))
    assert {one.system for one in found} == {"project"}
    assert read_place("36°N 117°E", 0, Bounds(0, 0, 100, 100)) == ()


@given(st.floats(116.9, 117.3), st.floats(36.5, 36.8))
def test_written_as_minutes_and_read_back(lon: float, lat: float) -> None:
    found = read(f"{dms(lat, 'N', 'S')} {dms(lon, 'E', 'W')}")["wgs84"]
    assert (found.first, found.second) == pytest.approx((lon, lat), abs=1e-5 / 3)


def test_the_graticule_is_exact_to_a_millimetre() -> None:
    grid = build_graticule(EPSG, EXTENT)
    rng = np.random.default_rng(1)
    x, y = rng.uniform(EXTENT.x_min, EXTENT.x_max, 500), rng.uniform(EXTENT.y_min, EXTENT.y_max, 500)
    lon, lat = grid.degrees(x, y)
    true_lon, true_lat = to_wgs84(EPSG, x, y)
    assert np.abs(lon - true_lon).max() * 111_000 < 0.001
    assert np.abs(lat - true_lat).max() * 111_000 < 0.001


def test_beyond_the_graticule_and_in_a_local_plane_there_are_no_degrees() -> None:
    grid = build_graticule(EPSG, EXTENT)
    assert np.isnan(grid.degrees(np.array([X + 1e6]), np.array([Y]))).all()
    local = build_graticule(0, Bounds(0, 0, 10, 10))
    assert not local.known
    assert np.isnan(local.degrees(np.array([5.0]), np.array([5.0]))).all()
