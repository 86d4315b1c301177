"""A structure that was kept is the one that is found."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from same import differences

from network.impact import assess_impact
from network.isolation import plan_isolation
from network.kept_structure import KeptStructure
from network.structure import Structure
from network.supply import prepare, supplied
from network.topology import City, DeviceStates
from oracle.build import Built
from oracle.strategies import aims, towns
from oracle.town import Junction, Main, Town


def again(city: City) -> Structure:
    """The structure as it comes back; what is asked for later is there already."""
    kept = KeptStructure.of(Structure.of(city)).structure(city)
    placement, segmentation = kept.segmentation.placement, kept.segmentation
    assert {"offsets", "direction"} <= vars(placement).keys()
    assert {"sides", "parts_of", "source_legs"} <= vars(segmentation).keys()
    assert {"customer_taps", "hydrant_taps", "station_taps", "highest_m", "backflow_risk", "with_unknown_leg"} <= vars(
        kept
    ).keys()
    return kept


@given(towns())
def test_everything_is_as_it_is_found(town: Town) -> None:
    city = Built(town).city
    kept, found = again(city), Structure.of(city)
    assert not list(differences(kept, found))
    pairs = [
        (kept, found, ("customer_taps", "hydrant_taps", "station_taps", "highest_m", "backflow_risk", "islands")),
        (kept, found, ("with_unknown_leg",)),
        (kept.segmentation, found.segmentation, ("sides", "parts_of", "source_legs", "cut_of_device")),
        (kept.segmentation.placement, found.segmentation.placement, ("offsets", "direction")),
        (kept.links, found.links, ("beyond",)),
    ]
    for one, other, names in pairs:
        assert [name for name in names if list(differences(getattr(one, name), getattr(other, name)))] == []


@given(st.data())
def test_plans_are_those_of_a_city_made_ready_anew(data: st.DataObject) -> None:
    town = data.draw(towns())
    built = Built(town)
    target = built.target(data.draw(aims(town)))
    states = DeviceStates.recorded(built.city.network.devices)
    told = []
    for model in (prepare(built.city, states), supplied(again(built.city), states)):
        result = plan_isolation(model, target)
        impact = assess_impact(model, getattr(result, "if_stopped", result))
        told.append(built.verdict(result, impact))
    assert told[0] == told[1]


def test_columns_of_the_city_are_not_kept_with_it() -> None:
    """The file would lean on the city's, and keep an old one on the disk."""
    city = Built(Town((Junction("a", 0, 0), Junction("b", 9, 0)), (Main("P", "a", "b"),))).city
    structure = Structure.of(city)
    assert structure.segmentation.from_vertex is city.network.pipes.from_node
    kept = KeptStructure.of(structure)
    assert not np.shares_memory(kept.from_vertex, city.network.pipes.from_node)
    assert not np.shares_memory(kept.to_vertex, city.network.pipes.to_node)
