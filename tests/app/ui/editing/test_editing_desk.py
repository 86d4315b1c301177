"""The desk for editing, as an operator uses it: by clicks and keys, with what is written in the journal afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from console_driver import Driver
from little_city import BLOCK_M, EAST, LEAKING, NORTH
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.edit_requests import EditDraft, EditPreviewed, MakeEdit, TakeUp
from app.messages.describe import Thing
from app.requests import Failed, OpenWorkspace
from app.ui.desks import EDIT, PLAN
from app.ui.editing.editor import MOVE, PIPE, SELECT, VALVE
from app.ui.editing.side import DOCTOR, HISTORY, PROPOSALS
from app.ui.left.side import RANKING
from app.worker.handlers import DeskState
from app.worker.process import answer
from gis.errors import GisError

MIDDLE = (EAST + 2.45 * BLOCK_M, NORTH + 2 * BLOCK_M)


def say_nothing(step: str, fraction: float | None = None) -> None:
    pass


class Bench:
    """The desk for editing and its hands."""

    def __init__(self, driver: Driver) -> None:
        self.driver, self.window = driver, driver.window
        self.desk = driver.window.editing
        driver.window.desks.show(EDIT)
        driver.idle()

    @property
    def editor(self):
        return self.desk.editor

    def look_at(self, x_m: float, y_m: float) -> None:
        self.window.map.canvas.zoom_to_point(x_m, y_m, 0.4)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.map.canvas, key, modifier)
        self.driver.idle()

    def move_to(self, x_m: float, y_m: float) -> None:
        canvas = self.window.map.canvas
        x_px, y_px = canvas.view.to_px(x_m, y_m)
        QTest.mouseMove(canvas, QPoint(round(x_px), round(y_px)))

    def previewed(self) -> None:
        self.driver.until(lambda: self.editor.preview is not None)

    def click(self, x_m: float, y_m: float) -> None:
        self.driver.click_map(x_m, y_m)
        self.driver.idle()

    def pick(self, kind: str, name: str) -> None:
        self.driver.session.pick(Thing(kind, self.driver.row(kind, name)))
        self.driver.idle()

    def write(self, why: str = "挖开看过") -> None:
        self.previewed()
        self.desk.right.bar.why.setText(why)
        self.driver.press(Qt.Key.Key_F9)
        self.driver.idle()

    @property
    def said(self) -> str:
        effect = self.desk.right.effect
        labels = (effect.refusal, effect.main, effect.lines)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def has(self, kind: str, name: str) -> bool:
        city = self.driver.session.city
        ids = {"valve": city.network.devices.ids, "pipe": city.network.pipes.ids, "hydrant": city.hydrants.ids}
        return ids[kind].find(name) >= 0


@pytest.fixture
def bench(desk: Driver) -> Bench:
    return Bench(desk)


@pytest.fixture
def other(town: Path) -> Iterator[Callable[[EditDraft], None]]:
    """Another window at the same workspace."""
    state = DeskState()
    answer(state, OpenWorkspace(town), say_nothing)

    def edit(draft: EditDraft) -> None:
        made = answer(state, MakeEdit(draft, "另一窗口"), say_nothing)
        answer(state, TakeUp(made.renewed.revision), say_nothing)

    yield edit
    state.workspace.close()


def test_a_valve_is_put_in_by_a_key_and_a_click_and_taken_back(bench: Bench) -> None:
    driver = bench.driver
    bench.window.desks.show(PLAN)
    driver.plan(LEAKING)
    out_before = len(driver.session.plan.made.impact.out)
    bench.window.desks.show(EDIT)
    driver.idle()
    bench.look_at(*MIDDLE)
    bench.key(Qt.Key.Key_V)
    assert bench.editor.tool == VALVE
    bench.move_to(*MIDDLE)
    assert bench.desk.layer.drawing.mark.kind == "line"
    bench.click(*MIDDLE)
    bench.previewed()
    assert "关阀单元变为" in bench.said
    assert "停水用户由" in bench.said
    assert len(bench.desk.layer.drawing.captions) == 2
    # Without a reason nothing is written: F9 goes to the field for it.
    driver.press(Qt.Key.Key_F9)
    assert bench.desk.right.bar.why.hasFocus()
    assert not bench.has("valve", "V-N1")
    bench.write()
    assert bench.has("valve", "V-N1")
    assert bench.window.status.told.text.startswith("已落盘。关阀单元：")
    driver.until(lambda: driver.session.plan is not None)
    assert len(driver.session.plan.made.impact.out) < out_before
    assert driver.session.target.row == driver.row("pipe", LEAKING)
    assert any(
        point == bench.driver.row("valve", "V-N1")
        for point in bench.window.map.canvas.content.scene.devices.row.tolist()
    )
    bench.window.setFocus()
    driver.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    driver.until(lambda: not bench.has("valve", "V-N1"))
    driver.idle()
    driver.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    driver.until(lambda: bench.has("valve", "V-N1"))
    driver.idle()
    bench.desk.left.show_page(HISTORY)
    (row,) = [cells for cells in driver.cells(bench.desk.left.history.table) if cells[1] == "窗口"]
    assert row[0].startswith("新增 阀门 V-N1")


def test_attributes_are_corrected_in_a_form_that_shows_what_was(bench: Bench) -> None:
    bench.pick("pipe", LEAKING)
    form = bench.desk.right.form
    assert form.rows["dn_mm"].field.text() == "600"
    form.rows["dn_mm"].field.setText("300")
    assert form.rows["dn_mm"].note.text() == "原为 600"
    bench.previewed()
    assert "管径：600 → 300" in bench.said
    bench.write()
    city = bench.driver.session.city
    assert city.network.pipes.dn_mm[bench.driver.row("pipe", LEAKING)] == 300
    form.rows["dn_mm"].field.setText("30000")
    bench.previewed()
    assert isinstance(bench.editor.preview, Failed)
    assert "管径：30\u202f000" in bench.said
    assert not bench.desk.right.bar.commit_button.isEnabled()
    form.rows["dn_mm"].field.setText("三百")
    bench.previewed()
    assert "三百" in bench.said
    bench.driver.press(Qt.Key.Key_Escape)
    assert form.rows["dn_mm"].field.text() == "300"
    # A click on a pipe picks it here, and asks for no plan.
    bench.look_at(*MIDDLE)
    bench.click(MIDDLE[0], MIDDLE[1] + BLOCK_M)
    assert bench.driver.session.plan is None
    assert bench.editor.subject.told.id != LEAKING


def test_what_another_window_wrote_meanwhile_is_told_and_stands(
    bench: Bench, other: Callable[[EditDraft], None]
) -> None:
    bench.pick("pipe", LEAKING)
    bench.desk.right.form.rows["material"].field.setText("钢")
    bench.previewed()
    other(EditDraft("set", "pipe", LEAKING, fields={"material": "PE"}))
    bench.write()
    assert "刚被他人改过：材质现为PE" in bench.said.replace(" ", "")
    bench.driver.until(
        lambda: bench.driver.session.city.network.pipes.material[bench.driver.row("pipe", LEAKING)] == "PE"
    )


def test_a_pipe_is_drawn_with_its_ends_drawn_to_others(bench: Bench) -> None:
    bench.look_at(EAST + 0.5 * BLOCK_M, NORTH + 0.5 * BLOCK_M)
    bench.key(Qt.Key.Key_P)
    assert bench.editor.tool == PIPE
    for x, y in ((0.0, 0.0), (0.4, 0.3), (0.5, 0.5)):
        bench.click(EAST + x * BLOCK_M, NORTH + y * BLOCK_M)
    bench.key(Qt.Key.Key_Backspace)
    bench.move_to(EAST + BLOCK_M, NORTH + 0.5 * BLOCK_M)
    assert len(bench.desk.layer.drawing.sketch) == 3
    bench.click(EAST + BLOCK_M, NORTH + 0.5 * BLOCK_M)
    bench.key(Qt.Key.Key_Return)
    bench.desk.right.form.rows["dn_mm"].field.setText("150")
    bench.desk.right.head.name.clear()
    QTest.keyClicks(bench.desk.right.head.name, "P-ADDED")
    bench.driver.until(
        lambda: isinstance(bench.editor.preview, EditPreviewed) and "P-ADDED" in str(bench.editor.preview.after)
    )
    bench.write()
    city, row = bench.driver.session.city, bench.driver.row("pipe", "P-ADDED")
    assert city.network.pipes.dn_mm[row] == 150
    # It begins at a junction that was there, and splits the main in whose middle it ends.
    assert bench.has("pipe", "P-V1-0-2")
    corner = city.network.nodes.ids[int(city.network.pipes.from_node[row])]
    assert corner == f"@{EAST:.3f},{NORTH:.3f}"


def test_a_junction_is_moved_and_a_hydrant_added_and_deleted(bench: Bench) -> None:
    corner = (EAST + BLOCK_M, NORTH + BLOCK_M)
    bench.look_at(*corner)
    bench.key(Qt.Key.Key_M)
    assert bench.editor.tool == MOVE
    bench.click(corner[0] + 60, corner[1] + 60)
    assert bench.desk.bar.note.text
    bench.click(*corner)
    assert bench.desk.hand.held.do == "move_node"
    bench.click(corner[0] + 40, corner[1] + 45)
    bench.write()
    nodes = bench.driver.session.city.network.nodes
    row = nodes.ids.find(f"@{corner[0]:.3f},{corner[1]:.3f}")
    assert (nodes.x_m[row], nodes.y_m[row]) == pytest.approx((corner[0] + 40, corner[1] + 45), abs=0.5)
    bench.key(Qt.Key.Key_H)
    bench.click(corner[0] - 30, corner[1] - 40)
    bench.write()
    assert bench.has("hydrant", "H-N1")
    bench.key(Qt.Key.Key_A)
    bench.pick("hydrant", "H-N1")
    bench.key(Qt.Key.Key_Delete)
    bench.write()
    assert not bench.has("hydrant", "H-N1")
    assert bench.driver.session.selection is None


def test_a_correction_goes_from_the_inspector_to_the_list_and_is_decided(bench: Bench) -> None:
    driver = bench.driver
    bench.window.desks.show(PLAN)
    bench.pick("valve", "V-H2-2A")
    bench.window.inspector.card.correct.click()
    driver.idle()
    assert bench.window.desks.shown.code == EDIT
    form = bench.desk.right.form
    form.rows["condition"].picker.setCurrentIndex(form.rows["condition"].picker.findText("卡死"))
    bench.desk.right.bar.why.setText("井被埋")
    driver.press(Qt.Key.Key_F6)
    driver.idle()
    bench.pick("pipe", LEAKING)
    form.rows["dn_mm"].field.setText("300")
    bench.previewed()
    bench.desk.right.bar.why.setText("量得 300")
    driver.press(Qt.Key.Key_F6)
    driver.idle()
    bench.desk.left.show_page(PROPOSALS)
    panel = bench.desk.left.proposals
    assert [cells[0] for cells in driver.cells(panel.table)] == [
        "阀门 V-H2-2A：卡死",
        f"管段 {LEAKING} · 管径：600 → 300",
    ]
    panel.table.selectRow(1)
    panel.table.chosen.emit(panel.table.rows.row_at(1))
    assert bench.desk.layer.drawing.preview.after[0].id == LEAKING
    panel.table.selectAll()
    assert panel.accept.text() == "采纳 2"
    assert not panel.refuse.isEnabled()
    panel.accept.click()
    driver.idle()
    assert panel.table.rows.rowCount() == 0
    city = driver.session.city
    assert city.network.pipes.dn_mm[driver.row("pipe", LEAKING)] == 300
    bench.pick("valve", "V-H2-2A")
    assert form.rows["condition"].picker.currentText() == "卡死"


def test_faults_of_the_drawing_are_mended_counted_down_and_taken_back(bench: Bench) -> None:
    driver, panel = bench.driver, bench.desk.left.doctor
    bench.desk.left.show_page(DOCTOR)
    driver.press(Qt.Key.Key_F7)
    driver.idle()
    assert panel.count.text() == "管网共 2 个互不相连的部分"
    rows = driver.cells(panel.table)
    assert len(rows) == 1
    assert rows[0][1] == "P-END"
    panel.table.selectRow(0)
    panel.table.chosen.emit(panel.table.rows.row_at(0))
    driver.until(lambda: isinstance(bench.desk.mender.preview, EditPreviewed))
    assert "互不相连的部分：2 → 1" in panel.effect.text()
    assert bench.desk.layer.drawing.preview is bench.desk.mender.preview
    driver.press(Qt.Key.Key_F9)
    driver.until(lambda: bench.has("pipe", f"{LEAKING}-2"))
    driver.idle()
    assert panel.count.text() == "管网共 1 个互不相连的部分（起初 2 个）"
    assert not panel.table.rows.rowCount()
    panel.back_button.click()
    driver.until(lambda: not bench.has("pipe", f"{LEAKING}-2"))
    driver.until(lambda: bench.desk.mender.found.components == 2)
    driver.idle()
    # All that the list shows at once, without a line being chosen.
    panel.table.clearSelection()
    panel.all_button.click()
    driver.until(lambda: bench.has("pipe", f"{LEAKING}-2"))
    driver.idle()
    assert bench.desk.mender.found.components == 1


def test_a_disk_without_room_refuses_the_edit_in_the_pane(
    bench: Bench, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.pick("pipe", LEAKING)
    bench.desk.right.form.rows["dn_mm"].field.setText("300")
    bench.previewed()

    def full(*_arguments: object, **_more: object) -> None:
        raise GisError("store.disk_full", path="journal.sqlite")

    monkeypatch.setattr("app.journal.log.Journal.append", full)
    bench.write()
    assert "journal.sqlite" in bench.said
    monkeypatch.undo()
    # What was typed is still there, and goes through once there is room.
    assert bench.desk.right.form.rows["dn_mm"].field.text() == "300"
    assert bench.editor.tool == SELECT


def test_a_pipe_is_bent_a_valve_moved_and_a_service_line_drawn(bench: Bench) -> None:
    driver = bench.driver
    bench.look_at(*MIDDLE)
    bench.key(Qt.Key.Key_M)
    bench.click(MIDDLE[0] + 20, MIDDLE[1] + BLOCK_M)
    assert bench.desk.hand.held.do == "place"
    bench.move_to(MIDDLE[0] + 20, MIDDLE[1] + 0.8 * BLOCK_M)
    assert len(bench.desk.layer.drawing.sketch) == 3
    bench.click(MIDDLE[0] + 20, MIDDLE[1] + 0.8 * BLOCK_M)
    bench.write()
    lines = bench.window.map.canvas.content.pipes.lines
    assert len(lines[driver.row("pipe", "P-H3-2")]) == 3
    devices = driver.session.city.network.devices
    at = driver.row("valve", "V-H2-2A")
    bench.click(float(devices.x_m[at]), float(devices.y_m[at]))
    assert bench.desk.hand.held == EditDraft("stand_on", "valve", "V-H2-2A")
    bench.click(MIDDLE[0] - 20, MIDDLE[1])
    bench.write()
    devices = driver.session.city.network.devices
    assert devices.x_m[driver.row("valve", "V-H2-2A")] == pytest.approx(MIDDLE[0] - 20, abs=0.5)
    bench.key(Qt.Key.Key_L)
    assert bench.editor.subject.told.layer == "service"
    bench.click(MIDDLE[0] + 50, MIDDLE[1] + 40)
    bench.click(MIDDLE[0] + 50, MIDDLE[1])
    bench.key(Qt.Key.Key_Return)
    assert bench.editor.draft.pipe.startswith(LEAKING)
    bench.write()
    assert bench.editor.listed.entries[0].layer == "service"
    bench.key(Qt.Key.Key_S)
    bench.click(MIDDLE[0], MIDDLE[1] + 60)
    assert bench.desk.bar.note.text == "此处没有管段，请点得近些。"


def test_the_ranking_is_made_again_for_the_network_after_an_edit(bench: Bench) -> None:
    window, driver = bench.window, bench.driver
    window.desks.show(PLAN)
    window.left.show_page(RANKING)
    driver.idle()
    ranking = window.left.ranking
    assert ranking.ranking.tables is not None
    window.desks.show(EDIT)
    bench.pick("valve", "V-H2-2A")
    bench.key(Qt.Key.Key_Delete)
    bench.write()
    assert ranking.ranking.tables is None
    window.desks.show(PLAN)
    driver.idle()
    assert ranking._figures.city is driver.session.city
