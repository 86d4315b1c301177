"""Layers out of the window: what is chosen is written, what cannot be is said where it was chosen."""

from pathlib import Path

from console_driver import Driver
from little_city import EAST, NORTH
from PySide6.QtCore import Qt

from app.messages.describe import Thing
from gis.exchange.vector_files import read_sources

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_layers_of_the_area_drawn_are_written(desk: Driver, tmp_path: Path) -> None:
    ring_m = ((EAST - 10, NORTH - 10), (EAST + 210, NORTH - 10), (EAST + 210, NORTH + 10), (EAST - 10, NORTH + 10))
    desk.session.pick(Thing("area", ring_m=ring_m))
    desk.press(Qt.Key.Key_S, KEYS)
    dialog = desk.window.layer_export.dialog
    assert dialog.isVisible()
    assert dialog.extent.currentText() == "所画区域"
    # Nothing can be begun before there is a path, nor without a layer.
    assert not dialog.start.isEnabled()
    dialog.path.field.setText(str(tmp_path / "none" / "part.gpkg"))
    for name, box in dialog.layers.items():
        box.setChecked(name == "pipe")
    assert dialog.start.isEnabled()
    dialog.layers["pipe"].setChecked(False)
    assert not dialog.start.isEnabled()
    assert dialog.note.text()
    dialog.layers["pipe"].setChecked(True)
    # A folder that is not there: said in the dialog, and everything chosen stays.
    dialog.start.click()
    desk.idle()
    assert "part.gpkg" in dialog.note.text()
    assert dialog.isVisible()
    dialog.path.field.setText(str(tmp_path / "part.gpkg"))
    dialog.crs.setText("4490")
    dialog.start.click()
    desk.idle()
    assert not dialog.isVisible()
    (layer,) = read_sources([tmp_path / "part.gpkg"])
    assert set(layer.columns["id"].tolist()) >= {"P-H0-0", "P-V0-0"}
    assert "P-H4-0" not in layer.columns["id"].tolist()
    assert all(100 < x < 130 for line in layer.geometry for x, _ in line.coords)
    assert "part.gpkg" in desk.window.status.told.text
    desk.window.set_language("en")
    assert "features written" in desk.window.status.told.text
