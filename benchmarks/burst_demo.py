"""The demo city as an INP file for simulated years: its morning's network with the city's own day as one pattern.

Every node draws by the same pattern, which is that of the whole city; tanks hold their level. Loggers are spread over
the junctions, each the farthest from all before it.
"""

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.operations.hydraulics import inputs_of
from app.operations.make_city import make_demo
from app.operations.spread import spread_out
from app.requests import BuildDemo
from app.workspace import open_workspace
from network.hydraulic_effect import state_before
from network.supply import prepare

PIPES, SEED, YEAR = 1000, 3, 2026
MORNING = 8
_PATTERN = "day"


@dataclass(frozen=True)
class DemoTown:
    """The file, where loggers stand, where a leak may open, and the DMA of every node inside one by its name."""

    inp: Path
    loggers: list[str]
    junctions: list[str]
    dma: dict[str, str]


def demo_town(inp: Path, loggers: int, seed: int = SEED) -> DemoTown:
    """Write the demo city of *seed* to *inp*, with places for so many *loggers*."""
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "city"
        make_demo(BuildDemo(city, PIPES, seed), lambda _step, _fraction=None: None)
        with closing(open_workspace(city)) as workspace:
            model = prepare(workspace.city, workspace.states)
            inputs = inputs_of(workspace, model, year=YEAR)
            states = [state_before(model, inputs, float(hour)) for hour in range(24)]
            nodes, pipes = workspace.city.network.nodes, workspace.city.network.pipes
    case, layout = states[MORNING].case, states[MORNING].layout
    wanted = np.array([state.case.wanted_m3_h for state in states])
    xy_m = np.zeros((layout.points, 2))
    wet = np.flatnonzero(layout.node_point >= 0)
    xy_m[layout.node_point[wet]] = np.column_stack([nodes.x_m, nodes.y_m])[wet]
    junctions = np.intersect1d(case.points[: case.junctions], layout.node_point[wet])
    junction_lines, source_lines = _section(case.text, "JUNCTIONS"), _section(case.text, "RESERVOIRS")
    points = [line.split()[0] for line in (*junction_lines, *source_lines)]
    places = [f"{name} {' '.join(f'{m:.1f}' for m in _place(name, xy_m))}" for name in points]
    pattern = [f"{_PATTERN} {value:.4f}" for value in (wanted / wanted[MORNING]).tolist()]
    # What has a demand has three words in its line.
    drawing = [f"{line} {_PATTERN}" if len(line.split()) == 3 else line for line in junction_lines]
    more = ["[PATTERNS]", *pattern, "[TIMES]", "PATTERN TIMESTEP 1:00", "[COORDINATES]", *places, "[END]"]
    text = case.text.replace("\n".join(junction_lines), "\n".join(drawing)).replace("[END]", "\n".join(more))
    inp.write_text(text, encoding="utf-8")
    stand = spread_out(xy_m, junctions.astype(np.int64), loggers)
    dma = [pipes.dma[row] for row in range(len(pipes))]
    inside = dict(zip(layout.pieces.start.tolist(), (dma[pipe] for pipe in layout.pieces.pipe.tolist()), strict=True))
    for point, pipe in zip(
        np.concatenate([layout.pieces.start, layout.pieces.end]).tolist(),
        np.concatenate([layout.pieces.pipe, layout.pieces.pipe]).tolist(),
        strict=True,
    ):
        # Where mains of two areas meet is the border.
        if inside.setdefault(point, dma[pipe]) != dma[pipe]:
            inside[point] = ""
    return DemoTown(
        inp,
        [f"n{point}" for point in stand.tolist()],
        [f"n{point}" for point in junctions.tolist()],
        {f"n{point}": name for point, name in inside.items() if name},
    )


def _place(name: str, xy_m: np.ndarray) -> list[float]:
    """Where a node of the file stands; stubs beside valves stand nowhere."""
    return xy_m[int(name[1:])].tolist() if name.startswith("n") else [0.0, 0.0]


def _section(text: str, name: str) -> list[str]:
    """Lines of one section."""
    return [line for line in text.split(f"[{name}]\n", 1)[1].split("[", 1)[0].splitlines() if line]
