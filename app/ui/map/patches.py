"""A picture that is mostly clear, put over another by the parts that hold something.

Plan, names and crews cover a tenth of the map; blending all of their picture over it took half of a frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPainter

BLOCK_PX = 64, 32
"""Width and height of the blocks that are looked at; finer ones save less than drawing so many of them costs."""


@dataclass(frozen=True, eq=False)
class Patches:
    """What is to be seen of a picture.

    Attributes:
        boxes: Left, top, right, bottom in the picture's own pixels, none over another: outside them it is clear.
        images: What is in them, ARGB, premultiplied: the rest of the picture is not kept.
    """

    boxes: tuple[tuple[int, int, int, int], ...]
    images: tuple[QImage, ...]

    @classmethod
    def of(cls, image: QImage, width_px: int, height_px: int) -> Patches:
        """Look through the upper left part of a picture, in its own pixels; some 2 ms for a whole screen."""
        line_px = image.bytesPerLine() // 4
        bits = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), line_px)
        boxes = _boxes(bits[: min(height_px, image.height()), : min(width_px, image.width())])
        cut = (image.copy(left, top, right - left, bottom - top) for left, top, right, bottom in boxes)
        return cls(tuple(boxes), tuple(cut))

    def draw(self, painter: QPainter, left: float, top: float, dpr: float) -> None:
        """Draw with the corner at logical pixels (*left*, *top*), device pixel on device pixel."""
        # Whole device pixels, or letters blur.
        x, y = round(left * dpr), round(top * dpr)
        for (box_left, box_top, _, _), image in zip(self.boxes, self.images, strict=True):
            painter.drawImage(QPointF((x + box_left) / dpr, (y + box_top) / dpr), image)

    def draw_scaled(self, painter: QPainter, left: float, top: float, scale: float) -> None:
        """Draw with the corner at (*left*, *top*), each pixel of the image *scale* logical pixels wide."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        for (box_left, box_top, right, bottom), image in zip(self.boxes, self.images, strict=True):
            # Edges are rounded one by one, so that neighbours meet.
            x, y = round(left + box_left * scale), round(top + box_top * scale)
            wide, high = round(left + right * scale) - x, round(top + bottom * scale) - y
            painter.drawImage(QRect(x, y, wide, high), image)


def _boxes(bits: NDArray[np.uint32]) -> list[tuple[int, int, int, int]]:
    """Rectangles around what is not clear: runs of blocks, and runs that repeat in the next row of blocks together."""
    wide, high = BLOCK_PX
    height, width = bits.shape
    if not height or not width:
        return []
    columns = np.arange(0, width, wide)
    done: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    for top in range(0, height, high):
        row = np.bitwise_or.reduceat(np.bitwise_or.reduce(bits[top : top + high], axis=0), columns) != 0
        runs = _runs(row, wide, width)
        done += [(left, start, right, top) for (left, right), start in open_runs.items() if (left, right) not in runs]
        open_runs = {run: open_runs.get(run, top) for run in runs}
    return done + [(left, start, right, height) for (left, right), start in open_runs.items()]


def _runs(inked: NDArray[np.bool_], wide: int, width: int) -> list[tuple[int, int]]:
    """First pixel and the one after the last of each run of blocks that hold something."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inked, [False])).astype(np.int8)))
    return [(left * wide, min(right * wide, width)) for left, right in edges.reshape(-1, 2).tolist()]
