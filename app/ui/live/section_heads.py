"""Measured heads on a long section: instruments along its way as they read now, or as they were seen then."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QObject

from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.dispatch.model import moment_of
from app.ui.live.model import LiveModel
from app.ui.live.rows import shown, worst_of_channels
from app.ui.map_pane import MapPane
from app.ui.tools.section_view import MeasuredHead, MeasuredHeads
from app.ui.tools.toolbox import Toolbox
from network.columns import Float64
from network.ways import Route

BESIDE_M: Final = 30.0
"""House value: an instrument no farther from the way reads what stands in it, unless it names another main."""
_STEP_M: Final = 5.0
_MOST_STEPS: Final = 4_000
_TONES: Final = {1: "red_text", 2: "amber_text"}


def sampled_m(route: Route) -> tuple[Float64, np.ndarray, Float64]:
    """Places along *route* some metres apart: measures of the way, pipe rows, offsets on them."""
    lengths_m = np.abs(route.to_m - route.from_m)
    begins_m = np.concatenate([[0.0], np.cumsum(lengths_m)])
    step_m = max(_STEP_M, float(begins_m[-1]) / _MOST_STEPS)
    at_m = np.append(np.arange(0.0, float(begins_m[-1]), step_m), begins_m[-1])
    piece = np.clip(np.searchsorted(begins_m, at_m, side="right") - 1, 0, len(lengths_m) - 1)
    into_m = at_m - begins_m[piece]
    offset_m = route.from_m[piece] + np.sign(route.to_m[piece] - route.from_m[piece]) * into_m
    return at_m, route.pipe[piece], offset_m


def beside(setup: Setup, at_m: Float64, xy_m: Float64, mains: frozenset[str]) -> tuple[tuple[int, float], ...]:
    """Pressures that stand along a way: position of the channel and its measure, from the beginning of the way.

    Args:
        setup: What is measured.
        at_m: Shape (k,), measures of places along the way.
        xy_m: Shape (k, 2), where these are.
        mains: Ids of the way's mains; what names another one is not of it.
    """
    found = []
    for row, channel in enumerate(setup.channels.records):
        if channel.quantity is not Quantity.PRESSURE or channel.x_m is None or channel.y_m is None:
            continue
        if channel.pipe_id and channel.pipe_id not in mains:
            continue
        away_m = np.hypot(xy_m[:, 0] - channel.x_m, xy_m[:, 1] - channel.y_m)
        nearest = int(np.argmin(away_m))
        if away_m[nearest] <= BESIDE_M:
            found.append((row, float(at_m[nearest])))
    return tuple(sorted(found, key=lambda one: one[1]))


class SectionHeads(QObject):
    """Keeps the heads on the long section those of the picture that the Pressure desk shows."""

    def __init__(self, tools: Toolbox, model: LiveModel, pane: MapPane) -> None:
        super().__init__(tools)
        self._tools, self._model, self._pane = tools, model, pane
        self._way: Route | None = None
        self._setup: Setup | None = None
        self._beside: tuple[tuple[int, float], ...] = ()
        tools.section_wanted.connect(self._show)
        model.changed.connect(self._show)

    def _show(self) -> None:
        content, present, setup = self._pane.canvas.content, self._model.present, self._model.setup
        way, view = self._tools.way, self._tools.section.view
        if way is None or content is None or present is None or setup is None:
            view.show_heads(None)
            return
        if way is not self._way or setup is not self._setup:
            self._way, self._setup = way, setup
            at_m, pipe, offset_m = sampled_m(way)
            mains = content.city.network.pipes.ids
            names = frozenset(mains[row] for row in np.unique(way.pipe).tolist())
            self._beside = beside(setup, at_m, content.pipes.places(pipe, offset_m)[0], names)
        loud = worst_of_channels(setup, present)
        heads = []
        for row, along_m in self._beside:
            channel, value_m = setup.channels.records[row], float(present.values[row])
            standing = Standing(int(present.standings[row]))
            if not np.isfinite(value_m):
                continue
            level_m = view.ground_at(along_m) if channel.elevation_m is None else channel.elevation_m
            said = f"{channel.name or channel.id} {shown(channel.quantity, value_m)} MPa"
            tone = _TONES.get(loud.get(row, 0), "t1")
            heads.append(MeasuredHead(along_m, level_m + value_m, said, tone, standing <= Standing.SUSPECT))
        back_ms = self._model.back_ms
        moment = "" if back_ms is None else f"{moment_of(back_ms):%m-%d %H:%M}"
        view.show_heads(MeasuredHeads(tuple(heads), moment))
