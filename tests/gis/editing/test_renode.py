"""A city noded again around an edit is the city noded whole, row for row."""

from __future__ import annotations

from hypothesis import given, note, settings
from hypothesis import strategies as st
from random_edits import changes
from same import differences

from gis.editing.changes import Change, Place
from gis.editing.renode import noded_again, noded_around
from gis.editing.source import LayersInMemory, touch
from gis.noding import NodingOptions, build_city
from network.segments import find_segments
from network.topology import City
from oracle.layers import town_layers
from oracle.strategies import towns
from oracle.town import Junction, Main, Town

NEAR = NodingOptions(link_reach_m=6.0)
"""A short reach, so that even a small town has parts that an edit does not concern."""


def segments_of(city: City) -> set[tuple[frozenset[str], frozenset[str]]]:
    """Segments told by ids: the pipes they have parts of, and the devices around them."""
    found = find_segments(city.network)
    pipes, devices = city.network.pipes.ids, city.network.devices.ids
    told = []
    for segment in range(found.count):
        parts = found.parts_of[segment]
        around = [row for row in range(len(devices)) if segment in (found.side_a[row], found.side_b[row])]
        told.append((frozenset(pipes.take(found.pipe_of(parts))), frozenset(devices[row] for row in around)))
    return set(told)


@settings(deadline=None)
@given(st.data())
def test_noding_around_edits_equals_noding_everything(data: st.DataObject) -> None:
    layers = town_layers(data.draw(towns(most_mains=10, most_things=8)))
    noded = build_city(layers, NEAR)
    city, layers = noded.city, noded.layers
    for number in range(data.draw(st.integers(1, 4))):
        edit = data.draw(changes(layers, number))
        note(f"{edit}")
        layers, touched = touch(layers, edit)
        whole = noded_again(layers, city, NEAR)
        around = noded_around(city, touched, LayersInMemory(layers), NEAR)
        if around is not None:
            assert list(differences(around, whole)) == []
            assert segments_of(around) == segments_of(whole)
        city = whole


def test_an_id_comes_back_to_ends_that_carry_it_once_those_it_was_believed_at_are_gone() -> None:
    """P1 was dragged off the junction that it names; when P0 goes, nothing says any more that P1 does not end there."""
    junctions = (Junction("J0", 0.0, 0.0), Junction("J1", 90.0, 40.0))
    mains = tuple(Main(name, "J0", "J1", 100.0) for name in ("P0", "P1"))
    noded = build_city(town_layers(Town(junctions, mains)), NEAR)
    away = Place(((500_003.0, 4_060_001.0), (500_050.0, 4_060_060.0)), "J0", "J1")
    city, layers = noded.city, noded.layers
    told = []
    for edit in ([Change("pipe", "P1", "set", away)], [Change("pipe", "P0", "delete")]):
        layers, touched = touch(layers, edit)
        around = noded_around(city, touched, LayersInMemory(layers), NEAR)
        assert around is not None
        assert list(differences(around, noded_again(layers, city, NEAR))) == []
        city = around
        told.append(city.network.nodes.ids.take(city.network.pipes.from_node))
    assert told == [["J0", "@500003.000,4060001.000"], ["J0"]]
