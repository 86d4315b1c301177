from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.map.placing import Placer, around, beside, box_around

spot = st.tuples(st.integers(-20, 320), st.integers(-20, 220))


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(st.lists(spot, max_size=40))
def test_what_found_room_stands_on_nothing_else(spots) -> None:
    placer = Placer(300, 200)
    found = [placer.first_free(beside(x, y, 60, 20, 6)) for x, y in spots]
    placed = [box for box in found if box is not None]
    assert all(box[0] >= 0 and box[2] <= 300 and box[1] >= 0 and box[3] <= 200 for box in placed)
    assert not any(overlap(a, b) for i, a in enumerate(placed) for b in placed[:i])


def test_lines_are_avoided_where_that_is_possible_and_covered_where_not() -> None:
    placer = Placer(300, 200)
    placer.avoid((100, 90, 300, 110))
    assert placer.first_free(beside(100, 100, 60, 20, 6)) == box_around(100 - 36, 100, 60, 20)
    narrow = Placer(100, 20)
    narrow.avoid((0, 0, 100, 20))
    assert narrow.first_free([(0, 0, 50, 20)]) == (0, 0, 50, 20)


def test_names_claim_all_of_their_letters_or_none() -> None:
    placer = Placer(300, 200)
    placer.take((50, 50, 60, 60))
    assert not placer.claim([(10, 50, 20, 60), (55, 50, 65, 60)])
    assert placer.is_free((10, 50, 20, 60))
    assert placer.claim([(10, 50, 20, 60), (70, 50, 80, 60)])
    assert not placer.claim([(15, 50, 25, 60)])


def test_a_badge_moves_away_from_the_middle_first() -> None:
    boxes = list(around(100, 100, 22, 22, (34, 50), 0.0))
    assert boxes[0] == box_around(134, 100, 22, 22)
    assert len(boxes) == 24
