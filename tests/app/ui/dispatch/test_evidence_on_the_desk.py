"""Pictures and sounds of an incident: kept with it, told in what happened, and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatch_hands import Hands, report
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices


class Viewer(QObject):
    """The computer's program for files."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    found = Viewer()
    QDesktopServices.setUrlHandler("file", found, "open")
    yield found
    QDesktopServices.unsetUrlHandler("file")


def test_a_picture_and_a_sound_are_kept_with_the_incident_and_opened_again(
    hands: Hands, photo: Path, tmp_path: Path, viewer: Viewer
) -> None:
    sound = tmp_path / "水声.wav"
    sound.write_bytes(b"RIFF....WAVE")
    report(hands)
    hands.line("派 抢07")
    hands.line("到 抢07")
    hands.press(Qt.Key.Key_F6)
    hands.answer("听音杆", str(sound))
    assert "记录 · 附录音 · 听音杆" in hands.story()
    hands.do("围挡和警示标志已设")
    hands.answer(str(sound), "")
    assert "录音不能作为现场照片" in hands.desk.window.notice.text.text()
    assert not any("附照片" in line for line in hands.story())
    hands.do("围挡和警示标志已设")
    hands.answer(str(photo), "")
    assert "记录 · 附照片" in hands.story()
    hands.press(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    for wanted in ("附照片", "附录音"):
        table = hands.room.side.story.table
        table.selectRow(next(at for at, line in enumerate(hands.story()) if wanted in line))
        hands.press(Qt.Key.Key_V)
    assert [path.suffix for path in viewer.opened] == [".png", ".wav"]
    assert [path.read_bytes() for path in viewer.opened] == [photo.read_bytes(), sound.read_bytes()]
    # What was erased meanwhile is told.
    viewer.opened[1].unlink()
    hands.press(Qt.Key.Key_V)
    assert "该照片或录音不在工作区中" in hands.desk.window.notice.text.text()
