"""Water drawn from hydrants on the Pressure desk: written down by keyboard, seen on the map, ended, taken back."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from console_driver import Driver, cut_short
from demo_town import set_up
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.bootstrap import main
from app.hydrant_requests import DoUse
from app.hydrants.acts import OpenHydrant
from app.hydrants.book import Stage
from app.hydrants.entries import Purpose
from app.journal.events import milliseconds
from app.messages.describe import Thing
from app.times import CITY_TIME
from app.ui.drafts import HYDRANT, drafts_of
from app.ui.live.desk import HYDRANTS
from app.ui.live.hydrant_typed import Typed, Wrong, use_of
from gis.scene.movers import SensorLook

CTRL = Qt.KeyboardModifier.ControlModifier
AT = datetime(2026, 3, 12, 14, 5, 30, tzinfo=CITY_TIME)


def typed(**more: str) -> Typed:
    usual = {"hydrant": "H1", "purpose": "fire", "since": "03-12 14:05"}
    usual |= dict.fromkeys(("until", "flow", "told_by", "note"), "")
    return Typed(**{**usual, **more})


def test_what_is_typed_is_read_as_it_is_meant() -> None:
    def ms(day: int, hour: int, minute: int = 0) -> int:
        return milliseconds(datetime(2026, 3, day, hour, minute, tzinfo=CITY_TIME))

    def span(since: str, until: str) -> tuple[int | None, int | None]:
        act = use_of(typed(since=since, until=until), AT)
        assert isinstance(act, OpenHydrant)
        return act.from_ms, act.until_ms

    assert span("03-12 14:05", "") == (milliseconds(AT), None), "the present minute is this moment"
    assert span("13:00", "14:30") == (ms(12, 13), ms(12, 14, 30))
    assert span("22:00", "01:30") == (ms(11, 22), ms(12, 1, 30)), "a time after now was yesterday's; an end comes after"
    assert span("13:00", "13:00") == (ms(12, 13), ms(12, 13)), "for the desk to refuse"
    assert span("3-13 22:00", "3-14 01:30") == (ms(13, 22), ms(14, 1, 30))
    placed = use_of(typed(hydrant=" 500120.5, 4060010 ", flow="12,5", purpose="tanker"), AT)
    assert placed == OpenHydrant(Purpose.TANKER, "", 500120.5, 4060010.0, milliseconds(AT), None, 12.5)
    for field, text in (("since", "soon"), ("until", "25:00"), ("flow", "much")):
        assert use_of(typed(**{field: text}), AT) == Wrong(field)


@pytest.fixture
def pressure(start: Callable[..., Driver], town: Path) -> Driver:
    """The Pressure desk of a town with instruments."""
    set_up(town, interval_s=0.2)
    driver = start().open()
    driver.press(Qt.Key.Key_3, CTRL)
    model = driver.window.live.model
    driver.until(lambda: model.present is not None and bool((model.present.standings[1:] == 0).all()))
    return driver


def test_a_hydrant_that_is_picked_is_written_down_marked_ended_and_taken_back(pressure: Driver) -> None:
    desk, window = pressure.window.live, pressure.window
    form, page, uses = desk.left.hydrant, desk.below.hydrants, desk.hydrants
    name = pressure.session.city.hydrants.ids[0]
    pressure.press(Qt.Key.Key_F7, CTRL)
    assert form.isVisible()
    assert form.typed == {}
    pressure.session.pick(Thing("hydrant", 0))
    assert form.edits["hydrant"].text() == name
    for field, text in (("since", "nonsense"), ("flow", "viel")):
        right = form.edits[field].text()
        form.edits[field].setText(text)
        QTest.keyClick(form.edits["hydrant"], Qt.Key.Key_Return)
        assert text in form.wrong.text()
        assert form.edits[field].hasFocus()
        form.edits[field].setText(right)
    form.edits["flow"].setText("5000")
    QTest.keyClick(form.edits["flow"], Qt.Key.Key_Return)
    pressure.until(lambda: "1000 m³/h" in form.wrong.text())
    assert uses.rows == ()
    form.edits["flow"].setText("60")
    form.edits["since"].setText("14:05")
    form.edits["told_by"].setText("消防支队")
    QApplication.processEvents()
    assert cut_short(form) == []
    QTest.keyClick(form.edits["note"], Qt.Key.Key_Return)
    pressure.until(lambda: len(uses.rows) == 1)
    assert not form.isVisible()
    number = uses.rows[0].number
    marks = window.map.canvas._sensors
    (at,) = [row for row, look in enumerate(marks.look.tolist()) if look == SensorLook.DRAWN]
    assert marks.values[at] == f"{number} 消防"
    assert marks.xy_m[at].tolist() == list(uses.rows[0].place_m)
    pressure.press(Qt.Key.Key_F6, CTRL)
    assert desk.below.shown == HYDRANTS
    assert pressure.cells(page.list)[0][:4] == [number, "用水中", name, "消防"]
    assert pressure.cells(page.list)[0][5:] == ["未结束", "60", "消防支队"]
    # Twice the same hydrant is refused, in words, and what was typed stays.
    pressure.press(Qt.Key.Key_F7, CTRL)
    QTest.keyClick(form.edits["hydrant"], Qt.Key.Key_Return)
    pressure.until(lambda: number in form.wrong.text())
    pressure.press(Qt.Key.Key_Escape)
    assert not form.asks
    page.list.setFocus()
    page.list.selectRow(0)
    page._choose(uses.rows[0])
    page.ask_end()
    QTest.keyClick(page.prompt.edits["until"], Qt.Key.Key_Return)
    pressure.until(lambda: uses.rows[0].stage is Stage.ENDED)
    page.say_runs()
    pressure.until(lambda: uses.rows[0].stage is Stage.RUNNING)
    page.ask_why()
    page.prompt.edits["reason"].setText("记错")
    QTest.keyClick(page.prompt.edits["reason"], Qt.Key.Key_Return)
    pressure.until(lambda: uses.rows[0].stage is Stage.WITHDRAWN)
    assert not page.end.isEnabled()
    pressure.idle()


def test_what_a_terminal_writes_down_is_seen_and_one_that_nobody_ended_is_said_to_count_no_more(
    pressure: Driver, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = pressure.window.live
    pressure.press(Qt.Key.Key_F6, CTRL)
    pressure.until(lambda: desk.hydrants.view is not None)
    name = pressure.session.city.hydrants.ids[0]
    began = desk.hydrants.now().astimezone(CITY_TIME).replace(hour=0)
    draw = ["hydrant", str(town), "draw", "--hydrant", name, "--purpose", "construction"]
    monkeypatch.setattr("app.cli.hydrant.datetime", Clock)
    assert main([*draw, "--from", f"{began:%Y-%m-%dT%H:%M}"]) == 0
    pressure.until(lambda: len(desk.hydrants.rows) == 1)
    assert desk.hydrants.rows[0].stage is Stage.LAPSED
    note = desk.below.hydrants.note
    assert desk.hydrants.rows[0].number in note.text()
    assert "不再排除" in note.text()
    assert pressure.cells(desk.below.hydrants.list)[0][1] == "未结束过久"
    pressure.window.set_language("en")
    assert "Open too long" in note.text()


class Clock(datetime):
    """The town's moment."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return AT.astimezone(tz) if tz is not None else AT  # type: ignore[arg-type]


def test_a_half_filled_form_is_kept_and_comes_back(pressure: Driver) -> None:
    window = pressure.window
    draft = next(one for one in drafts_of(window) if one.code == HYDRANT)
    form = window.live.left.hydrant
    pressure.press(Qt.Key.Key_F7, CTRL)
    assert draft.told() == {}
    form.edits["note"].setText("和平路 12 号门口")
    form.purpose.setCurrentIndex(form.purpose.findData("street"))
    told = draft.told()
    assert (told["note"], told["purpose"]) == ("和平路 12 号门口", "street")
    draft.let_go()
    assert (draft.told(), form.asks) == ({}, False)
    draft.bring(told)
    assert form.asks
    assert draft.told() == told
    with pytest.raises(KeyError):
        draft.bring({"note": "x"})
    assert DoUse not in {type(one) for one in pressure.worker.asked}
    pressure.idle()
