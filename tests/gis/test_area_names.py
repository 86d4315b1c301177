"""What an area is called: bounds along a river, at the city's edge, with unnamed roads, in two pieces."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from named_ground import grid, ground, objects
from soak import soak_examples

from gis.area_names import MOST_PIECES, AreaNames, Side, area_names, pieces_of, turned
from gis.ground_names import GroundNames, LineClass, ground_names
from gis.layers import Layer, LayerSet


def named(names: AreaNames, piece: int = 0) -> dict[str, str]:
    return {bound.side.value: bound.name for bound in names.pieces[piece].bounds}


NOBODY = np.empty((0, 2))


def named_alone(city: GroundNames, places_m: np.ndarray) -> AreaNames:
    """What the area of these customers is called in a city where nobody else lives."""
    return area_names(city, places_m, np.arange(len(places_m)), NOBODY)


FOUR = {"east": "解放东路", "west": "历山路", "south": "文化路", "north": "和平路"}
CASES = [
    # whom it concerns, roads that are missing, the bounds
    ((100, 100, 700, 800), (), FOUR),
    ((100, 100, 550, 800), (), FOUR | {"east": "桂花巷"}),  # a lane serves where it is far nearer
    ((100, 100, 700, 800), ("和平路",), FOUR | {"north": "玉符河"}),  # along a river
    ((100, 100, 700, 800), ("解放东路",), FOUR | {"east": ""}),  # the city's edge; the unnamed road names nothing
    ((400, 300, 400, 300), (), FOUR | {"east": "桂花巷"}),  # a single customer
    ((100, 100, 900, 800), ("和平路", "文化路"), FOUR | {"north": "玉符河", "south": ""}),
]


@pytest.mark.parametrize(("box", "without", "bounds"), CASES)
def test_four_bounds(box: tuple[float, ...], without: tuple[str, ...], bounds: dict[str, str]) -> None:
    places_m = grid(*box)
    names = named_alone(ground(without), places_m)
    assert len(names.pieces) == 1
    assert named(names) == bounds


def test_a_road_through_the_area_bounds_nothing() -> None:
    places_m = grid(-300, 100, 400, 800)
    assert named(named_alone(ground(), places_m))["west"] == ""


def test_where_people_live_beyond_it_is_not_the_edge_of_the_city() -> None:
    inside = grid(-300, 100, 400, 800)
    everyone = np.concatenate([inside, [[-900.0, 300.0], [300.0, 4_000.0], [np.nan, 1.0]]])
    (piece,) = area_names(ground(("和平路", "文化路")), everyone, np.arange(len(inside)), NOBODY).pieces
    told = {bound.side.value: (bound.name, bound.lived_beyond) for bound in piece.bounds}
    # A neighbour to the west; to the north the river; to the south nobody.
    assert told == {"east": ("桂花巷", False), "west": ("", True), "south": ("", False), "north": ("玉符河", False)}


def test_an_area_in_two_pieces_is_named_in_two() -> None:
    places_m = np.concatenate([grid(100, 100, 300, 300), grid(1100, 1300, 1400, 1400)])
    names = named_alone(ground(), places_m)
    assert [piece.places for piece in names.pieces] == [25, 21]
    assert named(names, 0)["east"] == "桂花巷"
    assert named(names, 1)["south"] == "玉符河"
    assert named(names, 1)["west"] == "解放东路"


def test_streets_and_communities() -> None:
    houses = np.concatenate([grid(120, 120, 480, 480), grid(630, 110, 770, 390)])
    affected = np.r_[np.arange(len(grid(120, 120, 480, 480))), len(houses) - 10, len(houses)]
    mains_m = np.array([[600.0, 300.0], [605.0, 400.0], [300.0, 5.0], [300.0, 300.0]])
    names = area_names(ground(), np.concatenate([houses, [[np.nan, 1.0]]]), affected, mains_m)
    assert [(one.name, one.whole) for one in names.communities] == [("泉城花园", True), ("青竹苑", False)]
    assert names.streets == ("桂花巷", "文化路")


def test_nobody_and_no_names() -> None:
    empty = ground_names(LayerSet(4548, {}))
    assert named_alone(ground(), NOBODY) == AreaNames((), (), ())
    names = area_names(empty, grid(0, 0, 100, 100), np.arange(9), grid(0, 0, 100, 100))
    assert named(names) == dict.fromkeys(("east", "west", "south", "north"), "")
    assert (names.streets, names.communities) == ((), ())


def test_many_pieces_are_drawn_together() -> None:
    places_m = np.array([[at * 900.0, (at % 2) * 700.0] for at in range(9)])
    rows = pieces_of(places_m)
    assert len(rows) <= MOST_PIECES
    assert sorted(np.concatenate(rows).tolist()) == list(range(9))


def beyond(city: GroundNames, name: str, side: Side, place: np.ndarray, reach: tuple[float, float]) -> bool:
    """Whether the road, its ends prolonged straight on, is at or beyond the place; worked out line by line."""
    out = -np.inf
    nearest = np.inf
    for row in range(len(city.name)):
        if city.names[int(city.name[row])] != name:
            continue
        line = turned(city.line(row), side)
        for (u1, v1), (u2, v2) in pairwise(line):
            low, high = max(min(u1, u2), reach[0]), min(max(u1, u2), reach[1])
            if low > high:
                continue
            at = min(max(place[0], low), high)
            gap = abs(at - place[0])
            v = max(v1, v2) if u1 == u2 else v1 + (v2 - v1) * (at - u1) / (u2 - u1)
            if gap < nearest - 1e-9 or (abs(gap - nearest) <= 1e-9 and v > out):
                nearest, out = min(nearest, gap), v
    return out >= place[1] - 1e-6


def metres(low: int, high: int) -> st.SearchStrategy[float]:
    """To the millimetre, as cities are drawn."""
    return st.integers(low * 1000, high * 1000).map(lambda value: value / 1000)


PLACE = st.tuples(metres(-400, 1400), metres(-400, 1400))
BEND = st.tuples(metres(-900, 1900), metres(-900, 1900))


def past_its_far_side(city: GroundNames, name: str, side: Side, place: np.ndarray) -> bool:
    """Whether the place lies farther out than every corner of the community."""
    rows = [row for row in range(len(city.ring_name)) if city.names[int(city.ring_name[row])] == name]
    return all(turned(city.ring(row), side)[:, 1].max() < place[1] - 1e-6 for row in rows)


@soak_examples(2_000, usual=25)
@given(
    st.lists(PLACE, min_size=1, max_size=12),
    st.lists(st.lists(BEND, min_size=2, max_size=4, unique=True), max_size=8),
    st.lists(st.tuples(PLACE, metres(50, 800), metres(50, 800)), max_size=3),
    st.lists(PLACE, max_size=4),
)
def test_every_customer_lies_within_what_the_notice_names(places: list, lines: list, boxes: list, others: list) -> None:
    """Between a road's ends at the place's own height; beyond them, at the end that is nearer; or in a community."""
    roads = Layer(
        objects([shapely.LineString(line) for line in lines]),
        {"name": objects([f"R{at}" for at in range(len(lines))]), "kind": objects(["street"] * len(lines))},
    )
    homes = Layer(
        objects([shapely.box(x, y, x + wide, y + high) for (x, y), wide, high in boxes]),
        {"name": objects([f"G{at}" for at in range(len(boxes))]), "kind": objects(["community"] * len(boxes))},
    )
    city = ground_names(LayerSet(4548, {"road": roads, "place": homes}))
    places_m = np.array(places)
    everyone_m = np.concatenate([places_m, np.array(others).reshape(-1, 2)])
    names = area_names(city, everyone_m, np.arange(len(places_m)), NOBODY)
    rows = pieces_of(places_m)
    assert sum(piece.places for piece in names.pieces) == len(places_m)
    for some in rows:
        own = next(
            piece
            for piece in names.pieces
            if piece.places == len(some)
            and all(shapely.distance(_hull(piece.ring_m), shapely.Point(place)) < 1e-6 for place in places_m[some])
        )
        for bound in own.bounds:
            if bound.community:
                out = turned(places_m[some], bound.side)
                assert bound.lived_beyond
                assert not any(past_its_far_side(city, bound.name, bound.side, place) for place in out)
            elif bound.name:
                at = turned(places_m[some], bound.side)
                wide = max(0.0, 100.0 - np.ptp(at[:, 0])) / 2
                reach = (at[:, 0].min() - wide, at[:, 0].max() + wide)
                assert all(beyond(city, bound.name, bound.side, place, reach) for place in at)


def _hull(ring_m: tuple[tuple[float, float], ...]) -> shapely.Geometry:
    return shapely.convex_hull(shapely.MultiPoint(ring_m))


def test_waters_and_lanes_are_told_from_roads() -> None:
    city = ground()
    kinds = {city.names[int(city.name[row])]: LineClass(int(city.kind[row])) for row in range(len(city.name))}
    assert kinds["玉符河"] is LineClass.WATER
    assert kinds["桂花巷"] is LineClass.LANE
    assert kinds["文化路"] is LineClass.ROAD
