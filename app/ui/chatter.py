"""Keeps what Qt's platform plug-ins say to developers away from operators."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_HARMLESS = ("This plugin does not support propagateSizeHints", "This plugin supports grabbing")
"""Said by the plug-in without a screen for every widget; nothing follows from it."""


@contextmanager
def without_chatter() -> Iterator[None]:
    """Drop Qt's harmless messages; every other one goes where it went before."""

    def listen(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        if (text or "").startswith(_HARMLESS):
            return
        if before is not None:
            before(kind, context, text or "")
        else:
            sys.stderr.write(f"{text}\n")

    before = qInstallMessageHandler(listen)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
