"""Years of dispatch: start from a snapshot, rebuild from the log, the tick, and durable appends against a bare fsync.

Promises at 10,000 incidents and 1,000,000 events: start ≤ 3 s from a snapshot, verify and rebuild ≤ 30 s (fold alone
≤ 15 s), a tick over 5,000 running clocks ≤ 20 ms, append p95 ≤ 3 × the machine's bare fsync. Times are processor time
but for the appends, which wait for the disk.

Usage: ``python benchmarks/bench_dispatch_years.py [--incidents N] [--keep FOLDER]``; *--keep* uses a folder again.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from dispatch_years import write_years

from app.dispatch.acts import Note, TakeReport
from app.dispatch.board import Standards
from app.dispatch.entries import IncidentKind
from app.dispatch.rule_pack import standard_pack
from app.dispatch.shelf import rebuilt
from app.dispatch.states import table_of
from app.journal.chain import flaws
from app.operations.dispatch import DispatchDesk, carry_out, look, open_dispatch
from app.operations.edit import Author
from app.operations.make_city import make_demo
from app.requests import BuildDemo
from app.workspace import Workspace, open_workspace

STANDARDS = Standards(standard_pack())
T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time years of dispatch.")
    parser.add_argument("--incidents", type=int, default=1000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = options.keep or Path(home) / "city"
        if not folder.exists():
            make_demo(BuildDemo(folder, 1000, 3), lambda _step, _fraction=None: None)
            write_years(folder / "journal.sqlite", options.incidents, still_open=options.incidents // 50)
        run(folder)


def run(folder: Path) -> None:
    (folder / "cache" / "dispatch.json").unlink(missing_ok=True)
    workspace = open_workspace(folder)
    print(f"{workspace.state.events} events")
    timed("verify the chain", lambda: flaws(workspace.journal.events()))

    heads, lineage, recall = workspace.state.heads, workspace.state.lineage, workspace.journal.about
    timed("read the log and fold it", lambda: rebuilt(STANDARDS, workspace.journal.events(), heads, lineage, recall))
    read_s = timed("read the log alone", lambda: sum(1 for _ in workspace.journal.events()))[1]
    print(f"  (reading takes {read_s:.1f} s of it)")
    timed("open the desk without a snapshot, and keep one", lambda: open_dispatch(workspace, STANDARDS))
    workspace.close()
    workspace = timed("open the workspace again", lambda: open_workspace(folder))[0]
    desk = timed("open the desk from the snapshot", lambda: open_dispatch(workspace, STANDARDS))[0]
    timed("a view", lambda: look(desk, datetime.now(UTC)))
    tick(desk)
    appends(workspace, desk)
    workspace.close()


def timed(what: str, work: Callable[[], T]) -> tuple[T, float]:
    started = time.process_time()
    done = work()
    took_s = time.process_time() - started
    print(f"{what}: {took_s:.2f} s of processor")
    return done, took_s


def tick(desk: DispatchDesk) -> None:
    """5,000 running clocks, as the window compares them."""
    clocks = [clock for some in desk.board.clocks.values() for clock in some if clock.verdict.met is None]
    many = (clocks * (5000 // max(1, len(clocks)) + 1))[:5000]
    table = table_of(many, look(desk, datetime.now(UTC)).table.zone)
    now_ms = round(time.time() * 1000)
    took_ms = []
    for number in range(200):
        started = time.perf_counter()
        table.states(now_ms + number)
        took_ms.append((time.perf_counter() - started) * 1000)
    print(f"a tick over {len(many)} clocks: median {statistics.median(took_ms):.2f} ms, longest {max(took_ms):.2f} ms")


def appends(workspace: Workspace, desk: DispatchDesk) -> None:
    """Bare fsyncs of one page and whole acts, in turn, so that both meet the same disk."""
    city = workspace.city.network.nodes
    author, now = Author("bench"), datetime.now(UTC)
    desk, done = carry_out(desk, TakeReport(IncidentKind.BURST, float(city.x_m[0]), float(city.y_m[0])), author, now)
    number = done.about.partition("/")[2]  # type: ignore[union-attr]
    bare_ms, append_ms, act_ms = [], [], []
    file = os.open(workspace.folder / "bare", os.O_WRONLY | os.O_CREAT)
    for _ in range(300):
        started = time.perf_counter()
        os.pwrite(file, b"x" * 4096, 0)
        os.fsync(file)
        bare_ms.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        workspace.journal.append([], datetime.now(UTC), "bench")
        append_ms.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        desk, _ = carry_out(desk, Note(number, "水从井口冒出"), author, datetime.now(UTC))
        act_ms.append((time.perf_counter() - started) * 1000)
    os.close(file)
    (workspace.folder / "bare").unlink()
    bare, whole = p95(bare_ms), p95(act_ms)
    print(f"an act from the check to the disk p95 {whole:.2f} ms, a bare fsync p95 {bare:.2f} ms: {whole / bare:.2f} x")
    print(f"  medians {statistics.median(act_ms):.2f} and {statistics.median(bare_ms):.2f} ms; an empty transaction")
    print(f"  {statistics.median(append_ms):.2f} ms")


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main()
