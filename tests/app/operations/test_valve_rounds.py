"""Which valves a round exercises: those whose time has run out before those that were turned lately."""

from dispatch_room import STANDARDS, Room

from app.dispatch import acts
from app.operations.tours import SMALLEST_DN_MM, valves_to_exercise
from network.assets import DeviceKind

YEAR_MIN = 365 * 24 * 60


def asked(room: Room, most: int = 9) -> list[str]:
    return [one.id for one in valves_to_exercise(room.desk.workspace, most, STANDARDS.pack, room.now)]


def test_a_valve_that_was_turned_waits_for_its_next_year(room: Room) -> None:
    devices = room.desk.workspace.city.network.devices
    wanted = {
        name
        for name, kind, dn_mm in zip(devices.ids, devices.kind, devices.dn_mm, strict=True)
        if kind in {DeviceKind.ISOLATION, DeviceKind.BOUNDARY} and dn_mm >= SMALLEST_DN_MM
    }
    first, *others = asked(room)
    assert {first, *others} == wanted
    assert len(wanted) == len(asked(room)) > 1
    incident = room.leak()
    room.do(acts.Turn(incident, first, "closed", without_order="站长口头同意"))
    room.view()
    assert asked(room) == [*others, first]
    assert asked(room, most=len(others)) == others
    room.later(YEAR_MIN - 24 * 60)
    assert asked(room) == [*others, first]
    room.later(2 * 24 * 60)
    assert asked(room) == [first, *others]
