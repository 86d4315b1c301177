"""The window: time to first sight, its longest stall while a large workspace opens, and the console's peak memory.

Promises: first window within 1 s warm; at 1,000,000 pipes no stall above 50 ms while the workspace opens, and at most
4 GB for window and worker together at their peak (shared pages counted once: proportional set size).

``--workspace`` takes a city that is there already; otherwise one of ``--pipes`` is made, which takes minutes at
1,000,000.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from consoles import OPEN, WAIT, run, weights
from consoles import environment as console_environment

FIRST_SIGHT = """
import time
started = time.perf_counter()
from pathlib import Path
from app.bootstrap import load_window, local_time, make_worker
load_window()
from PySide6.QtWidgets import QApplication
from app.requests import BuildDemo
from app.ui.start import Console, StartOptions
application = QApplication(["sluice"])
console = Console(StartOptions(Path({home!r}), BuildDemo(Path({home!r}) / "none", 1, 1)), make_worker, local_time)
console.window.show()
console.window.grab()
print(time.perf_counter() - started)
console.window.close()
console.client.close()
"""

OPENING = (
    OPEN
    + """
beats, answers, sharp = [], [], []
queued = open(f"/proc/self/task/{{os.getpid()}}/schedstat")

def note():
    queued.seek(0)
    beats.append((time.perf_counter(), time.thread_time(), int(queued.read().split()[1]) / 1e9))

beat = QTimer()
beat.timeout.connect(note)
beat.start(1)
QTimer.singleShot(300, lambda: (beats.clear(), console.open_first()))

def look():
    canvas = console.window.map.canvas
    # Sharp only where it was painted since: settled tells of what the next frame needs.
    if not sharp and canvas.content is not None and canvas.isVisible() and canvas.settled:
        sharp.append((time.perf_counter(), console.session.workspace is None))
    opened = console.session.workspace is not None
    if opened and not answers and not asked:
        asked.append(console.client.ask(MakePlan(PipeTarget(console.session.workspace.pipes // 2)), answers.append))
    if answers and console.window.map.canvas.settled and not console.client.tickets:
        loop.quit()

asked = []
watch = QTimer()
watch.timeout.connect(look)
watch.start(10)
loop.exec()
gaps = [[after - before for before, after in zip(*pair)] for pair in zip(beats, beats[1:])]
longest, second = sorted(gaps)[:-3:-1]
unqueued = max(wall - queue for wall, _, queue in gaps)
worked = max(busy for _, busy, _ in gaps)
told = json.dumps({{"longest": longest, "second": second, "unqueued_s": unqueued, "worked_s": worked,
                   "opened_s": beats[-1][0] - beats[0][0], "sharp_s": sharp[0][0] - beats[0][0], "early": sharp[0][1],
                   "planned": isinstance(answers[0], PlanMade)}})
"""
    + WAIT
)


def total(root: int) -> int:
    return sum(one.size for one in weights(root).values())


def opening(workspace: Path, environment: dict[str, str], home: str, *, weigh: bool) -> tuple[dict[str, Any], int]:
    """What the window measured of itself, and, if *weigh*, the peak of its and its workers' memory.

    Weighing walks every page that a process maps and holds up its page faults meanwhile: a run that is weighed stalls
    because of it, so stalls are taken from runs that are not.
    """
    process = run(OPENING.format(home=home, workspace=str(workspace)), environment)
    peak, line = 0, ""
    done = threading.Event()

    def read() -> None:
        nonlocal line
        assert process.stdout is not None
        line = process.stdout.readline()
        done.set()

    threading.Thread(target=read, daemon=True).start()
    while not done.wait(0.2):
        peak = max(peak, total(process.pid) if weigh else 0)
    peak = max(peak, total(process.pid))
    process.communicate("\n")
    return json.loads(line), peak


def first_windows(runs: int, environment: dict[str, str], home: str) -> None:
    run(FIRST_SIGHT.format(home=home), environment).communicate()
    first = []
    for _ in range(runs):
        process = run(FIRST_SIGHT.format(home=home), environment)
        first.append(float(process.communicate()[0].split()[-1]))
    bare = []
    for _ in range(runs):
        script = (
            "import time; started = time.perf_counter()\n"
            "from PySide6.QtWidgets import QApplication, QWidget\n"
            "application = QApplication([]); widget = QWidget(); widget.show(); widget.grab()\n"
            "print(time.perf_counter() - started)"
        )
        bare.append(float(run(script, environment).communicate()[0].split()[-1]))
    print(
        f"first window, warm: {min(first):.3f} s best, {sorted(first)[len(first) // 2]:.3f} s median;"
        f" ratio to an empty Qt window {min(first) / min(bare):.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipes", type=int, default=1_000_000)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only-openings", action="store_true", help="leave out the first window and memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as compiled:
        environment = console_environment()
        if not options.only_openings:
            environment["PYTHONPYCACHEPREFIX"] = compiled
        if not options.only_openings:
            first_windows(options.runs, environment, home)
        workspace = options.workspace or Path(home) / "city"
        if options.workspace is None:
            make = [sys.executable, "-m", "app", "demo", "--pipes", str(options.pipes), "--out", str(workspace)]
            started = time.perf_counter()
            subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
            print(f"{options.pipes} pipes made in {time.perf_counter() - started:.0f} s")
        for number in range(1, options.runs + 1):
            figures, _ = opening(workspace, environment, home, weigh=False)
            wall, busy, queue = (1000 * figure for figure in figures["longest"])
            # Where other programs use the machine too, working and waiting for a processor tell more than the clock.
            print(
                f"opening {number}: sharp map after {figures['sharp_s']:.2f} s"
                f" ({'before' if figures['early'] else 'when'} its desk was ready),"
                f" first plan and all answers after {figures['opened_s']:.2f} s, longest stall {wall:.1f} ms"
                f" ({busy:.1f} ms working, {queue:.1f} ms waiting for a processor),"
                f" without waiting {1000 * figures['unqueued_s']:.1f} ms,"
                f" most work of the window's own in one turn {1000 * figures['worked_s']:.1f} ms"
            )
        if not options.only_openings:
            _, peak = opening(workspace, environment, home, weigh=True)
            print(f"peak memory of window and workers {peak / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
