"""Named views of the map, kept for each user and workspace."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings

MOST_BOOKMARKS: Final = 99
LONGEST_NAME: Final = 60
_FIGURES = ("x_m", "y_m", "m_per_px")


@dataclass(frozen=True)
class Bookmark:
    """One view.

    Attributes:
        name: What its user calls it.
        x_m, y_m: Its middle, project CRS.
        m_per_px: Its scale.
    """

    name: str
    x_m: float
    y_m: float
    m_per_px: float


class BookmarkShelf:
    """Reads and writes the bookmarks of one user's settings."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def of(self, folder: Path) -> tuple[Bookmark, ...]:
        """Bookmarks of the workspace in *folder*, in their order. What is no bookmark is left out."""
        text = str(self._settings.value(_key(folder), "[]"))
        try:
            kept = json.loads(text)
        except json.JSONDecodeError:
            # Somebody has edited the settings: the rest of them is as good as ever.
            return ()
        found = (_bookmark(one) for one in kept) if isinstance(kept, list) else ()
        return tuple(one for one in found if one is not None)[:MOST_BOOKMARKS]

    def keep(self, folder: Path, bookmarks: tuple[Bookmark, ...]) -> None:
        """Write *bookmarks* for the workspace in *folder*."""
        text = json.dumps([asdict(one) for one in bookmarks[:MOST_BOOKMARKS]], ensure_ascii=False)
        self._settings.setValue(_key(folder), text)
        self._settings.sync()


def _key(folder: Path) -> str:
    """Settings take a slash for a group of their own."""
    return "bookmarks/" + str(folder.resolve()).replace("/", "|").replace("\\", "|")


def _bookmark(one: object) -> Bookmark | None:
    if not isinstance(one, dict):
        return None
    name = one.get("name")
    places = [float(place) for key in _FIGURES if isinstance(place := one.get(key), int | float)]
    if not isinstance(name, str) or not name.strip() or len(places) < len(_FIGURES):
        return None
    if not all(math.isfinite(place) for place in places) or places[2] <= 0:
        return None
    return Bookmark(name.strip()[:LONGEST_NAME], *places)
