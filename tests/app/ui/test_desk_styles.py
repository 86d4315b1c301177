"""Each desk keeps its own look of the map, for each user."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from app.ui.desk_styles import DeskStyles
from gis.scene.colour_rule import ColourRule, Ramp
from gis.scene.detail import MapLayer
from gis.scene.map_style import ColourBy, MapStyle, Preset, preset


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def test_a_desk_begins_with_its_own_preset(settings: QSettings) -> None:
    styles = DeskStyles(settings)
    assert styles.of("dispatch") == preset(Preset.DISPATCH)
    assert styles.of("pressure") == preset(Preset.PRESSURE)
    assert styles.of("plan") == MapStyle()


def test_what_is_chosen_at_one_desk_leaves_the_others(settings: QSettings) -> None:
    chosen = MapStyle(colour_by=ColourBy.DMA).with_shown(MapLayer.ROADS, shown=False)
    DeskStyles(settings).keep("plan", chosen)
    settings.sync()
    again = DeskStyles(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.of("plan") == chosen
    assert again.of("dispatch") == preset(Preset.DISPATCH)


def test_rules_for_colours_are_the_users_at_every_desk(settings: QSettings) -> None:
    rule = ColourRule((5, 15), ramp=Ramp.LOSS, turned=True)
    DeskStyles(settings).keep("plan", MapStyle(colour_by=ColourBy.AGE).with_rule(ColourBy.AGE, rule))
    settings.sync()
    again = DeskStyles(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.of("plan").rules == {ColourBy.AGE: rule}
    assert again.of("dispatch") == preset(Preset.DISPATCH).with_rule(ColourBy.AGE, rule)
    again.keep("dispatch", again.of("dispatch").with_rule(ColourBy.AGE, None))
    assert not again.of("plan").rules


def test_what_an_earlier_version_kept_is_taken_over_and_rubbish_is_not(settings: QSettings) -> None:
    settings.setValue("map_style", preset(Preset.AGE).text())
    assert DeskStyles(settings).of("plan") == preset(Preset.AGE)
    settings.setValue("map_style", "{no style")
    assert DeskStyles(settings).of("plan") == MapStyle()
