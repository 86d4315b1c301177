"""A console opened by a script in a process of its own, and what it and its worker processes weigh."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OPEN = """
import json, os, time
from pathlib import Path
from app.bootstrap import load_window, local_time, look_first, make_worker
load_window()
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from app.requests import BuildDemo, MakePlan, PlanMade
from app.ui.start import Console, StartOptions
from network.answers import PipeTarget

application = QApplication(["sluice"])
demo = BuildDemo(Path({home!r}), 1, 1)
options = StartOptions(
    Path({home!r}), demo, Path({workspace!r}), "zh_CN", "dark", tiles_apart=True, look_first=look_first
)
console = Console(options, make_worker, local_time)
console.window.resize(1920, 1080)
console.window.show()
loop = QEventLoop()
"""
"""The window, before it has opened anything; what a benchmark does with it follows."""

WAIT = """
print(told, flush=True)
input()
console.window.close()
console.close()
"""
"""Tell the text ``told`` and stay until a line comes back."""


def environment() -> dict[str, str]:
    """That of a console without a display. Warm is with Python's compiled files there, as where it was started once."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": "offscreen"}


def run(script: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """*script* in a Python of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=dict(environment)
    )


def family(root: int) -> list[int]:
    """*root* and all that descends from it."""
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in task.read_text(encoding="ascii").split()]
            except OSError:
                continue
    return found


@dataclass(frozen=True)
class Weight:
    """The proportional set size of a process, bytes: pages that several map are shared out among them.

    Attributes:
        own: What it made itself.
        file: Pages of files that it has mapped: libraries, and the city's arrays, which the system can drop.
    """

    own: int = 0
    file: int = 0

    @property
    def size(self) -> int:
        """Both."""
        return self.own + self.file


def weights(root: int) -> dict[int, Weight]:
    """What *root* and all that descends from it weigh now. Taking it walks all pages and holds up page faults."""
    found = {}
    for process in family(root):
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        told = {name: int(size) * 1024 for name, size, *_ in map(str.split, rollup.splitlines()[1:])}
        if told:
            found[process] = Weight(told["Pss:"] - told["Pss_File:"], told["Pss_File:"])
    return found
