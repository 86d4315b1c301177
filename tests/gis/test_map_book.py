"""Which sheets a map book has, and who lies beside whom."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import GisError
from gis.map_book import MOST_SHEETS, along, named, neighbours, tiles
from gis.paper import Frame
from gis.scene.view import Bounds

FRAME = Frame(100.0, 100.0)
"""At 1:1000 it shows 100 m by 100 m."""


def inside(bounds: Bounds, x_m: float, y_m: float) -> bool:
    return bounds.x_min <= x_m <= bounds.x_max and bounds.y_min <= y_m <= bounds.y_max


def test_tiles_stand_row_by_row_from_the_north_west() -> None:
    sheets = tiles(Bounds(0, 0, 250, 150), FRAME, 1000, lambda _bounds: True)
    assert [sheet.number for sheet in sheets] == [1, 2, 3, 4, 5, 6]
    assert sheets[0].bounds == Bounds(-25.0, 75.0, 75.0, 175.0)
    assert sheets[5].bounds == Bounds(175.0, -25.0, 275.0, 75.0)
    assert neighbours(sheets, sheets[1]) == {"west": 1, "east": 3, "south": 5}
    assert neighbours(sheets, sheets[4]) == {"west": 4, "north": 2, "east": 6}


def test_tiles_without_anything_are_left_out_and_numbers_go_on() -> None:
    sheets = tiles(Bounds(0, 0, 300, 100), FRAME, 1000, lambda bounds: not inside(bounds, 150, 50))
    assert [(sheet.number, sheet.bounds.x_min) for sheet in sheets] == [(1, 0.0), (2, 200.0)]
    assert neighbours(sheets, sheets[0]) == {}


def test_a_book_too_thick_is_refused_before_it_is_begun() -> None:
    with pytest.raises(GisError) as refused:
        tiles(Bounds(0, 0, 1e7, 1e7), FRAME, 1000, lambda _bounds: True)
    assert refused.value.code == "print.too_many_sheets"
    with pytest.raises(GisError, match="too_many_sheets"):
        tiles(Bounds(0, 0, 100.0 * (MOST_SHEETS + 1), 100), FRAME, 1000, lambda _bounds: True)
    with pytest.raises(GisError, match="too_many_sheets"):
        along(np.array([[0.0, 0.0], [1e6, 0.0]]), FRAME, 1000)


@given(
    corners=st.lists(st.tuples(st.floats(0, 900), st.floats(0, 900)), min_size=1, max_size=6),
    scale=st.sampled_from([500, 1000, 2500]),
)
def test_every_place_of_a_way_is_on_a_sheet_and_sheets_hang_together(
    corners: list[tuple[float, float]], scale: int
) -> None:
    line_m = np.array(corners)
    sheets = along(line_m, FRAME, scale)
    for begin, end in itertools.pairwise(line_m):
        for share in np.linspace(0.0, 1.0, 23):
            x_m, y_m = begin + (end - begin) * share
            assert any(inside(sheet.bounds, x_m, y_m) for sheet in sheets)
    for sheet, following in itertools.pairwise(sheets):
        assert following.number == sheet.number + 1
        one, other = sheet.bounds, following.bounds
        assert one.x_min < other.x_max
        assert other.x_min < one.x_max
        assert one.y_min < other.y_max
        assert other.y_min < one.y_max


def test_a_straight_way_has_its_neighbours_before_and_behind() -> None:
    sheets = along(np.array([[0.0, 0.0], [250.0, 0.0]]), FRAME, 1000)
    assert len(sheets) == 3
    assert neighbours(sheets, sheets[1]) == {"west": 1, "east": 3}


def test_a_place_is_one_sheet() -> None:
    (sheet,) = along(np.array([[10.0, 20.0]]), FRAME, 1000)
    assert sheet.bounds.centre == (10.0, 20.0)


def test_named_areas_are_shown_whole_by_name() -> None:
    areas = {"DMA-2": Bounds(0, 0, 90, 90), "DMA-1": Bounds(0, 0, 900, 90)}
    fitted = named(areas, FRAME, None)
    assert [(sheet.name, sheet.scale) for sheet in fitted] == [("DMA-1", 10_000), ("DMA-2", 1_000)]
    # At a scale at which one of them would be cut off that one gets a smaller scale.
    chosen = named(areas, FRAME, 2_000)
    assert [(sheet.name, sheet.scale) for sheet in chosen] == [("DMA-1", 10_000), ("DMA-2", 2_000)]
    for sheet in chosen:
        area = areas[sheet.name]
        assert inside(sheet.bounds, area.x_min, area.y_min)
        assert inside(sheet.bounds, area.x_max, area.y_max)
