"""A town of a few streets with known answers, as layers and as a workspace on disk."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from app.operations.desk_cache import prepare_cache
from app.workspace import create_workspace, open_workspace
from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city

EAST, NORTH = 500_000.0, 4_060_000.0
BLOCK_M = 200.0
ACROSS, DOWN = 6, 5
STREETS_EW = ("木桥路", "书院西路", "清泉大街", "解放路", "青松南路")
STREETS_NS = ("云台路", "望云路", "银杏东路", "白塔路", "二环东街", "锦园路")

LEAKING = "P-H2-2"
"""A main in the middle; its plan closes valves, and a school, a hospital and flats hang on it."""
ALONE = "P-PLANT"
"""The main right behind the plant: nothing closable stands between."""


def _corner(x: int, y: int) -> tuple[float, float]:
    return EAST + x * BLOCK_M, NORTH + y * BLOCK_M


def _layer(geometry: list[Any], **columns: list[Any]) -> Layer:
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        text = isinstance(values[0], str)
        arrays[name] = np.array(values, dtype=object) if text else np.array(values)
    return Layer(shapes, arrays)


def _mains() -> tuple[list[str], list[Any], list[float]]:
    ids, lines, diameters = ["P-PLANT"], [shapely.LineString([_corner(-1, 2), _corner(0, 2)])], [800.0]
    for y in range(DOWN):
        for x in range(ACROSS - 1):
            ids.append(f"P-H{y}-{x}")
            lines.append(shapely.LineString([_corner(x, y), _corner(x + 1, y)]))
            diameters.append(600.0 if y == 2 else 200.0)
    for x in range(ACROSS):
        for y in range(DOWN - 1):
            ids.append(f"P-V{x}-{y}")
            lines.append(shapely.LineString([_corner(x, y), _corner(x, y + 1)]))
            diameters.append(400.0 if x == 2 else 150.0)
    # A fault of the data: an end that lies on the leaking main's middle, where there is no node.
    ids.append("P-END")
    lines.append(
        shapely.LineString([(EAST + 2.5 * BLOCK_M, NORTH + 2 * BLOCK_M), (EAST + 2.5 * BLOCK_M, NORTH + 2.4 * BLOCK_M)])
    )
    diameters.append(100.0)
    return ids, lines, diameters


def _valves(ids: list[str], lines: list[Any]) -> Layer:
    """A valve near both ends of every street main, and one on the dead end; one is stuck, one unknown, one closed."""
    points, names, pipes, conditions, positions, landmarks = [], [], [], [], [], []
    for pipe, line in zip(ids, lines, strict=True):
        if pipe == "P-PLANT":
            continue
        for end, at in (("A", 0.06), ("B", 0.94)):
            if pipe == "P-END" and end == "B":
                continue
            points.append(line.interpolate(at, normalized=True))
            names.append(f"V{pipe[1:]}{end}")
            pipes.append(pipe)
            conditions.append({"V-H2-1B": "unknown"}.get(names[-1], "operable"))
            positions.append("closed" if names[-1] == "V-V2-3A" else "open")
            landmarks.append(f"{STREETS_EW[len(names) % 5]}口{'东' if end == 'A' else '西'} {10 + len(names)} m")
    count = len(names)
    return _layer(
        points,
        id=names,
        kind=["isolation"] * count,
        pipe_id=pipes,
        condition=conditions,
        current=positions,
        normal=["open"] * count,
        dn_mm=[200.0] * count,
        turns=[38.0] * count,
        closes=["cw"] * count,
        landmark=landmarks,
    )


def _customers() -> Layer:
    points, ids, names, addresses, kinds, critical, people, pipes = [], [], [], [], [], [], [], []
    for y in range(DOWN):
        for x in range(ACROSS - 1):
            for k in range(6):
                number = len(ids) + 1
                points.append(shapely.Point(EAST + (x + (k + 1) / 7) * BLOCK_M, NORTH + y * BLOCK_M + 25))
                ids.append(f"C{number:04d}")
                names.append(f"{STREETS_EW[y]} {number} 号")
                addresses.append(f"{STREETS_EW[y]}{number}号")
                kinds.append("residential")
                critical.append(False)
                people.append(30)
                pipes.append(f"P-H{y}-{x}")
    for at, (name, kind) in enumerate((("东城医院门诊楼", "hospital"), ("东城中学", "school"))):
        points.append(shapely.Point(EAST + (2.3 + 0.3 * at) * BLOCK_M, NORTH + 2 * BLOCK_M - 30))
        ids.append(f"K{at + 1:02d}")
        names.append(name)
        addresses.append(f"清泉大街{100 + at}号")
        kinds.append(kind)
        critical.append(True)
        people.append(900)
        pipes.append(LEAKING)
    count = len(ids)
    return _layer(
        points,
        id=ids,
        name=names,
        address=addresses,
        category=kinds,
        critical=critical,
        people=np.array(people, dtype=np.int64).tolist(),
        households=[10] * count,
        pipe_id=pipes,
    )


def _roads() -> Layer:
    lines = [shapely.LineString([_corner(-1, y), _corner(ACROSS, y)]) for y in range(DOWN)]
    lines += [shapely.LineString([_corner(x, -1), _corner(x, DOWN)]) for x in range(ACROSS)]
    names = [*STREETS_EW, *STREETS_NS]
    return _layer(lines, id=[f"R{n}" for n in range(len(names))], name=names, kind=["arterial"] * 5 + ["street"] * 6)


def little_layers() -> LayerSet:
    """The town."""
    ids, lines, diameters = _mains()
    pipes = _layer(
        lines, id=ids, dn_mm=diameters, material=["球墨铸铁"] * len(ids), year=np.full(len(ids), 1998).tolist()
    )
    plant = _layer([shapely.Point(_corner(-1, 2))], id=["S-北郊"], kind=["plant"], name=["北郊水厂"])
    hydrant = _layer(
        [shapely.Point(EAST + 2.7 * BLOCK_M, NORTH + 2 * BLOCK_M + 4)], id=["HY1"], pipe_id=[LEAKING], name=[""]
    )
    layers = {
        "pipe": pipes,
        "valve": _valves(ids, lines),
        "source": plant,
        "customer": _customers(),
        "hydrant": hydrant,
        "road": _roads(),
    }
    return LayerSet(4548, layers, name="小城", synthetic=True)


def _say_nothing(step: str, fraction: float | None = None) -> None:
    pass


def little_workspace(folder: Path, layers: LayerSet | None = None) -> Path:
    """The town, or other *layers*, as a workspace in *folder*."""
    noded = build_city(layers or little_layers(), NodingOptions())
    create_workspace(folder, noded, sources=(), now=datetime(2026, 3, 12, 6, 32, tzinfo=UTC), actor="test", options={})
    workspace = open_workspace(folder)
    try:
        prepare_cache(workspace, _say_nothing)
    finally:
        workspace.close()
    return folder
