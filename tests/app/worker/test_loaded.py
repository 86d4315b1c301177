"""What worker processes load: each console has several of them."""

from __future__ import annotations

import multiprocessing
import queue
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.bootstrap import serve_worker
from app.burst_requests import WatchBursts
from app.care_requests import CheckFiles
from app.live_requests import WatchLive
from app.public_requests import ReadCalls
from app.requests import Failed, Progress, Reply, Request
from app.worker.client import CALLS, CARE, RECORDER, WATCH, WorkerClient

NEVER = ("pyogrio", "pandas", "geopandas", "pyarrow", "epanet", "psycopg", "asyncua", "PySide6", "pypinyin")
"""The first brings a second SQLite, whose file locks would break ours; the others cost memory and time for nothing."""


DESK_NEVER = (*NEVER, "scipy.stats", "ezdxf")
LEAN_NEVER = (*DESK_NEVER, "networkx", "rustworkx", "xlsxwriter", "pyvrp")
CALLS_NEVER = tuple(name for name in LEAN_NEVER if name != "rustworkx")
LEANEST_NEVER = (*LEAN_NEVER, "scipy")


@pytest.mark.parametrize(
    ("module", "never", "most_mb"),
    [
        ("job_process", NEVER, 120),
        ("process", DESK_NEVER, 105),
        ("call_job", CALLS_NEVER, 65),
        ("watch_process", LEAN_NEVER, 65),
        ("care_jobs", LEANEST_NEVER, 40),
        ("recorder_process", LEANEST_NEVER, 47),
        ("follower_process", LEANEST_NEVER, 40),
    ],
)
def test_no_worker_loads_what_it_does_not_need(module: str, never: tuple[str, ...], most_mb: float) -> None:
    """Neither by name nor by weight: a fifth to a third more than when this was written."""
    code = f"""
import sys, app.worker.{module}
print([name for name in {never!r} if name in sys.modules])
try:
    told = open("/proc/self/smaps_rollup").read()
except FileNotFoundError:  # Linux alone tells
    told = "Pss_Anon: 0 kB"
print(*(int(line.split()[1]) / 1e3 for line in told.splitlines() if line.startswith("Pss_Anon:")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    names, own_mb = done.stdout.splitlines()
    assert names == "[]"
    assert float(own_mb) < most_mb


@pytest.mark.parametrize(
    ("request_of", "name"), [(CheckFiles, CARE), (partial(ReadCalls, now_ms=0), CALLS)], ids=["files", "calls"]
)
def test_a_task_beside_all_desks_has_a_process_that_loads_little_and_ends_with_it(
    tmp_path: Path, request_of: Callable[[Path], Request], name: str
) -> None:
    told = queue.SimpleQueue[tuple[int, Reply | Progress]]()
    client = WorkerClient(lambda ticket, event: told.put((ticket, event)), serve_worker)
    try:
        asked = client.submit(request_of(tmp_path / "nowhere"))
        assert name in [child.name for child in multiprocessing.active_children()]
        ticket, reply = told.get(timeout=60)
        while isinstance(reply, Progress):
            ticket, reply = told.get(timeout=60)
        assert ticket == asked
        assert isinstance(reply, Failed)
        assert reply.code == "workspace.missing"
    finally:
        client.close()


@pytest.mark.parametrize(
    ("request_of", "name", "code"),
    [(WatchLive, RECORDER, "telemetry.not_set_up"), (WatchBursts, WATCH, "telemetry.not_set_up")],
)
def test_recorder_and_watch_are_processes_that_load_little_and_answer(
    tmp_path: Path, request_of: Callable[[Path, int], Request], name: str, code: str
) -> None:
    told = queue.SimpleQueue[tuple[int, Reply | Progress]]()
    client = WorkerClient(lambda ticket, event: told.put((ticket, event)), serve_worker)
    try:
        client.submit(request_of(tmp_path, 0))
        assert [child.name for child in multiprocessing.active_children()] == [name]
        reply = told.get(timeout=60)[1]
        assert isinstance(reply, Failed)
        assert reply.code == code
    finally:
        client.close()
