"""What belongs together in a list of alarms, and which of them came first."""

import numpy as np

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_groups import FirstOut, Group, GroupKey, GroupKind, groups_of
from app.telemetry.alarms import NOBODY, Limit, Limits, Side
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.quantities import Quantity

S = 1000
PUMP, OUTLET, LOW_1, LOW_2, LONE, QUIET_1, QUIET_2, PLANT_P, PLANT_F = range(9)


def channel(name: str, quantity: Quantity = Quantity.PRESSURE, **of: str) -> Channel:
    unit = {Quantity.STATE: "", Quantity.FLOW: "m3/h"}.get(quantity, "MPa")
    return Channel(name, name, quantity, unit, **of)  # type: ignore[arg-type]


CHANNELS = Channels(
    (
        channel("ST-B1", Quantity.STATE, station_id="B1"),
        channel("PO-B1", station_id="B1"),
        channel("PT-1", dma_id="D1", device="G1"),
        channel("PT-2", dma_id="D1", device="G1"),
        channel("PT-3"),
        channel("PT-W", station_id="W"),
        channel("FT-W", Quantity.FLOW, station_id="W"),
    )
)
LIMITS = Limits(
    (
        Limit("ST-B1 off", 0, Side.LOW, 0.5, on_delay_ms=5 * S, priority=1),
        Limit("PO-B1 low", 1, Side.LOW, 20.0),
        Limit("PT-1 low", 2, Side.LOW, 20.0, on_delay_ms=30 * S, unless=PUMP),
        Limit("PT-2 low", 3, Side.LOW, 20.0, on_delay_ms=30 * S),
        Limit("PT-3 low", 4, Side.LOW, 20.0),
        Limit("PT-1 silent", 2, Side.SILENT),
        Limit("PT-2 silent", 3, Side.SILENT),
        Limit("PT-W low", 5, Side.LOW, 20.0),
        Limit("FT-W low", 6, Side.LOW, 20.0),
    )
)


def groups(raised_s: dict[int, int], *events: AlarmEvent, over: tuple[int, ...] = ()) -> list[Group]:
    """Of alarms raised so many seconds after the beginning; those *over* are listed, and active no more."""
    listed, active = np.zeros((2, len(LIMITS)), dtype=bool)
    raised_ms = np.zeros(len(LIMITS), dtype=np.int64)
    for at, second in raised_s.items():
        listed[at], active[at], raised_ms[at] = True, at not in over, second * S
    explained = np.where((LIMITS.unless != NOBODY) & active[LIMITS.unless], LIMITS.unless, NOBODY)
    return groups_of(CHANNELS, LIMITS, listed, explained, raised_ms, events)


def happened(what: Deed, alarm: int, second: int) -> AlarmEvent:
    return AlarmEvent(second * S, LIMITS.records[alarm].id, what)


def test_a_trip_stands_over_what_it_explains_and_over_its_station() -> None:
    (found,) = groups({PUMP: 10, OUTLET: 7, LOW_1: 40, LONE: 20})
    assert found.key == GroupKey(GroupKind.CAUSE, "ST-B1 off")
    assert found.alarms == (PUMP, OUTLET, LOW_1)
    # Its delay of five seconds makes the pump the first, though its outlet was told before.
    assert found.first == FirstOut(PUMP, 5 * S)


def test_while_the_pump_runs_the_low_pressure_belongs_to_its_zone() -> None:
    (found,) = groups({LOW_1: 40, LOW_2: 35, OUTLET: 50})
    assert (found.key, found.alarms) == (GroupKey(GroupKind.ZONE, "D1"), (LOW_1, LOW_2))
    assert found.first == FirstOut(LOW_2, 5 * S)


def test_a_cause_that_is_over_explains_nothing_more() -> None:
    assert groups({PUMP: 10, LOW_1: 40}, over=(PUMP,)) == []


def test_what_falls_silent_behind_one_transmitter_is_one_group_beside_the_zones() -> None:
    (found,) = groups({QUIET_1: 60, QUIET_2: 61, LOW_1: 30})
    assert (found.key, found.alarms) == (GroupKey(GroupKind.DEVICE, "G1"), (QUIET_1, QUIET_2))


def test_transmitters_of_two_feeds_are_two_groups_though_they_are_called_alike() -> None:
    channels = Channels(
        tuple(
            Channel(f"PT-{at}", "", Quantity.PRESSURE, "MPa", device="G1", aliases=(Alias(feed, f"p{at}"),))
            for at, feed in enumerate(("east", "east", "west", "west"))
        )
    )
    limits = Limits(tuple(Limit(f"PT-{at} silent", at, Side.SILENT) for at in range(4)))
    nobody, raised_ms = np.full(4, NOBODY, dtype=np.int64), np.arange(4, dtype=np.int64)
    found = groups_of(channels, limits, np.ones(4, dtype=bool), nobody, raised_ms, ())
    assert [(one.key.name, one.alarms, one.first.alarm) for one in found] == [
        ("east · G1", (0, 1), 0),
        ("west · G1", (2, 3), 2),
    ]


def test_a_station_is_a_group_and_one_alarm_is_none() -> None:
    (found,) = groups({PLANT_P: 5, PLANT_F: 4, LOW_1: 30, LONE: 1})
    assert (found.key, found.first.alarm) == (GroupKey(GroupKind.STATION, "W"), PLANT_F)


def test_the_first_is_remembered_after_it_is_over_and_seen() -> None:
    raised = [happened(Deed.RAISED, PLANT_F, 10), happened(Deed.RAISED, PLANT_P, 12)]
    events = (*raised, happened(Deed.CLEARED, PLANT_F, 14), happened(Deed.RAISED, PLANT_F, 20))
    (found,) = groups({PLANT_P: 12, PLANT_F: 20}, *events)
    assert found.first == FirstOut(PLANT_F, 10 * S)


def test_rest_in_between_begins_anew() -> None:
    events = (
        happened(Deed.RAISED, PLANT_F, 10),
        happened(Deed.CLEARED, PLANT_F, 14),
        happened(Deed.RAISED, PLANT_P, 20),
        happened(Deed.RAISED, PLANT_F, 22),
        AlarmEvent(23 * S, "watched no more", Deed.RAISED),
        happened(Deed.ACKNOWLEDGED, PLANT_F, 24),
        happened(Deed.RAISED, LONE, 25),
    )
    (found,) = groups({PLANT_P: 20, PLANT_F: 22}, *events)
    assert found.first == FirstOut(PLANT_P, 20 * S)


def test_what_has_stood_for_longer_than_events_reach_back_came_before_them() -> None:
    (found,) = groups({PLANT_P: 3, PLANT_F: 22}, happened(Deed.RAISED, PLANT_F, 22))
    assert found.first == FirstOut(PLANT_P, 3 * S)
