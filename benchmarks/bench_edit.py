"""An edit, from the change to the arrays that plans are made from, against noding the whole city again.

Each edit goes the whole way: checked, written into the journal (on the disk), carried into ``network.sqlite``, noded
again around, spliced into the arrays, and laid into the cache that the window maps: arrays, map and names. The first
edit of a workspace also makes the indexes by which features are found. Times are of this process's processor.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.operations.desk_cache import prepare_cache, renew_cache
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
    parser.add_argument("--workspace", type=Path, help="edit this one, a copy of your own, instead of a new demo city")
    options = parser.parse_args()
    if options.workspace is not None:
        with closing(open_workspace(options.workspace)) as opened:
            _measure(opened, len(opened.city.network.pipes), options.edits)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city"
        make_demo(BuildDemo(path, options.pipes, 7), lambda step, fraction=None: None)  # noqa: ARG005
        with closing(open_workspace(path)) as opened:
            prepare_cache(opened)
            _measure(opened, options.pipes, options.edits)


def _measure(workspace: Workspace, pipes: int, number: int) -> None:
    took: dict[str, list[float]] = {}
    around: list[float] = []
    shown: list[float] = []
    for row in range(number + 1):
        for kind, changes in edits(workspace, row):
            started = time.process_time()
            after = edit(workspace, changes, AUTHOR, datetime.now(UTC))
            took.setdefault(kind if row else f"first {kind}", []).append(time.process_time() - started)
            around.append(_around(workspace, after.workspace, changes))
            started = time.process_time()
            kept = keep_city(after.workspace)
            renew_cache(workspace, kept)
            shown.append(time.process_time() - started)
            workspace = kept
    whole_s = _timed(lambda: _whole(workspace))
    print(f"{pipes} pipes, {len(workspace.city.customers)} customers, median of {number} edits")
    print(f"whole city noded again  {1000 * whole_s:9.0f} ms")
    for kind, times in [*took.items(), ("noding around alone", around), ("cache renewed", shown)]:
        middle = statistics.median(times)
        print(f"{kind:24}{1000 * middle:9.0f} ms, slowest {1000 * max(times):7.0f} ms, 1/{whole_s / middle:.0f} of it")
    print(f"segments found anew     {1000 * _timed(lambda: find_segments(workspace.city.network)):9.0f} ms")


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _around(before: Workspace, after: Workspace, changes: Edit) -> float:
    """Time of noding around an edit that was made, once more."""
    ids: dict[str, set[str]] = {}
    for change in changes:
        ids.setdefault(change.layer, set()).add(change.id)
    source = after.store.source()
    now = {name: source.having(name, "id", some) for name, some in ids.items()}
    touched = Touched(after.store.touched(ids).before, now)
    return _timed(lambda: city_after(before.city, touched, after.store, after.options))


def _whole(workspace: Workspace) -> None:
    source, meta = workspace.store.source(), workspace.meta
    layers = {name: source.whole(name) for name in NETWORK_LAYERS}
    noded_again(LayerSet(meta.crs_epsg, layers, meta.name, True), workspace.city, workspace.options)


if __name__ == "__main__":
    main()
