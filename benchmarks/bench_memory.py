"""What the whole console takes: window, desk, tile painter and recorder together, pages that several map counted once.

Usage: ``python benchmarks/bench_memory.py --workspace COPY``. The workspace is written into: give a copy; without one a
demo city of 20,000 pipes is made. Three openings, each with a first plan and every desk but Edit in front once: with
its caches taken away, so that the desk makes them anew; with these; and with 2,000 instruments whose readings a
recorder takes in every ten seconds (they are put into the copy, unless it has some of its own) and with calls of the
last hour, so that a job works out where they point. Promise: at 1,000,000 pipes and customers at most 1.5 GB.

The proportional set size of every process is taken five times a second. Taking it walks all pages and holds up page
faults, so that times are not told but for how long each opening took.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from consoles import OPEN, WAIT, Weight, environment, run, weights
from small_city import city_for

from app.bootstrap import local_time
from app.operations.complaints import carry_out, open_complaints
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.public.acts import TakeComplaint
from app.public.entries import ComplaintKind
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.demo import HOURS, DemoDay
from app.telemetry.quantities import Quantity
from app.telemetry.setup import DEMO_DAY, FOLDER, Feed, FeedKind, Setup, is_set_up, write_setup
from app.workspace import open_workspace
from app.workspace_files import CACHE
from gis.cache import open_city

INSTRUMENTS = 2_000
EVERY_S = 0.2
CALLS, CLOUDY = 30, 12
PATIENCE_S = 15
"""A desk that still asks something after so long is left: the next one comes to the front."""

SCRIPT = (
    "import multiprocessing\n"
    + OPEN
    + """
began, asked, answers, shown = time.monotonic(), [], [], []

def look():
    names.update((child.pid, child.name) for child in multiprocessing.active_children())
    workspace = console.session.workspace
    if workspace is not None and not asked:
        asked.append(console.client.ask(MakePlan(PipeTarget(workspace.pipes // 2)), answers.append))
    now = time.monotonic()
    waits = bool(console.client.tickets) and now - (shown[-1] if shown else now) < {patience_s}
    if not answers or waits or not console.window.map.canvas.settled:
        return
    if not shown:
        opened.append(now - began)
    if len(shown) == len(desks):
        watch.stop()
        QTimer.singleShot({stay_s} * 1000, loop.quit)
    elif not shown or now - shown[-1] > 2.5:
        console.window.desks.show(desks[len(shown)])
        shown.append(now)

opened, names, desks = [], {{os.getpid(): "window"}}, ["plan", "outages", "hotline", "field", "dispatch", "pressure"]
watch = QTimer()
watch.timeout.connect(look)
watch.start(100)
QTimer.singleShot(0, console.open_first)
loop.exec()
told = json.dumps({{"opened_s": opened[0], "names": names}})
"""
    + WAIT
)


def weigh(what: str, workspace: Path, environment: Mapping[str, str], stay_s: int) -> None:
    """Open *workspace* once and print the most that its processes took together, and each of them then."""
    with tempfile.TemporaryDirectory() as home:
        script = SCRIPT.format(home=home, workspace=str(workspace), stay_s=stay_s, patience_s=PATIENCE_S)
        process = run(script, environment)
        line, done, most, began = "", threading.Event(), dict[int, Weight](), time.monotonic()
        at_s = 0.0

        def read() -> None:
            nonlocal line
            assert process.stdout is not None
            line = process.stdout.readline()
            done.set()

        threading.Thread(target=read, daemon=True).start()
        while not done.wait(EVERY_S):
            now = weights(process.pid)
            if total(now) > total(most):
                most, at_s = now, time.monotonic() - began
        last = weights(process.pid)
        process.communicate("\n")
    told = json.loads(line)
    names = {int(number): name for number, name in told["names"].items()}
    print(
        f"{what}: at most {total(most) / 1e9:.2f} GB, after {at_s:.0f} s ({listed(most, names)});"
        f" at the end {total(last) / 1e9:.2f} GB ({listed(last, names)}); open after {told['opened_s']:.0f} s",
        flush=True,
    )


def total(of: Mapping[int, Weight]) -> int:
    """Bytes of all processes."""
    return sum(one.size for one in of.values())


def listed(of: Mapping[int, Weight], names: Mapping[int, str]) -> str:
    """Each process with what it takes, the heaviest first, and its share of mapped files."""
    parts = sorted(((names.get(number, "other"), one) for number, one in of.items()), key=lambda part: -part[1].size)
    return ", ".join(
        f"{name} {one.size / 1e9:.2f} of which files {one.file / 1e9:.2f}" for name, one in parts if one.size > 5e6
    )


def set_up(workspace: Path) -> None:
    """Put :data:`INSTRUMENTS` pressure loggers into *workspace*, and a feed of readings that nobody sent."""
    nodes = open_city(workspace / CACHE, verify=False).network.nodes
    rows = np.random.default_rng(7).choice(len(nodes), min(INSTRUMENTS, len(nodes)), replace=False).tolist()
    places = [(number, float(nodes.x_m[row]), float(nodes.y_m[row])) for number, row in enumerate(rows)]
    channels = tuple(
        Channel(f"PT-{number}", f"PT {number}", Quantity.PRESSURE, "MPa", 10.0, x_m=x_m, y_m=y_m)
        for number, x_m, y_m in places
    )
    low = [Limit(f"{one.id} low", at, Side.LOW, 20.0, 0.5) for at, one in enumerate(channels)]
    silent = [Limit(f"{one.id} silent", at, Side.SILENT, on_delay_ms=60_000) for at, one in enumerate(channels)]
    hourly = 0.30 + 0.02 * np.sin(np.linspace(0.0, 2.0 * np.pi, HOURS)) + np.zeros((len(channels), 1))
    noise, state = np.full(len(channels), 0.0012), np.zeros(len(channels), dtype=np.bool_)
    (workspace / FOLDER).mkdir(exist_ok=True)
    DemoDay(hourly, noise, state, np.zeros((0, len(channels), HOURS)), ()).save(workspace / FOLDER / DEMO_DAY)
    write_setup(workspace, Setup(Channels(channels), Limits((*low, *silent)), (Feed("demo", FeedKind.DEMO),), ()))


def let_call(workspace: Path, now: datetime) -> None:
    """Enter :data:`CALLS` neighbours without water and :data:`CLOUDY` with cloudy water in the last hour."""
    with closing(open_workspace(workspace)) as opened:
        desk = open_complaints(opened, standards_of(workspace))
        customers = opened.city.customers
        away_m = np.hypot(customers.x_m - customers.x_m[0], customers.y_m - customers.y_m[0])
        kinds = [ComplaintKind.NO_WATER] * CALLS + [ComplaintKind.COLOUR] * CLOUDY
        for number, row in enumerate(np.argsort(away_m)[: len(kinds)].tolist()):
            act = TakeComplaint(kinds[number], customers.ids[row])
            desk, _ = carry_out(desk, act, Author("bench"), now - timedelta(minutes=len(kinds) - number))


def main() -> None:
    """Print the figures of three openings."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workspace", type=Path, help="a copy: its caches are made anew")
    parser.add_argument("--stay-s", type=int, default=20, help="how long each console stays open at the end")
    parser.add_argument("--only", choices=["anew", "kept", "fed"], help="one of the three openings")
    asked = parser.parse_args()
    warm = environment()
    with city_for(asked.workspace) as workspace:
        if asked.only in (None, "anew"):
            shutil.rmtree(workspace / CACHE, ignore_errors=True)
            weigh("caches made anew", workspace, warm, asked.stay_s)
        if asked.only in (None, "kept"):
            weigh("caches there", workspace, warm, asked.stay_s)
        if asked.only in (None, "fed"):
            if not is_set_up(workspace):
                set_up(workspace)
            let_call(workspace, local_time())
            weigh("with a recorder and calls", workspace, warm, asked.stay_s)


if __name__ == "__main__":
    main()
