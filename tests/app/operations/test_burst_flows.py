"""A leak in a metered DMA that no pressure shows: from meters at its border to a row, its plot and its zone."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from demo_town import MINUTE, NOW
from little_city import little_layers, little_workspace

from app.messages import load_words
from app.operations.burst_evidence import places_of, zone_of
from app.operations.burst_learning import learn_bursts
from app.operations.burst_meters import metered_areas
from app.operations.burst_watch import BurstWatch
from app.operations.demo_feed import make_demo_feed
from app.operations.demo_history import make_demo_history
from app.telemetry.alarms import AlarmState
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.proposals import WatchState
from app.telemetry.bursts.told import Way
from app.telemetry.channels import Channels
from app.telemetry.demo import DemoDay, Happening
from app.telemetry.quantities import Quantity
from app.telemetry.setup import DEMO_DAY, FOLDER, read_setup, write_setup
from app.ui.live.burst_strips import INFLOW, LEFT_OVER, SUM, burst_strips
from app.ui.live.burst_words import burst_facts, watch_parts
from app.workspace import open_workspace, record_valve_observed
from gis.layers import Layer, LayerSet
from network.assets import Position

DAY = 1440 * MINUTE
BEGAN = NOW - DAY
SEEN = NOW - 300 * MINUTE
DMA = "D-东"


def silent(*_: object) -> None:
    pass


def layers_with_dma() -> LayerSet:
    """The little town, its two eastern blocks a DMA."""
    layers = little_layers()
    pipes = layers.layers["pipe"]
    ids = pipes.text("id").tolist()
    east = [(one[:3] == "P-H" and one[-1] in "34") or (one[:3] == "P-V" and one[3] in "45") for one in ids]
    dma = np.array([DMA if inside else "" for inside in east], dtype=object)
    return replace(layers, layers={**layers.layers, "pipe": Layer(pipes.geometry, {**pipes.columns, "dma_id": dma})})


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seventeen days; since the last 15 % more flows into the DMA, and no pressure falls."""
    folder = little_workspace(tmp_path_factory.mktemp("metered") / "town", layers_with_dma())
    with closing(open_workspace(folder)) as workspace:
        setup = make_demo_feed(workspace, NOW, 2026, silent)
    day = DemoDay.load(folder / FOLDER / DEMO_DAY)
    channels = setup.channels.records
    inlets = [row for row, one in enumerate(channels) if one.dma_id == DMA and one.quantity is Quantity.FLOW]
    assert len(inlets) >= 2
    more = np.zeros_like(day.effects[:1])
    more[0, inlets[0]] = leak_m3_h(day, inlets)
    more[0, setup.channels.position["FT-S-北郊"]] = leak_m3_h(day, inlets)
    effects = np.concatenate([day.effects, more])
    replace(day, effects=effects, names=(*day.names, "seep")).save(folder / FOLDER / DEMO_DAY)
    script = (Happening(len(day.names), BEGAN, NOW + DAY),)
    write_setup(folder, replace(setup, script=script))
    make_demo_history(folder, NOW, 17, silent)
    learned = learn_bursts(folder, NOW, (NOW - 16 * DAY, BEGAN), 7 * 86_400.0, silent)
    assert learned.flows is not None
    assert [one.name for one in learned.flows.areas] == [DMA, ""]
    return folder


def leak_m3_h(day: DemoDay, inlets: list[int]) -> float:
    return 0.15 * float(day.hourly[inlets].sum(axis=0).mean())


@pytest.fixture
def own(taught: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(taught, tmp_path / "town"))


@pytest.mark.usefixtures("qapp")
def test_a_leak_that_only_the_meters_of_its_dma_show_is_told_with_its_zone_and_its_plot(own: Path) -> None:
    learned = Learned.load(own)
    assert learned is not None
    with closing(BurstWatch(own, lambda: SEEN)) as watch:
        picture = watch.look()
        (burst,) = picture.bursts
        told = watch.explain(burst.id)
        setup = read_setup(own)
    assert (burst.way, burst.area) == (Way.BALANCE, DMA)
    assert abs(burst.since_ms - BEGAN) < 3 * 60 * MINUTE
    assert burst.at_ms < BEGAN + 12 * 60 * MINUTE
    assert burst.height > burst.threshold
    assert burst.zone is not None
    with closing(open_workspace(own)) as workspace:
        pipes = workspace.city.network.pipes
        dma = {pipes.ids[row] for row in range(len(pipes)) if pipes.dma[row] == DMA}
    assert set(burst.zone.pipes) <= dma
    day = DemoDay.load(own / FOLDER / DEMO_DAY)
    inlets = [row for row, one in enumerate(setup.channels.records) if one.id.startswith("FD-")]
    low, high = burst.zone.flow_m3_h
    assert low < leak_m3_h(day, inlets) < high < 3 * low
    # What it rests on: the DMA's inflow beside the usual one.
    began = int(np.searchsorted(told.at_ms, BEGAN))
    rise_m3_h = 3600.0 * np.nanmean(told.left_m[began + 2 :])
    assert rise_m3_h == pytest.approx(leak_m3_h(day, inlets), rel=0.3)
    assert abs(3600.0 * np.nanmean(told.left_m[:began])) < rise_m3_h / 4
    assert told.height.max() > told.threshold
    strips = burst_strips(setup, burst, told, 8)
    assert strips.rows == (INFLOW, LEFT_OVER, SUM)
    assert strips.heads[0].unit == "m³/h"
    assert (strips.heads[0].name, strips.heads[0].identity) == ("Inflow", f"DMA {DMA}")
    facts = burst_facts(load_words("en"), burst)
    assert f"Told by the flow balance: more flows into DMA {DMA} than is usual." in facts
    (balance,) = [one for one in facts if one.startswith(f"Flow meters, {DMA}: +1.")]
    assert "; night of 03-12 (2 to 4) " in balance
    assert strips.heads[1].state.endswith(" m³/h")
    assert "±0 " not in strips.heads[1].state, "small areas have tenths"
    assert "metered areas: 2" in watch_parts(load_words("en"), picture.facts, (), learns=False)


def test_pressures_alone_show_nothing_of_it_and_a_file_without_inflow_asks_to_be_taught_again(own: Path) -> None:
    learned = Learned.load(own)
    assert learned is not None
    replace(learned, flows=None, area_of_pipe=np.empty(0, dtype=np.int64)).save(own)
    with closing(BurstWatch(own, lambda: SEEN)) as watch:
        picture = watch.look()
    assert picture.bursts == ()
    assert picture.facts is not None
    assert (picture.facts.areas, picture.facts.newer_areas) == (0, 2)
    said = watch_parts(load_words("en"), picture.facts, (), learns=False)
    assert "metered areas not watched yet: 2; teach it again" in said


def test_what_a_dma_s_meters_tell_lies_in_it_and_is_as_large_as_they_say_whatever_pressures_say(own: Path) -> None:
    """Pressures that speak for a small leak elsewhere: heads far away are a poor measure of a large one."""
    learned = Learned.load(own)
    assert learned is not None
    with closing(BurstWatch(own, lambda: SEEN)) as watch:
        watch.look()
    state = WatchState.load(own, learned.made_ms, len(learned.loggers), 2)
    one = next(each for each in state.proposals if each.area == DMA)
    assert learned.flows is not None
    transform = learned.rule.neighbours.transform(np.isfinite(one.shift_m))
    felt_m = np.where(learned.area_of_pipe[:, None] == 0, 0.0, np.nan_to_num(learned.signatures.drop @ transform.T))
    elsewhere = int(np.argmax((felt_m**2).sum(axis=1)))
    shift_m = -10.0 / np.abs(felt_m[elsewhere]).max() * felt_m[elsewhere]
    misled = replace(one, shift_m=tuple(shift_m.tolist()), over_m3_h=(300.0, 0.0))
    by_pressures = zone_of(learned, replace(misled, way=Way.PRESSURE, over_m3_h=()))
    assert by_pressures is not None
    assert learned.pipes[elsewhere] in by_pressures.pipes
    zone = zone_of(learned, misled)
    assert zone is not None
    inside = {learned.pipes[row] for row in np.flatnonzero(learned.area_of_pipe == 0).tolist()}
    assert set(zone.pipes) <= inside
    low, high = zone.flow_m3_h
    assert 200.0 < low < 300.0 < high < 400.0
    # What a night told is measured by all hours since: other areas are not so far out of the question.
    outside = learned.area_of_pipe != 0
    by_night = places_of(learned, replace(misled, way=Way.NIGHT)).probability[outside].sum()
    assert 0.0 < places_of(learned, misled).probability[outside].sum() < 1e-4 * by_night
    little = replace(misled, over_m3_h=(0.01, 0.0))
    by_night = places_of(learned, replace(little, way=Way.NIGHT)).probability[outside].sum()
    assert places_of(learned, little).probability[outside].sum() > 0.5 * by_night


def test_work_inside_the_dma_explains_its_inflow(own: Path) -> None:
    with closing(open_workspace(own)) as workspace:
        now = datetime.fromtimestamp((BEGAN - 5 * MINUTE) / 1000, UTC)
        record_valve_observed(workspace, "V-H2-3A", now=now, actor="op", position=Position.CLOSED)
    with closing(BurstWatch(own, lambda: SEEN)) as watch:
        (burst,) = watch.look().bursts
    assert (burst.way, burst.area, burst.state) == (Way.BALANCE, DMA, AlarmState.SUPPRESSED)
    assert [work.detail["valve"] for work in burst.works] == ["V-H2-3A"]


def test_where_pressures_told_it_before_inflow_does_not_tell_it_again(own: Path) -> None:
    with closing(BurstWatch(own, lambda: SEEN)) as watch:
        (burst,) = watch.look().bursts
        state = watch._state
        assert state is not None
        (one,) = [each for each in state.proposals if each.id == burst.id]
        before = replace(one, id="burst 1", at_ms=one.at_ms - 1, way=Way.PRESSURE, logger="PT-0001", area="")
        replace(state, proposals=(before, *state.proposals)).save(own)
    with closing(BurstWatch(own, lambda: SEEN)) as again:
        assert [each.id for each in again.look().bursts] == ["burst 1"]


def test_areas_are_those_with_meters_and_mains_and_what_is_left(taught: Path) -> None:
    setup = read_setup(taught)
    with closing(open_workspace(taught)) as workspace:
        network = workspace.city.network
        areas, of_pipe = metered_areas(setup.channels, workspace.city)
        inside = np.array([network.pipes.dma[row] == DMA for row in range(len(network.pipes))])
        sources = tuple(one for one in setup.channels.records if one.station_id)
        alone, all_of_it = metered_areas(Channels(sources), workspace.city)
        none, nowhere = metered_areas(Channels(()), workspace.city)
    assert [one.name for one in areas] == [DMA, ""]
    assert (of_pipe == np.where(inside, 0, 1)).all()
    taken = dict(zip(areas[1].meters, areas[1].signs, strict=True))
    assert {taken[name] for name in areas[0].meters} == {-1.0}
    assert [one.name for one in alone] == [""]
    assert (all_of_it == 0).all()
    assert none == ()
    assert (nowhere == -1).all()
