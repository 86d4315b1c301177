"""The network at the hub: how long giving it and beginning with it take, against copying the file it comes from.

Usage: ``python benchmarks/bench_hub_layers.py [WORKSPACE]``; without one a demo city of 20,000 pipes is made.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from servers import postgres, postgres_programs

from app.operations.hub import make_hub
from app.operations.hub_layers import give_layers, join_anew
from app.operations.make_city import make_demo
from app.requests import BuildDemo
from app.workspace import open_workspace
from app.workspace_care import back_up


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


def timed(what: Callable[[], object]) -> float:
    """Seconds that *what* takes."""
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def main() -> int:
    """Measure, and return 1 where there is no server to measure with."""
    programs = postgres_programs()
    if programs is None:
        print("no PostgreSQL on this machine: python3 tools/set_up.py test")
        return 1
    with tempfile.TemporaryDirectory() as place, postgres(programs, durable=True) as server:
        city = Path(place) / "city"
        if sys.argv[1:]:
            shutil.copytree(sys.argv[1], city, ignore=shutil.ignore_patterns("cache"))
        else:
            make_demo(BuildDemo(city, 20_000, 7), silent)
        copied = timed(lambda: back_up(city, Path(place) / "copy"))
        print(f"backup of the workspace {copied:.1f} s", flush=True)
        make_hub(city, server.address)
        given = timed(lambda: give_layers(city, silent))
        print(f"giving its network to the hub {given:.1f} s ({given / copied:.1f} times as long)", flush=True)
        begun = timed(lambda: join_anew(Path(place) / "new", server.address, silent))
        with closing(open_workspace(Path(place) / "new")) as workspace:
            pipes = len(workspace.city.network.pipes)
        print(f"beginning with it, {pipes:,} pipes: {begun:.1f} s ({begun / copied:.1f} times as long)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
