"""Room on the picture: who came first keeps it, the others move or yield."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

_BUCKET_PX = 64.0
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, pixels."""
_Buckets = defaultdict[tuple[int, int], list[Box]]


def box_around(x: float, y: float, width: float, height: float) -> Box:
    """The box of a size with its middle at a point."""
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def within(box: Box, x: float, y: float) -> bool:
    """True where a point lies in a box that has room."""
    return box[0] < x < box[2] and box[1] < y < box[3]


class Placer:
    """Which room on one picture is taken, and which had better be left free."""

    def __init__(self, width_px: float, height_px: float) -> None:
        self._picture = (0.0, 0.0, float(width_px), float(height_px))
        self._taken: _Buckets = defaultdict(list)
        self._avoided: _Buckets = defaultdict(list)

    def take(self, *boxes: Box) -> None:
        """Take room, whether free or not."""
        _add(self._taken, boxes)

    def avoid(self, *boxes: Box) -> None:
        """Keep room free of what can stand elsewhere (a plan's lines)."""
        _add(self._avoided, boxes)

    def is_free(self, box: Box) -> bool:
        """True where nothing has taken any of *box*."""
        return not _meets(self._taken, box)

    def on_picture(self, box: Box) -> bool:
        """True where the whole of *box* is on the picture."""
        left, top, right, bottom = self._picture
        return box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom

    def first_free(self, boxes: Iterable[Box]) -> Box | None:
        """Take and return the first of *boxes* that is free and on the picture, if possible an unavoided one."""
        second: Box | None = None
        for box in boxes:
            if not (self.on_picture(box) and self.is_free(box)):
                continue
            if not _meets(self._avoided, box):
                self.take(box)
                return box
            second = second or box
        if second is not None:
            self.take(second)
        return second

    def claim(self, boxes: list[Box]) -> bool:
        """Take all of *boxes* if all are free, unavoided and on the picture."""
        if all(self.on_picture(box) and self.is_free(box) and not _meets(self._avoided, box) for box in boxes):
            self.take(*boxes)
            return True
        return False


def beside(x: float, y: float, width: float, height: float, gap: float) -> Iterator[Box]:
    """Boxes beside a mark: right, left, above, below, then the corners."""
    across, down = gap + width / 2, gap + height / 2
    for right, below in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
        yield box_around(x + right * across, y + below * down, width, height)


def around(x: float, y: float, width: float, height: float, radii: Iterable[float], away: float) -> Iterator[Box]:
    """Boxes on circles about a point, those in the direction *away* (radians, y down) first."""
    for radius in radii:
        for step in range(12):
            angle = away + (-1) ** step * ((step + 1) // 2) * math.pi / 6
            yield box_around(x + radius * math.cos(angle), y + radius * math.sin(angle), width, height)


def _add(buckets: _Buckets, boxes: Iterable[Box]) -> None:
    for box in boxes:
        for bucket in _buckets(box):
            buckets[bucket].append(box)


def _meets(buckets: _Buckets, box: Box) -> bool:
    return any(_overlap(box, other) for bucket in _buckets(box) for other in buckets.get(bucket, ()))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _buckets(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // _BUCKET_PX), int(box[2] // _BUCKET_PX) + 1):
        for row in range(int(box[1] // _BUCKET_PX), int(box[3] // _BUCKET_PX) + 1):
            yield column, row
