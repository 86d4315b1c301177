"""Desks: what the window is arranged for. Only those that exist have a tab; each keeps its own number for Ctrl."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

DISPATCH, PLAN, PRESSURE, OUTAGES, EDIT = "dispatch", "plan", "pressure", "outages", "edit"
HOTLINE, FIELD = "hotline", "field"


@dataclass(frozen=True)
class Desk:
    """One desk.

    Attributes:
        code: Its name in the code; words are the top bar's.
        number: Its key with Ctrl, and what its tab prints: 1 dispatch, 2 plan, 3 pressure, 4 planned outages, 5 edit,
            6 hotline, 7 field.
        left, right: What stands at the sides while it is in front.
        keys: What the function keys do while it is in front, asked at each press.
        own_keys: Keys that only this desk has.
        came_forward: Told when it comes to the front.
    """

    code: str
    number: int
    left: QWidget
    right: QWidget
    keys: Callable[[], Mapping[str, Callable[[], object]]] = field(default=dict)
    own_keys: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    came_forward: Callable[[], object] = field(default=lambda: None)


class Desks(QObject):
    """The desks of one window, and which of them is in front.

    Attributes:
        left, right: Hosts of the desks' sides, for the docks.

    Signals:
        changed: Another desk is in front: its code.
    """

    changed = Signal(str)

    def __init__(self, desks: tuple[Desk, ...], parent: QObject | None = None, first: str = "") -> None:
        super().__init__(parent)
        self.every = tuple(sorted(desks, key=lambda desk: desk.number))
        self.left, self.right = QStackedWidget(), QStackedWidget()
        for desk in self.every:
            self.left.addWidget(desk.left)
            self.right.addWidget(desk.right)
        self._shown = next((desk for desk in self.every if desk.code == first), self.every[0])
        self.left.setCurrentWidget(self._shown.left)
        self.right.setCurrentWidget(self._shown.right)

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
            found.came_forward()

    def press(self, key: str) -> None:
        """Do what *key* is for on the desk in front; nothing where it is for nothing."""
        act = self._shown.keys().get(key) or self._shown.own_keys.get(key)
        if act is not None:
            act()
