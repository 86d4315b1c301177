"""What every desk beside the map is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from app.ui.look import Look
from app.ui.map_pane import MapPane
from app.ui.session import Session


@dataclass(frozen=True)
class Around:
    """What all desks of a window share.

    Attributes:
        map: The map between their sides.
        now: The window's clock.
    """

    look: Look
    session: Session
    map: MapPane
    now: Callable[[], datetime]


class MapDesk(QObject):
    """A desk that lives as long as the map it stands beside."""

    def __init__(self, around: Around) -> None:
        super().__init__(around.map)
        self._look, self._session, self._map, self._now = around.look, around.session, around.map, around.now
