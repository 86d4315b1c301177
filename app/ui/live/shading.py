"""Mains in the colour of the pressure that instruments read now, while the Pressure desk is in front."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.live_requests import PipesShaded, ShadePipes
from app.requests import Reply
from app.telemetry.live import can_be_relied_on
from app.telemetry.quantities import Quantity
from app.ui.asking import OneByOne
from app.ui.dispatch.model import moment_of
from app.ui.live.model import LiveModel
from app.ui.map.shades import PipeShades

RENEW_MS = 15_000
"""So often the colours follow what is read."""
LABELS = ("≥ 0.45", "0.36–0.45", "0.30–0.36", "0.24–0.30", "0.18–0.24", "< 0.18")


class LiveShades(QObject):
    """Asks for the colours and hands them to the map.

    Signals:
        shaded: PipeShades, or None for the map's own colours.
    """

    shaded = Signal(object)

    def __init__(self, model: LiveModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._is_in_front = False
        self._asking = OneByOne(model.session.client, self._question, self._take)
        self._shown_back: int | None = None
        self._told_back: int | None = None
        self._levels: PipesShaded | None = None
        self._zone: PipeShades | None = None
        self._timer = QTimer(self, interval=RENEW_MS)
        self._timer.timeout.connect(self._asking.ask)
        model.changed.connect(self._first)
        model.session.city_changed.connect(self._forget)

    def bring_forward(self, *, is_in_front: bool) -> None:
        """Colour the map from now on, or leave it to others."""
        was, self._is_in_front = self._is_in_front, is_in_front
        if is_in_front:
            self._timer.start()
            self._asking.ask()
        elif was:
            self._timer.stop()
            self._levels = None
            self.shaded.emit(None)

    def retranslate(self) -> None:
        """The legend in the language in force; the zone of a burst in front goes before pressures."""
        if self._zone is not None:
            self.shaded.emit(self._zone)
        elif self._levels is not None:
            title = QCoreApplication.translate("LiveShades", "Pressure now, MPa (between instruments)")
            if self._model.back_ms is not None:
                told = QCoreApplication.translate("LiveShades", "Pressure at {moment}, MPa (between instruments)")
                title = told.format(moment=f"{moment_of(self._model.back_ms):%m-%d %H:%M}")
            self.shaded.emit(PipeShades(self._levels.level, "ramp_pressure", title, LABELS, widens=False))

    def show_zone(self, zone: PipeShades | None) -> None:
        """Where the burst in front may be, in place of the pressures; None: pressures again."""
        was, self._zone = self._zone, zone
        if not self._is_in_front:
            return
        self.retranslate()
        if zone is None and was is not None and self._levels is None:
            self.shaded.emit(None)

    def _first(self) -> None:
        # A time-lapse is followed picture by picture; the present in its own time.
        present = self._model.present
        if self._model.back_ms is None and present is not None and present.turn < 0:
            return  # the look back has ended, and the present has not come yet
        turned, self._shown_back = self._shown_back != self._model.back_ms, self._model.back_ms
        if self._is_in_front and (self._levels is None or turned):
            self._asking.ask()

    def _forget(self) -> None:
        self._levels = None

    def _question(self) -> ShadePipes | None:
        setup, present, workspace = self._model.setup, self._model.present, self._model.session.workspace
        if setup is None or present is None or workspace is None or not self._is_in_front:
            return None
        rows = [
            row
            for row, channel in enumerate(setup.channels.records)
            # Behind a booster the pressure is its own, not that of the mains around it.
            if channel.quantity is Quantity.PRESSURE and channel.x_m is not None and not channel.station_id
        ]
        if not rows:
            return None
        at = np.array(rows, dtype=np.int64)
        records = [setup.channels.records[row] for row in rows]
        places = np.array([(one.x_m, one.y_m) for one in records], dtype=np.float64)
        read = np.where(can_be_relied_on(present.standings[at]), present.values[at], np.nan)
        return ShadePipes(places, read, workspace.revision)

    def _take(self, reply: Reply) -> None:
        workspace = self._model.session.workspace
        if not isinstance(reply, PipesShaded) or workspace is None or reply.revision != workspace.revision:
            return
        if not self._is_in_front:
            return
        before, self._levels = self._levels, reply
        turned, self._told_back = self._told_back != self._model.back_ms, self._model.back_ms
        # Nothing is painted anew for the noise of instruments.
        if before is None or turned or not np.array_equal(before.level, reply.level):
            self.retranslate()
