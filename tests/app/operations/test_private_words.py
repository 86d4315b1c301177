"""Who lives where and who said what stands beside the chain: it can be erased, and the chain stays whole."""

from dataclasses import replace

import numpy as np
import pytest
from dispatch_room import Room

from app.dispatch import acts
from app.dispatch.facts import FactKind
from app.journal.events import Draft
from app.journal.fold import PLAN_MADE
from app.operations.dispatch import sheet
from app.workspace import append
from network.assets import TextColumn

CALLER, PHONE, NAME = "屋主张三", "0531-55500009", "3号楼2单元"


def bodies(room: Room) -> str:
    """All that the chain holds for ever."""
    return "\n".join(f"{event.entity} {event.body}" for event in room.desk.workspace.journal.events())


@pytest.mark.parametrize(
    ("households", "critical", "address", "place"),
    [
        (1, False, "银杏路 9 号", "银杏路 9 号"),
        (1, False, "", "C2"),
        (40, False, "银杏路 9 号", NAME),  # an estate's name is nobody's own
        (1, True, "银杏路 9 号", NAME),
    ],
)
def test_a_home_is_named_by_its_address(room: Room, households: int, critical: bool, address: str, place: str) -> None:
    workspace = room.desk.workspace
    customers = workspace.city.customers
    assert customers.name[1] == NAME
    said = {
        "households": np.array([0, households], np.int32),
        "critical": np.array([True, critical]),
        "address": TextColumn.of(["", address]),
    }
    city = replace(workspace.city, customers=replace(customers, **said))
    room.desk = replace(room.desk, workspace=replace(workspace, city=city))
    room.leak(place=NAME, customer="C2", caller=CALLER, phone=PHONE, note="水从墙边涌出")
    (row,) = room.view().queue
    assert row.place == place
    assert (NAME in bodies(room)) == (place == NAME)
    assert not any(words in bodies(room) for words in (CALLER, PHONE, "墙边"))


@pytest.mark.parametrize(
    ("said", "customers", "beside"),
    [
        ("C1, C2", "C1,C2", None),
        ("C1，王女士", "C1", "C1，王女士"),
        ("二单元王女士 说正常", None, "二单元王女士 说正常"),
    ],
)
def test_who_confirmed_is_an_id_or_words_that_can_be_erased(
    room: Room, said: str, customers: str | None, beside: str | None
) -> None:
    incident = room.leak()
    room.fact(incident, FactKind.CUSTOMERS_CONFIRMED, customers=said)
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    line = next(one for one in shown.lines if one.code == FactKind.CUSTOMERS_CONFIRMED)
    assert line.values["values"].get("customers") == customers
    assert line.texts.get("note") == beside
    assert "王女士" not in bodies(room)
    refused = acts.Record(incident, FactKind.CUSTOMERS_CONFIRMED, {"customers": ""})
    assert room.refused(replace(refused, note=said)) == "nobody_confirmed"


@pytest.mark.parametrize(
    ("said", "unnamed"),
    [
        ("C2", "第一医院"),
        ("3号楼王女士", "第一医院"),
        ("C1", ""),
        ("医院、3号楼", ""),
        ("C2，第一医院夜间无人接听", ""),
    ],
)
def test_every_critical_customer_of_the_attached_plan_is_asked(room: Room, said: str, unnamed: str) -> None:
    incident = room.leak()
    plan = Draft(PLAN_MADE, "plan", {"close": ["V1"], "customers_out": ["C1", "C2"], "critical": ["C1"]})
    workspace, (event,) = append(room.desk.workspace, [plan], room.now, "王")
    room.desk = replace(room.desk, workspace=workspace)
    room.do(acts.AttachPlan(incident, event.key))
    answer = room.ask(acts.Record(incident, FactKind.CUSTOMERS_CONFIRMED, {"customers": said}))
    if unnamed:
        assert isinstance(answer, acts.No)
        assert (answer.code, answer.detail["names"]) == ("critical_unnamed", unnamed)
    else:
        assert isinstance(answer, acts.Done)
