"""Features changed by another program: proposals, and the record as it was until somebody accepts them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from same import differences

from app.errors import AppError
from app.operations.edit import Author, edit
from app.operations.outside_edits import take_in
from app.operations.proposals import decide, waiting
from app.workspace import Workspace, create_workspace, open_workspace, record_valve_observed
from gis.editing.changes import Change, Place
from gis.noding import NodingOptions, build_city
from gis.stores import sqlite
from network.assets import Condition, Position
from oracle.layers import EAST_M, NORTH_M, town_layers
from oracle.town import Junction, Main, Origin, Thing, Town

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
QGIS, ME = Author("t", "", "qgis"), Author("t")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    junctions = tuple(Junction(f"J{n}", 100.0 * n, 40.0 * (n % 2)) for n in range(4))
    mains = tuple(Main(f"P{n}", f"J{n}", f"J{n + 1}") for n in range(3))
    things = tuple(Thing(f"V{n}", "isolation", pipe=f"P{n}", offset_m=50.0) for n in range(2))
    town = Town(junctions, mains, things, (Origin("S", "plant", junction="J0"),))
    create_workspace(tmp_path / "town", build_city(town_layers(town), NodingOptions()), sources=[], now=NOW, actor="t")
    return open_workspace(tmp_path / "town")


def outside(workspace: Workspace, *statements: str) -> None:
    """What another program writes into the network file."""
    with closing(sqlite.connect(workspace.folder / "network.sqlite", spatial=True)) as connection:
        for statement in statements:
            connection.execute(statement)


def proposed(workspace: Workspace) -> set[tuple[object, ...]]:
    return {
        (change.layer, change.id, change.what, tuple(sorted(change.fields.items())), change.place is not None)
        for one in waiting(workspace)
        for change in one.made.changes
    }


def test_each_change_is_a_proposal_and_the_record_stands(workspace: Workspace) -> None:
    before = workspace.store.layers()
    line = f"LINESTRING({EAST_M} {NORTH_M}, {EAST_M + 50} {NORTH_M - 40})"
    outside(
        workspace,
        "UPDATE pipe SET dn_mm = 250, material = 'PE' WHERE id = 'P0'",
        "DELETE FROM pipe WHERE id = 'P2'",
        f"INSERT INTO pipe (id, dn_mm, geometry) VALUES ('Q1', 100, GeomFromText('{line}', 4548))",
        f"INSERT INTO pipe (dn_mm, geometry) VALUES (80, GeomFromText('{line}', 4548))",
        "UPDATE valve SET id = 'V9' WHERE id = 'V0'",
    )
    after, count = take_in(workspace, QGIS, NOW)
    assert count == 6
    assert {(layer, name, what) for layer, name, what, *_ in proposed(after)} == {
        ("pipe", "P0", "set"),
        ("pipe", "P2", "delete"),
        ("pipe", "Q1", "add"),
        ("pipe", "@pipe5", "add"),
        ("valve", "V0", "delete"),
        ("valve", "V9", "add"),
    }
    assert ("pipe", "P0", "set", (("dn_mm", 250.0), ("material", "PE")), False) in proposed(after)
    assert after.store.outside_edits() == ()
    for name in ("pipe", "valve"):
        now = after.store.layers().get(name)
        assert list(now.columns["id"]) == list(before.get(name).columns["id"])
        assert [one.wkt for one in now.geometry] == [one.wkt for one in before.get(name).geometry]
        assert not list(differences(dict(now.columns)["dn_mm"], before.get(name).columns["dn_mm"]))
    assert take_in(after, QGIS, NOW)[1] == 0
    for one in waiting(after):
        after = decide(after, one.id, accept=True, author=ME, now=NOW)[0]
    assert sorted(after.city.network.pipes.ids) == ["@pipe5", "P0", "P1", "Q1"]
    assert sorted(after.city.network.devices.ids) == ["V1", "V9"]
    after.close()


def test_a_change_of_what_the_journal_has_edited_is_told_against_the_journal(workspace: Workspace) -> None:
    place = Place(((EAST_M, NORTH_M), (EAST_M - 60, NORTH_M)))
    edits = [Change("pipe", "P0", "set", None, {"dn_mm": 300.0}), Change("pipe", "N1", "add", place, {"dn_mm": 100.0})]
    edited = edit(workspace, edits, ME, NOW).workspace
    outside(edited, "UPDATE pipe SET material = 'PE' WHERE id = 'P0'", "UPDATE pipe SET dn_mm = 110 WHERE id = 'N1'")
    after, _ = take_in(edited, QGIS, NOW)
    assert proposed(after) == {
        ("pipe", "P0", "set", (("material", "PE"),), False),
        ("pipe", "N1", "set", (("dn_mm", 110.0),), False),
    }
    pipe = after.store.layers(["pipe"]).get("pipe")
    assert dict(zip(pipe.columns["id"], pipe.columns["dn_mm"].tolist(), strict=True))["N1"] == 100.0
    assert dict(zip(pipe.columns["id"], pipe.columns["dn_mm"].tolist(), strict=True))["P0"] == 300.0
    after.close()


def test_what_nobody_has_looked_at_is_not_written_over(workspace: Workspace) -> None:
    outside(workspace, "UPDATE pipe SET material = 'PE' WHERE id = 'P0'")
    change = Change("pipe", "P0", "set", None, {"dn_mm": 300.0})
    with pytest.raises(AppError, match="edit_outside_first"):
        edit(workspace, [change], ME, NOW)
    after, _ = take_in(workspace, QGIS, NOW)
    assert edit(after, [change], ME, NOW).workspace.city.network.pipes.dn_mm[0] == 300
    after.close()


def test_a_state_set_by_hand_is_an_observation_once_it_is_accepted(workspace: Workspace) -> None:
    seen = record_valve_observed(workspace, "V1", now=NOW, actor="t", position=Position.CLOSED)
    outside(
        seen,
        "UPDATE valve SET condition = 'inoperable', landmark = '井盖被埋' WHERE id = 'V0'",
        "UPDATE valve SET \"current\" = 'open' WHERE id = 'V1'",
    )
    after, count = take_in(seen, QGIS, NOW)
    assert count == 2
    assert after.store.layers(["valve"]).get("valve").text("current")[1] == "closed"
    for one in waiting(after):
        after = decide(after, one.id, accept=True, author=ME, now=NOW)[0]
    assert after.states.condition[0] == Condition.INOPERABLE
    assert after.states.position.tolist() == [Position.OPEN, Position.OPEN]
    assert after.city.network.devices.landmark[0] == "井盖被埋"
    after.close()
