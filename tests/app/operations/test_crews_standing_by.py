"""Which crews count when it is told how far they reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatch_room import PLACE, Room, copied

from app.dispatch.acts import ListCrew, Send, StateCrew
from app.dispatch.crews import CrewState
from app.dispatch.facts import FactKind
from app.dispatch.reach_told import standing_by


@pytest.fixture
def room(city: Path, tmp_path: Path) -> Iterator[Room]:
    room = Room(copied(city, tmp_path / "city"))
    yield room
    room.close()


def east(km: float) -> tuple[float, float]:
    return PLACE[0] + km * 1000, PLACE[1]


def test_who_counts(room: Room) -> None:
    incident = room.leak()
    for name in ("free", "busy", "off", "stale", "nowhere", "fresh"):
        room.do(ListCrew(name, base_m=None if name in {"stale", "nowhere", "fresh"} else east(1), largest_dn_mm=600.0))
    room.do(StateCrew("stale", CrewState.STANDBY, *east(2)))
    room.do(StateCrew("off", CrewState.OFF))
    room.do(Send("busy", incident))
    room.later(6).fact(incident, FactKind.CREW_ON_SCENE, crew="busy")
    room.do(StateCrew("fresh", CrewState.STANDBY, *east(3)))
    found = {one.crew: one for one in standing_by(room.view())}
    assert set(found) == {"free", "busy", "fresh"}
    assert (found["free"].wait_s, found["fresh"].place_m) == (0.0, pytest.approx(east(3)))
    assert found["busy"].place_m == pytest.approx(PLACE)
    assert found["busy"].wait_s > 3600, "nine of ten such repairs are not over before"
    assert not any(one.assumed for one in found.values())


def test_who_works_where_nothing_is_forecast_counts_from_an_assumption(room: Room) -> None:
    incident = room.leak()
    room.do(ListCrew("busy", base_m=east(1), largest_dn_mm=600.0))
    room.do(Send("busy", incident))
    room.later(6).fact(incident, FactKind.CREW_ON_SCENE, crew="busy")
    for kind in (FactKind.WATER_OFF, FactKind.REPAIR_DONE, FactKind.WATER_BACK):
        room.later(20).fact(incident, kind)
    waits = []
    for minutes in (0, 60, 29, 100):
        (busy,) = standing_by(room.later(minutes).view())
        assert busy.assumed, "water is back, and nothing tells how long the flushing takes"
        waits.append(busy.wait_s)
    # Ninety minutes after the last word; who is still not done then takes a little longer, and never counts as free.
    assert waits == pytest.approx([5400.0, 1800.0, 534.0, 1134.0])
    room.fact(incident, FactKind.FLUSHING_DONE, direction="e")
    (busy,) = standing_by(room.view())
    assert not busy.assumed, "what customers say is forecast again"
