"""An edit, from the change to the arrays that plans are made from, against noding the whole city again.

Each edit goes the whole way: checked, written into the journal (on the disk), carried into ``network.sqlite``, noded
again around, spliced into the arrays. The first edit of a workspace also makes the indexes by which features are found.
"""

import argparse
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.operations.edit import Author, edit
from app.operations.make_city import make_demo
from app.requests import BuildDemo
from app.workspace import Workspace, keep_city, open_workspace
from app.workspace_city import city_after
from gis.editing.changes import Change
from gis.editing.renode import NETWORK_LAYERS, noded_again
from gis.editing.source import Touched
from gis.editing.tools import Edit, put_valve, split_pipe
from gis.layers import LayerSet
from network.segments import find_segments

AUTHOR = Author("bench")


def edits(workspace: Workspace, number: int) -> list[tuple[str, Edit]]:
    """One edit of each kind, at the *number*-th of some pipes all over the city."""
    source, ids = workspace.store.source(), workspace.city.network.pipes.ids
    name = ids[(number * 7_919) % len(ids)]
    line = source.having("pipe", "id", [name]).geometry[0]
    middle = line.interpolate(0.5, normalized=True)
    at = (float(middle.x), float(middle.y))
    split, valve = split_pipe(source, name, at), put_valve(source, f"BENCH{number}", name, at, {})
    made: list[tuple[str, Edit]] = [("attribute", (Change("pipe", name, "set", None, {"dn_mm": 200.0}),))]
    made += [("valve", valve)] if isinstance(valve, tuple) else []
    made += [("split", split)] if isinstance(split, tuple) else []
    return made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipes", type=int, default=100_000)
    parser.add_argument("--edits", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city"
        make_demo(BuildDemo(path, options.pipes, 7), lambda step, fraction=None: None)  # noqa: ARG005
        with closing(open_workspace(path)) as opened:
            _measure(opened, options.pipes, options.edits)


def _measure(workspace: Workspace, pipes: int, number: int) -> None:
    took: dict[str, list[float]] = {}
    around: list[float] = []
    for row in range(number + 1):
        for kind, changes in edits(workspace, row):
            started = time.perf_counter()
            after = edit(workspace, changes, AUTHOR, datetime.now(UTC))
            seconds = time.perf_counter() - started
            took.setdefault(kind if row else f"first {kind}", []).append(seconds)
            around.append(_around(workspace, after.workspace, changes))
            workspace = after.workspace
    print(f"{pipes} pipes, {len(workspace.city.customers)} customers, median of {number} edits")
    for kind, times in took.items():
        print(f"{kind:24}{1000 * statistics.median(times):9.0f} ms, slowest {1000 * max(times):7.0f} ms")
    print(f"noding around alone     {1000 * statistics.median(around):9.0f} ms")
    for name, work in (
        ("segments found anew", lambda: find_segments(workspace.city.network)),
        ("cache written", lambda: keep_city(workspace)),
        ("whole city noded again", lambda: _whole(workspace)),
    ):
        started = time.perf_counter()
        work()
        print(f"{name:24}{1000 * (time.perf_counter() - started):9.0f} ms")


def _around(before: Workspace, after: Workspace, changes: Edit) -> float:
    """Time of noding around an edit that was made, once more."""
    ids: dict[str, set[str]] = {}
    for change in changes:
        ids.setdefault(change.layer, set()).add(change.id)
    source = after.store.source()
    now = {name: source.having(name, "id", some) for name, some in ids.items()}
    started = time.perf_counter()
    city_after(before.city, Touched(after.store.touched(ids).before, now), after.store, after.options)
    return time.perf_counter() - started


def _whole(workspace: Workspace) -> None:
    source, meta = workspace.store.source(), workspace.meta
    layers = {name: source.whole(name) for name in NETWORK_LAYERS}
    noded_again(LayerSet(meta.crs_epsg, layers, meta.name, True), workspace.city, workspace.options)


if __name__ == "__main__":
    main()
