"""What desks share at their right side, and the fields of their forms."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.dispatch.acts import No
from app.ui.form_fields import FormGrid, FormLine
from app.ui.look import Look
from app.ui.side_parts import ActsMenu, RefusalBar
from app.ui.widgets import column


def test_a_refusal_is_told_in_the_language_in_force_until_esc(qtbot: QtBot) -> None:
    look, host = Look(language="en"), QWidget()
    qtbot.addWidget(host)
    bar = RefusalBar(look, lambda no: f"{look.language}: {no.code}")
    column(host, bar)
    host.show()
    assert not bar.isVisible()
    assert not bar.step_back()
    bar.tell(No("long_ago"))
    assert bar.isVisible()
    assert bar.text() == "en: long_ago"
    look.set_language("zh_CN")
    assert bar.text() == "zh_CN: long_ago"
    look.set_language("en")
    assert bar.step_back()
    assert not bar.isVisible()


def test_each_act_of_the_menu_has_its_name_and_does_what_it_says(qtbot: QtBot) -> None:
    done: list[str] = []
    host = QWidget()
    qtbot.addWidget(host)
    menu = ActsMenu(host, {"waive": lambda: done.append("waive"), "merge": lambda: done.append("merge")})
    menu.name({"merge": "&Merge…", "waive": "&Waive…"})
    assert [action.text() for action in menu.actions()] == ["&Waive…", "&Merge…"]
    menu.acts["merge"].trigger()
    assert done == ["merge"]


def test_fields_stand_behind_their_names_and_enter_of_the_number_pad_counts(qtbot: QtBot) -> None:
    form, line = FormGrid(), FormLine()
    qtbot.addWidget(form)
    name, hits, chosen, note = QLabel("Where"), QLabel("hits"), QLabel("chosen"), QLabel("Note")
    form.add(name, line)
    form.add_wide(hits)
    form.add(None, chosen)
    form.add(note, last := FormLine())
    form.show()
    assert name.y() < hits.y() < chosen.y() < note.y()
    assert line.x() == chosen.x() == last.x() > hits.x() == name.x()
    with qtbot.waitSignal(line.entered, timeout=10_000):
        QTest.keyClick(line, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
