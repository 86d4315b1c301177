"""The figures beside a strip tell its levels apart."""

import pytest

from app.ui.live.strip_ground import decimals_of


@pytest.mark.parametrize(
    ("reach", "most", "places"), [(0.29, 3, 2), (0.02, 3, 3), (0.004, 3, 3), (5000.0, 0, 0), (2.5, 2, 1), (25.0, 2, 0)]
)
def test_as_many_places_as_tell_levels_apart(reach: float, most: int, places: int) -> None:
    assert decimals_of(reach, most) == places
    assert len({f"{level:.{places}f}" for level in (0.0, reach / 2, reach)}) == 3
