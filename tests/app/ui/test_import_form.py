"""Import from the window: what the form asks for is what the worker gets, and the city is there afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest
from console_driver import Driver
from PySide6.QtCore import Qt

from app.requests import ImportCity

INP = """[TITLE]
Two pipes
[JUNCTIONS]
J1 10 1
J2 10 1
[RESERVOIRS]
R1 50
[PIPES]
P1 R1 J1 100 300 100
P2 J1 J2 120 200 100
[COORDINATES]
R1 0 0
J1 100 0
J2 100 120
[OPTIONS]
UNITS CMH
HEADLOSS H-W
[END]
"""


@pytest.fixture
def blank(start: Callable[..., Driver]) -> Driver:
    """A console with nothing open."""
    return start()


@pytest.fixture
def inp(tmp_path: Path) -> Path:
    path = tmp_path / "two pipes.inp"
    path.write_text(INP, "utf-8")
    return path


def test_nothing_open_says_so_and_offers_three_ways(blank: Driver) -> None:
    welcome = blank.window.welcome
    assert welcome.isVisible()
    assert welcome.sentence.text() == "未打开工作区。"
    assert [button.key for button in (welcome.open, welcome.bring, welcome.demo)] == ["Ctrl+O", "Ctrl+I", "Ctrl+D"]
    assert not blank.window.inspector.bar.primary.isEnabled()


def test_a_file_suggests_name_and_folder(blank: Driver, inp: Path) -> None:
    blank.press(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    form = blank.window.import_form
    assert form.isVisible()
    assert not form.start.isEnabled()
    form.sources.set_paths([str(inp)])
    assert form.name.text() == "two pipes"
    assert form.folder.paths[0].name == "two pipes"
    assert form.start.isEnabled()


def test_the_form_asks_for_what_it_says(blank: Driver, inp: Path, tmp_path: Path) -> None:
    form = blank.window.import_form
    form.sources.set_paths([str(inp), str(tmp_path / "b.gpkg")])
    form.folder.set_paths([str(tmp_path / "out")])
    form.name.setText("两管")
    form.crs.setText("4548")
    form.noding.setCurrentIndex(2)
    form.tolerance.setValue(25)
    form.assume.setChecked(True)
    form.tcv.setChecked(True)
    form.mapping.set_paths([str(tmp_path / "m.toml")])
    form.valve_layer.set_paths([str(tmp_path / "v.csv")])
    assert form.request() == ImportCity(
        sources=(inp, tmp_path / "b.gpkg"),
        folder=tmp_path / "out",
        mapping=tmp_path / "m.toml",
        crs_epsg=4548,
        tolerance_m=0.25,
        noding="geometry",
        assume_valves=True,
        isolation_valves="tcv",
        valve_layer=tmp_path / "v.csv",
        name="两管",
    )


def test_an_imported_city_opens_by_itself(blank: Driver, inp: Path, tmp_path: Path) -> None:
    blank.window.show_import()
    form = blank.window.import_form
    form.sources.set_paths([str(inp)])
    form.folder.set_paths([str(tmp_path / "made")])
    blank.press(Qt.Key.Key_F9)
    blank.until(lambda: blank.session.workspace is not None or blank.window.notice.isVisible())
    assert not blank.window.notice.isVisible(), blank.window.notice.text.text()
    blank.idle()
    assert blank.session.workspace.pipes == 2
    assert not blank.session.workspace.synthetic
    assert blank.window.map.isVisible()
    assert "two pipes" in blank.window.windowTitle()
    assert blank.window.status.readout.crs.text() == "本地坐标"


def test_a_bad_file_is_refused_in_words_and_leaves_nothing(blank: Driver, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"not a database")
    blank.window.show_import()
    form = blank.window.import_form
    form.sources.set_paths([str(broken)])
    form.folder.set_paths([str(tmp_path / "made")])
    blank.press(Qt.Key.Key_F9)
    blank.until(blank.window.notice.isVisible)
    assert "broken.gpkg" in blank.window.notice.text.text()
    assert not (tmp_path / "made").exists()
    assert blank.window.welcome.isVisible()


def test_escape_leaves_the_form(blank: Driver) -> None:
    blank.window.show_import()
    blank.press(Qt.Key.Key_Escape)
    assert blank.window.welcome.isVisible()
