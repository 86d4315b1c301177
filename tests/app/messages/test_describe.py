"""Things of a city in words, in both languages, with and without what the record may lack."""

from dataclasses import replace

import numpy as np
import pytest

from app.messages import Words, load_words
from app.messages.describe import Describer, Thing, target_of
from network.assets import (
    CustomerTable,
    DeviceKind,
    DeviceTable,
    HydrantTable,
    LinkMethod,
    NodeTable,
    PipeShapes,
    PipeTable,
    SourceTable,
    StationTable,
    TapTable,
)
from network.columns import CodedColumn, IdColumn, TextColumn
from network.topology import City, DeviceStates, Network

NAN = float("nan")


def _int(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def _tap(method: LinkMethod, distance_m: float, pipe: int = 0) -> TapTable:
    return TapTable(
        _int(pipe), np.array([5.0]), np.array([method], dtype=np.int8), np.array([distance_m], dtype=np.float32)
    )


def valves() -> DeviceTable:
    zeros = np.zeros(3, dtype=np.int8)
    return DeviceTable(
        ids=IdColumn.of(["V1", "V2", "B1"]),
        kind=np.array([DeviceKind.ISOLATION, DeviceKind.CHECK, DeviceKind.PUMP], dtype=np.int8),
        node=_int(-1, -1, -1),
        pipe=_int(0, 0, -1),
        offset_m=np.array([30.0, 60.0, NAN]),
        direction=zeros,
        toward_pipe=_int(-1, -1, -1),
        normal=zeros,
        position=np.array([1, 0, 0], dtype=np.int8),
        condition=np.array([3, 0, 0], dtype=np.int8),
        dn_mm=np.array([300, 0, 0], dtype=np.int16),
        turns=np.array([38.0, 12.5, NAN], dtype=np.float32),
        closes=np.array([1, -1, 0], dtype=np.int8),
        depth_m=np.array([1.4, NAN, NAN], dtype=np.float32),
        storage_m3=np.zeros(3, dtype=np.float32),
        assumed=np.array([False, True, False]),
        chamber=TextColumn.of(["圆井", "", ""]),
        landmark=TextColumn.of(["望云路口", "", ""]),
        x_m=np.array([1.0, 2.0, 3.0]),
        y_m=np.array([4.0, 5.0, 6.0]),
    )


def city() -> City:
    nodes = NodeTable(IdColumn.of(["J1", "J2"]), np.zeros(2), np.zeros(2), np.array([12.5, NAN], dtype=np.float32))
    pipes = PipeTable(
        ids=IdColumn.of(["P1", "P2"]),
        from_node=_int(0, 1),
        to_node=_int(1, 0),
        length_m=np.array([120.0, 80.0]),
        dn_mm=np.array([300, 0], dtype=np.int16),
        outside=np.array([False, True]),
        material=CodedColumn.of(["ductile iron", ""]),
        year=np.array([1998, 0], dtype=np.int16),
        depth_m=np.array([1.6, NAN], dtype=np.float32),
        dma=CodedColumn.of(["D1", ""]),
    )
    devices, zeros = valves(), np.zeros(1, dtype=np.int8)
    sources = SourceTable(
        IdColumn.of(["S1"]),
        zeros,
        _int(0),
        _int(-1),
        np.array([NAN]),
        np.array([0.0], dtype=np.float32),
        *np.zeros((2, 1)),
    )
    customers = CustomerTable(
        ids=IdColumn.of(["C1"]),
        name=TextColumn.of(["东城医院"]),
        address=TextColumn.of(["书院西路 107 号"]),
        phone=TextColumn.of([""]),
        category=CodedColumn.of(["hospital"]),
        critical=np.array([True]),
        people=_int(1500),
        households=_int(0),
        station=_int(-1),
        branch_valve=_int(0),
        tap=_tap(LinkMethod.NEAREST, 12.0),
        x_m=np.zeros(1),
        y_m=np.zeros(1),
    )
    hydrants = HydrantTable(
        IdColumn.of(["H1"]), TextColumn.of([""]), _int(-1), _tap(LinkMethod.NONE, NAN, -1), np.zeros(1), np.zeros(1)
    )
    stations = StationTable(
        IdColumn.of(["ST1"]),
        TextColumn.of(["佛山苑"]),
        np.array([60.0], dtype=np.float32),
        np.array([NAN], dtype=np.float32),
        _tap(LinkMethod.GIVEN, 0.4),
        np.zeros(1),
        np.zeros(1),
    )
    shapes = PipeShapes(np.array([0, 2, 4]), np.zeros((4, 2)))
    return City(Network(nodes, pipes, devices, sources), shapes, customers, hydrants, stations)


TOWN = city()
STATES = DeviceStates.recorded(TOWN.network.devices)


@pytest.fixture(params=["zh_CN", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return load_words(request.param)


def facts(thing: Thing, words: Words) -> dict[str, str]:
    return {fact.code: fact.value for fact in Describer(TOWN, words).card(thing, STATES).facts}


def test_a_pipe_with_everything_and_one_with_nothing() -> None:
    describer = Describer(TOWN, load_words("en"))
    full, bare = describer.card(Thing("pipe", 0, 40.0), STATES), describer.card(Thing("pipe", 1), STATES)
    assert (full.identity, full.summary) == ("P1", "DN300 ductile iron 1998 · 1.6 m deep")
    assert facts(Thing("pipe", 0, 40.0), load_words("en"))["clicked_at"] == "40 m"
    assert bare.summary == "—"
    assert facts(Thing("pipe", 1), load_words("zh_CN"))["clicked_at"] == "40 m"
    assert facts(Thing("pipe", 1), load_words("zh_CN"))["material"] == "—"


def test_a_valve_says_where_it_is_and_how_it_turns() -> None:
    chinese = facts(Thing("valve", 0), load_words("zh_CN"))
    assert chinese["position"] == "关"
    assert chinese["normal"] == "开"
    assert chinese["condition"] == "未知"
    assert chinese["turns"] == "38 ↻"
    assert chinese["chamber"] == "圆井"
    describer = Describer(TOWN, load_words("en"))
    assert describer.place_of_device(0) == "望云路口 圆井"
    assert describer.place_of_device(1) == "on P1, 60 m from its start"
    assert describer.place_of_device(2) == ""
    assert describer.turns(1) == "12.5 ↺"
    assert describer.turns(2) == "—"


@pytest.mark.parametrize(
    ("turns", "closes", "said"),
    [(38.0, 0, "38"), (NAN, 0, "—"), (NAN, -1, "↺"), (12.5, 1, "12.5 ↻")],
)
def test_a_way_of_turning_that_is_not_recorded_shows_no_arrow(turns: float, closes: int, said: str) -> None:
    devices = replace(valves(), turns=np.full(3, turns, dtype=np.float32), closes=np.full(3, closes, dtype=np.int8))
    town = replace(TOWN, network=replace(TOWN.network, devices=devices))
    assert Describer(town, load_words("en")).turns(0) == said


def test_an_assumed_valve_says_so(words: Words) -> None:
    assert words.say("place", "assumed") in Describer(TOWN, words).card(Thing("valve", 1), STATES).summary


def test_a_customer_says_how_it_was_linked(words: Words) -> None:
    card = Describer(TOWN, words).card(Thing("customer", 0), STATES)
    told = facts(Thing("customer", 0), words)
    assert card.name == "东城医院"
    assert words.say("place", "critical") in card.summary
    assert told["linked"] == f"{words.say('link_method', 'nearest')} · 12 m"
    assert told["main"] == "P1 DN300"
    assert told["branch_valve"] == "V1"
    assert told["phone"] == "—"


def test_what_hangs_on_nothing_says_so(words: Words) -> None:
    told = facts(Thing("hydrant", 0), words)
    assert told["main"] == "—"
    assert told["linked"] == words.say("link_method", "none")


def test_every_kind_of_thing_can_be_told(words: Words) -> None:
    for kind in ("pipe", "valve", "pump", "junction", "hydrant", "customer", "source", "station", "area"):
        card = Describer(TOWN, words).card(Thing(kind, 0), STATES)
        assert card.identity
        assert all(fact.name and fact.value for fact in card.facts)
    assert facts(Thing("station", 0), words)["volume"] == "60 m³"
    assert facts(Thing("source", 0), words)["volume"] == "—"


def test_a_source_cannot_be_isolated_by_itself() -> None:
    assert target_of(Thing("source", 0)) is None
    assert target_of(Thing("station", 0)) is None
