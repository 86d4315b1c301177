"""Why a crew is not offered for an incident: what its card lacks, its shift, and how long the work will take."""

from __future__ import annotations

import pytest
from dispatch_room import PLACE, Room

from app.dispatch.acts import Amend, Decide, ListCrew, Recall, Send, StateCrew
from app.dispatch.crews import CrewState, WhyNot, WhyThis
from app.dispatch.entries import Course, IncidentKind
from app.dispatch.life import Step
from app.dispatch.offers import Offers
from app.operations.dispatch_offers import offers_for
from app.operations.roads import roads_of


def east(km: float) -> tuple[float, float]:
    return PLACE[0] + km * 1000, PLACE[1]


def offered(room: Room, incident: str) -> Offers:
    return offers_for(room.view(), f"incident/{incident}", roads_of(room.desk.workspace))


def reasons(offers: Offers) -> dict[str, tuple[WhyNot | None, tuple[str, ...]]]:
    return {one.crew: (one.why_not, one.lacks) for one in offers.crews}


def test_a_crew_without_a_clamp_of_that_size_is_named_with_what_it_lacks(room: Room) -> None:
    incident = room.leak(pipe="P1", kind=IncidentKind.BURST)
    room.do(ListCrew("bare", base_m=east(1)))
    assert reasons(offered(room, incident)) == {"bare": (None, ())}, "no card records anything"
    room.do(ListCrew("bare", skills=("抢修",), equipment=("哈夫节 DN300", "抽水泵"), base_m=east(1)))
    room.do(ListCrew("welder", skills=("焊接",), equipment=("哈夫节 DN600",), base_m=east(1)))
    room.do(ListCrew("dry", skills=("抢修",), equipment=("哈夫节 DN600",), base_m=east(1)))
    offers = offered(room, incident)
    assert reasons(offers) == {
        "bare": (WhyNot.EQUIPMENT, ("clamp:600",)),
        "welder": (WhyNot.SKILL, ("repair",)),
        "dry": (WhyNot.EQUIPMENT, ("drainage",)),
    }
    assert offers.suggestion is None
    assert offers.unserved is not None
    assert dict(offers.unserved.crews) == {WhyNot.SKILL: 1, WhyNot.EQUIPMENT: 2}
    assert offers.unserved.missing == (), "each thing is there, with nobody who has all of them"
    # Who could do it is off shift (14:00 now): the others lack what only that crew records.
    night = {"shift_from_min": 20 * 60, "shift_to_min": 8 * 60}
    room.do(ListCrew("dry", skills=("抢修",), equipment=("哈夫节 DN600", "抽水泵"), base_m=east(1), **night))
    room.do(ListCrew("welder", skills=("焊接",), equipment=("发电机",), base_m=east(1)))
    offers = offered(room, incident)
    assert offers.unserved is not None
    assert offers.unserved.missing == ("clamp:600",)
    # A smaller main needs another clamp; a plastic one none.
    room.do(Amend(incident, {"dn_mm": 300.0}))
    assert reasons(offered(room, incident))["bare"] == (None, ())
    found = offered(room, incident).suggestion
    assert found is not None
    assert found.crew == "bare"


def test_a_crew_whose_shift_ends_before_it_is_there_is_not_offered_and_one_that_stays_is_preferred(room: Room) -> None:
    incident = room.leak()
    room.do(ListCrew("ending", base_m=east(4), shift_from_min=6 * 60, shift_to_min=14 * 60 + 2))
    assert reasons(offered(room, incident))["ending"] == (WhyNot.SHIFT_ENDS, ())
    room.do(ListCrew("ending", base_m=east(1), shift_from_min=6 * 60, shift_to_min=15 * 60))
    room.do(ListCrew("staying", base_m=east(2), shift_from_min=8 * 60, shift_to_min=6 * 60))
    offers = offered(room, incident)
    assert [one.crew for one in offers.crews] == ["ending", "staying"], "both can go, the nearer one first"
    assert offers.suggestion is not None
    assert (offers.suggestion.crew, offers.suggestion.why) == ("staying", WhyThis.STAYS_ON)
    # Over midnight: a shift that ends tomorrow morning ends tomorrow.
    (row,) = (one for one in room.view().crews if one.crew == "staying")
    assert row.shift_ends_ms == pytest.approx(room.ms(16 * 60))


def test_who_is_there_already_has_no_way_to_go(room: Room) -> None:
    incident = room.leak()
    for crew, km in (("there", 1), ("idle", 3)):
        room.do(ListCrew(crew, base_m=east(km)))
    room.do(Send("there", incident))
    assert [(one.crew, one.sent) for one in offered(room, incident).crews] == [("there", True), ("idle", False)]
    room.later(5).do(StateCrew("there", CrewState.ON_SCENE))
    idle, there = offered(room, incident).crews
    assert (idle.crew, there.crew, there.sent) == ("idle", "there", True)
    assert there.travel_s is None
    assert there.arrives_ms is None


def test_where_the_crew_was_called_back_another_one_is_suggested(room: Room) -> None:
    incident = room.leak()
    for crew, km in (("first", 1), ("second", 3)):
        room.do(ListCrew(crew, base_m=east(km)))
    room.do(Send("first", incident))
    room.later(5).do(StateCrew("first", CrewState.ON_SCENE))
    assert offered(room, incident).suggestion is None, "somebody is there"
    room.do(Recall("first", "泵坏了"))
    room.do(StateCrew("first", CrewState.OFF))
    (row,) = room.view().queue
    assert row.next[0] is Step.CREW_ASSIGNED
    found = offered(room, incident).suggestion
    assert found is not None
    assert found.crew == "second"
    for act in (
        Send("second", incident),
        StateCrew("second", CrewState.ON_SCENE),
        Decide(incident, Course.CANCEL, "x"),
    ):
        room.do(act)
    room.later(10).do(Decide(incident, Course.REOPEN, "又漏"))
    found = offered(room, incident).suggestion
    assert found is not None
    assert found.crew == "second", "who was there went home when it was over"
