"""On a laptop's screen: nothing that is tapped is too small for a glove, nothing that is read is small or cut short."""

from __future__ import annotations

from collections.abc import Iterator

from field_town import Gloves
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from app.ui.field.parts import BigButton

LEAST_PX, LEAST_TYPE_PX = 44, 16


def parts(gloves: Gloves) -> Iterator[QWidget]:
    """Everything of the desk that is to be seen."""
    room = gloves.room
    for host in (room.left.currentWidget(), room.bar, room.map_buttons):
        yield from (one for one in host.findChildren(QWidget) if one.isVisible())


def look(gloves: Gloves, page: str) -> None:
    """Measure what stands on the screen."""
    for one in parts(gloves):
        if isinstance(one, QAbstractButton | QLineEdit):
            size = one.size()
            assert min(size.width(), size.height()) >= LEAST_PX, f"{page}: {one} is {size}"
        if isinstance(one, QLineEdit):
            assert one.visibleRegion().boundingRect() == one.rect(), f"{page}: {one} is cut"
        if isinstance(one, QLabel | QAbstractButton | QLineEdit):
            assert one.font().pixelSize() >= LEAST_TYPE_PX, f"{page}: {one}"
        if isinstance(one, BigButton):
            assert one.width() >= one.minimumSizeHint().width(), f"{page}: {one.text()} has no room"
        if isinstance(one, QLabel) and one.text():
            _label(one, page)


def _label(label: QLabel, page: str) -> None:
    if not label.wordWrap():
        wide = max(QFontMetrics(label.font()).horizontalAdvance(line) for line in label.text().splitlines())
        assert label.width() >= wide, f"{page}: {label.text()} has no room"
        return
    assert label.height() >= label.heightForWidth(label.width()), f"{page}: {label.text()} is cut"


def look_in_both(gloves: Gloves, page: str) -> None:
    """Measure in both languages what stands on the screen."""
    for language in ("en", "zh_CN"):
        gloves.desk.window.set_language(language)
        gloves.desk.idle()
        look(gloves, f"{page} ({language})")


def test_every_page_fits_gloves_and_eyes(gloves: Gloves) -> None:
    desk, room = gloves.desk, gloves.room
    assert (desk.window.width(), desk.window.height()) == (1366, 768)
    look_in_both(gloves, "choosing")
    gloves.choose()
    look_in_both(gloves, "at first")
    gloves.tap(room.work.card.above)
    for _ in range(2):
        gloves.tap(room.bar.primary)
    look_in_both(gloves, "turning")
    gloves.tap(room.work.card.inside)
    look_in_both(gloves, "inside")
    gloves.tap(room.work.card.permit)
    for language in ("en", "zh_CN"):
        desk.window.set_language(language)
        gloves.measure("18.2", "22", "14.5", "80")
        assert room.permit.told.text().count("\n") == 3, "every gas is named"
        look(gloves, f"foul air ({language})")
    gloves.tap(room.permit.back)
    gloves.also("stuck")
    desk.until(lambda: bool(gloves.told))
    look_in_both(gloves, "another plan")
    room.ask_for_gps()
    look_in_both(gloves, "the receiver")
    gloves.tap(room.question.back)
    dressed_for_the_sun(gloves)


def dressed_for_the_sun(gloves: Gloves) -> None:
    """One tap, and back."""
    work, look_of = gloves.room.work, gloves.desk.console.look
    assert work.sun.text() == "强光"
    gloves.tap(work.sun)
    assert look_of.theme.name == "sun"
    assert gloves.desk.console.settings.value("theme") == "sun", "kept for later starts"
    assert work.sun.text() == "室内"
    gloves.tap(work.sun)
    assert look_of.theme.name == "dark", "as it was before"
