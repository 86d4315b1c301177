"""What of the running cannot be reckoned with is left out and told; the rest counts beside what is planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from small_city import Draft, recorded

from app.messages import LANGUAGES, load_words
from app.operations.running_beside import Beside, reckoned_beside
from app.operations.together import as_record
from app.operations.together_words import as_lines
from network.answers import PipeTarget
from network.supply import SupplyModel, prepare
from network.together_records import Refused, Shutdown, WhyRefused

AT = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def model() -> SupplyModel:
    """A ring S–a–c–b–S: c is fed by a and by b. A gate stands on no main."""
    draft = Draft().chain("S", "a", "c").pipe("Sb", "S", "b").pipe("bc", "b", "c").source("plant", node="S")
    for pipe in ("Sa", "ac", "Sb", "bc"):
        draft.device(f"{pipe}1", pipe=pipe, at=10.0).device(f"{pipe}2", pipe=pipe, at=90.0)
    city = draft.device("adrift").customer("at c", "ac", 95.0).customer("on ac", "ac", 50.0).city()
    return prepare(city, recorded(city))


def running(model: SupplyModel, name: str, *valves: str, lasts: timedelta = HOUR) -> Shutdown:
    ids = model.city.network.devices.ids
    return Shutdown(name, AT, AT + lasts, close=tuple(ids.find(one) for one in valves))


def planned(model: SupplyModel, lasts: timedelta = HOUR) -> Shutdown:
    return Shutdown("J1", AT, AT + lasts, PipeTarget(model.city.network.pipes.ids.find("ac")))


def lost(model: SupplyModel, found: object) -> list[str]:
    assert isinstance(found, Beside)
    return model.city.customers.ids.take(found.together.intervals[0].lost_together)


def test_the_mains_of_an_emergency_count_without_its_valve_that_cannot(model: SupplyModel) -> None:
    emergency = running(model, "W1", "adrift", "Sb1")
    found = reckoned_beside(model, [planned(model)], [emergency])
    assert lost(model, found) == ["at c"]
    assert isinstance(found, Beside)
    assert found.running == (running(model, "W1", "Sb1"),)
    assert [(one.id, one.why) for one in found.left_out] == [("W1", WhyRefused.NOT_A_GATE)]
    assert as_record(model, found, AT)["left_out"] == [
        {"id": "W1", "valve": "adrift", "why": "shutdown_valve_cuts_no_main"}
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
    beside = [running(model, "W2", "Sa1", lasts=-HOUR), running(model, "W1", "Sb1", "adrift")]
    found = reckoned_beside(model, [planned(model)], beside)
    assert isinstance(found, Beside)
    told = list(as_lines(model, found, load_words(language), AT))
    expected = {
        "en": (
            "W1: adrift is no valve that closes a main. The valve is left out here and stands as the record has it.",
            "W2 does not end after it starts. The emergency is left out here.",
        ),
        "zh_CN": (
            "W1：adrift 不是能截断干管的阀门。本次计算不计此阀，按记录的开关状态处理。",
            "W2：结束时间不晚于开始时间。本次计算未计入该抢修。",
        ),
    }
    assert set(expected[language]) <= set(told)
