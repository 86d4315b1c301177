"""Sparkplug B: what its nodes send is written by another library, by the published description of it."""

import json
import math
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sparkplug_node import BOOLEAN, FLOAT, INT16, INT64, PAYLOAD, TEXT, written

from app.feeds.inbox import Message
from app.telemetry.alarms import Limits
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.history import History
from app.telemetry.json_messages import DeviceWord, Opened, Sent, Sign
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Quality
from app.telemetry.recorder import MOST_DEVICES, Recorder
from app.telemetry.sparkplug import SparkplugOpener
from app.telemetry.sparkplug_payload import PayloadError, payload_of, rebirth_request

NOW = 1_767_200_000_000
ZONE = ZoneInfo("Asia/Shanghai")
NODE, RTU = "east/gw1", "east/gw1/rtu7"
PRESSURE = {"name": "PT/outlet", "alias": 7, "timestamp": NOW - 500, "datatype": FLOAT, "float_value": 0.3125}


def come(kind: str, body: bytes) -> Message:
    device = "" if kind.startswith("N") else "/rtu7"
    return Message("plant", f"spBv1.0/east/{kind}/gw1{device}", body, NOW)


def told(*messages: Message) -> Opened:
    """What the last of them holds, for one who has heard the others."""
    opener = SparkplugOpener(ZONE)
    return [opener(message) for message in messages][-1]


def test_a_birth_names_what_the_data_behind_it_say_by_number() -> None:
    birth = come("DBIRTH", written(NOW, 1, PRESSURE, {"name": "level", "alias": 8, "datatype": INT16, "int_value": 3}))
    assert told(birth) == Opened(
        (Sent(f"{RTU}/PT/outlet", NOW - 500, 0.3125), Sent(f"{RTU}/level", NOW, 3.0)),
        (DeviceWord(NODE, Sign.DATA, 1), DeviceWord(RTU, Sign.BIRTH, None)),
    )
    data = come("DDATA", written(NOW, 2, {"alias": 7, "float_value": 0.25}, {"alias": 8, "int_value": 2**32 - 4}))
    heard = told(birth, data)
    assert [(one.name, one.value) for one in heard.sent] == [(f"{RTU}/PT/outlet", 0.25), (f"{RTU}/level", -4.0)]
    assert heard.words == (DeviceWord(NODE, Sign.DATA, 2), DeviceWord(RTU, Sign.DATA, None))
    # Who has not heard the birth understands nothing of it, and says so.
    assert told(data) == Opened(
        (),
        (DeviceWord(NODE, Sign.DATA, 2, is_unnamed=True), DeviceWord(RTU, Sign.DATA, None)),
        ("no_birth",),
    )


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"datatype": INT64, "long_value": 2**64 - 5}, -5.0),
        ({"datatype": BOOLEAN, "boolean_value": True}, 1.0),
        ({"double_value": -0.0625}, -0.0625),
        ({"is_null": True}, math.nan),
        ({"datatype": FLOAT, "float_value": math.inf}, math.inf),
        ({"datatype": INT16, "float_value": math.nan}, math.nan),
    ],
)
def test_numbers_of_all_kinds(value: dict[str, object], read: float) -> None:
    (sent,) = told(come("NDATA", written(NOW, 0, {"name": "x", **value}))).sent
    assert sent.value == pytest.approx(read, nan_ok=True)
    assert sent.name == f"{NODE}/x"


def test_what_is_no_measurement_is_passed_over() -> None:
    metrics: list[dict[str, object]] = [
        {"name": "bdSeq", "long_value": 4},
        {"name": "Node Control/Rebirth", "boolean_value": False},
        {"name": "maker", "datatype": TEXT, "string_value": "town"},
        {"name": "file", "bytes_value": b"\x00"},
    ]
    assert told(come("NBIRTH", written(NOW, 0, *metrics))) == Opened((), (DeviceWord(NODE, Sign.BIRTH, 0),))


@pytest.mark.parametrize(
    ("said", "quality"), [(192, 0), (0, Quality.SENT_BAD), (500, Quality.SENT_BAD), (7, Quality.SENT_UNCERTAIN)]
)
def test_the_quality_among_the_properties_counts(said: int, quality: int) -> None:
    properties = {"keys": ["unit", "Quality"], "values": [{"string_value": "MPa"}, {"type": 3, "int_value": said}]}
    (sent,) = told(come("NDATA", written(NOW, 0, {**PRESSURE, "properties": properties}))).sent
    assert sent.quality == quality


def test_stamps_that_are_missing_or_cannot_be() -> None:
    (sent,) = told(come("NDATA", written(None, 0, {"name": "x", "int_value": 1}))).sent
    assert (sent.source_ms, sent.quality) == (NOW, Quality.SENT_UNCERTAIN)
    heard = told(come("NDATA", written(NOW, 0, {"name": "x", "timestamp": 5, "int_value": 1}, PRESSURE)))
    assert heard.refused == ("impossible_time",)
    assert [one.name for one in heard.sent] == [f"{NODE}/PT/outlet"]


def test_gateways_that_write_json_are_read_as_well() -> None:
    record = {"timestamp": NOW, "seq": 3, "metrics": [{"name": "PT", "alias": 2, "dataType": "Float", "value": 0.31}]}
    birth = come("DBIRTH", json.dumps(record).encode())
    data = come("DDATA", json.dumps({"timestamp": NOW, "seq": 4, "metrics": [{"alias": 2, "value": -3}]}).encode())
    assert told(birth).sent == (Sent(f"{RTU}/PT", NOW, 0.31),)
    assert told(birth, data).sent == (Sent(f"{RTU}/PT", NOW, -3.0),)
    plain = Message("plant", "city/PT-1", json.dumps({"ts": NOW, "v": 0.3}).encode(), NOW)
    assert told(plain).sent == (Sent("PT-1", NOW, 0.3),), "other topics are as they were"


@pytest.mark.parametrize("name", ["NCMD/gw1", "DCMD/gw1/rtu7", "NDATA/gw1/rtu7", "DDATA/gw1", "STATE/host", "DDATA//x"])
def test_what_is_not_said_to_us_is_passed_over(name: str) -> None:
    assert told(Message("plant", f"spBv1.0/east/{name}", b"\xff", NOW)) == Opened()


@pytest.mark.parametrize(
    "body", [b"\xff", b"\x0b", b"\x12\x05\x0a", b"\x08", b"{", b'{"metrics": [5]}', b"\x12\x01\x80"]
)
def test_what_is_no_payload_is_refused(body: bytes) -> None:
    assert told(come("NDATA", body)) == Opened(refused=("no_payload",))


@given(
    st.binary(max_size=80)
    | st.recursive(st.integers() | st.text() | st.none(), st.lists).map(json.dumps).map(str.encode)
)
def test_any_bytes_are_a_payload_or_none(body: bytes) -> None:
    opener = SparkplugOpener(ZONE)
    with suppress(PayloadError):
        payload_of(body)
    for kind in ("NBIRTH", "DDATA", "NDEATH"):
        assert isinstance(opener(come(kind, body)), Opened)


def test_a_rebirth_is_asked_for_in_the_standard_s_own_writing() -> None:
    asked = PAYLOAD.FromString(rebirth_request(NOW))
    (metric,) = asked.metrics
    assert (asked.timestamp, metric.timestamp) == (NOW, NOW)
    assert (metric.name, metric.datatype, metric.boolean_value) == ("Node Control/Rebirth", BOOLEAN, True)


def test_a_death_of_the_life_before_is_none() -> None:
    """A node that called again sooner than its broker noticed is told dead of the line that it has left."""

    def born(life: int) -> Message:
        return come("NBIRTH", written(NOW, 0, {"name": "bdSeq", "datatype": INT64, "long_value": life}))

    def dead(life: int) -> Message:
        return come("NDEATH", written(NOW, None, {"name": "bdSeq", "datatype": INT64, "long_value": life}))

    assert told(born(4), dead(3)) == Opened()
    assert told(born(4), dead(4)).words == (DeviceWord(NODE, Sign.DEATH, None),)
    assert told(dead(4)).words == (DeviceWord(NODE, Sign.DEATH, None),)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Recorder]:
    channels = Channels(
        (
            Channel(
                "PT-1",
                "",
                Quantity.PRESSURE,
                "MPa",
                device=RTU,
                aliases=(Alias("plant", f"{RTU}/PT/outlet"),),
            ),
        )
    )
    history = History.create(tmp_path / "history.sqlite")
    yield Recorder(channels, Limits(()), history, {"plant": SparkplugOpener(ZONE)}, NOW)
    history.close()


def standing(desk: Recorder, *messages: Message) -> Standing:
    return Standing(desk.take(list(messages), NOW).standings[0])


def test_with_a_node_die_the_devices_behind_it_until_they_are_born_again(desk: Recorder) -> None:
    birth = come("DBIRTH", written(NOW, 1, PRESSURE))
    node = come("NBIRTH", written(NOW, 0))
    assert standing(desk, node, birth) is Standing.GOOD
    assert desk.live.count[0] == 3187, "0.3125 MPa in centimetres"
    assert standing(desk, come("NDEATH", written(NOW, None))) is Standing.STALE
    assert desk.lost_devices() == (NODE, RTU)
    assert standing(desk, node) is Standing.STALE, "the node is there, what stands behind it is not yet"
    assert standing(desk, birth) is Standing.GOOD
    assert desk.lost_devices() == ()
    assert standing(desk, come("DDEATH", written(NOW, 2))) is Standing.STALE
    assert desk.lost_devices() == (RTU,)


def test_one_count_runs_through_a_node_and_its_devices(desk: Recorder) -> None:
    by_number = {"alias": 7, "float_value": 0.3}
    desk.take([come("NBIRTH", written(NOW, 0)), come("DBIRTH", written(NOW, 1, PRESSURE))], NOW)
    desk.take([come("DDATA", written(NOW, 2, by_number)), come("NDATA", written(NOW, 3))], NOW)
    assert desk.lost_devices() == ()
    desk.take([come("DDATA", written(NOW, 5, by_number))], NOW)
    assert desk.lost_devices() == (NODE,), "the fourth is missing"
    assert list(desk.history.dead_letters()) == []


def test_nobody_fills_the_memory_with_names(desk: Recorder) -> None:
    record = {"type": "data", "metrics": [], "seq": 1}
    names = [json.dumps({**record, "device": f"d{at}"}).encode() for at in range(MOST_DEVICES + 5)]
    desk.take([Message("plant", "x", body, NOW) for body in names], NOW)
    assert len(desk.devices) == MOST_DEVICES
