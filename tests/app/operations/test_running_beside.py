"""What of the running cannot be reckoned with is left out and told; the rest counts beside what is planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import handmade
import pytest
import shapely

from app.messages import LANGUAGES, load_words
from app.operations.running_beside import Beside, reckoned_beside
from app.operations.together import as_record
from app.operations.together_words import as_lines
from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city
from network.answers import PipeTarget
from network.supply import SupplyModel, prepare
from network.together_records import Refused, Shutdown, WhyRefused
from network.topology import DeviceStates

AT = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def model() -> SupplyModel:
    """A ring S–a–c–b–S: c is fed by a and by b. One valve, a washout, closes no main."""
    corner = {"S": (0.0, 0.0), "a": (0.0, 100.0), "c": (100.0, 100.0), "b": (100.0, 0.0)}
    pipes, valves = ("Sa", "ac", "Sb", "bc"), {"drain": (0.0, 50.0)}
    for pipe in pipes:
        (x0, y0), (x1, y1) = (corner[end] for end in pipe)
        for end, share in (("1", 0.1), ("2", 0.9)):
            valves[pipe + end] = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
    lines = [
        shapely.LineString([(handmade.EAST + corner[end][0], handmade.NORTH + corner[end][1]) for end in pipe])
        for pipe in pipes
    ]
    kinds = ["washout", *["isolation"] * 8]
    layers = {
        "pipe": Layer(handmade.objects(*lines), {"id": handmade.objects(*pipes)}),
        "valve": Layer(
            handmade.points(*valves.values()), {"id": handmade.objects(*valves), "kind": handmade.objects(*kinds)}
        ),
        "source": Layer(
            handmade.points(corner["S"]), {"id": handmade.objects("plant"), "kind": handmade.objects("plant")}
        ),
        "customer": Layer(handmade.points((95.0, 103.0), (50.0, 103.0)), {"id": handmade.objects("at c", "on ac")}),
    }
    city = build_city(LayerSet(4548, layers, "ring"), NodingOptions()).city
    return prepare(city, DeviceStates.recorded(city.network.devices))


def running(model: SupplyModel, name: str, *valves: str, lasts: timedelta = HOUR) -> Shutdown:
    ids = model.city.network.devices.ids
    return Shutdown(name, AT, AT + lasts, close=tuple(ids.find(one) for one in valves))


def planned(model: SupplyModel, lasts: timedelta = HOUR) -> Shutdown:
    return Shutdown("J1", AT, AT + lasts, PipeTarget(model.city.network.pipes.ids.find("ac")))


def lost(model: SupplyModel, found: object) -> list[str]:
    assert isinstance(found, Beside)
    return model.city.customers.ids.take(found.together.intervals[0].lost_together)


def test_the_mains_of_an_emergency_count_without_its_valve_that_cannot(model: SupplyModel) -> None:
    emergency = running(model, "W1", "drain", "Sb1")
    found = reckoned_beside(model, [planned(model)], [emergency])
    assert lost(model, found) == ["at c"]
    assert isinstance(found, Beside)
    assert found.running == (running(model, "W1", "Sb1"),)
    assert [(one.id, one.why) for one in found.left_out] == [("W1", WhyRefused.NOT_A_GATE)]
    assert as_record(model, found, AT)["left_out"] == [
        {"id": "W1", "valve": "drain", "why": "shutdown_valve_cuts_no_main"}
    ]


def test_one_that_ends_before_it_starts_is_left_out_whole(model: SupplyModel) -> None:
    beside = [running(model, "W2", "Sa1", lasts=-HOUR), running(model, "W1", "Sb1")]
    found = reckoned_beside(model, [planned(model)], beside)
    assert lost(model, found) == ["at c"]
    assert isinstance(found, Beside)
    assert [(one.id, one.device, one.why) for one in found.left_out] == [("W2", -1, WhyRefused.END_BEFORE_START)]
    assert as_record(model, found, AT)["left_out"][0]["valve"] is None


def test_what_is_wrong_in_the_plans_is_answered_alone(model: SupplyModel) -> None:
    found = reckoned_beside(model, [planned(model, -HOUR)], [running(model, "W2", "Sa1", lasts=-HOUR)])
    assert found == (Refused("J1", 0, WhyRefused.END_BEFORE_START),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_by_name(model: SupplyModel, language: str) -> None:
    beside = [running(model, "W2", "Sa1", lasts=-HOUR), running(model, "W1", "Sb1", "drain")]
    found = reckoned_beside(model, [planned(model)], beside)
    assert isinstance(found, Beside)
    told = list(as_lines(model, found, load_words(language), AT))
    expected = {
        "en": (
            "W1: drain is no valve that closes a main. The valve is left out here and stands as the record has it.",
            "W2 does not end after it starts. The emergency is left out here.",
        ),
        "zh_CN": (
            "W1：drain 不是能截断干管的阀门。本次计算不计此阀，按记录的开关状态处理。",
            "W2：结束时间不晚于开始时间。本次计算未计入该抢修。",
        ),
    }
    assert set(expected[language]) <= set(told)
