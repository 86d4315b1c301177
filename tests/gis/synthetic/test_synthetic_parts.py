"""The generator's parts, each for itself."""

from __future__ import annotations

import numpy as np
import pytest

from gis.synthetic.names import chinese_number, estates, ids, pick, words
from gis.synthetic.portable import bell, cosine, distance, sine, spread
from gis.synthetic.sheet import Level, LineStock, Rects, counter, subdivide
from gis.synthetic.streets import Web
from gis.synthetic.terrain import make_terrain
from gis.synthetic.warp import make_ground


def dice(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (3004, "三千零四"),
    ],
)
def test_numbers_are_written_as_spoken(value: int, text: str) -> None:
    assert chinese_number(value) == text


def test_portable_sines_are_sines() -> None:
    angle = np.concatenate([np.linspace(-700, 700, 20_001), np.pi / 2 * np.arange(-8, 9)])
    assert sine(angle) == pytest.approx(np.sin(angle), abs=2e-11)
    assert cosine(angle) == pytest.approx(np.cos(angle), abs=2e-11)


def test_portable_lengths_and_bells() -> None:
    assert distance(np.array([3.0]), np.array([-4.0])).tolist() == [5.0]
    square = np.linspace(0, 25, 200)
    assert bell(square) == pytest.approx(np.exp(-square / 2), abs=0.04)
    assert bell(0.0) == 1.0
    assert (bell(square[square >= 16]) == 0.0).all()


def test_spread_has_its_deviation_and_its_bounds() -> None:
    drawn = spread(dice(1), 2.0, 50_000)
    assert drawn.std() == pytest.approx(2.0, rel=0.02)
    assert abs(drawn.mean()) < 0.05
    assert np.abs(drawn).max() <= 6.0


def test_words_do_not_repeat_even_beyond_the_stock() -> None:
    drawn = words(20_000, dice(1)).tolist()
    assert len(set(drawn)) == 20_000
    assert all(len(word) >= 2 for word in drawn)


def test_estates_have_names_of_their_own() -> None:
    assert len(set(estates(500, dice(1)).tolist())) == 500


def test_ids_sort_as_they_are_numbered() -> None:
    drawn = ids("P", 12_345).tolist()
    assert drawn == sorted(drawn)
    assert drawn[0] == "P00001"


def test_pick_gives_nothing_for_no_row() -> None:
    assert pick(np.array(["a", "b"], dtype=object), np.array([1, -1, 0])).tolist() == ["b", "", "a"]


def test_counter_numbers_within_each_owner() -> None:
    owner, within = counter(np.array([2, 0, 3]))
    assert owner.tolist() == [0, 0, 2, 2, 2]
    assert within.tolist() == [0, 1, 0, 1, 2]


def field(width: float, height: float, stock: LineStock) -> Rects:
    upright = stock.add(np.array([True, True]), np.array([0.0, width]), Level.ARTERIAL)
    level = stock.add(np.array([False, False]), np.array([0.0, height]), Level.ARTERIAL)
    bounds, sides = np.array([[0.0, width, 0.0, height]]), np.array([[*upright, *level]])
    return Rects(bounds, sides, np.array([0]))


@pytest.mark.parametrize("seed", range(5))
def test_cut_land_is_all_the_land_between_the_lines_it_names(seed: int) -> None:
    stock = LineStock()
    land = field(1_920, 1_440, stock)
    cut = subdivide(land, np.array([300.0]), Level.STREET, stock, dice(seed))
    lines = stock.drawn()
    assert cut.size_m.prod(1).sum() == pytest.approx(1_920 * 1_440)
    assert (cut.size_m > 0).all()
    assert (lines.at_m[cut.sides] == cut.bounds_m).all()
    assert (lines.vertical[cut.sides] == np.array([True, True, False, False])).all()
    assert len(cut) > 10


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("radius_m", [900.0, 4_000.0])
def test_the_bend_of_the_land_is_one_to_one(seed: int, radius_m: float) -> None:
    """No fold: going east and going north always turns left, so what does not cross on the sheet does not cross."""
    ground = make_ground(1.9 * radius_m + 2_500, radius_m, 0.36 * radius_m, dice(seed))
    x, y = (part.ravel() for part in np.meshgrid(*[np.linspace(-1.55 * radius_m, 1.55 * radius_m, 90)] * 2))
    here = ground.place(x, y)
    east, north = ground.place(x + 4, y) - here, ground.place(x, y + 4) - here
    stretch = np.hypot(*east.T) / 4
    assert (east[:, 0] * north[:, 1] - east[:, 1] * north[:, 0] > 0).all()
    assert stretch.min() > 0.4
    assert stretch.max() < 1.8


def test_places_are_whole_millimetres() -> None:
    ground = make_ground(4_000, 900, 300, dice(2))
    placed = ground.place(np.array([12.3456789]), np.array([-98.7654321]))
    assert (placed == np.round(placed, 3)).all()


def test_terrain_rises_to_the_south_in_zones() -> None:
    terrain = make_terrain(4_000, 1_400, dice(3))
    north, south = (np.full(200, y) for y in (1_400.0, -3_600.0))
    x = np.linspace(-3_000, 3_000, 200)
    assert terrain.at(x, south).mean() > terrain.at(x, north).mean() + 30
    assert terrain.zone_band(x, north).max() == 0
    assert terrain.zone_band(x, south).min() >= 1


def test_pipe_at_finds_the_pipe_and_nothing_in_a_gap() -> None:
    web = Web(
        x_m=np.zeros(4),
        y_m=np.zeros(4),
        line=np.array([3, 3, 5]),
        low_m=np.array([-50.0, 20.0, 0.0]),
        high_m=np.array([10.0, 40.0, 9.0]),
        start=np.array([0, 1, 2]),
        end=np.array([1, 2, 3]),
        beside=np.full((3, 2), -1),
    )
    found = web.pipe_at(np.array([3, 3, 3, 5, 4]), np.array([-20.0, 15.0, 30.0, 9.0, 5.0]))
    assert found.tolist() == [0, -1, 1, 2, -1]
