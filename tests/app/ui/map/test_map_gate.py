from __future__ import annotations

import os
import sys
import threading
import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.map.gate import (
    LONGEST_WAIT_S,
    NICEST,
    STANDS_BACK_BY,
    SWITCH_INTERVAL_S,
    Gate,
    hand_over_quickly,
    stand_back,
)


def passes_at_once(gate: Gate) -> bool:
    before_s = time.monotonic()
    gate.wait()
    return time.monotonic() - before_s < LONGEST_WAIT_S / 2


class Painted(QWidget):
    """Notes whether the gate was open while it was painted."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self.gate = gate
        self.open: list[bool] = []

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's naming)
        self.open.append(passes_at_once(self.gate))


def test_a_window_that_paints_closes_the_gate_and_opens_it_again(qtbot) -> None:
    gate = Gate()
    window = Painted(gate)
    qtbot.addWidget(window)
    gate.watch(window)
    gate.watch(window)
    window.show()
    qtbot.waitUntil(lambda: bool(window.open))
    assert not any(window.open)
    qtbot.waitUntil(lambda: passes_at_once(gate))
    seen = len(window.open)
    window.update()
    qtbot.waitUntil(lambda: len(window.open) > seen)
    assert not any(window.open)
    qtbot.waitUntil(lambda: passes_at_once(gate))


def test_a_closed_gate_within_a_closed_gate_opens_once_both_are_over(qtbot) -> None:
    gate = Gate()
    with gate.closed():
        with gate.closed():
            assert not passes_at_once(gate)
        assert not passes_at_once(gate)
    assert passes_at_once(gate)


def test_nobody_waits_for_ever() -> None:
    gate = Gate()
    with gate.closed():
        thread = threading.Thread(target=gate.wait)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()


def test_threads_ask_for_the_lock_soon() -> None:
    before_s = sys.getswitchinterval()
    try:
        hand_over_quickly()
        assert sys.getswitchinterval() <= SWITCH_INTERVAL_S * 1.01
    finally:
        sys.setswitchinterval(before_s)


def test_standing_back_slows_the_calling_thread_alone() -> None:
    niceness = []

    def ask() -> None:
        stand_back()
        niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert niceness == [min(mine + STANDS_BACK_BY, NICEST) if sys.platform == "linux" else mine]
