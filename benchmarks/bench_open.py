"""From a workspace on disk to its first answer, against the bare read of the same columns.

The bare read is what any program must do that reads these layers through SQL: every column of pipes, valves, sources
and customers through the driver, and their geometry through ``shapely.from_wkb``. Promise: at most 1.5 times that, at
100,000 pipes. Cold is without the workspace's cache (made anew from the file), warm is with it.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TIMED = """
import sys, time
started = time.perf_counter()
{setup}
loaded = time.perf_counter()
{work}
print(time.perf_counter() - loaded)
"""

BARE_SETUP = "from pathlib import Path\nimport shapely\nfrom gis.stores.sqlite import connect"
BARE = """
connection = connect(Path({path!r}) / "network.sqlite", readonly=True, spatial=True)
for layer in ("pipe", "valve", "source", "customer", "junction"):
    rows = connection.execute(f"SELECT *, ST_AsBinary(geometry) FROM {{layer}}").fetchall()
    shapely.from_wkb([row[-1] for row in rows])
"""

ANSWER_SETUP = """
from pathlib import Path
from app.operations.isolate import Desk, Query
from app.workspace import open_workspace
from network.supply import prepare
"""
ANSWER = """
workspace = open_workspace(Path({path!r}))
desk = Desk(prepare(workspace.city, workspace.states))
desk.answer(Query("pipe", workspace.city.network.pipes.ids[len(workspace.city.network.pipes) // 2]))
"""


def seconds(setup: str, work: str, path: Path) -> float:
    """Time of *work* in a fresh process, imports left out."""
    script = TIMED.format(setup=setup, work=work.format(path=str(path)))
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return float(done.stdout.strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipes", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city"
        make = [sys.executable, "-m", "app", "demo", "--pipes", str(options.pipes), "--out", str(path)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        bare, warm, cold = [], [], []
        for _ in range(options.runs):
            bare.append(seconds(BARE_SETUP, BARE, path))
            warm.append(seconds(ANSWER_SETUP, ANSWER, path))
            shutil.rmtree(path / "cache")
            cold.append(seconds(ANSWER_SETUP, ANSWER, path))
    base = statistics.median(bare)
    print(f"{options.pipes} pipes, median of {options.runs} runs")
    print(f"bare read                     {base:8.3f} s")
    for name, times in (("first answer, cache warm", warm), ("first answer, cache made anew", cold)):
        print(f"{name:30}{statistics.median(times):8.3f} s   ratio {statistics.median(times) / base:5.2f}")


if __name__ == "__main__":
    main()
