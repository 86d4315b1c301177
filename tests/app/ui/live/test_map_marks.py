"""Instruments on the map, and the place where one more would tell most."""

from pathlib import Path

import pytest
from demo_town import CHANNELS, NOW, set_up

from app.messages import load_words
from app.telemetry.quantities import Quantity
from app.telemetry.recording import Recording
from app.ui.live.map_marks import sensors_of
from gis.scene.movers import SensorLook

WORDS = load_words("en")


@pytest.mark.parametrize("wanted", [None, (500_250.0, 4_060_250.0, "宜加装测点")])
def test_one_more_logger_is_marked_beside_those_that_are_there(
    tmp_path: Path, wanted: tuple[float, float, str] | None
) -> None:
    setup = set_up(tmp_path)
    recording = Recording(tmp_path, lambda: NOW)
    try:
        shown = sensors_of(setup, recording.present(), WORDS, wanted)
    finally:
        recording.close()
    assert shown is not None
    kinds = (Quantity.PRESSURE, Quantity.LEVEL, Quantity.STATE)
    placed = [one for one in CHANNELS.records if one.quantity in kinds]
    assert shown.xy_m[: len(placed)].tolist() == [[one.x_m, one.y_m] for one in placed]
    looks = [SensorLook(look) for look in shown.look.tolist()]
    if wanted is None:
        assert SensorLook.WANTED not in looks
        assert len(shown) == len(placed)
    else:
        assert looks[-1] is SensorLook.WANTED
        assert (*shown.xy_m[-1].tolist(), shown.values[len(placed)]) == wanted
