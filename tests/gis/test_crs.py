"""Coordinate systems: what they are, how to come from one to another, and which fits a place."""

import numpy as np
import pytest

from gis.crs import describe, from_epsg, project_crs, to_wgs84, transform, without_prefix
from gis.errors import GisError
from gis.plausible import AS_THEY_STAND, Reading, believable, candidates, read_as, zone_prefix

ESRI_WKT = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_117E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


@pytest.mark.parametrize(
    ("epsg", "metric", "geographic", "chinese"),
    [
        (4548, True, False, True),
        (4527, True, False, True),
        (4490, False, True, True),
        (4326, False, True, False),
        (26910, True, False, False),
        (2263, False, False, False),  # US feet
        (3857, False, False, False),  # metres, but not on the ground
        (2433, True, False, True),
    ],
)
def test_what_matters_of_a_crs(epsg, metric, geographic, chinese):
    info = from_epsg(epsg)
    assert (info.epsg, info.metric, info.geographic, info.chinese) == (epsg, metric, geographic, chinese)


def test_a_prj_file_without_code_is_recognised():
    assert describe(ESRI_WKT) == from_epsg(4548)


@pytest.mark.parametrize("definition", ["EPSG:999999", "nonsense", "EPSG:5773"])
def test_no_horizontal_crs(definition):
    with pytest.raises(GisError) as refused:
        describe(definition)
    assert refused.value.code == "crs_unknown"


def test_east_is_x_whatever_the_axes_of_the_definition():
    x, y = transform(np.array([117.0]), np.array([36.6709969]), "EPSG:4490", "EPSG:4548")
    assert (x[0], y[0]) == pytest.approx((500_000, 4_060_000), abs=0.01)
    longitude, latitude = to_wgs84(4548, x, y)
    assert (longitude[0], latitude[0]) == pytest.approx((117.0, 36.6709969))


def test_a_local_plane_has_no_place_on_the_earth():
    with pytest.raises(GisError) as refused:
        to_wgs84(0, np.zeros(1), np.zeros(1))
    assert refused.value.code == "crs_local"


@pytest.mark.parametrize(
    ("longitude", "latitude", "epsg"),
    [
        (117.0, 36.65, 4548),
        (121.47, 31.2, 4549),
        (87.6, 43.8, 4538),
        (114.0, 22.6, 4547),
        (110.3, 20.0, 4546),
        (2.0, 41.4, 32631),
        (-124.0, 49.2, 32610),
        (139.7, 35.7, 32654),
        (126.98, 37.57, 32652),
        (106.9, 47.9, 32648),
        (151.2, -33.9, 32756),
        (180.0, 10.0, 32660),
    ],
)
def test_customary_project_crs(longitude, latitude, epsg):
    assert project_crs(longitude, latitude) == epsg


def test_no_project_crs_at_the_pole():
    with pytest.raises(GisError) as refused:
        project_crs(0.0, 88.0)
    assert refused.value.code == "crs_no_metric"


def test_chinese_datum_gives_a_chinese_zone_beyond_the_outline():
    assert project_crs(123.5, 24.0, chinese=True) == 4550


@pytest.mark.parametrize("prefixed", [4527, 4498, 2363, 2334, 2415])
def test_zone_numbers_are_left_behind(prefixed):
    before, after = from_epsg(prefixed), from_epsg(without_prefix(prefixed))
    assert before.epsg != after.epsg
    assert before.central_meridian == after.central_meridian
    x, _ = transform(np.array([before.central_meridian]), np.array([36.0]), "EPSG:4490", after.definition)
    assert x[0] == pytest.approx(500_000, abs=200), "no zone number in front"
    assert without_prefix(4548) == 4548


EAST, NORTH = 512_345.0, 4_060_000.0


@pytest.mark.parametrize(
    ("x", "y", "epsg", "reading"),
    [
        (EAST, NORTH, 4548, AS_THEY_STAND),
        (NORTH, EAST, 4548, Reading(swapped=True)),
        (39_000_000 + EAST, NORTH, 4548, Reading(prefix=39)),
        (NORTH, 39_000_000 + EAST, 4548, Reading(swapped=True, prefix=39)),
        (20_000_000 + EAST, NORTH, 4509, Reading(prefix=20)),
        (39_000_000 + EAST, NORTH, 4527, AS_THEY_STAND),
        (39_000_000 + EAST, NORTH, 4549, None),  # another zone's number
        (117.1, 36.6, 4490, AS_THEY_STAND),
        (36.6, 117.1, 4490, Reading(swapped=True)),
        (117.1, 36.6, 4548, None),
        (EAST, NORTH, 4490, None),
        (9e9, 9e9, 4548, None),
        (0.0, 0.0, 4548, None),
    ],
)
def test_how_coordinates_must_be_read(x, y, epsg, reading):
    assert read_as(x, y, from_epsg(epsg)) == reading


def test_offices_work_a_little_past_their_zone():
    info = from_epsg(4548)
    x, y = transform(np.array([119.5, 121.0]), np.array([36.0, 36.0]), "EPSG:4490", "EPSG:4548")
    assert believable(x[0], y[0], info)
    assert not believable(x[1], y[1], info)


def test_areas_across_the_antimeridian():
    fiji = from_epsg(3832)  # Pacific, 98°E to 68°W
    x, y = transform(np.array([178.0, -178.0]), np.array([-17.0, -17.0]), "EPSG:4326", "EPSG:3832")
    assert believable(x[0], y[0], fiji)
    assert believable(x[1], y[1], fiji)


@pytest.mark.parametrize(
    ("easting", "zone"),
    [(39_500_000, 39), (20_512_345, 20), (500_000, 0), (24_500_000, 0), (46_500_000, 0), (39_950_000, 0)],
)
def test_zone_numbers_in_eastings(easting, zone):
    assert zone_prefix(easting) == zone


@pytest.mark.parametrize(
    ("x", "y", "first"),
    [
        (39_512_345, NORTH, 4548),
        (NORTH, 39_512_345, 4548),
        (20_512_345, NORTH, 4509),
        (EAST, NORTH, 4548),
        (117.1, 36.6, 4490),
        (36.6, 117.1, 4490),
        (2.1, 41.4, 4326),
    ],
)
def test_what_to_ask_about_coordinates(x, y, first):
    assert candidates(x, y)[0].epsg == first


def test_nothing_to_ask_about_nonsense():
    assert candidates(9e9, 9e9) == []
