"""A workspace that was open before is on the map while its desk still opens it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from console_driver import Driver
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.bootstrap import look_first
from app.operations.desk_cache import SightKeeper
from app.requests import OpenWorkspace
from app.workspace import open_workspace, record_valve_observed
from network.assets import Position


def _open_once(town: Path) -> None:
    workspace = open_workspace(town)
    SightKeeper().keep(workspace)
    workspace.close()


def _early(start: Callable[..., Driver], town: Path) -> Driver:
    """A console that shows the town, whose desk has not answered yet."""
    _open_once(town)
    desk = start(look_first=look_first)
    desk.worker.held = (OpenWorkspace,)
    desk.console.open_first()
    desk.until(lambda: desk.session.early is not None and desk.window.map.canvas.settled)
    return desk


def test_the_map_stands_before_the_desk_answers_and_stays(start: Callable[..., Driver], town: Path) -> None:
    desk = _early(start, town)
    canvas = desk.window.map.canvas
    assert desk.session.workspace is None
    assert canvas.isVisible()
    told: list[str] = []
    desk.session.told.connect(lambda code, _detail: told.append(code))
    middle = QPoint(canvas.width() // 2, canvas.height() // 2)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert desk.session.selection is None, "nothing can be picked of a city that is not open"
    assert told == ["still_opening"], "a click that does nothing says why"
    desk.window.command.enter()
    canvas.zoom_to_point(*canvas.view.to_m(300, 300), 0.8)
    shown, view = canvas.content, canvas.view
    desk.worker.release(desk.worker.kept[0])
    desk.until(lambda: desk.session.city is not None)
    desk.idle()
    assert shown is not None
    assert canvas.content is not None
    assert desk.session.city is shown.city
    assert (canvas.content.scene, canvas.content.states) == (shown.scene, shown.states), "its tiles are painted anew"
    # The strip that tells what takes long may have come or gone meanwhile.
    assert replace(canvas.view, height_px=view.height_px) == view, "whoever had begun to look around was sent back"
    assert desk.session.early is None
    assert desk.window.command.field.hasFocus(), "whoever had begun to type was sent to the map"


@pytest.mark.parametrize(
    ("language", "theme", "said"), [("zh_CN", "dark", "town · 正在打开"), ("en", "light", "town · opening")]
)
def test_the_city_that_opens_is_named_before_it_is_open(
    start: Callable[..., Driver], town: Path, language: str, theme: str, said: str
) -> None:
    _open_once(town)
    desk = start(language, theme, look_first=look_first)
    title, shown = desk.window.windowTitle, desk.window.status.workspace
    nobodys = title()
    assert not shown.isVisible()
    desk.worker.held = (OpenWorkspace,)
    desk.console.open_first()
    assert title() == f"{said} — {nobodys}", "at once, not only with the picture"
    assert (shown.isVisible(), shown.text()) == (True, said)
    desk.until(lambda: desk.session.early is not None and desk.window.map.canvas.settled)
    assert (title(), shown.text()) == (f"{said} — {nobodys}", said)
    desk.window.set_language("en" if language == "zh_CN" else "zh_CN")
    assert title().startswith(shown.text())
    assert said not in title()
    desk.worker.release(desk.worker.kept[0])
    desk.until(lambda: desk.session.workspace is not None)
    assert desk.session.awaited is None
    assert title().startswith(shown.text())
    assert "opening" not in title()
    assert "正在打开" not in title()


def test_one_that_is_given_up_is_not_taken_for_another_that_opens(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    desk = start(look_first=look_first)
    desk.worker.held = (OpenWorkspace,)
    first = desk.session.open_workspace(tmp_path / "gone")
    desk.session.open_workspace(town)
    desk.console.client.cancel(first)
    desk.until(lambda: first not in desk.console.client.tickets)
    assert desk.window.windowTitle().startswith("town · ")
    desk.worker.release(desk.worker.kept[1])
    desk.until(lambda: desk.session.workspace is not None)


def test_what_cannot_be_opened_is_named_no_more(
    start: Callable[..., Driver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    desk = start("en", workspace=Path())
    desk.console.open_first()
    assert desk.window.windowTitle() == "gone · opening — Sluice"
    desk.idle()
    assert desk.window.windowTitle() == "Sluice"
    assert not desk.window.status.workspace.isVisible()


def test_what_the_desk_finds_otherwise_is_shown_so(start: Callable[..., Driver], town: Path) -> None:
    desk = _early(start, town)
    workspace = open_workspace(town)
    valve = "V-H2-1A"
    now = datetime(2026, 3, 12, tzinfo=UTC)
    record_valve_observed(
        workspace, valve, now=now, actor="a", position=Position.CLOSED, condition=None, note=""
    ).close()
    desk.worker.release(desk.worker.kept[0])
    desk.until(lambda: desk.session.city is not None)
    content = desk.window.map.canvas.content
    assert content is not None
    assert content.states.position[content.city.network.devices.ids.find(valve)] == Position.CLOSED


def test_a_city_that_cannot_be_opened_goes_from_the_map(start: Callable[..., Driver], town: Path) -> None:
    desk = _early(start, town)
    desk.console.client.cancel(desk.console.client.tickets[0])
    desk.until(lambda: desk.session.early is None)
    assert desk.window.map.canvas.content is None
    assert desk.window.centre.currentWidget() is desk.window.welcome


def test_a_form_that_is_filled_in_is_not_put_behind_the_map(start: Callable[..., Driver], town: Path) -> None:
    _open_once(town)
    desk = start(look_first=look_first)
    desk.worker.held = (OpenWorkspace,)
    desk.window.show_import()
    desk.console.open_first()
    desk.until(lambda: desk.session.early is not None)
    assert desk.window.centre.currentWidget() is desk.window.import_form
    desk.window.import_form.left.emit()
    assert desk.window.centre.currentWidget() is desk.window.map_desk


def test_an_open_city_is_not_hidden_by_one_that_is_being_opened(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    _open_once(town)
    desk = start(look_first=look_first).open()
    shown = desk.window.map.canvas.content
    desk.worker.held = (OpenWorkspace,)
    desk.session.open_workspace(town)
    desk.qtbot.wait(300)
    assert desk.session.early is None
    assert desk.window.map.canvas.content is shown
