"""Desks: what the window is arranged for. Only those that exist have a tab; each keeps its own number for Ctrl."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

PLAN, EDIT = "plan", "edit"


@dataclass(frozen=True)
class Desk:
    """One desk.

    Attributes:
        code: Its name in the code; words are the top bar's.
        number: Its key with Ctrl, and what its tab prints: 1 dispatch, 2 plan, 3 pressure, 4 field, 5 edit.
        left, right: What stands at the sides while it is in front.
    """

    code: str
    number: int
    left: QWidget
    right: QWidget


class Desks(QObject):
    """The desks of one window, and which of them is in front.

    Attributes:
        left, right: Hosts of the desks' sides, for the docks.

    Signals:
        changed: Another desk is in front: its code.
    """

    changed = Signal(str)

    def __init__(self, desks: tuple[Desk, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.every = tuple(sorted(desks, key=lambda desk: desk.number))
        self.left, self.right = QStackedWidget(), QStackedWidget()
        for desk in self.every:
            self.left.addWidget(desk.left)
            self.right.addWidget(desk.right)
        self._shown = self.every[0]

    @property
    def shown(self) -> Desk:
        """The desk in front."""
        return self._shown

    def show(self, code: str) -> None:
        """Bring a desk to the front.

        Raises:
            KeyError: There is no such desk.
        """
        found = {desk.code: desk for desk in self.every}[code]
        self.left.setCurrentWidget(found.left)
        self.right.setCurrentWidget(found.right)
        if found is not self._shown:
            self._shown = found
            self.changed.emit(code)
