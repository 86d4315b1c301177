"""The Giswater sample network, imported through a mapping file, under that system's own reading and under ours.

Its own reading: check valves count as closable by hand, the pressure-reducing valve does not cut, a source ends a
segment. The published answers for pipe 2108 are reproduced exactly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.operations.import_city import import_city
from app.requests import ImportCity
from gis.faults import FaultKind
from gis.noding import Noded
from network.answers import IsolationPlan, PipeTarget
from network.assets import Condition, DeviceKind, Direction, Position
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.segments import find_segments
from network.supply import prepare
from network.topology import DeviceStates

MAPPINGS = Path(__file__).parents[2] / "mappings"


def silent(step: str, fraction: float | None = None) -> None:
    assert step
    assert fraction is None or 0.0 <= fraction <= 1.0


def imported(data: Path, mapping: str, folder: Path) -> Noded:
    request = ImportCity((data / "giswater_ws" / "network.gpkg",), folder, mapping=MAPPINGS / mapping)
    # The meters lie beside the source, not beside the mapping.
    return import_city(request, silent)


@pytest.fixture(scope="module")
def sample(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Noded:
    return imported(reference_data, "giswater.toml", tmp_path_factory.mktemp("giswater"))


def test_rows_in_use_are_taken_and_the_others_counted(sample: Noded) -> None:
    city = sample.city
    assert len(city.network.pipes) == 261
    assert len(city.network.devices) == 49
    assert len(city.network.sources) == 5
    assert len(city.customers) == 474
    assert len(city.hydrants) == 6
    expected = [FaultKind.UNUSED_ROWS] * 3 + [FaultKind.UNUSED_TABLE_ROWS, FaultKind.JUNCTION_OFF_PIPE]
    assert [fault.kind for fault in sample.faults] == expected
    assert sample.layers.crs_epsg == 25831


def test_recorded_states_come_through_the_mapping(sample: Noded) -> None:
    devices = sample.city.network.devices
    closed = devices.ids.take(np.flatnonzero(devices.position == Position.CLOSED))
    broken = devices.ids.take(np.flatnonzero(devices.condition == Condition.INOPERABLE))
    assert closed == ["1115"]
    assert sorted(broken) == ["1093", "1112"]


def test_meters_count_as_households(sample: Noded, reference_data: Path) -> None:
    rows = (reference_data / "giswater_ws" / "ext_rtc_hydrometer.csv").read_text().splitlines()[1:]
    customers = sample.city.customers
    assert len(rows) == 2398
    assert 2390 <= customers.households.sum() <= 2398, "all but those of connecs that are not in use"


def test_thirty_one_segments(sample: Noded) -> None:
    assert find_segments(sample.city.network).count == 31


@pytest.mark.parametrize(
    ("inaccessible", "close", "pipes", "length_m", "connecs"),
    [
        ([], ["1089", "1095", "1096", "1108"], 8, 250.1, 6),
        (["1096"], ["1087", "1089", "1092", "1094", "1108"], 31, 1713.3, 90),
    ],
)
def test_published_answers_for_pipe_2108(
    sample: Noded, inaccessible: list[str], close: list[str], pipes: int, length_m: float, connecs: int
) -> None:
    network = sample.city.network
    rows = [network.devices.ids.find(valve) for valve in inaccessible]
    states = DeviceStates.recorded(network.devices).with_conditions(rows, Condition.INOPERABLE)
    model = prepare(sample.city, states)
    plan = plan_isolation(model, PipeTarget(network.pipes.ids.find("2108")))
    assert isinstance(plan, IsolationPlan)
    assert network.devices.ids.take(np.array(plan.close)) == close
    assert len(plan.isolated.pipes) == pipes
    assert round(plan.isolated.length_m, 1) == length_m
    assert len(assess_impact(model, plan).out) == connecs
    assert not plan.unintended.length_m


def test_our_own_reading_keeps_check_valves_and_the_one_known_direction(reference_data: Path, tmp_path: Path) -> None:
    noded = imported(reference_data, "giswater_as_recorded.toml", tmp_path)
    devices, pipes = noded.city.network.devices, noded.city.network.pipes
    checks = np.flatnonzero(devices.kind == DeviceKind.CHECK)
    assert sorted(devices.ids.take(checks)) == ["1082", "1092", "1107"]
    assert (devices.kind == DeviceKind.PRV).sum() == 1
    towards = devices.toward_pipe[checks]
    assert {
        devices.ids[int(row)]: pipes.ids[int(pipe)] for row, pipe in zip(checks, towards, strict=True) if pipe >= 0
    } == {"1092": "2037"}
    assert (devices.direction[checks] == Direction.UNKNOWN).all(), "no leg is named: the pipe says the way"
