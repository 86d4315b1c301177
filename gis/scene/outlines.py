"""Outlines reduced to what a picture shows of them: a hill of a hundred thousand corners fills a few hundred pixels."""

from __future__ import annotations

import numpy as np

from network.columns import Float64, Int64

_FEW = 400
"""So few vertices are painted sooner than they are looked at."""
_MARGIN_PX = 8.0
"""So far beyond the picture an outline may still be seen: half the width of its pen."""


def seen_outlines(
    px: Float64, starts: Int64, width_px: float, height_px: float, step_px: float = 0.5
) -> tuple[Float64, Int64]:
    """Closed rings without the vertices that make no difference on a picture.

    Of a run of vertices beyond the same edge or corner of the picture the first and the last are kept: the line
    between them stays beyond it, and what is filled inside is the same. Of vertices in one step the first is kept.

    Args:
        px: Shape (vertices, 2), pixels.
        starts: Shape (rings + 1,), the first vertex of each ring, with the end as last.
        width_px: Of the picture.
        height_px: Of the picture.
        step_px: So far apart vertices are told apart; 0: any two.

    Returns:
        Vertices and starts likewise; every ring is kept.
    """
    if len(px) <= _FEW:
        return px, starts
    beyond = (px < -_MARGIN_PX) @ [1, 4] + (px > np.array([width_px, height_px]) + _MARGIN_PX) @ [2, 8]
    dull = np.zeros(len(px), dtype=bool)
    dull[1:-1] = (beyond[1:-1] > 0) & (beyond[:-2] == beyond[1:-1]) & (beyond[1:-1] == beyond[2:])
    px, starts = _without(px, starts, dull)
    if step_px:
        step = np.floor(px / step_px)
        dull = np.zeros(len(px), dtype=bool)
        dull[1:] = (step[1:] == step[:-1]).all(axis=1)
        px, starts = _without(px, starts, dull)
    return px, starts


def _without(px: Float64, starts: Int64, dull: np.ndarray) -> tuple[Float64, Int64]:
    """The rings without their *dull* vertices, but each with its first and last."""
    filled = np.diff(starts) > 0
    dull[starts[:-1][filled]] = False
    dull[starts[1:][filled] - 1] = False
    kept = ~dull
    before = np.concatenate([[0], np.cumsum(kept)])
    return px[kept], before[starts]
