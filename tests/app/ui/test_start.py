"""What the window needs before it is there, and what it finds of fonts."""

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from console_driver import Driver
from little_city import LEAKING
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontInfo, QFontMetrics, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.bootstrap import make_worker
from app.ui import fonts
from app.ui.collector import Collector
from network.assets import Condition

HEAVY = (
    "scipy",
    "networkx",
    "rustworkx",
    "pyogrio",
    "pyproj",
    "pypinyin",
    "sqlalchemy",
    "pysqlite3",
    "xlsxwriter",
    "epanet",
)
MANY_RECORDS_BYTES = 1_000_000


def test_the_window_waits_for_no_library_that_it_does_not_draw_with(tmp_path: Path) -> None:
    code = f"""
import pathlib, sys
import app.record_cache
from app.bootstrap import load_window
sys.dont_write_bytecode = False
app.record_cache.cache_path = pathlib.Path({str(tmp_path)!r}).joinpath
load_window()
print([name for name in {HEAVY!r} if name in sys.modules])
print(sys.modules["linecache"].cache.keys() & {{sys.modules["app.ui.window"].__file__}})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    heavy, sources = done.stdout.splitlines()
    assert heavy == "[]"
    assert (tmp_path / "window").stat().st_size > MANY_RECORDS_BYTES, "they are compiled anew at each start"
    assert sources == "set()", "PySide read the source of what was loaded, which takes long (app.ui.unswitched)"


def test_latin_is_set_in_the_bundled_font_with_figures_of_one_width(qtbot: QtBot) -> None:
    fonts.load_fonts()
    for weight in (400, 500, 600):
        made = fonts.font(fonts.TABLE, weight)
        assert QFontInfo(made).family() == "Inter"
        metrics = QFontMetrics(made)
        assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def _ink(text: str) -> QImage:
    picture = QImage(64, 40, QImage.Format.Format_Grayscale8)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.setFont(fonts.font(24))
    painter.drawText(QPointF(4, 30), text)
    painter.end()
    return picture


def test_chinese_is_not_boxes(qtbot: QtBot) -> None:
    fonts.load_fonts()
    pictures = [_ink(letter) for letter in "闸口阀关漏"]
    box = _ink("\U0010fffd")  # nobody has a glyph for this one
    assert all(picture != box for picture in pictures)
    assert all(pictures[a] != pictures[b] for a in range(5) for b in range(a))


def test_signs_of_the_console_are_in_the_bundled_font(qtbot: QtBot) -> None:
    fonts.load_fonts()
    metrics = QFontMetrics(fonts.font())
    assert [sign for sign in "−·…—↻↺▲▼×≤≥›" if not metrics.inFontUcs4(ord(sign))] == []


def test_garbage_is_collected_in_the_windows_thread_when_it_is_due(qtbot: QtBot) -> None:
    collector = Collector()
    try:
        assert not gc.isenabled()
        loops = [[] for _ in range(gc.get_threshold()[0] * 2)]
        for loop in loops:
            loop.append(loop)
        before = gc.get_stats()[0]["collections"]
        collector.collect_due()
        assert gc.get_stats()[0]["collections"] > before
        assert gc.get_count()[0] < gc.get_threshold()[0]
    finally:
        collector.stop()


def test_the_real_worker_process_answers_the_window_and_ends_with_it(start: Callable[..., Driver]) -> None:
    desk = start(make_worker=make_worker).open()
    desk.plan(LEAKING)
    assert desk.ids(desk.session.plan.plan.close) == ["V-H2-2A", "V-H2-2B"]
    desk.session.suppose(desk.row("valve", "V-H2-2B"), condition=Condition.INOPERABLE)
    desk.idle()
    assert len(desk.session.plan.plan.close) == 4
    process = desk.console.client._worker._desk.process
    desk.window.close()
    process.join(20)
    assert process.exitcode is not None


def test_without_a_workspace_the_demo_city_is_built_and_opened(start: Callable[..., Driver], tmp_path: Path) -> None:
    desk = start(workspace=None)
    desk.console.open_first()
    assert desk.window.inspector.hint.isVisible()
    desk.until(lambda: desk.session.city is not None)
    desk.idle()
    assert (tmp_path / "demo" / "network.sqlite").is_file()
    assert desk.session.workspace.synthetic
    assert desk.session.workspace.pipes == 1000
