"""Two processes at one workspace: everything that either wrote is there, in one chain."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import handmade

from app.journal.chain import flaws
from app.workspace import create_workspace, open_workspace
from network.assets import Condition

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROUNDS = 30

WINDOW = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from app.workspace import open_workspace, record_valve_observed
from network.assets import Condition

workspace = open_workspace(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    workspace = record_valve_observed(
        workspace, sys.argv[2], now=datetime.now(UTC), actor=sys.argv[2], condition=Condition(number % 4)
    )
"""


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="a")
    windows = [
        subprocess.Popen(
            [sys.executable, "-c", WINDOW, str(folder), valve, str(ROUNDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        )
        for valve in ("V1", "V2")
    ]
    for window in windows:
        assert window.stdout is not None
        assert window.stdout.readline() == "open\n"
    for window in windows:
        assert window.stdin is not None
        window.stdin.write("go\n")
        window.stdin.flush()
    for window in windows:
        window.communicate()
        assert window.returncode == 0
    with closing(open_workspace(folder)) as workspace:
        events = list(workspace.journal.events())
        assert flaws(events) == []
        assert [sum(event.entity == f"valve/{valve}" for event in events) for valve in ("V1", "V2")] == [ROUNDS] * 2
        last = Condition((ROUNDS - 1) % 4)
        assert workspace.states.condition[:2].tolist() == [last, last]
        assert set(workspace.store.layers(["valve"]).get("valve").text("condition")[:2]) == {last.name.lower()}
