"""The demonstration's instruments send what EPANET says of the city's hour, by the clock of the city."""

import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from demo_town import NOW
from little_city import little_workspace

from app.journal.events import milliseconds
from app.operations.demo_feed import make_demo_feed
from app.operations.hydraulics import inputs_of
from app.telemetry.channels import Channel
from app.telemetry.demo import HOURS
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Feed, FeedKind, Setup
from app.telemetry.sources import demo_instruments
from app.times import CITY_TIME
from app.workspace import open_workspace
from network.columns import Float64
from network.hydraulic_day import hourly, undisturbed_day
from network.hydraulic_effect import HydraulicsFailed
from network.supply import prepare

YEAR = 2026
WITHIN_MPA, FLOW_SHARE = 0.0065, 0.04
"""Five times the noise of a reading; of a flow as a share of its mean."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return little_workspace(tmp_path_factory.mktemp("demo") / "town")


@pytest.fixture(scope="module")
def setup(folder: Path) -> Setup:
    with closing(open_workspace(folder)) as workspace:
        return make_demo_feed(workspace, NOW, YEAR, lambda *_: None)


def measured(setup: Setup) -> list[Channel]:
    """Pressures of the mains, and what the sources give."""
    placed = [one for one in setup.channels.records if one.x_m is not None]
    kinds = (Quantity.PRESSURE, Quantity.FLOW)
    return [one for one in placed if one.quantity in kinds]


def epanet_says(folder: Path, setup: Setup) -> Float64:
    """What a run of its own finds for each, by its node or its source, in the unit sent; shape (channels, hours)."""
    with closing(open_workspace(folder)) as workspace:
        model = prepare(workspace.city, workspace.states)
        run = undisturbed_day(model, hourly(inputs_of(workspace, model, year=YEAR), 0.0))
        nodes, sources = workspace.city.network.nodes, workspace.city.network.sources
    assert not isinstance(run, HydraulicsFailed)
    by_place = {(x, y): row for row, (x, y) in enumerate(zip(nodes.x_m.tolist(), nodes.y_m.tolist(), strict=True))}

    def at(channel: Channel, hour: int) -> float:
        shown = run.snapshots[hour]
        if channel.quantity is Quantity.FLOW:
            return float(shown.source_flow_m3_s[sources.ids.find(channel.station_id)]) * 3600.0
        return float(shown.node_pressure_mpa[by_place[channel.x_m or 0.0, channel.y_m or 0.0]])

    # The day goes on where it ended: what EPANET begins with are tanks as they were recorded.
    hours = [HOURS - 1, *range(1, HOURS)]
    found: Float64 = np.array([[at(channel, hour) for hour in hours] for channel in measured(setup)])
    return found


def test_each_hour_s_readings_are_those_of_a_run_of_epanet_at_that_hour_of_the_city(folder: Path, setup: Setup) -> None:
    """On a Monday on which nothing of the script happens; a gap or a spike of one reading is none of EPANET's."""
    instruments = demo_instruments(folder, setup, Feed("demo", FeedKind.DEMO))
    expected, names = epanet_says(folder, setup), [one.id for one in measured(setup)]
    is_flow = np.array([one.quantity is Quantity.FLOW for one in measured(setup)])
    assert is_flow.sum() >= 1
    assert (~is_flow).sum() >= 6
    within = np.where(is_flow, FLOW_SHARE * np.abs(expected).mean(axis=1) + 0.1, WITHIN_MPA)
    midnight = datetime.fromtimestamp(NOW / 1000, CITY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    quiet = midnight + timedelta(days=4)
    assert all(one.until_ms < milliseconds(quiet) for one in setup.script)

    def sent(hour: float) -> Float64:
        """The middle one of five readings of each, as they go over the line."""
        at_ms = milliseconds(quiet + timedelta(hours=hour))
        ticks = range(at_ms, at_ms + 50_000, 10_000)
        told = [json.loads(instruments.message(tick, stamped_ms=tick))["values"] for tick in ticks]
        found: Float64 = np.array([np.median([one.get(name, np.nan) for one in told]) for name in names])
        return found

    for hour in range(HOURS - 1):
        away = np.abs(sent(hour) - expected[:, hour]) / within
        assert np.isfinite(away).sum() >= len(names) - 2, "nearly all of them speak"
        assert np.nanmax(away) < 1.0, f"at {hour}:00"
    # By another clock, as UTC, they would be others: what flows at three in the morning is not what flows at eleven.
    assert np.nanmax((np.abs(sent(3) - expected[:, 11]) / within)[is_flow]) > 3.0
    # Between two hours it goes from one to the other.
    assert np.nanmax(np.abs(sent(7.5) - (expected[:, 7] + expected[:, 8]) / 2) / within) < 1.0
