"""Traces, long sections and measuring, as an operator uses them."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from little_city import BLOCK_M, LEAKING
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.messages.describe import Thing
from app.requests import TraceNetwork
from app.ui.tools.section_view import diameters
from app.ui.tools.sketch import measured
from app.ui.tools.toolbox import Toolbox


def pick(desk: Driver, kind: str, identity: str) -> Thing:
    thing = Thing(kind, desk.row(kind, identity))
    desk.session.pick(thing)
    return thing


def with_section(desk: Driver) -> Toolbox:
    """The tools, with the long section along four mains in their pane."""
    tools = desk.window.tools
    pick(desk, "pipe", "P-H2-0")
    tools.start_section()
    pick(desk, "pipe", "P-H2-3")
    desk.idle()
    return tools


def said(desk: Driver) -> str:
    return desk.window.status.told.text


def test_a_trace_is_drawn_and_counted(desk: Driver) -> None:
    pick(desk, "pipe", LEAKING)
    desk.window.tools.trace("upstream")
    desk.idle()
    assert len(desk.window.tools.layer.drawing.traced) > 1
    assert said(desk).startswith("查上游：管道 ")
    assert desk.window.tools.step_back()
    assert not desk.window.tools.shows_something


def test_without_a_selection_the_tool_says_what_it_wants(desk: Driver) -> None:
    desk.window.tools.trace("downstream")
    assert said(desk) == "请先选一条管段、一个阀门、节点、消火栓或用户。"
    assert not any(isinstance(one, TraceNetwork) for one in desk.worker.asked)


def test_a_section_between_two_clicks_shows_its_pane_and_follows_the_pointer(desk: Driver) -> None:
    tools = with_section(desk)
    assert tools.section.isVisible()
    section = tools.section.view._content.section
    assert section.length_m == pytest.approx(3 * BLOCK_M, abs=1)
    assert [name for name, *_ in diameters(tools.section.view._content)] == ["DN600"]
    tools.section.view.pointed.emit(BLOCK_M)
    x_m, y_m = tools.layer.drawing.along
    assert x_m == pytest.approx(500_000 + 1.5 * BLOCK_M, abs=1)
    assert y_m == pytest.approx(4_060_000 + 2 * BLOCK_M, abs=1)
    tools.section.close_button.click()
    assert not tools.section.isVisible()


def test_a_section_by_the_command_line(desk: Driver) -> None:
    pick(desk, "pipe", "P-H2-0")
    desk.window.command.enter("断面 P-H2-2")
    desk.window.command.ask()
    desk.until(desk.window.command.popup.isVisible)
    QTest.keyClick(desk.window.command.field, Qt.Key.Key_Return)
    desk.until(desk.window.tools.section.isVisible)


def test_the_section_is_written_as_a_table(desk: Driver, tmp_path: Path) -> None:
    tools = desk.window.tools
    pick(desk, "pipe", "P-H2-0")
    tools.section_to(Thing("pipe", desk.row("pipe", "P-H2-2")))
    desk.idle()
    tools.section.write(tmp_path / "section.csv")
    desk.idle()
    with (tmp_path / "section.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][0] == "里程 (m)"
    measures = [float(row[0]) for row in rows[1:]]
    assert measures == sorted(measures)
    assert measures[-1] == pytest.approx(2 * BLOCK_M, abs=1)
    assert any(row[-1].startswith("V") for row in rows[1:])


def test_a_table_that_cannot_be_written_is_said(desk: Driver, tmp_path: Path) -> None:
    tools = desk.window.tools
    pick(desk, "pipe", "P-H2-0")
    tools.section_to(Thing("pipe", desk.row("pipe", "P-H2-2")))
    desk.idle()
    tools.section.write(tmp_path / "no" / "section.csv")
    desk.idle()
    assert desk.window.notice.isVisible()


def test_the_same_place_twice_makes_no_section(desk: Driver) -> None:
    thing = pick(desk, "pipe", "P-H2-0")
    desk.window.tools.section_to(thing)
    desk.idle()
    assert desk.window.notice.isVisible()
    assert not desk.window.tools.section.isVisible()


def test_a_length_is_measured_by_clicks_and_snaps_to_pipes(desk: Driver) -> None:
    canvas, tools = desk.window.map.canvas, desk.window.tools
    canvas.zoom_to_point(500_000 + 2 * BLOCK_M, 4_060_000 + 2 * BLOCK_M, 0.5)
    tools.measure_length()
    for step in (-1, 1):
        x_px, y_px = canvas.view.to_px(500_000 + (2 + 0.5 * step) * BLOCK_M, 4_060_000 + 2 * BLOCK_M)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x_px), round(y_px) + 3))
    assert tools.layer.drawing.notes[0].text == "200 m"
    assert np.allclose(tools.layer.drawing.sketch[:, 1], 4_060_000 + 2 * BLOCK_M, atol=0.6)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert len(tools.layer.drawing.sketch) == 1
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not tools.sketch.active
    assert not desk.session.selection


def test_an_area_has_a_size_and_an_outline() -> None:
    square = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])
    assert measured(square, closed=True).replace("\u202f", "") == "10000 m² · 400 m"
    assert measured(square * 100, closed=True).startswith("100.000 km²")


def test_a_section_says_that_it_has_no_pressure_line_and_draws_one_when_asked(desk: Driver) -> None:
    tools = with_section(desk)
    view = tools.section.view
    assert "“水压线”" in view.missing_words()
    assert not np.isfinite(view._content.section.head_m).any()
    QTest.mouseClick(tools.section.pressure, Qt.MouseButton.LeftButton)
    assert tools.section.pressure.text() == "计算中…"
    assert not tools.section.pressure.isEnabled()
    desk.idle()
    heads = view._content.section.head_m
    assert np.isfinite(heads).all()
    # No water runs uphill of its own accord, and none stands higher than its source.
    assert heads.max() - heads.min() < 20
    assert view.pressure_words().startswith("水压线（")
    assert "水压线" not in view.missing_words()
    # This town has no ground levels: a head is known, a pressure is not.
    assert view.said_at(BLOCK_M).endswith("水头 40.00")
    content = view._content
    hill = replace(content.section, ground_m=np.full(len(heads), 10.0))
    view.show_section(replace(content, section=hill))
    assert view.said_at(BLOCK_M).endswith("水头 40.00 · 0.294 MPa")
    assert tools.section.pressure.isEnabled()


def test_another_way_has_no_pressure_line_of_the_one_before(desk: Driver) -> None:
    tools = desk.window.tools
    for first, last in (("P-H2-0", "P-H2-3"), ("P-H2-0", "P-H2-2")):
        pick(desk, "pipe", first)
        tools.start_section()
        pick(desk, "pipe", last)
        desk.idle()
        if last == "P-H2-3":
            tools.section.work_out_pressure()
    assert not np.isfinite(tools.section.view._content.section.head_m).any()
    assert tools.section.view._content.hour is None


def test_everything_at_once_fits_a_low_screen(desk: Driver) -> None:
    window = desk.window
    window.pressures.show()
    with_section(desk)
    desk.idle()
    assert window.tools.section.isVisible()
    assert said(desk) == "", "what it asked for has been given"
    assert window.minimumSizeHint().height() <= 768
    window.tools.show_table()
    desk.idle()
    assert window.tools.table.isVisible()
    room = window.minimumSizeHint()
    assert (room.width() <= 1366, room.height() <= 768) == (True, True)
