"""How the map looks at each desk: as its user left it, at first as the desk wants it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSettings

from gis.scene.map_style import MapStyle, Preset, preset

_KEY = "map_style"
_RULES_KEY = "map_colours"
_AT_FIRST = {"dispatch": Preset.DISPATCH, "pressure": Preset.PRESSURE}
"""Other desks begin with the usual style."""


class DeskStyles:
    """Styles by desk, in the settings of this user. Rules for colours are the same at all desks.

    Args:
        settings: Where they are kept.
    """

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def of(self, desk: str) -> MapStyle:
        """The style of a desk, by its code. What an earlier version kept for all desks holds for each at first."""
        rules = MapStyle.of_text(str(self._settings.value(_RULES_KEY, "")))
        style = self._kept(desk)
        return style if rules is None else replace(style, rules=rules.rules)

    def _kept(self, desk: str) -> MapStyle:
        for key in (f"{_KEY}_{desk}", _KEY):
            kept = MapStyle.of_text(str(self._settings.value(key, "")))
            if kept is not None:
                return kept
        return preset(_AT_FIRST[desk]) if desk in _AT_FIRST else MapStyle()

    def keep(self, desk: str, style: MapStyle) -> None:
        """The user has chosen another style at a desk."""
        self._settings.setValue(f"{_KEY}_{desk}", style.text())
        self._settings.setValue(_RULES_KEY, MapStyle(rules=style.rules).text())
