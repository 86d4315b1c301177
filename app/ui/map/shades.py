"""Mains coloured by a figure: one style level a pipe row, from whoever knows the figure to whoever paints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app.ui.theme import Theme
from gis.scene.cells import take
from gis.scene.lines import Lines
from gis.scene.view import Bounds

UNSHADED_STRENGTH = 0.5
"""Mains without a level step back to this share of their strength, so that the others stand out."""
_WIDER_PX = 0.45
"""By so much a main is wider with each level: colour never stands alone."""
_KINDS_WIDER = 1.35
"""Where levels are kinds all mains are so much wider: hue is hard to see on a hairline."""


@dataclass(frozen=True, eq=False)
class PipeShades:
    """Levels of all mains, and what they mean.

    Attributes:
        level: Shape (pipes,), uint8: 0 for a main drawn as ever, then from 1 (least) to the number of *labels*.
        ramp: Field of :class:`~app.ui.theme.Theme` with one colour a level, the least first.
        title: What is shown, in the language in force; stands over the legend.
        labels: What each level from 1 on stands for, in the language in force.
        widens: Whether a main is the wider the higher its level; not where levels are kinds.
    """

    level: NDArray[np.uint8]
    ramp: str
    title: str
    labels: tuple[str, ...]
    widens: bool = True

    def ink(self, theme: Theme, level: int) -> QColor:
        """Colour of *level*, from 1 on."""
        inks: tuple[str, ...] = getattr(theme, self.ramp)
        return QColor(inks[level - 1])

    def width_px(self, plain_px: float, level: int) -> float:
        """Width of *level* where a main without one is *plain_px* wide."""
        if self.widens:
            return plain_px + level * _WIDER_PX
        return plain_px * _KINDS_WIDER if level else plain_px

    def chunks(self, lines: Lines, bounds: Bounds, of_class: int, most: int) -> Iterator[tuple[int, np.ndarray]]:
        """Segments of a class that may touch *bounds*, with their level; at most *most* at a time.

        The lowest level comes first, so that the greatest lies on top. Places as in *lines*.
        """
        near = lines.near(bounds, of_class)
        xy_m, owner = take(lines.xy_m, near), take(lines.owner, near)
        reached = lines.reaching(xy_m, bounds)
        if reached is not None:
            xy_m, owner = xy_m[reached], owner[reached]
        levels = self.level[owner]
        for level in np.flatnonzero(np.bincount(levels)).tolist():
            segments = xy_m[levels == level]
            for start in range(0, len(segments), most):
                yield level, segments[start : start + most]
