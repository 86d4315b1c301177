"""Features edited through the journal: the network file, the arrays, the log and the cache tell the same."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import changes
from same import differences

from app.journal.assets import draft_of, restored
from app.workspace import Workspace, append, create_workspace, keep_city, open_workspace, record_valve_observed
from gis.editing.changes import Change, Place, feature_at
from gis.editing.renode import noded_again
from gis.layers import LayerSet
from gis.noding import NodingOptions, build_city
from network.assets import Position
from network.topology import City
from oracle.layers import town_layers
from oracle.strategies import towns
from oracle.town import Junction, Main, Origin, Thing, Town

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
NEAR = NodingOptions(link_reach_m=6.0)


def made(folder: Path, layers: LayerSet) -> Workspace:
    noded = build_city(layers, NEAR)
    create_workspace(folder, noded, sources=["a"], now=NOW, actor="t", noded_as=NEAR)
    return open_workspace(folder)


def edited(workspace: Workspace, edit: list[Change], name: str = "e") -> Workspace:
    known = workspace.store.source()
    drafts = [
        restored(one.layer, one.id, name, "test")
        if one.what == "add" and len(workspace.store.touched({one.layer: [one.id]}).before[one.layer])
        else draft_of(one, name, "test")
        for one in edit
        if one.what == "add" or len(known.having(one.layer, "id", [one.id]))
    ]
    return append(workspace, drafts, NOW, "t")[0] if drafts else workspace


def whole(workspace: Workspace) -> LayerSet:
    source, meta = workspace.store.source(), workspace.meta
    names = workspace.store.layers().layers
    return LayerSet(meta.crs_epsg, {name: source.whole(name) for name in names}, meta.name, meta.synthetic)


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_the_arrays_equal_the_noded_layers_now_and_after_opening_anew(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("edits") / "town"
    workspace = made(folder, town_layers(data.draw(towns(most_mains=6, most_things=5))))
    imported = workspace.city
    for number in range(data.draw(st.integers(1, 3))):
        workspace = edited(workspace, data.draw(changes(whole(workspace), number)))
        assert list(differences(workspace.city, noded_again(whole(workspace), imported, NEAR))) == []
    revision, city = workspace.meta.revision, workspace.city
    assert workspace.store.outside_edits() == ()
    workspace.close()
    with closing(open_workspace(folder)) as again:
        assert again.meta.revision == revision
        assert again.options == NEAR
        assert list(differences(again.city, city)) == []
    (folder / "cache" / "city.arrays").unlink()
    with closing(open_workspace(folder)) as rebuilt:
        assert list(differences(rebuilt.city, city)) == []


@pytest.fixture
def town(tmp_path: Path) -> Workspace:
    layers = town_layers(_ring())
    return made(tmp_path / "town", layers)


def _ring() -> Town:
    junctions = tuple(Junction(f"J{n}", 100.0 * n, 40.0 * (n % 2)) for n in range(4))
    mains = tuple(Main(f"P{n}", f"J{n}", f"J{n + 1}") for n in range(3))
    things = (Thing("V1", "isolation", pipe="P1", junction="J1"),)
    return Town(junctions, mains, things, (Origin("S", "plant", junction="J0"),))


def test_a_deleted_feature_comes_back_where_it_stood(town: Workspace) -> None:
    before = town.city
    gone = edited(town, [Change("pipe", "P1", "delete")])
    assert list(gone.city.network.pipes.ids) == ["P0", "P2"]
    back = append(gone, [restored("pipe", "P1", "e2", "test")], NOW, "t")[0]
    assert by_id(back.city) == by_id(before)
    back.close()
    (town.folder / "cache" / "city.arrays").unlink()
    with closing(open_workspace(town.folder)) as rebuilt:
        assert list(differences(rebuilt.city, before)) == []


def by_id(city: City) -> dict[str, object]:
    """The network told without rows."""
    pipes, devices, nodes = city.network.pipes, city.network.devices, city.network.nodes.ids
    told: dict[str, object] = {
        name: (nodes[int(pipes.from_node[row])], nodes[int(pipes.to_node[row])], float(pipes.length_m[row]))
        for row, name in enumerate(pipes.ids)
    }
    on = [pipes.ids[int(row)] if row >= 0 else "" for row in devices.pipe]
    at = [nodes[int(row)] if row >= 0 else "" for row in devices.node]
    return told | {f"valve {name}": place for name, *place in zip(devices.ids, on, at, strict=True)}


def test_valve_states_of_the_journal_survive_the_valves_deletion(town: Workspace) -> None:
    seen = record_valve_observed(town, "V1", now=NOW, actor="t", position=Position.CLOSED)
    gone = edited(seen, [Change("valve", "V1", "delete")])
    assert len(gone.city.network.devices) == 0
    back = append(gone, [restored("valve", "V1", "e2", "test")], NOW, "t")[0]
    assert list(back.states.position) == [Position.CLOSED]
    assert back.store.layers(["valve"]).get("valve").text("current").tolist() == ["closed"]
    assert list(back.city.network.devices.position) == [Position.OPEN], "the record itself stays"
    back.close()


def test_two_windows_edit_one_city(town: Workspace) -> None:
    with closing(open_workspace(town.folder)) as other:
        first = edited(town, [Change("pipe", "P0", "set", fields={"dn_mm": 300.0})])
        place = Place(((500_000.0, 4_060_100.0), (500_100.0, 4_060_100.0)))
        both = edited(other, [Change("pipe", "N1", "add", place, {"dn_mm": 100.0})])
        assert both.city.network.pipes.dn_mm.tolist() == [300, 0, 0, 100]
        assert first.city.network.pipes.dn_mm.tolist() == [300, 0, 0]
        again = edited(first, [Change("pipe", "P1", "set", fields={"dn_mm": 200.0})])
        assert again.city.network.pipes.dn_mm.tolist() == [300, 200, 0, 100]
        again.close()


def test_the_cache_is_renewed_when_asked(town: Workspace) -> None:
    changed = edited(town, [Change("pipe", "P0", "set", fields={"material": "PE"})])
    kept = keep_city(changed)
    assert list(differences(kept.city, changed.city)) == []
    assert keep_city(kept) is kept
    kept.close()


def test_a_journal_set_back_takes_the_edits_with_it(town: Workspace, tmp_path: Path) -> None:
    before = town.city
    journal = town.folder / "journal.sqlite"
    town.close()
    saved = journal.read_bytes()
    workspace = edited(open_workspace(town.folder), [Change("pipe", "P0", "delete"), Change("valve", "V1", "delete")])
    place = Place(((500_000.0, 4_060_100.0), (500_100.0, 4_060_100.0)))
    edited(workspace, [Change("pipe", "N1", "add", place)]).close()
    for leftover in town.folder.glob("journal.sqlite*"):
        leftover.unlink()
    journal.write_bytes(saved)
    with closing(open_workspace(town.folder)) as again:
        assert list(differences(again.city, before)) == []
        assert [str(value) for value in again.store.layers(["pipe"]).get("pipe").columns["id"]] == ["P0", "P1", "P2"]


def test_columns_of_the_import_are_edited_too(town: Workspace) -> None:
    changed = edited(town, [Change("pipe", "P0", "set", fields={"road": "经十路", "dn_mm": 600.0, "year": 1998})])
    row = feature_at("pipe", changed.store.layers(["pipe"]).get("pipe"), 0)
    assert row.fields["road"] == "经十路"
    assert changed.city.network.pipes.year.tolist() == [1998, 0, 0]
    back = edited(changed, [Change("pipe", "P0", "set", fields={"road": None, "year": None})])
    assert "road" not in feature_at("pipe", back.store.layers(["pipe"]).get("pipe"), 0).fields
    back.close()
