"""What every store must do with edits: lay them over the record, find them again, and keep what was imported."""

from __future__ import annotations

import handmade
import numpy as np
import pytest
import shapely
from handmade import EAST, NORTH
from same import differences
from stores import Maker, opened

from gis.editing.changes import Place
from gis.stores.base import Applied, CityStore, FeatureState, OutsideEdit, ValveState
from network.assets import Condition, Position

NEW = Place(((EAST + 200, NORTH), (EAST + 250, NORTH + 40)), "N2", "")
STATES = (
    FeatureState("pipe", "P2", True, None, {"material": "钢", "dn_mm": 350.0, "施工单位": "丙", "year": None}),
    FeatureState("pipe", "P4", False),
    FeatureState("pipe", "P9", True, NEW, {"dn_mm": 200.0, "surveyed": True}),
    FeatureState("valve", "V1", True, Place(((EAST + 1, NORTH + 2),)), {}),
    FeatureState("valve", "gone", None, None, {"kind": "air"}),
    FeatureState("no_such_layer", "X", True, NEW),
)


def ids(store: CityStore, layer: str) -> list[str]:
    return store.layers([layer]).get(layer).text("id").tolist()


@pytest.fixture
def edited(maker: Maker) -> Maker:
    maker.write(handmade.noded(), "r1")
    with opened(maker) as store:
        store.apply([ValveState("V1", Position.CLOSED, Condition.PASSING)], Applied({"a": 1}), STATES)
    return maker


def test_edits_are_laid_over_the_record(edited: Maker) -> None:
    with opened(edited) as store:
        pipes = store.layers(["pipe"]).get("pipe")
        assert pipes.text("id").tolist() == ["P1", "P2", "P3", "P9"], "imported rows keep their order"
        assert pipes.text("material")[1] == "钢"
        assert pipes.real("dn_mm")[[1, 3]].tolist() == [350.0, 200.0]
        assert pipes.text("施工单位").tolist() == ["甲", "丙", "乙", ""]
        assert pipes.integer("year")[1] == 0
        assert pipes.flag("surveyed")[3]
        assert (pipes.text("from_node")[3], pipes.text("to_node")[3]) == ("N2", "")
        assert shapely.equals(pipes.geometry[3], NEW.geometry)
        assert list(differences(handmade.city(), store.city())) == [], "the city is what was imported"
        assert store.outside_edits() == ()


def test_what_was_touched_is_told_as_it_was_and_as_it_is(edited: Maker) -> None:
    with opened(edited) as store:
        told = store.touched({"pipe": ["P2", "P4", "P9", "P1"], "valve": ["V1"]})
    was, now = told.before["pipe"], told.now["pipe"]
    assert was.text("id").tolist() == ["P1", "P2", "P4"]
    assert now.text("id").tolist() == ["P1", "P2", "P9"]
    assert (was.text("material")[1], now.text("material")[1]) == ("PE", "钢")
    record = (told.now["valve"].text("current").tolist(), told.now["valve"].text("condition").tolist())
    assert record == (["open"], ["operable"]), "valves as recorded, whatever the journal says of them"
    assert now.geometry[0].equals_exact(was.geometry[0], 0.0)


def test_afresh_brings_everything_back(edited: Maker) -> None:
    edited.meddle("DELETE FROM road")
    with opened(edited) as store:
        store.apply((), Applied({"a": 2}), afresh=True)
        for name, layer in handmade.noded().layers.layers.items():
            there = store.layers([name]).get(name)
            for column, values in layer.columns.items():
                np.testing.assert_array_equal(there.columns[column], values, err_msg=f"{name}.{column}")
            if name != "zone":
                assert [*shapely.to_wkt(there.geometry)] == [*shapely.to_wkt(layer.geometry)], name
        store.apply((), Applied({"a": 3}), [FeatureState("pipe", "P8", True, NEW)])
        assert ids(store, "pipe") == ["P1", "P2", "P3", "P4", "P8"]


def test_features_are_found_by_place_and_by_what_they_say(edited: Maker) -> None:
    with opened(edited) as store:
        source = store.source()
        near = np.array([[EAST + 240, NORTH + 30, EAST + 260, NORTH + 50], [EAST, NORTH, EAST + 1, NORTH + 1]])
        assert source.within("pipe", near).text("id").tolist() == ["P1", "P9"]
        assert len(source.within("pipe", np.empty((0, 4)))) == 0
        assert len(source.within("nowhere", near)) == 0
        assert source.having("pipe", "from_node", ["N2", "N0", ""]).text("id").tolist() == ["P1", "P3", "P9"]
        assert len(source.having("pipe", "no such column", ["N2"])) == 0
        assert source.whole("pipe").text("id").tolist() == ["P1", "P2", "P3", "P9"]


MEDDLED = (
    "DELETE FROM pipe WHERE id = 'P2'",
    "UPDATE pipe SET material = 'gold' WHERE id IN ('P1', 'P3')",
    "UPDATE pipe SET geometry = (SELECT geometry FROM pipe WHERE id = 'P4') WHERE id = 'P1'",
    "INSERT INTO pipe (id, geometry) SELECT 'P9', geometry FROM pipe WHERE id = 'P4'",
    "DELETE FROM valve WHERE id = 'V1'",
    "UPDATE valve SET landmark = 'elsewhere'",
    "DELETE FROM pump",
    "UPDATE customer SET name = NULL, phone = 'none' WHERE id = 'C1'",
    "DELETE FROM customer",
    "DELETE FROM source",
)


def test_what_other_programs_do_is_told_and_taken_back(maker: Maker) -> None:
    maker.write(handmade.noded(), "r1")
    with opened(maker) as store:
        before = store.layers().layers
        for statement in MEDDLED:
            maker.meddle(statement)
            assert list(differences(handmade.city(), store.city())) == [], statement
            edits = store.outside_edits()
            assert {edit.what for edit in edits} == {statement.partition(" ")[0].lower()}
            assert set(store.outside()) == {edit.layer for edit in edits}
            for was, _ in store.outside().values():
                assert set(was.text("id").tolist()) == {one.id for one in edits if one.what != "insert"}, statement
            store.take_back_outside((), ())
            assert store.outside_edits() == ()
            for name, layer in before.items():
                there = store.layers([name]).get(name)
                assert [*shapely.to_wkt(there.geometry)] == [*shapely.to_wkt(layer.geometry)], (statement, name)
                for column, values in layer.columns.items():
                    np.testing.assert_array_equal(there.columns[column], values, err_msg=f"{statement} {name}.{column}")


def test_each_kind_of_change_is_told_once_oldest_first(maker: Maker) -> None:
    maker.write(handmade.noded(), "r1")
    maker.meddle("UPDATE pipe SET dn_mm = 500 WHERE id = 'P2'")
    maker.meddle("UPDATE pipe SET year = 1999 WHERE id = 'P2'")
    maker.meddle("DELETE FROM road WHERE id = 'R1'")
    maker.meddle("INSERT INTO valve (id) VALUES ('V9')")
    with opened(maker) as store:
        store.apply([ValveState("V1", Position.CLOSED)], Applied({"a": 1}))
        assert store.outside_edits() == (
            OutsideEdit("pipe", "P2", "update"),
            OutsideEdit("road", "R1", "delete"),
            OutsideEdit("valve", "V9", "insert"),
        )
