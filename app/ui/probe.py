"""What the doctor tries with Qt, in a child process of its own: Qt ends the process where it finds no screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication, QImage, QPainter


def draws() -> tuple[str, str]:
    """Paint without a screen; return Qt's version and the first font with simplified Chinese, "" if there is none."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QGuiApplication(["sluice-doctor"])
    image = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.drawText(8, 32, "闸")
    painter.end()
    fonts = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    application.shutdown()
    return qVersion(), _preferred(fonts)


def _preferred(fonts: list[str]) -> str:
    """A font made for simplified Chinese, if there is one among *fonts*."""
    made_for_it = [name for name in fonts if name.endswith((" SC", " GB")) or "YaHei" in name]
    return next(iter([*made_for_it, *fonts]), "")


def opens_display() -> tuple[str, str]:
    """Open the desktop's own screen; return the platform's name and the number of screens."""
    os.environ.pop("QT_QPA_PLATFORM", None)
    qInstallMessageHandler(_end_with_first_words())
    application = QGuiApplication(["sluice-doctor"])
    name, screens = application.platformName(), len(application.screens())
    application.shutdown()
    return name, str(screens)


def _end_with_first_words() -> Callable[[QtMsgType, QMessageLogContext, str | None], None]:
    """A message handler that ends the process with Qt's first complaint as its last words.

    Qt says first what is wrong (no such display, a missing library) and ends with the list of its plug-ins.
    """
    complaints: list[str] = []

    def listen(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        complaints.append(" ".join((text or "").split()))
        if kind is QtMsgType.QtFatalMsg:
            sys.stderr.write(f"\n{complaints[0]}\n")
            sys.stderr.flush()
            os._exit(1)

    return listen
