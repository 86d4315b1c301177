"""What the parts of the tour need of whoever leads it, and in which dress each picture is taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.messages.describe import Thing
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from app.ui.window import MainWindow

LOOKS = (("zh_CN", "dark"), ("en", "light"))
"""Language and theme."""


class Guide(Protocol):
    """What leads through the console: :class:`app.ui.tour.Tour`."""

    @property
    def window(self) -> MainWindow:
        """The window."""

    @property
    def session(self) -> Session:
        """What it is about."""

    def plan(self, thing: Thing) -> PlanFacts:
        """Pick *thing* and wait for its plan."""

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live until something is so."""

    def idle(self) -> None:
        """Let everything that is being asked be answered."""

    @property
    def busy(self) -> bool:
        """Whether something is being asked."""

    def portrait(self, widget: QWidget, name: str) -> Path:
        """Save a window of its own."""

    def picture(self, name: str) -> Path:
        """Save the window as it is once the map is sharp."""
