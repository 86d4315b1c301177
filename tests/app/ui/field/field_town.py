"""The town with chambers: what stands over each valve, and somebody with gloves who taps what is on screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from console_driver import Driver
from little_city import LEAKING, little_layers, little_workspace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.dispatch.acts import ListCrew, TakeReport
from app.dispatch.entries import IncidentKind
from app.dispatch.permits import READINGS
from app.dispatch_requests import ActAnswered, AttachLastPlan
from app.requests import Reply
from app.ui.field.bar import FieldBar
from app.ui.field.rows import ValveRow

ROOM = "V-H2-2A"
"""It stands in a room that one goes into."""


def chamber_town(folder: Path) -> Path:
    """The town as a workspace whose valves have chambers, some without: those are buried."""
    layers = little_layers()
    valves = layers.layers["valve"]
    ids = [str(name) for name in valves.columns["id"]]
    chambers = ["阀门室" if name == ROOM else "圆形阀门井" if name.endswith("B") else "" for name in ids]
    depths = [2.6 if name == ROOM else 1.4 for name in ids]
    columns = {**valves.columns, "chamber": np.array(chambers, dtype=object), "depth_m": np.array(depths)}
    known = {**layers.layers, "valve": replace(valves, columns=columns)}
    return little_workspace(folder, replace(layers, layers=known))


class Gloves:
    """Taps and reads, and nothing else."""

    def __init__(self, desk: Driver) -> None:
        self.desk, self.room = desk, desk.window.field

    def report(self) -> str:
        """A leak with its plan attached, as the dispatcher does it; its number."""
        model = self.desk.window.dispatch.model
        self.desk.until(lambda: model.view is not None)
        model.do(ListCrew("抢03"))
        model.do(TakeReport(IncidentKind.VISIBLE_LEAK, 500_500.0, 4_060_400.0, pipe=LEAKING, place="清泉大街 112 号"))
        self.desk.idle()
        self.desk.plan(LEAKING)
        row = model.view.queue[0]
        answers: list[Reply] = []
        request = AttachLastPlan(row.entity, LEAKING, model.view.heads, model.now_ms)
        self.desk.session.client.ask(request, answers.append)
        self.desk.until(lambda: bool(answers))
        assert isinstance(answers[0], ActAnswered)
        model.take_answer(answers[0])
        self.desk.session.clear_plan()
        self.desk.session.pick(None)
        self.desk.idle()
        return row.number

    def come(self) -> Gloves:
        """To the desk, on a laptop's screen."""
        self.desk.press(Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
        self.desk.idle()
        self.desk.window.resize(1366, 768)
        self.desk.idle()
        return self

    def tap(self, widget: QWidget) -> None:
        """A finger on the middle of *widget*, which is to be seen and in the window."""
        assert widget.isVisible()
        assert widget.isEnabled()
        inside = widget.rect().translated(widget.mapTo(self.desk.window, widget.rect().topLeft()))
        assert self.desk.window.rect().intersects(inside), f"{widget} lies outside"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.desk.idle()
        QApplication.processEvents()

    def choose(self) -> None:
        """The first incident of the list."""
        self.tap(self.room.choose.rows.rows[0])
        self.desk.until(lambda: self.room.model.task is not None)

    @property
    def bar(self) -> FieldBar:
        return self.room.bar

    def next(self, words: str) -> None:
        """Tap the large button, which says *words*."""
        assert self.bar.primary.text() == words
        self.tap(self.bar.primary)

    def also(self, code: str) -> None:
        self.tap(self.bar.others[code])

    def measure(self, *gases: str) -> None:
        """Type what the instrument shows, and ask."""
        form = self.room.permit
        for name, text in zip(READINGS, gases, strict=True):
            form.gases[name].selectAll()
            QTest.keyClicks(form.gases[name], text)
        for field, text in ((form.instrument, "X4-0712"), (form.enters, "Li"), (form.stands_by, "Wang")):
            field.selectAll()
            QTest.keyClicks(field, text)
        if not form.ventilated.isChecked():
            self.tap(form.ventilated)
        self.tap(form.ask)

    def answer(self, text: str) -> None:
        """Write a sentence on the page that asks, and go on."""
        page = self.room.question
        assert page.isVisible()
        page.field.insert(text)
        self.tap(page.go)

    def rows(self) -> list[tuple[str, str]]:
        """Each valve of the list with how far it is."""
        return [(row.step.valve, row.state) for row in self.room.work.rows.rows if isinstance(row, ValveRow)]

    @property
    def told(self) -> str:
        """What is said in the work's own line; "" where nothing is to be seen."""
        label = self.room.work.told
        return label.text() if label.isVisible() else ""

    @property
    def summary(self) -> str:
        return self.room.work.summary.text()
