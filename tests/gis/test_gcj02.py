"""GCJ-02 against values that open implementations publish, and its inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.gcj02 import from_gcj02, to_gcj02

# Latitude and longitude, WGS 84 and GCJ-02: the published test values of "eviltransform".
PUBLISHED = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]


@pytest.mark.parametrize(("lat", "lon", "lat_gcj", "lon_gcj"), PUBLISHED)
def test_the_published_values(lat: float, lon: float, lat_gcj: float, lon_gcj: float) -> None:
    east, north = to_gcj02(np.array([lon]), np.array([lat]))
    assert (east[0], north[0]) == pytest.approx((lon_gcj, lat_gcj), abs=1e-9)


@given(st.floats(73.5, 135.0), st.floats(18.0, 53.5))
def test_there_and_back(lon: float, lat: float) -> None:
    east, north = from_gcj02(*to_gcj02(np.array([lon]), np.array([lat])))
    assert abs(east[0] - lon) < 1e-10
    assert abs(north[0] - lat) < 1e-10


@given(st.floats(-180.0, 71.9), st.floats(-85.0, 85.0))
def test_nothing_is_shifted_elsewhere(lon: float, lat: float) -> None:
    assert [float(value[0]) for value in to_gcj02(np.array([lon]), np.array([lat]))] == [lon, lat]
    assert [float(value[0]) for value in from_gcj02(np.array([lon]), np.array([lat]))] == [lon, lat]


def test_the_shift_varies_over_a_city() -> None:
    lon, lat = np.array([116.8, 117.3]), np.array([36.5, 36.8])
    east, north = to_gcj02(lon, lat)
    shift_m = np.column_stack([(east - lon) * 89_000, (north - lat) * 111_000])
    assert np.hypot(*(shift_m[0] - shift_m[1])) > 20
