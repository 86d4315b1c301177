"""Two real networks on the screen: a main clicked on the map has the same valves as on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from console_driver import Driver
from pytestqt.qtbot import QtBot

from app.bootstrap import main
from network.answers import PipeTarget
from network.isolation import plan_isolation
from network.supply import prepare

MAPPINGS = Path(__file__).parents[2] / "mappings"
CITIES = {
    # The published answer for this main, under that system's own reading; a valve stands in its middle.
    "giswater": (["giswater_ws/network.gpkg"], "giswater.toml", "2108", ["1089", "1095", "1096", "1108"]),
    # Neither valves nor sources are recorded: those are closed that the import supposes.
    "nanaimo": (["nanaimo", "--assume-valves", "--assume-sources"], "nanaimo.toml", None, None),
}
SHARE = 0.35


@pytest.mark.parametrize("name", CITIES)
def test_a_main_clicked_has_the_valves_that_the_command_line_tells(
    name: str, reference_data: Path, tmp_path: Path, start: Callable[..., Driver], qtbot: QtBot, capsys
) -> None:
    (source, *more), mapping, pipe, published = CITIES[name]
    city = tmp_path / name
    arguments = [str(reference_data / source), "--mapping", str(MAPPINGS / mapping), *more, "--out", str(city)]
    assert main(["import", *arguments]) == 0
    desk = start("en", workspace=city).open()
    network, shapes = desk.session.city.network, desk.session.city.shapes
    if pipe is None:
        model = prepare(desk.session.city, desk.session.states)
        longest = np.argsort(network.pipes.length_m)[::-1].tolist()
        row = next(row for row in longest if plan_isolation(model, PipeTarget(row)).close)
    else:
        row = network.pipes.ids.find(pipe)
    capsys.readouterr()
    assert main(["isolate", str(city), "--pipe", network.pipes.ids[row], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["close"]
    assert told
    assert published is None or sorted(told) == published

    line = shapely.LineString(shapes.xy_m[shapes.offsets[row] : shapes.offsets[row + 1]])
    place = line.interpolate(SHARE, normalized=True)
    canvas = desk.window.map.canvas
    canvas.look_at(canvas.view.centred(place.x, place.y, 0.2))
    qtbot.waitUntil(lambda: canvas.settled, timeout=60_000)
    desk.click_map(place.x, place.y)
    desk.idle()
    assert desk.session.plan.plan.target.pipe == row
    assert desk.window.inspector.card.identity.text() == network.pipes.ids[row]
    assert sorted(line[1] for line in desk.cells(desk.window.inspector.valves.table)) == sorted(told)
