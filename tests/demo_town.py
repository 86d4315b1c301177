"""Instruments of a small made-up town: nothing here asks EPANET."""

from pathlib import Path

import numpy as np

from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.demo import HOURS, DemoDay, Happening
from app.telemetry.quantities import Quantity
from app.telemetry.setup import DEMO_DAY, FOLDER, Feed, FeedKind, Setup, write_setup

NOW = 1_773_297_128_000
"""12 March 2026, 14:32:08 in Shanghai."""
MINUTE = 60_000

CHANNELS = Channels(
    (
        Channel("ST-B1", "东郊加压站", Quantity.STATE, "", 10.0, x_m=500_200.0, y_m=4_060_200.0, station_id="B1"),
        Channel("PT-0001", "山大路", Quantity.PRESSURE, "MPa", 10.0, x_m=500_400.0, y_m=4_060_400.0, pipe_id="P-H2-2"),
        Channel("PT-0002", "解放路", Quantity.PRESSURE, "MPa", 10.0, x_m=500_600.0, y_m=4_060_600.0, pipe_id="P-H2-3"),
        Channel("FT-W1", "第一水厂", Quantity.FLOW, "m3/h", 10.0, x_m=500_000.0, y_m=4_060_400.0, station_id="W1"),
        Channel("LT-W2", "第二水池", Quantity.LEVEL, "m", 10.0, x_m=500_000.0, y_m=4_060_000.0, station_id="W2"),
    )
)
LIMITS = Limits(
    (
        Limit("ST-B1 off", 0, Side.LOW, 0.5, priority=1),
        Limit("PT-0001 low", 1, Side.LOW, 26.0, 0.5, priority=2, unless=0),
        Limit("PT-0002 low", 2, Side.LOW, 26.0, 0.5, priority=2),
        Limit("PT-0002 silent", 2, Side.SILENT, priority=3),
    )
)


class Clock:
    """Half a second later at each look, so that the demo's instruments send at once."""

    def __init__(self) -> None:
        self.now_ms = NOW

    def __call__(self) -> int:
        self.now_ms += 500
        return self.now_ms


def town_day() -> DemoDay:
    hours = np.arange(HOURS)
    swing = np.cos(2 * np.pi * hours / 24)
    hourly = np.array([np.ones(HOURS), 0.33 + 0.02 * swing, 0.31 + 0.02 * swing, 900 - 300 * swing, 3 + 0.5 * swing])
    trip, burst = np.zeros((2, len(hourly), HOURS))
    trip[0], trip[1] = -1.0, -0.1
    burst[2], burst[3] = -0.12, 400.0
    noise = np.array([0.0, 0.001, 0.001, 6.0, 0.003])
    return DemoDay(hourly, noise, np.arange(len(hourly)) == 0, np.array([trip, burst]), ("trip B1", "burst P-H2-3"))


def set_up(folder: Path, *script: Happening, interval_s: float = 10.0, limits: Limits = LIMITS) -> Setup:
    """The town's instruments in *folder*, which need not be a workspace."""
    setup = Setup(CHANNELS, limits, (Feed("demo", FeedKind.DEMO, interval_s=interval_s),), script)
    write_setup(folder, setup)
    town_day().save(folder / FOLDER / DEMO_DAY)
    return setup
