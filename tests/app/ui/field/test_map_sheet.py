"""Names of the work's valves on the map: each can be read, and covers nothing; without any window."""

from PySide6.QtCore import QRectF

from app.ui.field.map_sheet import names_beside

ROOM = QRectF(0, 0, 800, 600)


def mark(x: float, y: float, size: float = 28.0) -> QRectF:
    return QRectF(x - size / 2, y - size / 2, size, size)


def test_a_name_stands_beside_its_mark_where_there_is_room_for_it() -> None:
    right, left, below = mark(100, 100), mark(780, 300), mark(400, 500)
    walls = [mark(436, 500), mark(364, 500)]
    found = names_beside([right, left, below, *walls], [80.0, 80.0, 60.0, 900.0, 900.0], ROOM)
    beside_right, beside_left, beneath, *nothing = found
    assert nothing == [None, None], "wider than the map"
    assert beside_right is not None
    assert beside_left is not None
    assert beneath is not None
    assert beside_right.left() > right.right()
    assert beside_left.right() < left.left()
    assert beneath.top() > below.bottom()


def test_names_cover_no_mark_and_each_other_not_and_the_first_one_always_stands() -> None:
    crowd = [mark(40 + 9 * at, 300 + 7 * (at % 3)) for at in range(12)]
    found = names_beside(crowd, [90.0] * len(crowd), ROOM)
    assert found[0] is not None
    named = [name for name in found[1:] if name is not None]
    assert named, "somewhere there is room"
    boxes = [name.adjusted(2, 2, -2, -2) for name in named]
    assert not any(box.intersects(one) for box in boxes for one in crowd)
    assert not any(one.intersects(two) for at, one in enumerate(boxes) for two in boxes[at + 1 :])


def test_what_is_not_to_be_seen_has_no_name() -> None:
    assert names_beside([mark(100, 100), mark(-200, 300)], [80.0, 80.0], ROOM)[1] is None
