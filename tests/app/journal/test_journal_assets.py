"""Features edited on several laptops: every write has a fate and a reason, all agree, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from fleet import Fleet, Laptop, folded_in_pieces
from hypothesis import given
from hypothesis import strategies as st

from app.journal.assets import (
    ASSET_ADDED,
    ASSET_DELETED,
    ASSET_RESTORED,
    ASSET_SET,
    PLACE,
    THERE,
    Fate,
    asset_entity,
    registers_of,
)
from app.journal.events import Event, EventKey
from app.journal.fold import State, conflicts, feature_states, fold, proposals_of
from app.journal.proposals import DECIDED, PROPOSED, Stage, proposal_entity
from gis.editing.changes import Place
from gis.stores.base import FeatureState

PIPE = asset_entity("pipe", "P1")
PLACES = ([[0.0, 0.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 9.0]])


def wrote(event: Event) -> dict[str, Any]:
    """What *event* writes, in the test's own terms."""
    facts = event.facts
    said: dict[str, Any] = {} if event.kind == ASSET_SET else {THERE: event.kind != ASSET_DELETED}
    if "place" in facts:
        said[PLACE] = json.dumps(facts["place"])
    return said | facts.get("fields", {})


def write(fleet: Fleet, who: int, kind: str, **facts: Any) -> Event:
    return fleet.write(who, 0, kind, {"edit": "e", **facts}, entity=PIPE)


@st.composite
def histories(draw: st.DrawFn) -> Fleet:
    """A fleet after some editing of one pipe, sending and fetching in any order."""
    fleet = Fleet.of(draw(st.integers(1, 3)))
    steps = ["dn", "dn", "material", "both", "move", "delete", "restore", "add", "push", "pull", "meet", "copy"]
    for _ in range(draw(st.integers(0, 12))):
        step, at = draw(st.sampled_from(steps)), draw(st.integers(0, len(fleet.laptops) - 1))
        dn, place = draw(st.sampled_from([100, 200, None])), {"xy": draw(st.sampled_from(PLACES))}
        if step in {"push", "meet"}:
            fleet.push(at)
            fleet.pull(at, len(fleet.hub) if step == "meet" else 0)
        elif step == "pull":
            fleet.pull(at, draw(st.integers(0, len(fleet.hub))))
        elif step == "copy" and fleet.laptops[at].log:
            fleet.copy(at)
        else:
            edits: dict[str, tuple[str, dict[str, Any]]] = {
                "dn": (ASSET_SET, {"fields": {"dn_mm": dn}}),
                "material": (ASSET_SET, {"fields": {"material": draw(st.sampled_from(["PE", "球墨铸铁"]))}}),
                "both": (ASSET_SET, {"fields": {"dn_mm": dn, "material": "PE"}, "place": place}),
                "move": (ASSET_SET, {"place": place}),
                "delete": (ASSET_DELETED, {}),
                "restore": (ASSET_RESTORED, {}),
                "add": (ASSET_ADDED, {"place": place, "fields": {"dn_mm": dn}}),
            }
            kind, facts = edits.get(step, edits["dn"])
            write(fleet, at, kind, **facts)
    return fleet


def fates_of(laptop: Laptop) -> dict[tuple[EventKey, str], Fate]:
    state = fold(State(), laptop.log.values())
    registers = registers_of(state.assets.get(PIPE, ()), state.lineage)
    return {(key, name): fate for name, one in registers.items() for key, fate in one.fates}


@given(histories())
def test_every_write_of_a_field_has_exactly_one_fate_and_a_reason(fleet: Fleet) -> None:
    fleet.sync()
    log = fleet.laptops[0].log
    events = {key: event for key, event in log.items() if event.kind.startswith("asset.")}
    fates = fates_of(fleet.laptops[0])
    assert set(fates) == {(key, name) for key, event in events.items() for name in wrote(event)}
    for (key, name), fate in fates.items():
        later = [other for other in events.values() if key in fleet.seen[other.key] and name in wrote(other)]
        strangers = [
            other for other in events.values() if other.key not in fleet.seen[key] and key not in fleet.seen[other.key]
        ]
        standing = [other for other in strangers if stands(other, fates)]
        rivals = [
            other
            for other in standing
            if wrote(other).get(name, wrote(events[key])[name]) != wrote(events[key])[name]
            or deletes(other) != deletes(events[key])
        ]
        if fate is Fate.SUPERSEDED:
            assert later
        else:
            assert not later
            assert fate is Fate.CURRENT or rivals


def stands(event: Event, fates: dict[tuple[EventKey, str], Fate]) -> bool:
    return any(fates[event.key, name] is not Fate.SUPERSEDED for name in wrote(event))


def deletes(event: Event) -> bool:
    return event.kind == ASSET_DELETED


@given(histories())
def test_different_values_of_which_neither_author_had_seen_the_other_are_in_conflict(fleet: Fleet) -> None:
    fleet.sync()
    log = {key: event for key, event in fleet.laptops[0].log.items() if event.kind.startswith("asset.")}
    fates = fates_of(fleet.laptops[0])
    for (one, name), fate in fates.items():
        for (two, other_name), other in fates.items():
            differ = name == other_name and wrote(log[one])[name] != wrote(log[two])[name]
            apart = one not in fleet.seen[two] and two not in fleet.seen[one]
            if differ and apart and Fate.SUPERSEDED not in {fate, other}:
                assert fate is other is Fate.CONFLICT


@given(histories())
def test_all_agree_once_all_have_everything(fleet: Fleet) -> None:
    fleet.sync()
    states = [fold(State(), laptop.log.values()) for laptop in fleet.laptops]
    assert all(feature_states(state, [PIPE]) == feature_states(states[0], [PIPE]) for state in states)
    assert all(conflicts(state) == conflicts(states[0]) for state in states)


@given(histories(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_rebuilding_equals_folding_as_it_comes(fleet: Fleet, random: Any, size: int) -> None:
    events = list(fleet.laptops[0].log.values())
    whole = fold(State(), events)
    state = folded_in_pieces(events, random, size)
    assert state == whole
    assert fold(state, events) == state, "replaying changes nothing"


def told(log: Iterable[Event]) -> FeatureState:
    return feature_states(fold(State(), log), [PIPE])[0]


def test_the_first_at_the_hub_holds_until_somebody_who_saw_both_decides() -> None:
    fleet = Fleet.of(2)
    fleet.write(0, 99, ASSET_SET, {"edit": "a", "fields": {"dn_mm": 300}}, entity=PIPE)
    fleet.write(1, 1, ASSET_SET, {"edit": "b", "fields": {"dn_mm": 200}}, entity=PIPE)
    fleet.sync()
    log = fleet.laptops[1].log
    assert told(log.values()).fields == {"dn_mm": 300}
    (found,) = conflicts(fold(State(), log.values()))
    assert (found.layer, found.feature, found.name, found.holds) == ("pipe", "P1", "dn_mm", 300)
    assert found.keys == (("dev0", 1), ("dev1", 1))
    fleet.write(1, 2, ASSET_SET, {"edit": "c", "fields": {"dn_mm": 200}}, entity=PIPE)
    assert told(log.values()).fields == {"dn_mm": 200}
    assert conflicts(fold(State(), log.values())) == []


def test_a_deletion_holds_against_an_edit_that_it_had_not_seen_and_both_are_shown() -> None:
    fleet = Fleet.of(2)
    write(fleet, 0, ASSET_SET, fields={"dn_mm": 300})
    write(fleet, 1, ASSET_DELETED)
    fleet.sync()
    log = fleet.laptops[0].log.values()
    assert told(log).there is False
    assert {found.name for found in conflicts(fold(State(), log))} == {"dn_mm", THERE}
    write(fleet, 0, ASSET_RESTORED)
    assert told(log).there is True


def test_place_and_end_nodes_are_one_field() -> None:
    fleet = Fleet.of(1)
    write(fleet, 0, ASSET_SET, place={"xy": PLACES[0], "from": "J1", "to": "J2"})
    write(fleet, 0, ASSET_SET, place={"xy": PLACES[1], "from": "J1"})
    assert told(fleet.laptops[0].log.values()).place == Place(((0.0, 0.0), (0.0, 9.0)), "J1", "")


@pytest.mark.parametrize(
    ("kind", "entity", "facts"),
    [
        (ASSET_SET, PIPE, {"edit": "e"}),
        (ASSET_SET, PIPE, {"fields": {"dn_mm": 1}}),
        (ASSET_SET, PIPE, {"edit": "e", "fields": {"dn_mm": [1]}}),
        (ASSET_SET, PIPE, {"edit": "e", "fields": {"id": "P2"}}),
        (ASSET_SET, PIPE, {"edit": "e", "fields": {"@there": True}}),
        (ASSET_SET, PIPE, {"edit": 7, "fields": {"dn_mm": 1}}),
        (ASSET_SET, PIPE, {"edit": "e", "place": {"xy": []}}),
        (ASSET_SET, PIPE, {"edit": "e", "place": {"xy": [["a", 1]]}}),
        (ASSET_ADDED, PIPE, {"edit": "e", "fields": {}}),
        (ASSET_SET, "asset/zone/Z1", {"edit": "e", "fields": {"name": "x"}}),
        (ASSET_SET, "valve/V1", {"edit": "e", "fields": {"dn_mm": 1}}),
        (ASSET_DELETED, "asset/pipe/", {"edit": "e"}),
        (PROPOSED, "proposal/x", {"changes": []}),
        (PROPOSED, "proposal/x", {"changes": [{"asset": PIPE, "what": "set"}]}),
        (PROPOSED, "proposal/x", {"changes": [{"asset": PIPE, "what": "explode"}]}),
        (PROPOSED, "proposal/x", {"changes": [], "valve": "V1"}),
        (PROPOSED, "proposal/x", {"changes": [], "valve": 3, "position": "open"}),
        (DECIDED, "proposal/x", {"accept": "yes"}),
    ],
)
def test_a_body_that_is_not_what_its_kind_holds_is_kept_and_not_believed(
    kind: str, entity: str, facts: dict[str, Any]
) -> None:
    fleet = Fleet.of(1)
    event = fleet.write(0, 1, kind, facts, entity=entity)
    state = fold(State(), fleet.laptops[0].log.values())
    assert state.unknown == (event.key,)
    assert (state.assets, state.proposed, state.decided) == ({}, {}, {})


def test_of_two_decisions_the_first_at_the_hub_holds_and_the_other_is_shown() -> None:
    fleet = Fleet.of(3)
    entity = proposal_entity("p1")
    changes = [{"asset": PIPE, "what": "set", "fields": {"dn_mm": 300}}]
    fleet.write(0, 1, PROPOSED, {"changes": changes, "origin": "field"}, entity=entity)
    fleet.sync()
    assert proposals_of(fold(State(), fleet.laptops[1].log.values()))["p1"].stage is Stage.OPEN
    fleet.write(1, 2, DECIDED, {"accept": False}, entity=entity)
    fleet.write(2, 1, DECIDED, {"accept": True, "edit": "e"}, entity=entity)
    fleet.sync()
    found = proposals_of(fold(State(), fleet.laptops[0].log.values()))["p1"]
    assert (found.stage, found.contested) == (Stage.REFUSED, True)
    assert found.made.changes[0].fields == {"dn_mm": 300}
